"""Fits many boosters: which are done already, which go to which worker, what is written when."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from movie_pref.cores import as_they_end
from movie_pref.errors import UserError
from movie_pref.search.fits import Fit, Problem, fit_shard

if TYPE_CHECKING:
    from movie_pref.search.checkpoint import Checkpoint

LARGEST_SHARD = 30
FEWEST_SHARDS = 16


class Fitter:
    """Computes fits in shards, on this machine's cores or on a Dask cluster, and remembers what it has.

    Parameters
    ----------
    n_jobs
        Threads on this machine, since XGBoost leaves Python alone while it fits, or what says how many there may be at
        the moment; the measures do not depend on it.
    scheduler
        Address of a Dask scheduler (`tcp://host:8786`) whose workers compute the shards instead.
    checkpoint
        Where finished shards are kept and looked up.
    progress
        Called after each shard that was computed or found, with the fits that have become known.

    Raises
    ------
    UserError
        The scheduler cannot be reached, or its library is not installed.
    """

    def __init__(
        self,
        problem: Problem,
        n_jobs: int | Callable[[], int] = 1,
        scheduler: str | None = None,
        checkpoint: "Checkpoint | None" = None,
        progress: Callable[[Sequence[Fit]], None] = lambda fits: None,
    ) -> None:
        self.problem, self.scheduler = problem, scheduler
        self.n_jobs = n_jobs if callable(n_jobs) else lambda: n_jobs
        self.checkpoint, self.progress = checkpoint, progress
        self.measures: dict[tuple[int, int, int], np.ndarray] = {}

    def compute(self, fits: Iterable[Fit]) -> None:
        """Make the measures of these fits known: `measures[booster, fold, size]` has the columns `MEASURES`."""
        shards = _shards(list(fits))
        missing = []
        for number, shard in enumerate(shards):
            kept = self.checkpoint.read(shard) if self.checkpoint else None
            if kept is None:
                missing.append(number)
            else:
                self._note(shard, kept)
        for number, found in self._computed([(number, shards[number]) for number in missing]):
            if self.checkpoint:
                self.checkpoint.write(shards[number], found)
            self._note(shards[number], found)

    def _note(self, shard: Sequence[Fit], found: np.ndarray) -> None:
        rows = iter(found)
        for booster, fold, sizes in shard:
            for size in sizes:
                self.measures[booster, fold, size] = next(rows)
        self.progress(shard)

    def _computed(self, shards: list[tuple[int, list[Fit]]]) -> Iterator[tuple[int, np.ndarray]]:
        if not shards:
            return
        if self.scheduler is None:
            yield from as_they_end(self.n_jobs, lambda one: fit_shard(self.problem, *one), shards)
            return
        from joblib import Parallel, delayed

        with _cluster(self.scheduler, self.problem):
            yield from Parallel(return_as="generator_unordered", pre_dispatch="3*n_jobs")(
                delayed(fit_shard)(self.problem, number, shard) for number, shard in shards
            )


@contextmanager
def _cluster(scheduler: str, problem: Problem) -> Iterator[None]:
    """Joblib's work goes to the workers of a Dask scheduler; the problem is sent to each of them once."""
    from joblib import parallel_config

    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "The setting 'search_scheduler' needs the package distributed; install it with pip install 'movie-pref[cluster]'."
        ) from None
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        detail = " ".join(str(error).split()) or "no answer in 10 s"
        raise UserError(
            f"No Dask scheduler answers at {scheduler} ({detail[:120]}); start one with `dask scheduler`, or clear the setting 'search_scheduler'."
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise UserError(
                f"The Dask scheduler at {scheduler} has no worker; start some with `dask worker {scheduler}`."
            )
        with parallel_config(backend="dask", client=client, scatter=[problem]):
            yield


def _shards(fits: list[Fit]) -> list[list[Fit]]:
    """Parts of the work by its amount alone, so that an interrupted search finds the same ones again."""
    size = min(LARGEST_SHARD, max(1, len(fits) // FEWEST_SHARDS))
    return [fits[start : start + size] for start in range(0, len(fits), size)]
