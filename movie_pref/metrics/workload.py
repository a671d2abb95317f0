"""How sure it is how many movies one has to look at to see a share of the liked ones."""

from collections.abc import Sequence

import numpy as np

from movie_pref.metrics.intervals import CONFIDENCE, NONE, Interval, wilson
from movie_pref.metrics.scores import RECALL_LEVELS

TAIL = (1 - CONFIDENCE) / 2


def fewest_liked(level: float) -> int:
    """The liked movies from which a share of them this large has an interval: 29 for 0.9, 59 for 0.95, 299 for 0.99.

    With fewer, the place in the ranking that all but 1 - `level` of the liked movies are above may lie below the last of
    them with more than the probability that an interval leaves out, and nothing in the sample says how far below.
    """
    return int(np.ceil(np.log(2 * TAIL) / np.log(level)))


def share_intervals(
    actual: np.ndarray, probability: np.ndarray, levels: Sequence[float] = RECALL_LEVELS
) -> dict[float, Interval]:
    """Of the share of all movies to look at, from the top of the ranking, for each recall; none below `fewest_liked`.

    Where in the ranking the liked movies of this share end is a quantile of them. It lies between two of the sample's
    liked movies whose numbers the binomial distribution gives (mid-p), however the probabilities are distributed. The
    movies that are not liked down to either say what that means for the share; how well the sample says what is above one
    place is added as squares (Wilson's interval of the share; Zou and Donner 2008).
    """
    from scipy.special import bdtr

    order = np.argsort(-probability, kind="stable")
    ranked = -probability[order]
    own = ranked[actual[order].astype(bool)]
    seen = np.searchsorted(ranked, own, side="right")  # movies of equal probability are looked at together
    liked, total = len(own), len(actual)
    number = np.arange(liked + 1)
    found = {}
    for level in levels:
        if liked < fewest_liked(level):
            found[level] = NONE
            continue
        at_most = bdtr(number, liked, level)
        middle = (at_most + np.append(0.0, at_most[:-1])) / 2  # of P(fewer) and P(as many or fewer)
        upper = int(np.argmax(middle >= 1 - TAIL))
        lower = max(int((middle <= TAIL).sum()), 1)
        enough = int(np.ceil(level * liked - 1e-9))
        share = seen[enough - 1] / total
        far, near = ((seen[end - 1] - end + enough) / total - share for end in (upper, lower))
        around = wilson(seen[enough - 1], total)
        found[level] = Interval(
            max(float(share - np.hypot(near, share - around.low)), 0.0),
            min(float(share + np.hypot(far, around.high - share)), 1.0),
        )
    return found
