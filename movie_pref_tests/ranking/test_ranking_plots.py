"""The plots of a movie and of a ranking, read back from what is drawn."""

import math

import pandas as pd
import pytest

from movie_pref.ranking.plots import waterfall


@pytest.mark.parametrize("threshold", [0.02, 0.35, 0.999])
def test_the_line_of_the_threshold_is_within_the_picture(threshold):
    parts = pd.DataFrame({"words": ["many votes", "not Drama"], "log_odds": [4.0, -0.5]})

    (axes,) = waterfall("A movie", -0.03, parts, threshold).axes

    low, high = axes.get_xlim()
    lines = [line.get_xdata()[0] for line in axes.lines]
    assert lines == pytest.approx([-0.03, 3.47, math.log(threshold / (1 - threshold))])
    assert all(low < line < high for line in lines)
