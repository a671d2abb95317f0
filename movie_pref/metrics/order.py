"""In which order movies are looked at, where a second question says which of them would be watched again."""

import numpy as np


def ranked_by(probability: np.ndarray, again: np.ndarray, again_weight: float) -> np.ndarray:
    """What movies are ordered by, from high to low: the probability, and with this weight that of being watched again.

    Parameters
    ----------
    probability, again
        Of the same movies, shape (n,); `again` is nowhere above `probability`, and 0 where there is no second question.
    """
    return probability + again_weight * again if again_weight else probability


def perhaps_again(probability: np.ndarray, again: np.ndarray, threshold: float) -> np.ndarray:
    """Whether a movie is one that a person would perhaps watch again: both questions are answered at the threshold or above."""
    given_liked = np.divide(again, probability, out=np.zeros_like(again), where=probability > 0)
    return (probability >= threshold) & (given_liked >= threshold)
