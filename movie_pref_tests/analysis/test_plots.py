"""What the pictures of features show: asserted on what is drawn, on the demonstration library and on degenerate input."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection, PatchCollection
from matplotlib.colors import LogNorm
from matplotlib.image import imread
from matplotlib.patches import StepPatch
from matplotlib.text import Text

from movie_pref.analysis import plots
from movie_pref.demo.library import demo_library

pytestmark = pytest.mark.filterwarnings("error")

NAMES = [
    "$x^2$ and $y",
    "_hidden_",
    "予算 ₿ 予算",
    "بودجه",
    "a" * 300,
    "two\nlines\x00",
    r"\$\alpha$",
    2020,
    "🎬",
    "%s {0}",
]
VALUES = {
    "empty": [],
    "all null": [np.nan] * 5,
    "one row": [3.0],
    "two rows": [1.0, 2.0],
    "constant": [7.0] * 50,
    "all zero": [0.0] * 50,
    "almost constant": [1.0, 1.0 + 1e-16, 1.0 + 1e-13] * 9,
    "huge constant": [1e18] * 9,
    "infinite": [1.0, 2.0, 5.0, np.inf, -np.inf, np.nan] * 4,
    "only infinite": [np.inf, -np.inf],
    "beyond all range": [-1e308, 1e308, 0.0, 1.0] * 4,
    "wide range": [0.0, 1e-300, 1.0, 1e299] * 4,
    "negative": list(-np.logspace(0, 6, 30)),
    "skewed": list(np.logspace(0, 9, 30) - 1),
    "tiny": list(np.logspace(-12, -3, 30)),
    "whole numbers": pd.array([1, 2, None, 3, 3] * 5, dtype="Int64"),
    "truths": [True, False, True],
    "numbers as text": pd.array(["1", "2", "x", None], dtype="str"),
}
LIKED = {
    "no label": lambda size: None,
    "null label": lambda size: pd.Series([None] * size, dtype=object),
    "one class": lambda size: pd.Series([False] * size),
    "one liked": lambda size: pd.Series([row == 0 for row in range(size)]),
    "0, 1 and null": lambda size: pd.Series([(0.0, 1.0, np.nan)[row % 3] for row in range(size)]),
}
EVERY_VALUES, EVERY_LABEL = ("no label", "0, 1 and null"), ("one row", "skewed")
AWKWARD = [(one, label) for one in VALUES for label in LIKED if label in EVERY_VALUES or one in EVERY_LABEL]


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return demo_library()[0]


@pytest.fixture(scope="module")
def liked(demo) -> pd.Series:
    return demo["label"].eq("would_watch")


def words(figure) -> list[str]:
    """Every text of a figure that has been drawn, as it was given."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def square(size: int, value: float = 0.1) -> pd.DataFrame:
    names = [f"feature_{place}" for place in range(size)]
    matrix = np.full((size, size), value)
    np.fill_diagonal(matrix, 1)
    return pd.DataFrame(matrix, names, names)


def outlined(figure) -> int:
    """Number of outlined cells of a map; the next collection has the cells that are not applicable."""
    return len(patches(figure)[0].get_paths())


def patches(figure) -> list[PatchCollection]:
    return [one for one in figure.axes[0].collections if isinstance(one, PatchCollection)]


def ends(figure) -> list[str]:
    """The texts at the ends of the bars, from the top."""
    return [text.get_text() for text in figure.axes[0].texts]


