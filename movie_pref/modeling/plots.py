"""Plots of a search, a model and a ranking; each returns a matplotlib figure and draws on no screen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from movie_pref.modeling.metrics import threshold_scores

# Okabe and Ito's colours, which the colour-blind can tell apart
BLUE, ORANGE, GREY, GREEN = "#0072B2", "#D55E00", "#999999", "#009E73"


def recall_against_flagged(results: pd.DataFrame, budget: float, winner: int) -> Figure:
    """Recall and flagged share at 0.35 of every point of a search, the budget drawn in and the winner marked."""
    figure, axes = _single()
    flagged, recall = results["mean_test_flagged_at_0.35"], results["mean_test_recall_at_0.35"]
    axes.scatter(flagged, recall, s=18, color=BLUE, alpha=0.6, label="a point of the grid")
    axes.scatter(flagged[winner], recall[winner], s=140, marker="*", color=ORANGE, zorder=3, label="the winner")
    axes.axvline(budget, color=GREY, linestyle="--", label=f"review budget {budget:.1%}")
    axes.set(xlabel="share of movies flagged at 0.35", ylabel="recall at 0.35", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="lower right")
    return figure


def precision_recall_and_threshold(actual: np.ndarray, probability: np.ndarray, threshold: float) -> Figure:
    """Left the precision-recall curve; right recall and flagged share by threshold; the one in use is marked."""
    from sklearn.metrics import precision_recall_curve

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    precision, recall, _ = precision_recall_curve(actual, probability)
    at = threshold_scores(actual, probability >= threshold)
    left.plot(recall, precision, color=BLUE)
    left.plot(at["recall"], at["precision"], "o", color=ORANGE, label=f"threshold {threshold:g}")
    left.axhline(actual.mean(), color=GREY, linestyle=":", label=f"no skill {actual.mean():.1%}")
    left.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02), title="Precision and recall")
    left.legend(loc="lower left")
    grid = np.linspace(0.01, 0.99, 99)
    by_threshold = pd.DataFrame([threshold_scores(actual, probability >= value) for value in grid], index=grid)
    right.plot(by_threshold["recall"], color=BLUE, label="recall: good movies that are shown")
    right.plot(by_threshold["flagged"], color=GREEN, label="share of movies flagged")
    right.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    right.set(xlabel="probability threshold", xlim=(0, 1), ylim=(0, 1.02), title="What the threshold costs")
    right.legend(loc="upper center", bbox_to_anchor=(0.5, 0.62))
    return figure


def probability_histogram(probability: np.ndarray, threshold: float) -> Figure:
    """How many candidates have which probability, the threshold marked."""
    figure, axes = _single()
    axes.hist(probability, bins=np.linspace(0, 1, 41).tolist(), color=BLUE)
    axes.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    axes.set(xlabel="probability that you would watch it", ylabel="candidates", xlim=(0, 1))
    axes.legend()
    return figure


def _single() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    return figure, figure.subplots()


def policy_bars(table: pd.DataFrame) -> Figure:
    """Average precision of each policy with its standard error, and the number of columns it keeps."""
    figure, axes = _single()
    shown = table.dropna(subset=["average_precision"])
    axes.errorbar(
        shown["average_precision"], shown["policy"], xerr=shown["standard_error"], fmt="o", color=BLUE, capsize=4
    )
    for row in shown.itertuples():
        axes.annotate(
            f"{row.columns:.0f} columns",
            (row.average_precision, row.policy),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
        )
    axes.set(xlabel="cross-validated average precision, ± one standard error", ylabel="policy")
    axes.margins(x=0.1, y=0.3)
    return figure
