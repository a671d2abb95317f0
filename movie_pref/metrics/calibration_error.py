"""How far probabilities are from what comes true, and the error a perfect model would show."""

import numpy as np
import pandas as pd

BINS = 10


def calibration_bins(actual: np.ndarray, probability: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Mean probability and share of liked movies in each of `bins` equally wide bins that holds any movie.

    Returns
    -------
    DataFrame with `movies`, `liked`, `probability` (mean) and `share` (of liked ones), from the lowest bin up.
    """
    frame = pd.DataFrame({"bin": _bin(probability, bins), "liked": actual, "probability": probability})
    found = frame.groupby("bin").agg(
        movies=("liked", "size"), liked=("liked", "sum"), probability=("probability", "mean")
    )
    return found.assign(share=found["liked"] / found["movies"]).reset_index(drop=True)


def calibration_error(actual: np.ndarray, probability: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (Naeini et al. 2015): the mean over movies of |share liked - mean probability| of
    their bin, the bins equally wide."""
    found = calibration_bins(actual, probability, bins)
    return float((found["movies"] * (found["share"] - found["probability"]).abs()).sum() / len(actual))


def calibration_error_floor(
    probability: np.ndarray, samples: int = 1000, seed: int = 0, bins: int = BINS
) -> tuple[float, float, float]:
    """The calibration error that these probabilities would show if every one of them were right.

    Labels are drawn from the probabilities `samples` times.

    Returns
    -------
    The median, and the 2.5 and the 97.5 percentile.
    """
    rng = np.random.default_rng(seed)
    ordered = np.sort(np.asarray(probability, dtype=np.float64))
    starts = np.unique(_bin(ordered, bins), return_index=True)[1]
    expected = np.add.reduceat(ordered, starts)
    errors = np.empty(samples)
    for number in range(samples):
        liked = np.add.reduceat((rng.random(len(ordered)) < ordered).astype(np.int64), starts)
        errors[number] = np.abs(liked - expected).sum() / len(ordered)
    low, median, high = np.quantile(errors, [0.025, 0.5, 0.975])
    return float(median), float(low), float(high)


def _bin(probability: np.ndarray, bins: int) -> np.ndarray:
    return np.minimum((np.asarray(probability, dtype=np.float64) * bins).astype(np.int64), bins - 1)