class TestHistogram:
    def test_each_label_has_its_own_hundred_per_cent_and_the_axis_says_so(self, demo, liked):
        axes = plots.histogram(demo["rt_score"], liked, "rt_score").axes[0]
        shares = [sum(patch.get_data()[0]) for patch in axes.patches if isinstance(patch, StepPatch)]
        assert shares == pytest.approx([100, 100])
        assert axes.get_ylabel() == "share of each label's movies per bar, %"
        known = liked[demo["rt_score"].notna()]
        legend = [text.get_text() for text in axes.get_legend().get_texts()]
        assert legend == [f"would watch (n = {known.sum():,})", f"would not watch (n = {(~known).sum():,})"]
        assert axes.get_title(loc="left") == "rt_score · 71 % unknown"

    def test_labels_differ_without_colour(self, demo, liked):
        axes = plots.histogram(demo["imdb_rating"], liked, "imdb_rating").axes[0]
        watch, other = axes.patches
        assert (watch.get_hatch(), other.get_hatch()) == ("///", None)
        assert watch.get_linestyle() != other.get_linestyle()

    def test_skewed_values_get_a_log_axis_that_starts_at_them(self, demo, liked):
        axes = plots.histogram(demo["imdb_votes"], liked, "imdb_votes").axes[0]
        assert (axes.get_xscale(), axes.get_xlabel()) == ("symlog", "imdb_votes (log scale)")
        assert 0 < axes.get_xlim()[0] < demo["imdb_votes"].min()
        assert axes.get_xlim()[1] > demo["imdb_votes"].max()

    @pytest.mark.parametrize(("column", "sign"), [("runtime", 1), ("imdb_votes", -1)], ids=["not skewed", "negative"])
    def test_other_values_get_a_linear_axis(self, demo, liked, column, sign):
        axes = plots.histogram(sign * demo[column], liked, "x").axes[0]
        assert (axes.get_xscale(), axes.get_xlabel()) == ("linear", "x")

    def test_log_can_be_overruled_both_ways(self, demo):
        assert plots.histogram(demo["imdb_votes"], None, "x", log=False).axes[0].get_xscale() == "linear"
        assert plots.histogram(demo["runtime"], None, "x", log=True).axes[0].get_xscale() == "symlog"

    @pytest.mark.parametrize("step", [1, 0.1, 0.01])
    def test_values_in_steps_make_no_comb(self, step):
        values = pd.Series(np.repeat(np.arange(101) * step, 3))
        bars = plots.histogram(values, None, "x").axes[0].patches[0].get_data()[0]
        assert bars[:-1].min() == pytest.approx(bars[:-1].max())

    def test_infinities_are_left_out_and_counted(self):
        figure = plots.histogram(pd.Series([1.0, 2.0, np.inf, -np.inf, np.nan]), None, "x")
        assert figure.axes[0].get_title(loc="left") == "x · 20 % unknown, 2 infinite left out"
        assert "all movies (n = 2)" in words(figure)


class TestViolin:
    def test_two_violins_with_quartiles(self, demo, liked):
        axes = plots.violin(demo["imdb_votes"], liked, "imdb_votes").axes[0]
        assert sum(isinstance(one, FillBetweenPolyCollection) for one in axes.collections) == 2
        middle = next(line for line in axes.lines if line.get_label() == "middle half")
        votes = demo.loc[liked, "imdb_votes"]
        assert list(middle.get_xdata()) == pytest.approx(list(votes.quantile([0.25, 0.75])))
        assert [text.get_text().split("\n")[0] for text in axes.get_yticklabels()] == ["would watch", "would not watch"]
        assert axes.get_xlabel() == "imdb_votes (log scale)"

    @pytest.mark.parametrize("few", [[4.0], [4.0, 6.0], [4.0] * 30], ids=["one", "two", "constant"])
    def test_a_group_too_small_for_a_shape_is_drawn_as_points(self, few):
        values = pd.Series([*few, *np.arange(20.0)])
        liked = pd.Series([True] * len(few) + [False] * 20)
        axes = plots.violin(values, liked, "x").axes[0]
        assert len(axes.collections) == 1
        assert list(axes.lines[0].get_xdata()) == sorted(set(few))


