"""A small search that takes seconds."""

from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from movie_pref.search.checkpoint import Checkpoint
from movie_pref.search.strategies import grid_search

GRID = {
    "scale_pos_weight": [1, 9],
    "max_depth": [2, 3, 4],
    "n_estimators": [10, 30],
    "learning_rate": [0.1, 0.3],
    "subsample": [0.8, 1.0],
}
BOOSTERS, FOLDS = 24, 3


def problem():
    """Numbers, nulls, indicators and a category; 400 rows, one in four liked."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(400, 4)), columns=list("abcd"))
    y = ((X["a"] + X["b"] * X["c"] + rng.normal(0, 0.5, 400)) > 1).astype(int)
    X = X.mask(rng.random(X.shape) < 0.1)
    for number in range(5):
        X[f"indicator_{number}"] = (rng.random(400) < 0.3).astype("int8")
    X["language"] = pd.Categorical(rng.choice(["en", "fr", "ja"], 400))
    return X, y, list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(X, y))


def search(strategy="exhaustive", **options):
    X, y, folds = problem()
    return grid_search(X, y, GRID, folds, strategy, **options)


def search_and_tell(strategy: str, folder: Path, log: Path, end: Connection) -> None:
    """A search in a process of its own, which says through `end`, and writes into a log, when a shard is finished."""
    original = Checkpoint.write

    def told(self, shard, found):
        original(self, shard, found)
        with log.open("a") as written:
            written.write(f"{self._path(shard).name} {len(shard)}\n")
        end.send("a shard")

    Checkpoint.write = told
    search(strategy, budget=45, checkpoint=folder, n_jobs=2)


def same(one, other):
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"))
