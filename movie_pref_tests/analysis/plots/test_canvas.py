"""What holds for every picture: names stand as they are, and every letter can be read."""

import pandas as pd
import pytest
from matplotlib.text import Text

from movie_pref.analysis import plots
from movie_pref_tests.analysis.plots.looking import NAMES, square, words

pytestmark = pytest.mark.filterwarnings("error")


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
