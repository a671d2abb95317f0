"""How numbers and the lengths of texts are spread: asserted on what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.patches import StepPatch

from movie_pref.analysis import plots
from movie_pref_tests.analysis.plots.looking import words

pytestmark = pytest.mark.filterwarnings("error")


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


@pytest.mark.parametrize(("values", "label"), AWKWARD)
def test_degenerate_values_are_drawn_without_a_warning(values, label):
    values = pd.Series(VALUES[values], dtype=None if len(VALUES[values]) else float)
    liked = LIKED[label](len(values))
    for figure in (
        plots.histogram(values, liked, "x"),
        plots.violin(values, liked, "x", log=True),
    ):
        figure.draw_without_rendering()
