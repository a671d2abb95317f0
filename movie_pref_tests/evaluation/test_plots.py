"""What the pictures of the evaluation show."""

import numpy as np

from movie_pref.evaluation.algorithms import BASELINE
from movie_pref.evaluation.comparison_table import comparison_table
from movie_pref.evaluation.plots import algorithm_differences, answers_by_label
from movie_pref.plot_style import BLUE, GREEN, ORANGE
from movie_pref_tests.evaluation.comparison_samples import BASE, BY_NAME, NOISE, folds_of, shifted


def test_the_picture_tells_better_from_worse_by_shape_and_colour():
    found = folds_of(
        {BASELINE: BASE, "LightGBM": shifted(0.05), "linear model": shifted(-0.05), "CatBoost": shifted(0, NOISE)}
    )
    chosen = [BY_NAME[name] for name in (BASELINE, "LightGBM", "linear model", "CatBoost")]
    figure = algorithm_differences(comparison_table(found, [*chosen, BY_NAME["TabNet"]]))
    left = figure.axes[0]
    points = {
        (line.get_marker(), line.get_color()): len(line.get_xdata())
        for line in left.get_lines()
        if line.get_marker() in ("v", "o", "^")
    }
    assert points == {("v", ORANGE): 1, ("o", BLUE): 2, ("^", GREEN): 1}
    words = [label.get_text() for label in left.get_yticklabels()]
    assert len(words) == 4 and words[-1].startswith("LightGBM")  # the best on top, what is not installed left out


def test_the_answers_of_each_label_are_shares_of_that_label():
    answers, again = np.array([0.01, 0.02, 0.03, 0.52, 0.97, 0.98]), np.array([False] * 4 + [True] * 2)
    axes = answers_by_label(answers, again, 0.35).axes[0]
    liked, favourites = ([bar.get_height() for bar in bars] for bars in axes.containers)
    assert (liked[0], liked[10], sum(liked)) == (0.75, 0.25, 1)
    assert (favourites[19], sum(favourites)) == (1, 1)
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"would watch: 4 movies", "would watch again: 2 movies", "threshold 0.35"} == set(words)
