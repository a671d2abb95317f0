"""A search that is killed, spread over machines, or whose disk fails: the same table, and nothing done twice."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold

from movie_pref.errors import UserError
from movie_pref.search import fitter
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


def same(one, other):
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"))


@pytest.fixture(scope="module")
def undisturbed():
    return search()


@pytest.fixture
def fitted(monkeypatch):
    """The fits that were really computed, as they are computed."""
    done = []

    def counting(problem, number, shard):
        done.extend((fit.booster, fit.fold) for fit in shard)
        return original(problem, number, shard)

    original = fitter.fit_shard
    monkeypatch.setattr(fitter, "fit_shard", counting)
    return done


@pytest.mark.parametrize("strategy", ["race", "exhaustive", "sample"])
def test_one_or_two_threads_and_a_checkpoint_give_the_same_table(strategy, tmp_path):
    plain = search(strategy, budget=45)

    same(plain, search(strategy, budget=45, n_jobs=2))
    same(plain, search(strategy, budget=45, n_jobs=2, checkpoint=tmp_path))
    pd.testing.assert_frame_equal(
        search(strategy, budget=45, checkpoint=tmp_path), search(strategy, budget=45, checkpoint=tmp_path)
    )


def test_processes_give_the_same_table(undisturbed):
    import joblib

    with joblib.parallel_config(backend="loky"):
        same(undisturbed, search(n_jobs=2))


def test_a_finished_search_computes_nothing_again_and_a_changed_one_everything(tmp_path, fitted):
    search(checkpoint=tmp_path)
    assert len(fitted) == len(set(fitted)) == BOOSTERS * FOLDS

    search(checkpoint=tmp_path)
    assert len(fitted) == BOOSTERS * FOLDS

    X, y, folds = problem()
    changes = [
        {"X": X.assign(a=X["a"].where(X.index != 7, 0.0))},
        {"y": y.where(y.index != 7, 1 - y[7])},
        {"grid": {**GRID, "subsample": [0.8, 0.9]}},
        {"folds": folds[::-1]},
        {"seed": 1},
    ]
    for change in changes:
        fitted.clear()
        grid_search(
            **{"X": X, "y": y, "grid": GRID, "folds": folds, "checkpoint": tmp_path, "strategy": "exhaustive", **change}
        )
        assert len(fitted) == BOOSTERS * FOLDS, change
    assert len(list(tmp_path.iterdir())) == 1 + len(changes)


def test_another_version_of_xgboost_starts_anew(tmp_path, fitted, monkeypatch):
    import xgboost

    search(checkpoint=tmp_path)
    monkeypatch.setattr(xgboost, "__version__", "99.0")
    search(checkpoint=tmp_path)

    assert len(fitted) == 2 * BOOSTERS * FOLDS


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-100], lambda content: content[:-1] + b"!", lambda content: b""]
)
def test_a_damaged_shard_is_noticed_and_done_again(damage, undisturbed, tmp_path, fitted):
    search(checkpoint=tmp_path)
    shards = sorted(tmp_path.rglob("*.shard"))
    shards[3].write_bytes(damage(shards[3].read_bytes()))
    fitted.clear()
    said = []

    same(undisturbed, search(checkpoint=tmp_path, say=said.append))
    assert 0 < len(fitted) <= BOOSTERS * FOLDS / len(shards) + 1
    assert said == [f"a finished part of the search is damaged on disk ({shards[3].name}) and is computed again"]
    fitted.clear()
    search(checkpoint=tmp_path)
    assert not fitted


def test_two_searches_at_once_share_their_work_and_spoil_nothing(undisturbed, tmp_path):
    tables = []
    threads = [threading.Thread(target=lambda: tables.append(search(checkpoint=tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for table in tables:
        same(undisturbed, table)
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".tmp"]


def test_searches_that_nobody_touched_for_a_month_are_forgotten(tmp_path):
    old, recent = tmp_path / "old", tmp_path / "recent"
    for folder, days in ((old, 40), (recent, 3)):
        folder.mkdir()
        os.utime(folder, (time.time() - days * 86400,) * 2)
    search("sample", points=2, checkpoint=tmp_path)

    assert not old.exists() and recent.exists()


KILLED = """
    import sys
    sys.path[:0] = {path!r}
    from pathlib import Path
    from {module} import search
    from movie_pref.search import fitter

    original = fitter.fit_shard
    def told(problem, number, shard):
        found = original(problem, number, shard)
        with open({log!r}, "a") as log:
            log.write(f"{{shard[0]}}\\n")
        sys.stdout.write("a shard\\n")
        sys.stdout.flush()
        return found
    fitter.fit_shard = told
    search({strategy!r}, budget=45, checkpoint=Path({folder!r}), n_jobs=2)
"""


@pytest.mark.parametrize("strategy", ["exhaustive", "race"])
def test_killed_at_five_random_moments_it_goes_on_where_it_was(strategy, tmp_path, fitted):
    here = Path(__file__)
    log, folder = tmp_path / "log", tmp_path / "search"
    code = textwrap.dedent(KILLED).format(
        path=[str(here.parent)], module=here.stem, log=str(log), strategy=strategy, folder=str(folder)
    )
    moments = random.Random(1)
    kills = 0
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(moments.randint(1, 3)):
            assert process.stdout is not None and process.stdout.readline() == "a shard\n"
        time.sleep(moments.uniform(0.0, 0.01))
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
    computed = log.read_text().splitlines()
    resumed = search(strategy, budget=45, checkpoint=folder, n_jobs=2)
    at_last = len(fitted)

    same(search(strategy, budget=45), resumed)
    assert kills == 5 and len(computed) >= 5
    assert len(computed) - len(set(computed)) <= kills * 2  # the two threads' shards in flight
    assert at_last < len(fitted) - at_last  # what was done is not done again by the search that goes on


def test_a_dask_cluster_gives_the_same_table_even_when_a_worker_is_killed(undisturbed):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        same(undisturbed, search(scheduler=cluster.scheduler_address))
        victim = next(iter(cluster.workers.values())).pid
        seen = []

        def kill_in_the_middle(step):
            if len(seen) == 3:
                os.kill(victim, signal.SIGKILL)
            seen.append(step.done)

        same(undisturbed, search(scheduler=cluster.scheduler_address, progress=kill_in_the_middle))
        assert len(seen) > 4 and seen[-1] == BOOSTERS * FOLDS


def test_a_scheduler_that_is_not_there_gets_one_sentence():
    pytest.importorskip("distributed")
    with pytest.raises(UserError, match=r"No Dask scheduler answers at not an address .*start one with"):
        search(scheduler="not an address")


def test_a_full_disk_gets_one_sentence_and_keeps_what_was_finished(undisturbed, tmp_path, fitted):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        with pytest.raises(UserError, match="The disk is full"):
            search(checkpoint=disk)
        subprocess.run(["mount", "-o", "remount,size=10M", str(disk)], check=True)
        finished = len(list(disk.rglob("*.shard")))
        fitted.clear()

        same(undisturbed, search(checkpoint=disk))
        assert finished > 0 and len(fitted) < BOOSTERS * FOLDS
    finally:
        subprocess.run(["umount", str(disk)], check=True)
