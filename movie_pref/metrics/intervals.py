"""95 % intervals of figures of merit, and of the difference of two models on the same rows.

A share (recall, precision, share flagged) is a count of independent movies: Wilson's interval, which is neither empty
nor beyond 0 and 1 where a count is 0 or all. Everything else goes by the influence that each row has on the figure
(infinitesimal jackknife, Efron 1982): the root of the sum of its squares is the standard error. The bootstrap percentiles that
stood here before estimate the same spread and covered the truth of average precision in 90 to 93 % of cases; on the log-odds
scale and with Student's t, whose degrees of freedom are one less than the liked movies, it is 93 to 97 %
(`benchmarks/coverage.py`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.metrics.scores import THRESHOLDS, scores

CONFIDENCE = 0.95
SHARES = ("recall", "precision", "flagged", "accuracy")


class Interval(NamedTuple):
    """Both ends; NaN where there is none."""

    low: float
    high: float


NONE = Interval(float("nan"), float("nan"))
ANYTHING = Interval(0.0, 1.0)


def wilson(hits: float, total: float, confidence: float = CONFIDENCE) -> Interval:
    """Of a share of independent cases (Wilson 1927, without continuity correction); 0 to 1 where there is no case."""
    if total <= 0:
        return ANYTHING
    z = _normal(confidence)
    share, shrunk = hits / total, z**2 / total
    centre = (share + shrunk / 2) / (1 + shrunk)
    reach = z / (1 + shrunk) * np.sqrt(share * (1 - share) / total + shrunk / (4 * total))
    return Interval(float(max(min(centre - reach, share), 0.0)), float(min(max(centre + reach, share), 1.0)))


def mcnemar_p(gained: int, lost: int) -> float:
    """Two-sided exact p that as many movies are gained as lost (McNemar 1947, binomial); 1 where none is either."""
    from scipy.stats import binomtest

    return float(binomtest(lost, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def intervals(actual: np.ndarray, probability: np.ndarray, thresholds: Sequence[float] = THRESHOLDS) -> pd.DataFrame:
    """Each metric of `scores` with its 95 % interval.

    Returns
    -------
    DataFrame indexed by metric with `value`, `low`, `high`.

    Raises
    ------
    ValueError
        The rows are of one class only.
    """
    _check(actual)
    value, spread = scores(actual, probability, thresholds), influences(actual, probability, thresholds)
    liked = _rarer(actual)
    found: dict[str, Interval] = {
        name: on_log_odds(value[name], spread[name], liked) for name in ("average_precision", "roc_auc")
    }
    loss = on_log(-value["neg_log_loss"], spread["neg_log_loss"], liked)
    found["neg_log_loss"] = Interval(-loss.high, -loss.low)
    for threshold in thresholds:
        for name, one in _decision_intervals(actual.astype(bool), probability >= threshold).items():
            found[f"{name}_at_{threshold:g}"] = one
    table = pd.DataFrame.from_dict(found, orient="index", columns=["low", "high"])
    return table.assign(value=pd.Series(value))[["value", "low", "high"]].loc[list(value)].rename_axis("metric")


def paired_differences(
    actual: np.ndarray,
    champion: np.ndarray,
    challenger: np.ndarray,
    thresholds: Sequence[float] = THRESHOLDS,
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """How much better a challenger's probabilities are than a champion's on the same rows, with intervals.

    What makes a row hard for both cancels out, since its influence on both figures is subtracted. Paired shares of the
    same rows (recall, share flagged, accuracy) have Bonett and Price's interval (2012), which is not empty where the
    two never disagree, and McNemar's exact p.

    Returns
    -------
    DataFrame indexed by metric with `champion`, `challenger`, `difference` (challenger less champion), `low`, `high`, and
    `p` (NaN where the interval is all there is). One liked movie leaves a difference without an interval.
    """
    _check(actual)
    theirs, ours = (scores(actual, one, thresholds) for one in (champion, challenger))
    before, after = (influences(actual, one, thresholds) for one in (champion, challenger))
    found = pd.DataFrame({"champion": theirs, "challenger": ours})
    found["difference"] = found["challenger"] - found["champion"]
    reach = {name: _reach(after[name] - before[name], _rarer(actual), confidence) for name in found.index}
    found["low"], found["high"] = found["difference"] - pd.Series(reach), found["difference"] + pd.Series(reach)
    found.loc[~np.isfinite(found["high"]), ["low", "high"]] = np.nan
    found["p"] = np.nan
    liked = actual.astype(bool)
    for threshold in thresholds:
        one, other = (values >= threshold for values in (challenger, champion))
        of = {"recall": (one[liked], other[liked]), "flagged": (one, other), "accuracy": (one == liked, other == liked)}
        for name, (won, had) in of.items():
            gained, lost = int((won & ~had).sum()), int((had & ~won).sum())
            where = f"{name}_at_{threshold:g}"
            found.loc[where, ["low", "high"]] = bonett_price(gained, lost, len(won), confidence)
            found.loc[where, "p"] = mcnemar_p(gained, lost)
    return found.rename_axis("metric")


def mean_loss_interval(losses: np.ndarray, liked: int) -> Interval:
    """Of the mean of the rows' losses, `liked` of them of the rarer kind."""
    return on_log(float(losses.mean()), (losses - losses.mean()) / len(losses), liked)


