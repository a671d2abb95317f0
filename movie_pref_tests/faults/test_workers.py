"""A process that a run has started for its work is killed: the run goes on without it or ends with a sentence."""

import contextlib
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from movie_pref_tests.faults import work
from movie_pref_tests.faults.processes import Running, members
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same

Start = Callable[..., Running]
SELECTION = {"MOVIE_PREF_POLICY": "balanced"}  # inside the folds, too, which is begun in a process beside the run
HELPERS = ("resource_tracker", "semaphore_tracker")  # of Python's own, beside those that work


def workers(run: Running) -> list[psutil.Process]:
    """The processes that a run has started for its work."""
    found = [one for one in members(run.pid) if one.pid != run.pid]
    return [one for one in found if not any(name in " ".join(one.cmdline()) for name in HELPERS)]


def first_worker(run: Running) -> psutil.Process:
    while run.works():
        if found := workers(run):
            return found[0]
        time.sleep(0.02)
    pytest.skip("a run starts no process on a machine of one core")


@pytest.mark.moments(4, 0)
def test_worker_that_is_killed_neither_stops_the_run_for_ever_nor_changes_its_result(
    moment: int, chance: random.Random, data: Path, tmp_path: Path, start: Start
) -> None:
    other = Path(shutil.copytree(data, tmp_path / "other"))
    assert start(other, work.retrain, **SELECTION).end().code == 0
    run = start(data, work.retrain_with_processes, **SELECTION)
    worker = first_worker(run)
    time.sleep(chance.uniform(0, 3))
    with contextlib.suppress(psutil.NoSuchProcess):  # it has done its work
        worker.kill()
    said = run.end()
    is_whole(data)
    if said.code != 0:
        assert said.code == 2 and len(said.complaints) == 1, said.out
        said = start(data, work.retrain_with_processes, **SELECTION).end()
    assert said.code == 0, said.out
    nothing_is_in_the_way(data)
    same(results(data), results(other))


@pytest.mark.moments(2, 0)
def test_workers_end_with_a_run_that_is_killed(moment: int, data: Path, start: Start) -> None:
    run = start(data, work.retrain_with_processes, **SELECTION)
    first_worker(run)
    run.kill_after(0)
    until = time.monotonic() + 60
    while members(run.pid):
        assert time.monotonic() < until, members(run.pid)
        time.sleep(0.1)
    assert start(data, work.retrain, **SELECTION).end().code == 0
