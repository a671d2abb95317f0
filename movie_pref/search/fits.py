"""The fits behind a search: which booster on which fold, in shards that any machine can compute and none computes twice."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from movie_pref.metrics.budget import AT_BUDGET, recall_at_share
from movie_pref.metrics.scores import metric_names, scores
from movie_pref.search.boosting import fit_booster, training_matrix
from movie_pref.search.grid import Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


Folds = Sequence[tuple[np.ndarray, np.ndarray]]
METRICS = [*metric_names(), AT_BUDGET]
MEASURES = [*METRICS, "seconds"]


class Fit(NamedTuple):
    """One booster on one fold, and the sizes that are wanted of it, each a number of trees (positions in `Space.trees`)."""

    booster: int
    fold: int
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """What a machine has to know to compute any fit.

    `values` are the model columns of all rows as `to_sparse` gives them with `types`, `target` is 0/1, `folds` are
    (train, test) positions, `review_budget` is the share of movies that a person looks at.
    """

    values: "csr_matrix"
    types: list[str]
    target: np.ndarray
    folds: Folds
    space: Space
    seed: int
    review_budget: float = 0.15

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
        digest.update(repr((self.types, self.space.grid, self.seed, self.review_budget, MEASURES, versions)).encode())
        return digest.hexdigest()[:20]


def fit_shard(problem: Problem, number: int, shard: Sequence[Fit]) -> tuple[int, np.ndarray]:
    """The shard's number and its measures: a row for each size of each fit, in order, columns `MEASURES`.

    The 50- and the 100-tree sizes are the beginning of the 200-tree one, so one booster serves them all; one binned
    matrix serves all boosters of a fold. `seconds` is a fit's time shared among its sizes.
    """
    rows = []
    matrices: dict[int, Any] = {}
    for booster_number, fold, sizes in shard:
        train, test = problem.folds[fold]
        if fold not in matrices:
            matrix = training_matrix(problem.values[train], problem.target[train], problem.types)
            matrices[fold] = matrix, problem.values[test], problem.target[test]
        matrix, unseen, actual = matrices[fold]
        trees = [problem.space.trees[size] for size in sizes]
        started = time.perf_counter()
        params = {**problem.space.booster_params(booster_number), "n_estimators": max(trees)}
        booster = fit_booster(matrix, params, problem.seed)
        measured = []
        for count in trees:
            # in log-odds, where probabilities near 0 and 1 still differ
            margin = booster.inplace_predict(unseen, iteration_range=(0, count), predict_type="margin")
            found = scores(actual, booster.inplace_predict(unseen, iteration_range=(0, count)))
            measured.append({**found, AT_BUDGET: recall_at_share(actual, margin, problem.review_budget)})
        seconds = (time.perf_counter() - started) / len(trees)
        rows += [[*(found[name] for name in METRICS), seconds] for found in measured]
    return number, np.array(rows)
