"""What a person finds who looks at a share of the movies, from the top of the ranking down."""

import numpy as np

AT_BUDGET = "recall_at_budget"
NEAR = 0.01  # what no person minds to look at beyond the budget


def recall_at_share(actual: np.ndarray, ranked_by: np.ndarray, share: float) -> float:
    """The share of the liked movies among the `share` of all movies that are ranked highest.

    Where a tie is cut, its liked movies are counted by expectation, as if the tied ones were looked at in random order;
    so is a movie of which only a part falls within the share (of 10 movies, 15 % are one and a half).

    Parameters
    ----------
    actual
        0/1, shape (n,), at least one of them 1.
    ranked_by
        A probability or log-odds, shape (n,); the order is all that counts.
    share
        From 0 to 1.
    """
    order = np.argsort(-ranked_by, kind="stable")
    liked = np.cumsum(actual[order])
    last = np.append(np.flatnonzero(np.diff(ranked_by[order])), len(order) - 1)  # of each tie
    return float(np.interp(share * len(order), np.append(0, last + 1), np.append(0, liked[last])) / liked[-1])


def most_flagged(budget: float, movies: int) -> float:
    """The share of so many movies that may be flagged where the truth is the budget: two standard errors or one point above."""
    return budget + max(NEAR, 2 * float(np.sqrt(budget * (1 - budget) / movies)) if movies else 1.0)
