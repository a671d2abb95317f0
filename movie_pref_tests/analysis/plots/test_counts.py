"""Bars of categories and of texts: asserted on what is drawn."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis import plots
from movie_pref_tests.analysis.plots.looking import NAMES, words

pytestmark = pytest.mark.filterwarnings("error")


def ends(figure) -> list[str]:
    """The texts at the ends of the bars, from the top."""
    return [text.get_text() for text in figure.axes[0].texts]


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


class TestDistinctTexts:
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
