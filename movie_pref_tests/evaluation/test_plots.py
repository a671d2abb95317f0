"""What the pictures of the evaluation show."""

from movie_pref.evaluation.algorithms import BASELINE
from movie_pref.evaluation.comparison_table import comparison_table
from movie_pref.evaluation.plots import algorithm_differences
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
