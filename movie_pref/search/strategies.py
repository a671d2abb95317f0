"""The search over a grid: exhaustive, a race, or a plain sample, all by the same fits and in the same table."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.features.matrix import to_sparse
from movie_pref.search.checkpoint import Checkpoint
from movie_pref.search.fits import MEASURES, METRICS, Fit, Folds, Problem
from movie_pref.search.fitter import Fitter
from movie_pref.search.grid import Grid, Space
from movie_pref.search.race import AXES, race, worth
from movie_pref.search.winner import ranks

Strategy = Literal["race", "exhaustive", "sample"]


class Progress(NamedTuple):
    """How far a search is: fits done and in all (a race: at most), fits a second, seconds left, and the best so far."""

    done: int
    total: int
    rate: float
    left: float
    best: str

    def __str__(self) -> str:
        left = f"{self.left:.0f} s" if self.left < 120 else f"{self.left / 60:.0f} min"
        return f"{self.done:,} of {self.total:,} fits, {self.rate:.0f} a second, {left} left{self.best and '; best so far '}{self.best}"


def grid_search(
    X: pd.DataFrame,
    y: np.ndarray | pd.Series,
    grid: Grid,
    folds: Folds,
    strategy: Strategy = "race",
    n_jobs: int | Callable[[], int] = 1,
    seed: int = 0,
    checkpoint: str | Path | None = None,
    budget: int = 600,
    points: int = 40,
    review_budget: float = 0.15,
    scheduler: str | None = None,
    progress: Callable[[Progress], object] | None = None,
    say: Callable[[str], object] = lambda text: None,
) -> pd.DataFrame:
    """Evaluate points of a grid by cross-validation.

    Parameters
    ----------
    X
        Model columns, one row a movie; category columns are handled natively.
    y
        0/1, one a row.
    grid
        Parameter name to the values tried.
    folds
        (train, test) positions, one pair a fold.
    strategy
        `exhaustive` evaluates every point, `race` those that are worth it, `sample` a random `points` of them.
    n_jobs
        Threads on this machine, or what says how many there may be at the moment; the result does not depend on it.
    checkpoint
        A folder in which finished work is kept; a search that was interrupted goes on where it was.
    budget
        Most fits of a race; a fit is one booster on one fold.
    review_budget
        Share of the movies that the person looks at, at which `recall_at_budget` is measured.
    scheduler
        Address of a Dask scheduler whose workers do the fits.
    progress
        Called after each part of the work.
    say
        Told in words how a race goes, and of damage in the checkpoint.

    Returns
    -------
    DataFrame, a row an evaluated point in grid order: `param_*`, `mean_test_<metric>`, `std_test_<metric>` and
    `split<k>_test_<metric>` (null on a fold that it was not evaluated on) for each metric, `folds` (on how many it was),
    `rank` (1 is the winner), `seconds`. `attrs` has `fits` and, in words, why it `ended`.

    Raises
    ------
    UserError
        The scheduler does not answer, or the disk is full; finished work is kept.
    ValueError
        The strategy is unknown, or a fold lacks one of the classes.
    """
    if strategy not in ("race", "exhaustive", "sample"):
        raise ValueError(f"strategy {strategy!r} is unknown; choose race, exhaustive or sample")
    target = np.asarray(y)
    for number, parts in enumerate(folds):
        if any(len(np.unique(target[part])) < 2 for part in parts):
            raise ValueError(f"fold {number} holds one class only; stratify the folds")
    space = Space(grid)
    values, types = to_sparse(X)
    problem = Problem(values, types, target, folds, space, seed, review_budget)
    kept = Checkpoint(Path(checkpoint), problem.fingerprint(), say) if checkpoint is not None else None
    fitter = Fitter(problem, n_jobs, scheduler, kept)
    wanted = _fits(space, len(folds), strategy, points, seed)
    total = len(wanted) if wanted else min(budget, space.boosters * len(folds))
    if progress is not None:
        fitter.progress = _Watch(fitter, total, progress)
    ended = f"{strategy}: all of its points were evaluated"
    if wanted:
        fitter.compute(wanted)
    else:
        found = race(fitter, budget, seed, say)
        ended = f"race: {found.ended} after {found.rounds} rounds"
    table = _table(fitter)
    table.attrs.update(ended=ended, fits=len({key[:2] for key in fitter.measures}))
    return table


def _fits(space: Space, folds: int, strategy: Strategy, points: int, seed: int) -> list[Fit]:
    """All fits of a strategy that knows them beforehand, those of a booster together; none for a race."""
    if strategy == "race":
        return []
    if strategy == "exhaustive" or points >= space.size:
        every = tuple(range(len(space.trees)))
        wanted = dict.fromkeys(range(space.boosters), every)
    else:
        drawn = np.sort(np.random.default_rng(seed).choice(space.size, points, replace=False))
        wanted = {}
        for position, booster in zip(drawn, space.booster_of(drawn), strict=True):
            size = int(np.flatnonzero(space.points_of(int(booster)) == position)[0])
            wanted[int(booster)] = (*wanted.get(int(booster), ()), size)
    return [Fit(booster, fold, sizes) for booster, sizes in wanted.items() for fold in range(folds)]


class _Watch:
    """Turns finished fits into `Progress`."""

    def __init__(self, fitter: Fitter, total: int, tell: Callable[[Progress], object]) -> None:
        self.fitter, self.total, self.tell = fitter, total, tell
        self.started, self.done, self.best = time.monotonic(), 0, (-np.inf, "")

    def __call__(self, fits: Sequence[Fit]) -> None:
        self.done += len(fits)
        folds = range(len(self.fitter.problem.folds))
        for booster, size in {(fit.booster, size) for fit in fits for size in fit.sizes}:
            found = [self.fitter.measures.get((booster, fold, size)) for fold in folds]
            if all(values is not None for values in found):
                means = np.mean([values[AXES] for values in found], axis=0)  # type: ignore[index]
                recall, precision = means
                value = float(worth(means))
                if value > self.best[0]:
                    looked_at = self.fitter.problem.review_budget
                    shown = f"recall {recall:.3f} looking at {looked_at:.0%}, average precision {precision:.3f}"
                    self.best = (value, shown)
        rate = self.done / max(time.monotonic() - self.started, 1e-6)
        self.tell(Progress(self.done, self.total, rate, (self.total - self.done) / rate, self.best[1]))


def _table(fitter: Fitter) -> pd.DataFrame:
    space, folds = fitter.problem.space, len(fitter.problem.folds)
    found: dict[int, np.ndarray] = {}
    points = {booster: space.points_of(booster) for booster in {key[0] for key in fitter.measures}}
    for (booster, fold, size), values in fitter.measures.items():
        position = int(points[booster][size])
        found.setdefault(position, np.full((folds, len(MEASURES)), np.nan))[fold] = values
    positions = sorted(found)
    chosen = [space.point(position) for position in positions]
    measured = np.stack([found[position] for position in positions])
    columns: dict[str, object] = {f"param_{name}": [point[name] for point in chosen] for name in space.names}
    for number, metric in enumerate(METRICS):
        values = measured[:, :, number]
        columns[f"mean_test_{metric}"] = np.nanmean(values, axis=1)
        columns[f"std_test_{metric}"] = np.nanstd(values, axis=1)
        columns.update({f"split{fold}_test_{metric}": values[:, fold] for fold in range(folds)})
    table = pd.DataFrame(columns)
    table["folds"] = (~np.isnan(measured[:, :, 0])).sum(axis=1)
    table["rank"] = ranks(table)
    table["seconds"] = np.nansum(measured[:, :, -1], axis=1)
    return table
