"""Probabilities that mean what they say: a sigmoid on the model's log-odds (Platt 1999)."""

from typing import NamedTuple

import numpy as np
import pandas as pd


class Sigmoid(NamedTuple):
    """`1 / (1 + exp(-(slope * log-odds + intercept)))`; a positive slope, so the ranking never changes."""

    slope: float
    intercept: float

    def __call__(self, probability: np.ndarray) -> np.ndarray:
        from scipy.special import expit

        return expit(self.slope * log_odds(probability) + self.intercept)


def log_odds(probability: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), kept finite at 0 and 1."""
    from scipy.special import logit

    return logit(np.clip(np.asarray(probability, dtype=np.float64), 1e-7, 1 - 1e-7))


def fit_sigmoid(probability: np.ndarray, actual: np.ndarray) -> Sigmoid:
    """Fit the sigmoid on out-of-sample probabilities by logistic regression (scikit-learn's, hardly regularised).

    Where the probabilities carry no signal or run the wrong way, the slope would not be positive; the sigmoid then
    leaves them as they are.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(log_odds(probability)[:, None], actual)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Sigmoid(slope, intercept) if slope > 0 else Sigmoid(1.0, 0.0)


def cross_fitted(probability: pd.Series, actual: pd.Series, fold: pd.Series) -> pd.Series:
    """Each row calibrated by a sigmoid that was fitted on the other folds."""
    calibrated = pd.Series(np.nan, index=probability.index)
    for number in sorted(fold.unique()):
        test = fold == number
        sigmoid = fit_sigmoid(probability[~test].to_numpy(), actual[~test].to_numpy())
        calibrated[test] = sigmoid(probability[test].to_numpy())
    return calibrated