class TestCategoryBars:
    def test_top_categories_other_and_unknown(self):
        counts = pd.Series({f"c{number:02}": 100.0 - number for number in range(30)} | {None: 40.0})
        liked = pd.Series({f"c{number:02}": 0.1 if number < 25 else 0.6 for number in range(30)})
        figure = plots.category_bars(counts, "genre", liked)
        labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        assert labels == [*(f"c{number:02}" for number in range(20)), "other (10 categories)", "unknown"]
        rest = counts.iloc[20:30]
        share = (rest.iloc[:5].sum() * 0.1 + rest.iloc[5:].sum() * 0.6) / rest.sum()
        assert ends(figure)[0] == "100 · 10 % liked"
        assert ends(figure)[20] == f"{rest.sum():,.0f} · {share:.0%} liked (bar cut)".replace("%", " %")
        assert ends(figure)[21] == "40"
        assert figure.axes[0].get_title(loc="left") == "genre · 30 categories"

    def test_of_the_demonstration_library(self, demo):
        counts = demo["original_language"].value_counts(dropna=False)
        figure = plots.category_bars(counts, "original_language")
        assert len(figure.axes[0].patches) == 21
        assert figure.axes[0].get_xlabel() == "movies"
        assert ends(figure)[0] == f"{counts['en']:,}"

    def test_five_thousand_categories(self):
        counts = pd.Series(1.0, index=[f"a very long name of a company {'x' * 200} {number}" for number in range(5000)])
        figure = plots.category_bars(counts, "company")
        labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        assert labels[-1] == "other (4,980 categories)"
        assert len(set(labels)) == 21 and max(map(len, labels)) <= 36
        assert ends(figure)[-1] == "4,980 (bar cut)"

    def test_one_category_over_the_top_is_singular(self):
        figure = plots.category_bars(pd.Series(range(4), index=list("abcd")), "x", top=3)
        assert "other (1 category)" in words(figure)

    @pytest.mark.parametrize(
        "counts",
        [
            pd.Series(dtype=float),
            pd.Series([5], index=[None]),
            pd.Series([0, 0], index=["a", "b"]),
            pd.Series([3, 2], index=[1.5, np.nan]),
            pd.Series([3] * len(NAMES), index=NAMES),
            pd.Series([1], index=pd.Index([pd.NA], dtype="string")),
            pd.Series([2, 1], index=pd.CategoricalIndex(["b", "a"])),
        ],
    )
    @pytest.mark.parametrize("with_share", [True, False])
    def test_degenerate(self, counts, with_share):
        share = pd.Series(np.nan, index=counts.index) if with_share else None
        figure = plots.category_bars(counts, "x", share)
        figure.draw_without_rendering()
        assert len(figure.axes[0].patches) == len(counts)


class TestTexts:
    def test_length_violin_counts_empty_texts_apart(self):
        texts = pd.Series(["", None, "  ", "four", "a longer one", "longest of them all"])
        figure = plots.text_length_violin(texts, None, "tagline")
        assert figure.axes[0].get_title(loc="left") == "tagline · 50 % empty"
        assert "all movies\n(n = 3)" in words(figure)
        assert figure.axes[0].get_xlabel() == "characters of tagline"

    def test_length_violin_of_the_demonstration_library(self, demo, liked):
        axes = plots.text_length_violin(demo["overview"], liked, "overview").axes[0]
        assert len(axes.collections) == 2
        assert axes.spines["top"].get_edgecolor() == pytest.approx((0x86 / 255, 0xCA / 255, 0x95 / 255, 1))

    @pytest.mark.parametrize("texts", [[], [None, None], ["", ""], ["x"], ["x" * 10_000_000, "y"], ["same"] * 9])
    def test_degenerate(self, texts):
        figure = plots.text_length_violin(pd.Series(texts, dtype="str"), None, "x")
        assert len(plots.png(figure)) > 1000

    def test_distinct_bars(self):
        table = pd.DataFrame({"distinct": [9, 3], "repeated": [1, 4], "empty": [0, 3]}, index=["title", "tagline"])
        figure = plots.text_distinct_bars(table)
        axes = figure.axes[0]
        assert [bar.get_width() for bar in axes.patches] == [9, 3, 1, 4, 0, 3]
        assert [text.get_text() for text in axes.get_yticklabels()] == ["title", "tagline"]
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["distinct", "repeated", "empty"]
        assert len({bar.get_hatch() for bar in axes.patches}) == 3

    def test_distinct_bars_of_no_column(self):
        assert plots.png(plots.text_distinct_bars(pd.DataFrame(columns=["distinct", "repeated", "empty"])))