def on_log_odds(value: float, influence: np.ndarray, liked: int) -> Interval:
    """Of a figure within 0 and 1: symmetric in log-odds; Wilson's of the liked movies where all of them are right."""
    from scipy.special import expit, logit

    reach = _reach(influence, liked)
    if not 0 < value < 1 or not reach > 0:
        return wilson(value * liked, liked)
    return Interval(*(float(end) for end in expit(logit(value) + np.array([-1, 1]) * reach / (value * (1 - value)))))


def on_log(value: float, influence: np.ndarray, liked: int) -> Interval:
    """Of a figure above 0: symmetric in its logarithm."""
    reach = _reach(influence, liked)
    if not np.isfinite(reach):
        return NONE
    if value <= 0:
        return Interval(value, value)
    return Interval(float(value * np.exp(-reach / value)), float(value * np.exp(reach / value)))


def influences(
    actual: np.ndarray, probability: np.ndarray, thresholds: Sequence[float] = THRESHOLDS
) -> dict[str, np.ndarray]:
    """How much each metric of `scores` changes when a row weighs more, for each row: its derivative by the row's weight.

    The influences of a metric sum to 0.
    """
    liked = actual.astype(bool)
    found = {
        "average_precision": _average_precision_influence(liked, probability),
        "roc_auc": _roc_auc_influence(liked, probability),
        "neg_log_loss": _mean_influence(-row_log_losses(actual, probability), np.ones(len(liked))),
    }
    for threshold in thresholds:
        for name, influence in _decision_influences(liked, probability >= threshold).items():
            found[f"{name}_at_{threshold:g}"] = influence
    return found


