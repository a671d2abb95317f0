"""Probabilities as log-odds, and their mean."""

import numpy as np
from scipy.special import expit, logit


def log_odds(probability: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), kept finite at 0 and 1."""
    from scipy.special import logit

    return logit(np.clip(np.asarray(probability, dtype=np.float64), 1e-7, 1 - 1e-7))


def mean_in_log_odds(*probabilities: np.ndarray) -> np.ndarray:
    """The mean of several models' probabilities, taken in log-odds."""
    margins = [logit(np.clip(np.asarray(one, dtype=np.float64), 1e-9, 1 - 1e-9)) for one in probabilities]
    return expit(np.mean(margins, axis=0))