class TestMaps:
    def test_values_are_written_and_pairs_at_the_threshold_outlined_but_not_the_diagonal(self):
        matrix = square(10)
        matrix.iloc[1, 2] = matrix.iloc[2, 1] = -0.85
        matrix.iloc[3, 4] = matrix.iloc[4, 3] = np.nan
        figure = plots.heat_map(matrix, "Pearson", 0.85)
        axes = figure.axes[0]
        written = [text.get_text() for text in axes.texts]
        assert (written.count("0.10"), written.count("-0.85"), len(written)) == (86, 2, 88)
        assert outlined(figure) == 2
        assert len(patches(figure)[1].get_paths()) == 2
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["|value| ≥ 0.85", "not applicable"]
        assert axes.images[0].get_clim() == (-1, 1)
        assert axes.get_title(loc="left") == "Pearson"

    def test_not_signed_and_below(self):
        matrix = square(4, 0.5)
        matrix.iloc[0, 1] = matrix.iloc[1, 0] = 0.01
        matrix.iloc[2, 3] = matrix.iloc[3, 2] = 0.05
        figure = plots.heat_map(matrix, "p", 0.05, signed=False, below=True)
        assert outlined(figure) == 2
        assert figure.axes[0].images[0].get_clim() == (0, 1)
        assert "value < 0.05" in words(figure)
        assert outlined(plots.heat_map(matrix, "V", 0.05, signed=False)) == 10

    def test_of_many_features_the_strongest_pairs_are_shown_in_their_order(self):
        matrix = square(388)
        for first, second in [(300, 7), (5, 210)]:
            matrix.iloc[first, second] = matrix.iloc[second, first] = 0.9
        figure = plots.heat_map(matrix, "Cramér's V", 0.75, limit=4, signed=False)
        axes = figure.axes[0]
        shown = [f"feature_{place}" for place in (5, 7, 210, 300)]
        assert [text.get_text() for text in axes.get_xticklabels()] == shown
        assert [text.get_text() for text in axes.get_yticklabels()] == shown
        assert axes.get_title(loc="left").endswith("\n4 of 388 features: those with the strongest partners")
        assert outlined(figure) == 4

    def test_of_many_features_weak_ones_are_named_upright_and_no_values_written(self):
        figure = plots.heat_map(square(60), "V", 0.75)
        axes = figure.axes[0]
        assert len(axes.get_xticklabels()) == 40 and not axes.texts
        assert {text.get_rotation() for text in axes.get_xticklabels()} == {90}
        assert {text.get_rotation() for text in plots.heat_map(square(9), "V", 1).axes[0].get_xticklabels()} == {45}

    def test_rectangular_map_is_logarithmic_and_limits_both_sides(self):
        values = np.full((3, 50), 0.5)
        values[1, 45], values[2, 3], values[0, 2] = 1e5, np.inf, np.nan
        matrix = pd.DataFrame(values, list("abc"), [f"genre_{place}" for place in range(50)])
        figure = plots.rectangular_map(matrix, "ANOVA F", 10)
        axes = figure.axes[0]
        assert isinstance(axes.images[0].norm, LogNorm)
        assert outlined(figure) == 2
        assert len(axes.get_xticklabels()) == 40 and "genre_45" in words(figure)
        assert axes.get_title(loc="left") == "ANOVA F\n40 of 50 columns: those with the strongest partners"
        small = plots.rectangular_map(matrix.iloc[:, :4], "ANOVA F", 10)
        assert {"∞", "0.5", "F ≥ 10"} <= set(words(small))

    @pytest.mark.parametrize("value", [np.nan, 0.0, 1.0, np.inf, -np.inf])
    @pytest.mark.parametrize("size", [0, 1, 2])
    def test_degenerate(self, size, value):
        matrix = pd.DataFrame(np.full((size, size), value))
        for figure in (plots.heat_map(matrix, "x", 0.5), plots.rectangular_map(matrix, "x", 10)):
            assert ("no features to compare" in words(figure)) == (size == 0)

    def test_only_one_side_is_empty(self):
        assert "no features to compare" in words(plots.rectangular_map(pd.DataFrame(index=["a", "b"]), "F", 10))