def row_log_losses(actual: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """The log loss of each row, as scikit-learn clips it."""
    tiny = np.finfo(probability.dtype).eps
    inside = np.clip(probability.astype(np.float64), tiny, 1 - tiny)
    return -np.log(np.where(actual.astype(bool), inside, 1 - inside))


def _decision_intervals(liked: np.ndarray, flagged: np.ndarray) -> dict[str, Interval]:
    """Of recall, precision, F1, balanced accuracy, accuracy and flagged share of a yes/no decision.

    F1 is 2 s / (1 + s) of the share s of hits among movies that are liked or flagged. Balanced accuracy is half the sum
    of two shares of different movies, whose reaches are added as squares (Zou and Donner 2008).
    """
    hits, alarms = int((liked & flagged).sum()), int((~liked & flagged).sum())
    positives, negatives = int(liked.sum()), int((~liked).sum())
    total = positives + negatives
    share = wilson(hits, positives + alarms)
    recall, specificity = (hits, positives), (negatives - alarms, negatives)
    ends = [wilson(*one) for one in (recall, specificity)]
    values = [one / of for one, of in (recall, specificity)]
    below, above = (
        np.sqrt(sum((getattr(end, side) - value) ** 2 for end, value in zip(ends, values, strict=True))) / 2
        for side in ("low", "high")
    )
    middle = sum(values) / 2
    return {
        "recall": ends[0],
        "precision": wilson(hits, hits + alarms),
        "f1": Interval(*(2 * end / (1 + end) for end in share)),
        "balanced_accuracy": Interval(float(middle - below), float(middle + above)),
        "accuracy": wilson(hits + negatives - alarms, total),
        "flagged": wilson(hits + alarms, total),
    }


def _decision_influences(liked: np.ndarray, flagged: np.ndarray) -> dict[str, np.ndarray]:
    right = (liked == flagged).astype(np.float64)
    recall, specificity = _mean_influence(right, liked), _mean_influence(right, ~liked)
    both = liked.astype(np.float64) + flagged
    return {
        "recall": recall,
        "precision": _mean_influence(right, flagged),
        "f1": _mean_influence(np.divide(2.0 * (liked & flagged), both, out=np.zeros(len(both)), where=both > 0), both),
        "balanced_accuracy": (recall + specificity) / 2,
        "accuracy": _mean_influence(right, np.ones(len(liked))),
        "flagged": _mean_influence(flagged.astype(np.float64), np.ones(len(liked))),
    }


def _mean_influence(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of a weighted mean; 0 where nothing has weight."""
    total = weights.sum()
    return weights * (values - (weights @ values) / total) / total if total else np.zeros(len(values))


def _average_precision_influence(liked: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """The derivative of sum(y T / N) / sum(y), where T counts the liked rows and N all rows down to a row and its ties.

    A row adds to T and N of every row that does not stand above it.
    """
    order = np.argsort(-probability, kind="stable")
    ranked, y = probability[order], liked[order].astype(np.float64)
    last = np.append(ranked[1:] != ranked[:-1], True)
    tie = np.cumsum(np.append(0, last[:-1]))
    seen = np.flatnonzero(last) + 1.0
    hits = np.cumsum(y)[last]
    rise, total = np.diff(hits, prepend=0), hits[-1]
    value = (rise * hits / seen).sum() / total
    of_hits = np.cumsum((rise / seen)[::-1])[::-1]
    of_seen = np.cumsum((rise * hits / seen**2)[::-1])[::-1]
    found = np.empty(len(y))
    found[order] = (y * ((hits / seen + of_hits)[tie] - value) - of_seen[tie]) / total
    return found


def _roc_auc_influence(liked: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """The share of the other class that each row is on the right side of, less the mean, over its class (DeLong 1988)."""
    found = np.empty(len(liked))
    for side, sign in ((liked, 1.0), (~liked, -1.0)):
        own, others = sign * probability[side].astype(np.float64), np.sort(sign * probability[~side].astype(np.float64))
        right = (np.searchsorted(others, own, "left") + np.searchsorted(others, own, "right")) / (2 * len(others))
        found[side] = (right - right.mean()) / len(own)
    return found


def bonett_price(gained: int, lost: int, total: int, confidence: float) -> list[float]:
    """Of the difference of two shares of the same cases, one gained and one lost case added (Bonett and Price 2012)."""
    up, down = (gained + 1) / (total + 2), (lost + 1) / (total + 2)
    reach = _normal(confidence) * np.sqrt((up + down - (up - down) ** 2) / (total + 2))
    difference = (gained - lost) / total
    return [max(min(up - down - reach, difference), -1.0), min(max(up - down + reach, difference), 1.0)]


def _reach(influence: np.ndarray, liked: int, confidence: float = CONFIDENCE) -> float:
    """How far an interval reaches from its middle: Student's t times the standard error; infinite for one liked movie."""
    from scipy.special import stdtrit

    square = float(influence @ influence)
    if liked < 2:
        return float("inf") if square else 0.0
    return float(stdtrit(liked - 1, (1 + confidence) / 2) * np.sqrt(square * liked / (liked - 1)))


def _normal(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def _rarer(actual: np.ndarray) -> int:
    """Movies of the rarer class, mostly the liked ones: what a figure of both classes rests on."""
    return int(min(actual.sum(), len(actual) - actual.sum()))


def _check(actual: np.ndarray) -> None:
    if not 0 < actual.sum() < len(actual):
        raise ValueError("the interval of a metric needs rows of both classes")
