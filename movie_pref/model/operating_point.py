"""Where the threshold lies on a model's scale: one constant in log-odds, so that what is flagged is what can be looked at."""

from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import logit


class Limits(NamedTuple):
    """What the operating point has to keep: the threshold, the share of movies to look at, and the recall that is enough."""

    threshold: float
    budget: float
    recall_target: float

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """Those that a model's facts hold."""
        return cls(*(facts[name] for name in cls._fields))


class OperatingPoint(NamedTuple):
    """The constant that is added to all log-odds, the share flagged with it, and the recall there.

    `by` says which of the two limits decided: the review `budget` or the `recall` target.
    """

    constant: float
    flagged: float
    recall: float
    by: str


def operating_point(log_odds: np.ndarray, actual: np.ndarray, limits: Limits) -> OperatingPoint:
    """The constant with which the share of movies at or above the threshold is the budget, or less.

    Less where the recall target is reached with less. It changes no order. Movies of equal log-odds are flagged
    together or not at all, whichever stays within the limit.

    Parameters
    ----------
    log_odds, actual
        Out-of-fold log-odds and 0/1 of the same movies, shape (n,).
    limits
        Shares from 0 to 1.
    """
    threshold, budget, recall_target = limits
    order = np.argsort(-log_odds, kind="stable")
    ranked, liked = log_odds[order], np.cumsum(actual[order])
    ends = np.append(np.flatnonzero(np.diff(ranked)) + 1, len(ranked))  # movies flagged, tie by tie
    recall = liked[ends - 1] / max(1, liked[-1])
    affordable = ends <= budget * len(ranked) + 1e-9
    enough = recall >= recall_target
    within = int(np.flatnonzero(affordable)[-1]) if affordable.any() else 0
    at = min(within, int(np.argmax(enough))) if enough.any() else within
    count = int(ends[at])
    # half way to the next movie, so that the last one flagged is flagged with room to spare
    cut = (ranked[count - 1] + ranked[count]) / 2 if count < len(ranked) else ranked[-1] - 1.0
    by = "recall" if enough.any() and at < within else "budget"
    return OperatingPoint(float(logit(threshold) - cut), count / len(ranked), float(recall[at]), by)
