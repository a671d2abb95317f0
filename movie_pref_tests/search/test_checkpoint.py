"""A search that is killed, damaged, or whose disk fails goes on where it was: the same table, and nothing done twice."""

import os
import random
import signal
import subprocess
import threading
import time

import pytest

from movie_pref.errors import UserError
from movie_pref.search.strategies import grid_search
from movie_pref_tests.faults.processes import STAND
from movie_pref_tests.search.problem import BOOSTERS, FOLDS, GRID, problem, same, search, search_and_tell


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


@pytest.mark.parametrize("strategy", ["exhaustive", "race"])
def test_killed_at_five_random_moments_it_goes_on_where_it_was(strategy, tmp_path, fitted):
    log, folder = tmp_path / "log", tmp_path / "search"
    moments = random.Random(1)
    kills = 0
    for _ in range(5):
        heard, end = STAND.Pipe(duplex=False)
        process = STAND.Process(target=search_and_tell, args=(strategy, folder, log, end))
        process.start()
        for _ in range(moments.randint(1, 3)):
            assert heard.poll(60) and heard.recv() == "a shard"
        time.sleep(moments.uniform(0.0, 0.01))
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
    finished = [line.split() for line in log.read_text().splitlines()]
    resumed = search(strategy, budget=45, checkpoint=folder, n_jobs=2)
    at_last = len(fitted)
    same(search(strategy, budget=45), resumed)
    whole = len(fitted) - at_last

    assert kills == 5 and len(finished) >= 5
    assert len({shard for shard, _ in finished}) == len(finished)  # none was done twice by those that were killed
    assert at_last <= whole - sum(int(fits) for _, fits in finished)  # nor by the search that goes on


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
