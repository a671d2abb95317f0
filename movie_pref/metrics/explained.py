"""What each metric is, what speaks for it and what against: the eight of the experimental design in its own words, then ours.

Belongs here: the words, and which of a report's figures they are about. Does not belong here: any arithmetic.
"""

import re
from typing import NamedTuple

import pandas as pd


class Metric(NamedTuple):
    """A row of the design's table of metrics."""

    definition: str
    pros: str
    cons: str


OF_THE_DESIGN = {
    "recall": Metric(
        definition="TP / (TP + FN)",
        pros="Minimizes missing good movies; aligns with 35% threshold strategy",
        cons="Ignores false positives; can flood your library",
    ),
    "average_precision": Metric(
        definition="Area under precision-recall curve",
        pros="Optimizes across all thresholds; good for threshold tuning",
        cons="Less directly tied to your manual curation workflow",
    ),
    "f1": Metric(
        definition="Harmonic mean of precision and recall",
        pros="Balances missing movies vs manual cleanup work",
        cons="Fixed threshold assumption doesn't match your flexible approach",
    ),
    "balanced_accuracy": Metric(
        definition="(TPR + TNR) / 2",
        pros="Accounts for class imbalance",
        cons="Doesn't prioritize recall over precision for your use case",
    ),
    "precision": Metric(
        definition="TP / (TP + FP)",
        pros="Minimizes manual deletion work",
        cons="Conflicts with goal of catching edge cases at 35% threshold",
    ),
    "roc_auc": Metric(
        definition="Area under ROC curve",
        pros="Threshold-independent",
        cons="Poor with imbalance; doesn't align with your workflow priorities",
    ),
    "neg_log_loss": Metric(
        definition="Negative log-likelihood",
        pros="Good probability calibration for threshold setting",
        cons="Hard to interpret; doesn't directly measure workflow efficiency",
    ),
    "accuracy": Metric(
        definition="(TP + TN) / Total",
        pros="Simple to understand",
        cons="Completely misleading given your manual curation process",
    ),
}

OURS = {
    "flagged": Metric(
        definition="(TP + FP) / Total",
        pros="Says what a recall costs: how much of the list you would look through",
        cons="Says nothing of whether it was worth looking",
    ),
    "recall_at_budget": Metric(
        definition="Recall when the review budget's share of movies is looked at, the highest ranked first",
        pros="Cannot be raised by flagging everything; does not depend on where the threshold lies",
        cons="Only as good as the budget that was named",
    ),
    "recall_again_at_budget": Metric(
        definition="Share of the movies labelled would_watch_again that are among the review budget's share ranked highest",
        pros="Says whether the favourites are found first, which is what the second question is for",
        cons="Favourites are few, so its interval is wide",
    ),
    "recall_again_at_budget_by_the_first_question": Metric(
        definition="The same when movies are ranked by the probability of would_watch alone",
        pros="Says what the second question adds to the order",
        cons="Favourites are few: a difference of one movie is luck",
    ),
    "average_precision_again": Metric(
        definition="Average precision of probability_again for would_watch_again against every other label",
        pros="Judges the whole order by the second question, at no threshold",
        cons="Lower than that of would_watch by nature, since favourites are fewer",
    ),
    "movies_for_recall": Metric(
        definition="Movies to look at, from the top of the ranking, to see this share of the liked ones",
        pros="The work itself, in movies",
        cons="Rests on the few liked movies that are ranked lowest",
    ),
    "share_for_recall": Metric(
        definition="Share of all movies to look at, from the top of the ranking, to see this share of the liked ones",
        pros="The work itself, for a list of any length",
        cons="Rests on the few liked movies that are ranked lowest",
    ),
    "brier": Metric(
        definition="Mean of (probability - label)²; 0 is best",
        pros="Rewards right probabilities and a good order at once, and forgives a single gross mistake",
        cons="Small for every model when few movies are liked",
    ),
    "log_loss": Metric(
        definition="Negative mean of the log-likelihood; 0 is best",
        pros="Rewards right probabilities, and punishes those that are sure and wrong",
        cons="One movie that is sure and wrong can outweigh many; hard to interpret",
    ),
    "calibration_error": Metric(
        definition="Mean distance between the probability of a group of movies and the share of them that is liked",
        pros="Says whether a chance can be taken at its word",
        cons="Never 0 on few movies: read it beside its floor; says nothing of the order",
    ),
    "calibration_error_floor": Metric(
        definition="The calibration error that probabilities which are all right would show on as many movies",
        pros="Says what of a calibration error is luck",
        cons="Simulated, so a little different with another seed",
    ),
}
METRICS = OF_THE_DESIGN | OURS

# what a figure's name adds to its metric's: a threshold, a recall level, the probabilities that it is of
ADDED = re.compile(r"_at_[\d.]+$|(?<=_for_recall)_[\d.]+$|_calibrated(?=_floor$|$)")


def explained(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures with what each is, what speaks for it and what against.

    Parameters
    ----------
    figures
        `metric`, as a report names it (`recall_at_0.35`, `brier_calibrated`), and whatever else.

    Returns
    -------
    The same rows with `definition`, `pros`, `cons` added; null for a figure that nothing is written about.
    """
    nothing = [None] * len(Metric._fields)
    rows = [METRICS.get(ADDED.sub("", name), nothing) for name in figures["metric"]]
    return figures.join(pd.DataFrame(rows, columns=list(Metric._fields), index=figures.index, dtype="str"))
