"""What a person may like, from a handful of labels or from none: the linear member's terms under a strong prior.

Bayesian logistic regression. Before any label, movies that many know and rate well are the more likely ones, and nothing
else is known; each label moves that. The prior is that of `linear_fit`. The posterior is Laplace's approximation (Rasmussen
and Williams 2006, section 3.4), computed over the labelled rows, of which there are few.
`benchmarks/first_labels.py` measures what it is worth.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import expit

from movie_pref.model.linear_fit import prior
from movie_pref.model.linear_member import LinearMember, NormalScore

START, START_SPREAD = -2.2, 1.0  # log-odds of the mean movie: one in ten
NEARLY = 0.8  # IMDb's votes order where they are known of this share of what the best known votes are
ROUNDS, CLOSE = 50, 1e-6  # of Newton's method
MOST = 500  # rows of one label that count: beside a few of the other, more tell nothing new and take long


class _Mode(NamedTuple):
    """The mode over labelled rows: `pulls` (one a row), the square root of their weights, and the Cholesky factor."""

    pulls: np.ndarray
    roots: np.ndarray
    factor: np.ndarray


@dataclass(frozen=True)
class Posterior:
    """What is believed of each movie after some labels: the mean and the variance of its log-odds, shape (movies,).

    `weights` are those of the scaled terms, the last one the intercept's; `explained` (labels, movies) is what the labels
    took of the prior covariance: `scaled @ scaled.T - explained.T @ explained` is the posterior one. `rows` are the labelled
    movies that count, `mode` is where the labels pull them.
    """

    log_odds: np.ndarray
    variance: np.ndarray
    weights: np.ndarray
    explained: np.ndarray
    rows: np.ndarray
    mode: _Mode

    @property
    def probability(self) -> np.ndarray:
        """Probability of each movie with its own uncertainty averaged out (MacKay 1992)."""
        return expit(self.log_odds / np.sqrt(1 + np.pi * self.variance / 8))


class FirstGuess:
    """The terms of some movies, the prior over their coefficients, and what labels make of it.

    Parameters
    ----------
    values
        Model columns of all movies that are known, labelled or not, shape (movies, columns); NaN is null.
    types
        `float` or `c` (category) for each column.
    names
        Of the columns.
    """

    def __init__(self, values: np.ndarray, types: list[str], names: list[str]) -> None:
        self.member = LinearMember.unfitted(values, types, names)
        terms = self.member.terms(values)
        self.means = terms.mean(axis=0)
        self.expected, self.spread = prior(self.member, names)
        centred = terms - self.means
        self.before = centred @ self.expected + START
        self.scaled = np.column_stack([centred * self.spread, np.full(len(terms), START_SPREAD)])

    def posterior(self, rows: np.ndarray, target: np.ndarray) -> Posterior:
        """What labels (0/1) of some rows make of all; without labels it is the prior."""
        own = (self.scaled**2).sum(axis=1)
        rows, target = _few(np.asarray(rows, dtype=np.int64), np.asarray(target))
        labelled = self.scaled[rows]
        mode = _mode(labelled @ labelled.T, self.before[rows], target)
        weights = labelled.T @ mode.pulls
        across = mode.roots[:, None] * (labelled @ self.scaled.T)
        explained = solve_triangular(mode.factor, across, lower=True)
        variance = np.maximum(own - (explained**2).sum(axis=0), 1e-9)
        return Posterior(self.before + self.scaled @ weights, variance, weights, explained, rows, mode)

    def draws(self, posterior: Posterior, movies: np.ndarray, count: int, seed: int) -> np.ndarray:
        """Log-odds of some movies drawn from what is believed, shape (movies, count) (Matheron's rule)."""
        rng, mode = np.random.default_rng(seed), posterior.mode
        weights = rng.standard_normal((self.scaled.shape[1], count))
        noise = rng.standard_normal((len(posterior.rows), count))
        seen = mode.roots[:, None] * (self.scaled[posterior.rows] @ weights) + noise
        taken = posterior.explained[:, movies].T @ solve_triangular(mode.factor, seen, lower=True)
        return posterior.log_odds[movies, None] + self.scaled[movies] @ weights - taken

    def member_of(self, posterior: Posterior) -> LinearMember:
        """The linear member whose log-odds are the posterior's means."""
        coefficients = self.expected + self.spread * posterior.weights[:-1]
        start = START + START_SPREAD * posterior.weights[-1]
        return self.member.with_coefficients(coefficients, self.means, float(start - coefficients @ self.means))


def by_votes(values: np.ndarray, names: list[str]) -> tuple[LinearMember, str] | None:
    """A linear member that orders by votes alone, and the column that it reads; None where no movie has votes.

    The column is IMDb's where it is known of nearly as many movies as any, else the one that is known of most; a movie without
    votes comes last.
    """
    columns = [at for at, name in enumerate(names) if "votes" in name]
    known = {at: np.unique(values[~np.isnan(values[:, at]), at].astype(np.float64)) for at in columns}
    columns = [at for at in columns if len(known[at]) > 1]
    if not columns:
        return None
    count = {at: int((~np.isnan(values[:, at])).sum()) for at in columns}
    most = max(columns, key=lambda at: count[at])
    column = next((at for at in columns if names[at].startswith("imdb") and count[at] >= NEARLY * count[most]), most)
    knots = np.quantile(known[column], np.linspace(0, 1, 64)) if len(known[column]) > 64 else known[column]
    knots = np.unique(knots)
    score = NormalScore(column, knots.tolist(), np.linspace(0.05, 5.0, len(knots)).tolist())
    member = LinearMember(values.shape[1], [score], [], [], [], [], [], [], [], 0.0)
    means = member.terms(values).mean(axis=0)
    return member.with_coefficients(np.array([1.0, 0.0]), means, START - float(means[0])), names[column]


def _few(rows: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most `MOST` rows of each label, the first ones."""
    kept = np.sort(np.concatenate([np.flatnonzero(target == kind)[:MOST] for kind in (0, 1)]))
    return rows[kept], target[kept]


def _mode(covariance: np.ndarray, before: np.ndarray, target: np.ndarray) -> _Mode:
    """Newton's method for the mode over the labelled rows (algorithm 3.1 of the source)."""
    count = len(target)
    pulls = np.zeros(count)
    for _ in range(ROUNDS if count else 0):
        log_odds = covariance @ pulls + before
        chance = expit(log_odds)
        weight = chance * (1 - chance) + 1e-9
        wanted = weight * (log_odds - before) + target - chance
        roots = np.sqrt(weight)
        inner = np.eye(count) + roots[:, None] * covariance * roots
        found = wanted - roots * np.linalg.solve(inner, roots * (covariance @ wanted))
        moved, pulls = float(np.abs(found - pulls).max()), found
        if moved < CLOSE:
            break
    chance = expit(covariance @ pulls + before)
    roots = np.sqrt(chance * (1 - chance) + 1e-9)
    return _Mode(pulls, roots, np.linalg.cholesky(np.eye(count) + roots[:, None] * covariance * roots))
