"""The race: which boosters of a grid are worth fitting, decided round by round on what has been seen so far.

A round asks regression trees (scikit-learn's ExtraTrees over the grid's axes) where recall at the
review budget and average precision are best, and tries the boosters it names, some at random beside them, on the first
folds only. Those that keep up with the best go on to all folds. `docs/search.md` says what else was tried.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from movie_pref.search.fits import MEASURES, Fit
from movie_pref.search.fitter import Fitter
from movie_pref.search.grid import Space
from movie_pref.search.winner import PRECISION, RECALL

FIRST_ROUND = 48  # boosters drawn at random before anything is known
ROUND = 16  # boosters tried in each later round,
AT_RANDOM = 4  # of them at random, so that a corner the regression is wrong about is seen too
FIRST_FOLDS = 2
PROMOTED = 8  # boosters that go on to all folds in a round
WORTH_WHILE = 0.1  # of a standard error: the race ends when nothing promises more,
PATIENCE = 2  # rounds in a row
AXES = [MEASURES.index(name) for name in (RECALL, PRECISION)]


class Race(NamedTuple):
    """How a race ended: `rounds` run, and `ended` in words."""

    rounds: int
    ended: str


def race(
    fitter: Fitter,
    budget_fits: int,
    seed: int,
    say: Callable[[str], object] = lambda text: None,
) -> Race:
    """Run a race until further search is not worth it, or its budget of fits is spent.

    It is not worth it when, two rounds in a row, no booster left promises a tenth of the leader's standard error more
    than the leader.

    Parameters
    ----------
    fitter
        Computes the fits; its `measures` hold the result.
    budget_fits
        Boosters fitted on a fold, at most. A grid that needs no more is evaluated whole.
    """
    space, folds = fitter.problem.space, len(fitter.problem.folds)
    if space.boosters * folds <= budget_fits:
        sizes = tuple(range(len(space.trees)))
        fitter.compute(Fit(booster, fold, sizes) for booster in range(space.boosters) for fold in range(folds))
        return Race(1, "every point of the grid was evaluated")
    rng = np.random.default_rng(seed)
    tried = _Tried(fitter, budget_fits)
    start = min(FIRST_ROUND, max(1, budget_fits // (2 * tried.first)))
    tried.fit(np.sort(rng.choice(space.boosters, start, replace=False)), tried.first)
    rounds, idle = 1, 0
    while True:
        before = tried.spent()
        whole = tried.promote()
        untried = tried.left_over()
        if not len(untried) or not whole:
            return Race(rounds, "its budget of fits is spent" if len(untried) else "every booster was tried")
        promise = _promise(space, tried.observed(), seed + rounds)
        leader, error = tried.leader(whole)
        idle = idle + 1 if promise[untried].max() - promise[leader] < WORTH_WHILE * error else 0
        if idle == PATIENCE:
            return Race(rounds, f"no booster left promises {WORTH_WHILE:g} of the leader's standard error more")
        best = untried[np.argsort(-promise[untried], kind="stable")][: ROUND - AT_RANDOM]
        others = np.setdiff1d(untried, best)
        drawn = rng.choice(others, min(AT_RANDOM, len(others)), replace=False)
        tried.fit([*best, *np.sort(drawn)], tried.first)
        rounds += 1
        if tried.spent() == before or tried.spent() + folds > budget_fits:
            return Race(rounds, "its budget of fits is spent")
        say(f"round {rounds}: {len(tried.upto)} boosters tried, {len(whole)} on all folds")


class _Tried:
    """The boosters tried so far, within a budget of fits: on how many folds each, and what they were found worth."""

    def __init__(self, fitter: Fitter, budget_fits: int) -> None:
        self.fitter, self.budget_fits = fitter, budget_fits
        self.space, self.folds = fitter.problem.space, len(fitter.problem.folds)
        self.sizes = tuple(range(len(self.space.trees)))
        self.first = min(FIRST_FOLDS, self.folds)
        self.upto: dict[int, int] = {}  # booster to the folds it was fitted on

    def spent(self) -> int:
        return sum(self.upto.values())

    def fit(self, boosters: Iterable[int], upto: int) -> None:
        """Fit the boosters on the folds before `upto` that they have not seen, as far as the budget reaches."""
        wanted = []
        for booster in map(int, boosters):
            seen = self.upto.get(booster, 0)
            if self.spent() + upto - seen > self.budget_fits:
                break
            wanted += [Fit(booster, fold, self.sizes) for fold in range(seen, upto)]
            self.upto[booster] = upto
        self.fitter.compute(wanted)

    def promote(self) -> list[int]:
        """Send the best of those not yet on all folds there; returns all that are, the best first."""
        observed = self.observed()
        by_worth = sorted(self.upto, key=lambda booster: (-worth(observed[booster]).max(), booster))
        partly = [booster for booster in by_worth[: 2 * PROMOTED] if self.upto[booster] < self.folds]
        self.fit(partly[:PROMOTED], self.folds)
        return [booster for booster in by_worth if self.upto[booster] == self.folds]

    def left_over(self) -> np.ndarray:
        return np.setdiff1d(np.arange(self.space.boosters), np.fromiter(self.upto, dtype=np.int64))

    def observed(self) -> dict[int, np.ndarray]:
        """Recall at the budget and average precision (columns) of each booster's sizes (rows), as on the first folds.

        A later fold is easier or harder than the first ones; by how much is seen on the boosters that were fitted on
        both.
        """
        table = {
            booster: np.stack([self._by_fold(booster, size, upto) for size in self.sizes])
            for booster, upto in self.upto.items()
        }
        deepest = max(self.upto.values())
        offsets = np.zeros((deepest, len(AXES)))
        for fold in range(self.first, deepest):
            both = [values for values in table.values() if values.shape[1] > fold]
            by_size = [values[:, fold] - values[:, : self.first].mean(axis=1) for values in both]
            offsets[fold] = np.mean(by_size, axis=(0, 1))
        return {booster: (values - offsets[: values.shape[1]]).mean(axis=1) for booster, values in table.items()}

    def leader(self, whole: list[int]) -> tuple[int, float]:
        """The best booster among those fitted on all folds, and the standard error of its best point's worth."""
        best = (-np.inf, 0, 0.0)
        for booster in sorted(whole):
            for size in self.sizes:
                found = self._by_fold(booster, size, self.folds)
                value = float(worth(found.mean(axis=0)))
                if value > best[0]:
                    by_fold = worth(found)
                    error = float(by_fold.std(ddof=1) / np.sqrt(self.folds)) if self.folds > 1 else 0.0
                    best = (value, booster, error)
        return best[1], best[2]

    def _by_fold(self, booster: int, size: int, upto: int) -> np.ndarray:
        """Recall at the budget and average precision (columns) of one size on the folds before `upto` (rows)."""
        return np.array([self.fitter.measures[booster, fold, size][AXES] for fold in range(upto)])


def worth(found: np.ndarray) -> np.ndarray:
    """Recall at the budget plus average precision, which `found` has as columns."""
    return found[..., 0] + found[..., 1]


def _promise(space: Space, observed: dict[int, np.ndarray], seed: int) -> np.ndarray:
    """What the regression trees expect of each booster of the grid: the worth of its best point."""
    from sklearn.ensemble import ExtraTreesRegressor

    points = {booster: space.points_of(booster) for booster in observed}
    seen = np.concatenate(list(points.values()))
    model = ExtraTreesRegressor(n_estimators=60, min_samples_leaf=2, random_state=seed)
    model.fit(space.levels(seen), np.concatenate(list(observed.values())))
    everything = np.arange(space.size)
    promised = worth(model.predict(space.levels(everything)))
    best = np.full(space.boosters, -np.inf)
    np.maximum.at(best, space.booster_of(everything), promised)
    return best
