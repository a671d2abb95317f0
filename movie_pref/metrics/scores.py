"""The metrics of the experimental design, of one model's probabilities on rows that it has not seen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

THRESHOLDS = (0.35, 0.5)
RECALL_LEVELS = (0.9, 0.95, 0.99)
RANKING_METRICS = ("average_precision", "roc_auc", "neg_log_loss")
THRESHOLD_METRICS = ("recall", "precision", "f1", "balanced_accuracy", "accuracy", "flagged")


def metric_names(thresholds: Sequence[float] = THRESHOLDS) -> list[str]:
    """Every metric that `scores` gives: three of the ranking, six at each threshold (`recall_at_0.35`)."""
    return [*RANKING_METRICS, *(f"{name}_at_{threshold:g}" for threshold in thresholds for name in THRESHOLD_METRICS)]


def scores(actual: np.ndarray, probability: np.ndarray, thresholds: Sequence[float] = THRESHOLDS) -> dict[str, float]:
    """The eight metrics of the design, and the share of movies flagged at each threshold.

    Parameters
    ----------
    actual
        0/1, shape (n,), both classes present.
    probability
        Of class 1, shape (n,). A movie is flagged at or above the threshold.

    Returns
    -------
    A value for each of `metric_names(thresholds)`, equal to scikit-learn's (`average_precision_score` and so on). Where
    nothing is flagged, precision and F1 are 0, as there.
    """
    weights = np.ones((1, len(actual)))
    return {name: float(value[0]) for name, value in weighted_scores(actual, probability, weights, thresholds).items()}


def weighted_scores(
    actual: np.ndarray, probability: np.ndarray, weights: np.ndarray, thresholds: Sequence[float] = THRESHOLDS
) -> dict[str, np.ndarray]:
    """`scores` for many weightings of the same rows at once, as a search needs it.

    scikit-learn takes 8 ms a call for these metrics, which a search of 93,312 points makes half a million times.

    Parameters
    ----------
    weights
        Shape (m, n), how often each row counts; both classes must have weight in each of the m.

    Returns
    -------
    For each of `metric_names(thresholds)` an array of shape (m,).
    """
    ranked, liked, weights, tp, fp, last = _ranked(actual, probability, weights)
    positives, negatives = tp[:, -1], fp[:, -1]
    found = _ranking_scores(tp[:, last], fp[:, last], positives, negatives)
    found["neg_log_loss"] = _neg_log_loss(ranked, liked, weights)
    for threshold in thresholds:
        count = int((ranked >= threshold).sum())
        hits, alarms = (tp[:, count - 1], fp[:, count - 1]) if count else (np.zeros_like(positives),) * 2
        for name, value in _threshold_scores(hits, alarms, positives, negatives).items():
            found[f"{name}_at_{threshold:g}"] = value
    return {name: found[name] for name in metric_names(thresholds)}


class _Ranked(NamedTuple):
    """Rows from the highest probability down, hits and false alarms cumulated, and the last row of each tie."""

    probability: np.ndarray
    liked: np.ndarray
    weights: np.ndarray
    tp: np.ndarray
    fp: np.ndarray
    last: np.ndarray


def _ranked(actual: np.ndarray, probability: np.ndarray, weights: np.ndarray) -> _Ranked:
    order = np.argsort(-probability, kind="stable")
    ranked, liked, weights = probability[order], actual[order].astype(bool), weights[:, order]
    tp, fp = np.cumsum(weights * liked, axis=1), np.cumsum(weights * ~liked, axis=1)
    last = np.append(ranked[1:] != ranked[:-1], True)  # ties enter together
    return _Ranked(ranked, liked, weights, tp, fp, last)


def movies_for_recall(
    actual: np.ndarray, probability: np.ndarray, weights: np.ndarray, levels: Sequence[float] = RECALL_LEVELS
) -> dict[str, np.ndarray]:
    """How many movies one has to look at, from the top of the ranking, to see these shares of the liked ones.

    Movies of equal probability are looked at together.

    Parameters
    ----------
    weights
        Shape (m, n), as in `weighted_scores`.

    Returns
    -------
    `movies_for_recall_0.9` (a count) and `share_for_recall_0.9` (of all movies) for each level, of shape (m,).
    """
    ranked = _ranked(actual, probability, weights)
    tp, seen = ranked.tp[:, ranked.last], (ranked.tp + ranked.fp)[:, ranked.last]
    found: dict[str, np.ndarray] = {}
    for level in levels:
        enough = np.argmax(tp >= level * tp[:, -1:] - 1e-9, axis=1)
        count = np.take_along_axis(seen, enough[:, None], axis=1)[:, 0]
        found |= {f"movies_for_recall_{level:g}": count, f"share_for_recall_{level:g}": count / seen[:, -1]}
    return found


def threshold_scores(actual: np.ndarray, flagged: np.ndarray) -> dict[str, float]:
    """Recall, precision, F1, balanced accuracy, accuracy and flagged share of a yes/no decision."""
    liked = actual.astype(bool)
    counts = [np.array([float(part.sum())]) for part in (flagged & liked, flagged & ~liked, liked, ~liked)]
    return {name: float(value[0]) for name, value in _threshold_scores(*counts).items()}


def _ranking_scores(
    tp: np.ndarray, fp: np.ndarray, positives: np.ndarray, negatives: np.ndarray
) -> dict[str, np.ndarray]:
    """Average precision (sum of precision times the rise in recall) and the trapezoidal area under the ROC curve."""
    flagged = tp + fp
    precision = np.divide(tp, flagged, out=np.zeros_like(tp), where=flagged > 0)
    rise = np.diff(tp, axis=1, prepend=0)
    step = np.diff(fp, axis=1, prepend=0)
    return {
        "average_precision": (precision * rise).sum(axis=1) / positives,
        "roc_auc": (step * (tp - rise / 2)).sum(axis=1) / (positives * negatives),
    }


def _neg_log_loss(probability: np.ndarray, liked: np.ndarray, weights: np.ndarray) -> np.ndarray:
    tiny = np.finfo(probability.dtype).eps
    inside = np.clip(probability.astype(np.float64), tiny, 1 - tiny)
    return weights @ np.log(np.where(liked, inside, 1 - inside)) / weights.sum(axis=1)


def _threshold_scores(
    tp: np.ndarray, fp: np.ndarray, positives: np.ndarray, negatives: np.ndarray
) -> dict[str, np.ndarray]:
    total = positives + negatives
    recall, specificity = tp / positives, 1 - fp / negatives
    return {
        "recall": recall,
        "precision": np.divide(tp, tp + fp, out=np.zeros_like(tp), where=tp + fp > 0),
        "f1": 2 * tp / (tp + fp + positives),
        "balanced_accuracy": (recall + specificity) / 2,
        "accuracy": (tp + negatives - fp) / total,
        "flagged": (tp + fp) / total,
    }


def confusion(actual: np.ndarray, predicted: np.ndarray) -> pd.Series:
    """`tp`, `tn`, `fp` or `fn` for each row."""
    return pd.Series(
        np.select(
            [(actual == 1) & (predicted == 1), (actual == 0) & (predicted == 0), actual == 0], ["tp", "tn", "fp"], "fn"
        ),
        dtype="str",
    )
