"""Probabilities that mean what they say: how they are mapped to shares.

The map bends a sigmoid (Platt 1999): on the log-odds it is a line through a few knots, whose slopes are pulled towards one
another, so that few movies leave it straight. It increases strictly, so the ranking never gets ties from it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from movie_pref.metrics.log_odds import log_odds

# where the map may bend: at probabilities of 12, 27, 50 and 73 %, as the straight map gives them
KNOTS = (-2.0, -1.0, 0.0, 1.0)
STIFFNESS = 5.0  # nats that a bend from slope 1 to slope 2 costs
FLATTEST = 0.05  # the least slope, of a straight map of 1


class Calibrator(NamedTuple):
    """A strictly increasing map of probabilities, straight between the knots on their log-odds.

    Log-odds z become `intercept + slopes[0] * z + sum over k of (slopes[k + 1] - slopes[k]) * max(z - knots[k], 0)`.
    """

    intercept: float = 0.0
    slopes: tuple[float, ...] = (1.0,)
    knots: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields as JSON has them, for a model's facts."""
        return {"intercept": self.intercept, "slopes": list(self.slopes), "knots": list(self.knots)}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """The map whose fields a model's facts hold."""
        return cls(float(facts["intercept"]), tuple(facts["slopes"]), tuple(facts["knots"]))

    def __call__(self, probability: np.ndarray) -> np.ndarray:
        from scipy.special import expit

        margin = log_odds(probability)
        return expit(self.intercept + _bends(margin, self.knots) @ np.diff(self.slopes, prepend=0.0))


def fit_sigmoid(probability: np.ndarray, actual: np.ndarray) -> Calibrator:
    """Fit the straight map on out-of-sample probabilities by logistic regression (scikit-learn's, hardly regularised).

    Where the probabilities carry no signal or run the wrong way, the slope would not be positive; the map then leaves
    them as they are.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(log_odds(probability)[:, None], actual)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Calibrator(intercept, (slope,)) if slope > 0 else Calibrator()


def fit_calibration(probability: np.ndarray, actual: np.ndarray) -> Calibrator:
    """Fit the map on out-of-sample probabilities: the straight one first, then its slopes between the knots.

    They minimise the log loss plus `STIFFNESS` times the squared differences of neighbouring slopes.

    Parameters
    ----------
    probability, actual
        Of the same movies, shape (n,); `actual` 0/1.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    straight = fit_sigmoid(probability, actual)
    slope = straight.slopes[0]
    margin = straight.intercept + slope * log_odds(probability)
    terms = _bends(margin, KNOTS)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        bends = np.diff(at[1:])
        found = at[0] + terms @ np.diff(at[1:], prepend=0.0)
        gap = terms.T @ (expit(found) - actual)
        pull = 2 * STIFFNESS * (np.append(0.0, bends) - np.append(bends, 0.0))
        value = (np.logaddexp(0, found) - actual * found).sum() + STIFFNESS * (bends**2).sum()
        return value, np.append((expit(found) - actual).sum(), gap - np.append(gap[1:], 0.0) + pull)

    start = np.append(0.0, np.ones(len(KNOTS) + 1))
    bounds = [(None, None), *[(FLATTEST, None)] * (len(KNOTS) + 1)]
    intercept, *slopes = map(float, minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)
    # from the straight map's log-odds, which the slopes and knots are on, back to the model's
    return Calibrator(
        intercept + slopes[0] * straight.intercept,
        tuple(slope * one for one in slopes),
        tuple((knot - straight.intercept) / slope for knot in KNOTS),
    )


def cross_fitted(
    probability: pd.Series,
    actual: pd.Series,
    fold: pd.Series,
    fit: Callable[[np.ndarray, np.ndarray], Calibrator] = fit_calibration,
    may_fit: np.ndarray | None = None,
) -> pd.Series:
    """Each row calibrated by a map that was fitted on the other folds, on those rows of them that `may_fit` (all by default)."""
    calibrated = pd.Series(np.nan, index=probability.index)
    for number in sorted(fold.unique()):
        test = fold == number
        seen = ~test if may_fit is None else ~test & may_fit
        calibrate = fit(probability[seen].to_numpy(), actual[seen].to_numpy())
        calibrated[test] = calibrate(probability[test].to_numpy())
    return calibrated


def bends_of(probability: pd.Series, actual: pd.Series, fold: pd.Series) -> str:
    """How much the bends lower the log loss on movies that neither map was fitted on, beside the straight map, in words."""
    losses = [
        _row_losses(actual.to_numpy(), cross_fitted(probability, actual, fold, fit).to_numpy())
        for fit in (fit_sigmoid, fit_calibration)
    ]
    lowered = np.subtract(*losses)
    return f"a sigmoid that may bend at {len(KNOTS)} knots; the bends lower its cross-fitted log loss by {lowered.mean():+.4f} ± {lowered.std(ddof=1) / np.sqrt(len(lowered)):.4f}"


def _bends(margin: np.ndarray, knots: tuple[float, ...]) -> np.ndarray:
    """The log-odds, and for each knot by how much they exceed it, shape (n, knots + 1)."""
    return np.column_stack([margin, *(np.maximum(margin - knot, 0.0) for knot in knots)])


def _row_losses(actual: np.ndarray, probability: np.ndarray) -> np.ndarray:
    likely = np.where(actual == 1, probability, 1 - probability)
    return -np.log(np.maximum(likely, np.finfo(np.float64).eps))
