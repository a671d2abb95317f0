"""Maps of pairs of features: asserted on what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PatchCollection
from matplotlib.colors import LogNorm

from movie_pref.analysis import plots
from movie_pref_tests.analysis.plots.looking import square, words

pytestmark = pytest.mark.filterwarnings("error")


def outlined(figure) -> int:
    """Number of outlined cells of a map; the next collection has the cells that are not applicable."""
    return len(patches(figure)[0].get_paths())


def patches(figure) -> list[PatchCollection]:
    return [one for one in figure.axes[0].collections if isinstance(one, PatchCollection)]


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
