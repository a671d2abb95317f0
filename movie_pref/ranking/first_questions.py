"""Which movies to ask a person about of whom little is known: well-known ones, each unlike those before, then the telling ones.

Belongs here: choosing among rows of a `FirstGuess`. `benchmarks/first_labels.py` measures what labels asked for so are worth.
"""

from typing import NamedTuple

import numpy as np

from movie_pref.model.first_guess import FirstGuess, Posterior

KNOWN_SHARE = 0.25  # questions are about this share of the movies, those with the most votes
FEWEST_KNOWN = 400  # or about this many, where that is more


class Question(NamedTuple):
    """A movie to ask about, by its row, and the probability that is guessed."""

    row: int
    probability: float


def well_known(values: np.ndarray, names: list[str], among: np.ndarray) -> np.ndarray:
    """Which of some movies a person may be asked about: those with the most votes at any site.

    Parameters
    ----------
    values
        Model columns, shape (movies, columns); NaN is null.
    names
        Of the columns.
    among
        Whether each movie is one that may be asked about at all.

    Returns
    -------
    Booleans, shape (movies,). All of `among` where no movie has votes.
    """
    place = np.zeros(len(values))
    for at, name in enumerate(names):
        if "votes" in name:
            votes = np.nan_to_num(values[:, at].astype(np.float64), nan=-1.0)
            order = np.searchsorted(np.sort(votes[among]), votes) / max(1, among.sum())
            place = np.maximum(place, np.where(votes >= 0, order, 0.0))
    wanted = max(FEWEST_KNOWN, round(KNOWN_SHARE * int(among.sum())))
    if not place.any() or among.sum() <= wanted:
        return among.copy()
    best = np.flatnonzero(among)[np.argsort(-place[among], kind="stable")[:wanted]]
    chosen = np.zeros(len(values), dtype=bool)
    chosen[best] = True
    return chosen


def first_questions(guess: FirstGuess, posterior: Posterior, open_: np.ndarray, count: int) -> list[Question]:
    """The next movies to ask about, the most telling first.

    A movie tells the more, the less is sure about it: p (1 - p) times the variance of its log-odds, which is large for a
    movie that is neither surely liked nor surely not, and unlike all that was asked. Each of the list is chosen as
    though those before it had been answered, so that they are unlike each other, too (greedy experimental design).

    Parameters
    ----------
    open_
        Whether each movie may be asked about.
    """
    chance = posterior.probability
    even = chance * (1 - chance)
    variance = posterior.variance.copy()
    explained = posterior.explained
    left, found = open_.copy(), []
    for _ in range(min(count, int(open_.sum()))):
        row = int(np.argmax(np.where(left, even * variance, -np.inf)))
        left[row] = False
        found.append(Question(row, float(chance[row])))
        shared = guess.scaled @ guess.scaled[row] - explained.T @ explained[:, row]
        answered = shared / np.sqrt(variance[row] + 1 / max(even[row], 1e-3))
        explained = np.vstack([explained, answered])
        variance = np.maximum(variance - answered**2, 1e-9)
    return found