@pytest.mark.parametrize(("values", "label"), AWKWARD)
def test_degenerate_values_are_drawn_without_a_warning(values, label):
    values = pd.Series(VALUES[values], dtype=None if len(VALUES[values]) else float)
    liked = LIKED[label](len(values))
    for figure in (
        plots.histogram(values, liked, "x"),
        plots.violin(values, liked, "x", log=True),
    ):
        figure.draw_without_rendering()


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_literally_and_within_the_picture(name):
    matrix = pd.DataFrame([[1, 0.2], [0.2, 1]], [name, "b"], [name, "b"])
    figures = [
        plots.histogram(pd.Series([1.0, 2.0, 4.0]), None, name),
        plots.category_bars(pd.Series([3], index=[name]), name),
        plots.heat_map(matrix, str(name), 0.5),
        plots.text_distinct_bars(pd.DataFrame({"distinct": [1], "repeated": [0], "empty": [0]}, index=[name])),
    ]
    for figure in figures:
        shown = " ".join(words(figure)).replace(r"\$", "$")
        assert (" ".join(str(name).replace("\x00", " ").split()) if len(str(name)) < 30 else "aa…aa") in shown


def test_no_letter_is_under_eight_points(demo, liked):
    counts = demo["production_status"].value_counts()
    for figure in (
        plots.histogram(demo["imdb_votes"], liked, "imdb_votes"),
        plots.violin(demo["imdb_votes"], liked, "imdb_votes"),
        plots.category_bars(counts, "production_status", counts / 1e4),
        plots.heat_map(square(30), "V", 0.5),
        plots.rectangular_map(square(5), "F", 0.5),
    ):
        figure.draw_without_rendering()
        assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 8


class TestBytes:
    def test_the_same_input_gives_the_same_file_and_no_version_is_in_it(self, demo, liked, tmp_path):
        def draw():
            return plots.histogram(demo["imdb_votes"], liked, "imdb_votes")

        figure = draw()
        content = plots.save(figure, tmp_path / "new folder" / "one.png")
        assert (tmp_path / "new folder" / "one.png").read_bytes() == content == plots.png(draw()) == plots.png(figure)
        assert content.startswith(b"\x89PNG") and b"Software" not in content and b"atplotlib" not in content

    def test_nothing_is_cut_off(self):
        """A picture has a blank margin on every side."""
        names = [f"a feature of a long name {place}" for place in range(45)]
        matrix = square(45).set_axis(names).set_axis(names, axis=1)
        counts = pd.Series(range(30), index=[f"a company of a long name {place}" for place in range(30)])
        for figure in (plots.heat_map(matrix, "V " * 40, 0.5), plots.category_bars(counts, "x" * 60, counts / 100)):
            picture = imread(io.BytesIO(plots.png(figure)))[..., :3]
            for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
                assert edge.min() == 1

    def test_contact_sheet(self, demo, liked):
        rated = [name for name in demo.select_dtypes("number") if name != "tmdb_id"]
        figures = {name: plots.histogram(demo[name], liked, name) for name in rated[:6]}
        sheet = plots.contact_sheet(figures)
        assert sheet == plots.contact_sheet([plots.png(figure) for figure in figures.values()])
        assert len(sheet) <= 150_000
        picture = imread(io.BytesIO(sheet))
        assert picture.shape[1] >= 1000
        assert picture.shape[0] > 2 * 0.5 * picture.shape[1] / 3  # six figures in rows of three

    def test_contact_sheet_gets_smaller_where_it_must(self, demo, liked):
        one = plots.png(plots.violin(demo["runtime"], liked, "runtime"))
        sheet = plots.contact_sheet([one] * 4, most=25_000)
        assert len(sheet) <= 25_000
        assert imread(io.BytesIO(sheet)).shape[1] < 1200

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_contact_sheet_of_few(self, demo, count):
        figure = plots.violin(demo["runtime"], None, "runtime")
        assert imread(io.BytesIO(plots.contact_sheet([plots.png(figure)] * count))).shape[1] == 1200
