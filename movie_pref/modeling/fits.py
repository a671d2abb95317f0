"""The fits behind a search: which booster on which fold, in shards that any machine can compute and none computes twice."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from movie_pref.errors import UserError
from movie_pref.modeling.boosting import fit_booster, training_matrix
from movie_pref.modeling.grid import Space
from movie_pref.modeling.metrics import metric_names, scores

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from movie_pref.modeling.checkpoint import Checkpoint

Folds = Sequence[tuple[np.ndarray, np.ndarray]]
MEASURES = [*metric_names(), "seconds"]
LARGEST_SHARD = 30
FEWEST_SHARDS = 16


class Fit(NamedTuple):
    """One booster on one fold, and the sizes of forest that are wanted of it (positions in `Space.trees`)."""

    booster: int
    fold: int
    forests: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """What a machine has to know to compute any fit.

    `values` are the model columns of all rows as `to_sparse` gives them with `types`, `target` is 0/1, `folds` are
    (train, test) positions.
    """

    values: "csr_matrix"
    types: list[str]
    target: np.ndarray
    folds: Folds
    space: Space
    seed: int

    def fingerprint(self) -> str:
        """A hash over the content of everything that a result depends on, the libraries' versions included."""
        import importlib.metadata

        import xgboost

        digest = hashlib.sha256()
        for array in (self.values.data, self.values.indices, self.values.indptr, self.target):
            digest.update(np.ascontiguousarray(array).tobytes())
        for train, test in self.folds:
            digest.update(np.asarray(train, dtype=np.int64).tobytes() + b"|" + np.asarray(test, np.int64).tobytes())
        versions = [xgboost.__version__, np.__version__, importlib.metadata.version("movie-pref")]
        digest.update(repr((self.types, self.space.grid, self.seed, MEASURES, versions)).encode())
        return digest.hexdigest()[:20]


def fit_shard(problem: Problem, number: int, shard: Sequence[Fit]) -> tuple[int, np.ndarray]:
    """The shard's number and its measures: a row for each forest of each fit, in order, columns `MEASURES`.

    The 50- and the 100-tree forest are the beginning of the 200-tree one, so one booster serves them all; one binned
    matrix serves all boosters of a fold. `seconds` is a fit's time shared among its forests.
    """
    rows = []
    matrices: dict[int, Any] = {}
    for booster_number, fold, forests in shard:
        train, test = problem.folds[fold]
        if fold not in matrices:
            matrix = training_matrix(problem.values[train], problem.target[train], problem.types)
            matrices[fold] = matrix, problem.values[test], problem.target[test]
        matrix, unseen, actual = matrices[fold]
        trees = [problem.space.trees[forest] for forest in forests]
        started = time.perf_counter()
        params = {**problem.space.booster_params(booster_number), "n_estimators": max(trees)}
        booster = fit_booster(matrix, params, problem.seed)
        measured = [scores(actual, booster.inplace_predict(unseen, iteration_range=(0, count))) for count in trees]
        seconds = (time.perf_counter() - started) / len(trees)
        rows += [[*found.values(), seconds] for found in measured]
    return number, np.array(rows)


class Fitter:
    """Computes fits in shards, on this machine's cores or on a Dask cluster, and remembers what it has.

    Parameters
    ----------
    n_jobs
        Threads on this machine, since XGBoost leaves Python alone while it fits; the measures do not depend on it.
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
        n_jobs: int = 1,
        scheduler: str | None = None,
        checkpoint: "Checkpoint | None" = None,
        progress: Callable[[Sequence[Fit]], None] = lambda fits: None,
    ) -> None:
        self.problem, self.n_jobs, self.scheduler = problem, n_jobs, scheduler
        self.checkpoint, self.progress = checkpoint, progress
        self.measures: dict[tuple[int, int, int], np.ndarray] = {}

    def compute(self, fits: Iterable[Fit]) -> None:
        """Make the measures of these fits known: `measures[booster, fold, forest]` has the columns `MEASURES`."""
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
        for booster, fold, forests in shard:
            for forest in forests:
                self.measures[booster, fold, forest] = next(rows)
        self.progress(shard)

    def _computed(self, shards: list[tuple[int, list[Fit]]]) -> Iterator[tuple[int, np.ndarray]]:
        from joblib import Parallel, delayed

        if not shards:
            return
        with self._backend():
            yield from Parallel(
                n_jobs=self.n_jobs, prefer="threads", return_as="generator_unordered", pre_dispatch="3*n_jobs"
            )(delayed(fit_shard)(self.problem, number, shard) for number, shard in shards)

    def _backend(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.scheduler is None else _cluster(self.scheduler, self.problem)


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
