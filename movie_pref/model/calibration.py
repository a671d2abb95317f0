"""Probabilities that mean what they say: how they are mapped to shares, and how far off they are.

The map is a sigmoid on the model's log-odds (Platt 1999) unless isotonic regression is better by more than two paired
standard errors of the cross-fitted log loss; either is strictly increasing, so the ranking never gets ties from it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.metrics.log_odds import log_odds

LARGEST_LOSS = float(-np.log(np.finfo(np.float64).eps))
CLEARLY = 2.0  # paired standard errors by which isotonic regression has to be better


class Sigmoid(NamedTuple):
    """`1 / (1 + exp(-(slope * log-odds + intercept)))`; a positive slope, so the ranking never changes."""

    slope: float
    intercept: float

    def __call__(self, probability: np.ndarray) -> np.ndarray:
        from scipy.special import expit

        return expit(self.slope * log_odds(probability) + self.intercept)


class Isotonic(NamedTuple):
    """Straight lines between the knots (`x`, `y`), which both increase strictly from 0 to 1 and within (0, 1)."""

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __call__(self, probability: np.ndarray) -> np.ndarray:
        return np.interp(np.asarray(probability, dtype=np.float64), self.x, self.y)


Calibrator = Sigmoid | Isotonic
FitCalibrator = Callable[[np.ndarray, np.ndarray], Calibrator]


class Choice(NamedTuple):
    """The map that was chosen, and by how much isotonic regression lowers the cross-fitted log loss (paired error)."""

    name: str
    fit: FitCalibrator
    difference: float
    error: float

    @property
    def says(self) -> str:
        found = f"isotonic regression lowers the cross-fitted log loss of the sigmoid by {self.difference:+.4f} ± {self.error:.4f}"
        return f"{self.name}: {found}; it is taken when that is more than {CLEARLY:g} paired standard errors, or when the sigmoid alone gives what happened no chance"


def fit_sigmoid(probability: np.ndarray, actual: np.ndarray) -> Sigmoid:
    """Fit the sigmoid on out-of-sample probabilities by logistic regression (scikit-learn's, hardly regularised).

    Where the probabilities carry no signal or run the wrong way, the slope would not be positive; the sigmoid then
    leaves them as they are.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(log_odds(probability)[:, None], actual)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Sigmoid(slope, intercept) if slope > 0 else Sigmoid(1.0, 0.0)


def fit_isotonic(probability: np.ndarray, actual: np.ndarray) -> Isotonic:
    """Fit isotonic regression on out-of-sample probabilities, its steps drawn as slopes.

    Each step of scikit-learn's isotonic regression becomes one knot at the mean of its probabilities (centered isotonic
    regression, Oron and Flournoy 2017), so that no two probabilities are mapped to the same value. No knot lies nearer
    to 0 or 1 than half a movie in all of them.
    """
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(y_min=0, y_max=1).fit(probability, actual).predict(probability)
    centre = pd.Series(np.asarray(probability, dtype=np.float64)).groupby(steps).mean()
    edge = 1 / (2 * len(actual))
    height = edge + centre.index.to_numpy(dtype=np.float64) * (1 - 2 * edge)
    inside = centre.between(0, 1, inclusive="neither").to_numpy()
    x = [0.0, *centre[inside], 1.0]
    y = [height[0] / 2, *height[inside], (1 + height[-1]) / 2]
    return Isotonic(tuple(map(float, x)), tuple(map(float, y)))


def choose_calibration(probability: pd.Series, actual: pd.Series, fold: pd.Series) -> Choice:
    """The sigmoid, unless isotonic regression is clearly better on movies that neither was fitted on.

    A map that gives what happened no chance at all is the worse one, however the mean over all rows stands: its loss is
    infinite, which no comparison of means and errors survives. Where both or none do, such rows count as 36 (the
    logarithm of the smallest difference to 1).

    Parameters
    ----------
    probability, actual, fold
        Out-of-fold predictions of the training rows, 0/1, and the fold of each.
    """
    losses = [
        _row_losses(actual.to_numpy(), cross_fitted(probability, actual, fold, fit).to_numpy())
        for fit in (fit_sigmoid, fit_isotonic)
    ]
    impossible = [bool(np.isinf(one).any()) for one in losses]
    lowered = np.subtract(*(np.minimum(one, LARGEST_LOSS) for one in losses))
    difference, error = float(lowered.mean()), float(lowered.std(ddof=1) / np.sqrt(len(lowered)))
    clearly = difference > CLEARLY * error
    if clearly if impossible[0] == impossible[1] else impossible[0]:
        return Choice("isotonic", fit_isotonic, difference, error)
    return Choice("sigmoid", fit_sigmoid, difference, error)


def cross_fitted(
    probability: pd.Series, actual: pd.Series, fold: pd.Series, fit: FitCalibrator = fit_sigmoid
) -> pd.Series:
    """Each row calibrated by a map that was fitted on the other folds."""
    calibrated = pd.Series(np.nan, index=probability.index)
    for number in sorted(fold.unique()):
        test = fold == number
        calibrate = fit(probability[~test].to_numpy(), actual[~test].to_numpy())
        calibrated[test] = calibrate(probability[test].to_numpy())
    return calibrated


def calibrator_of(facts: dict[str, Any]) -> Calibrator:
    """The calibrator whose fields a model's facts hold: `slope` and `intercept`, or `x` and `y`."""
    return Isotonic(tuple(facts["x"]), tuple(facts["y"])) if "x" in facts else Sigmoid(**facts)


def _row_losses(actual: np.ndarray, probability: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return -np.log(np.where(actual == 1, probability, 1 - probability))
