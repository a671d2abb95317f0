"""Pictures of a search."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from movie_pref.plot_style import BLUE, GREY, ORANGE, ROOM, single_axis

QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]
BOX = 0.3  # of the way between two values


def recall_against_flagged(results: pd.DataFrame, budget: float, winner: int) -> Figure:
    """Recall and flagged share at 0.35 of every point of a search, the budget drawn in and the winner marked."""
    figure, axes = single_axis()
    flagged, recall = results["mean_test_flagged_at_0.35"], results["mean_test_recall_at_0.35"]
    axes.scatter(flagged, recall, s=12, color=BLUE, alpha=0.6, label="a point of the grid")
    axes.scatter(flagged[winner], recall[winner], s=140, marker="*", color=ORANGE, zorder=3, label="the winner")
    axes.axvline(budget, color=GREY, linestyle="--", label=f"review budget {budget:.1%}")
    axes.set(xlabel="share of movies flagged at 0.35", ylabel="recall at 0.35", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="lower right")
    return figure


def score_by_axis(results: pd.DataFrame) -> Figure:
    """For each parameter of a search, how average precision and recall at 0.35 lie at each of its values.

    Boxes are quartiles over the points that have that value, whiskers 5 and 95 %; what lies far below all boxes is cut.
    """
    axes_names = _varied(results)
    rows = max(1, -(-len(axes_names) // 4))
    figure = Figure(figsize=(13, 3.1 * rows))
    spaces = {"left": 0.05, "right": 0.98, "bottom": 0.3 / (3.1 * rows), "top": 1 - 0.6 / (3.1 * rows)}
    grid = np.ravel(figure.subplots(rows, 4, sharey=True, gridspec_kw={**spaces, "hspace": 0.22, "wspace": 0.05}))
    lowest = 1.0
    for axes, name in zip(grid, axes_names, strict=False):
        levels = sorted(results[name].unique())
        for offset, metric, color in ((-0.18, "average_precision", BLUE), (0.18, "recall_at_0.35", ORANGE)):
            by_level = results.groupby(name)[f"mean_test_{metric}"]
            low, lower, middle, upper, high = (by_level.quantile(share).to_numpy() for share in QUANTILES)
            places = np.arange(len(levels)) + offset
            axes.vlines(places, low, high, color="black", linewidth=1, zorder=1)
            axes.bar(places, upper - lower, bottom=lower, width=BOX, color=color, edgecolor="black", zorder=2)
            axes.hlines(middle, places - BOX / 2, places + BOX / 2, color="black", linewidth=1.2, zorder=3)
            lowest = min(lowest, float(lower.min()))
        axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
        axes.set_title(name.removeprefix("param_"))
    grid[0].set_ylim(max(0.0, lowest - 0.03), 1.005)
    for axes in grid[len(axes_names) :]:
        axes.set_axis_off()
    figure.legend(
        handles=[Patch(color=BLUE, label="average precision"), Patch(color=ORANGE, label="recall at 0.35")],
        loc="upper center", ncols=2, frameon=False,
    )  # fmt: skip
    return figure


def parallel_coordinates(results: pd.DataFrame, winner: int, best: int = 30) -> Figure:
    """The parameters of the best points of a search as lines across its axes, the winner's drawn thick."""
    axes_names = _varied(results)
    figure = Figure(figsize=(13, 4.5))
    axes = figure.subplots(gridspec_kw=ROOM)
    levels = {name: sorted(results[name].unique()) for name in axes_names}
    shown = results.nsmallest(best, "rank")
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, size=(len(shown), len(axes_names)))
    for number, (row, point) in enumerate(shown.iterrows()):
        heights = [levels[name].index(point[name]) / max(1, len(levels[name]) - 1) for name in axes_names]
        is_winner = row == winner
        shift = 0 if is_winner else jitter[number] * 0.25
        axes.plot(
            np.array(heights) + shift, color=ORANGE if is_winner else BLUE, linewidth=3 if is_winner else 1,
            alpha=1 if is_winner else 0.45, zorder=3 if is_winner else 2,
        )  # fmt: skip
    for position, name in enumerate(axes_names):
        axes.axvline(position, color=GREY, linewidth=0.8)
        for number, level in enumerate(levels[name]):
            axes.annotate(
                f"{level:g}",
                (position, number / max(1, len(levels[name]) - 1)),
                xytext=(5, 4),
                textcoords="offset points",
            )
    axes.set_xticks(range(len(axes_names)), [name.removeprefix("param_").replace("_", "\n", 1) for name in axes_names])
    axes.set(yticks=[], title=f"The {len(shown)} best points by rank; the winner is the thick line")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    return figure


def _varied(results: pd.DataFrame) -> list[str]:
    """The parameters that a search tried more than one value of."""
    return [name for name in results if name.startswith("param_") and len(results[name].unique()) > 1]
