"""What is begun in a process beside this one is the same as what is computed here, whatever becomes of that process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from movie_pref.cores import Background, as_they_end, in_threads
from movie_pref.errors import UserError


def where(number: int) -> tuple[int, int]:
    return number, os.getpid()


def wait_for(file: Path) -> int:
    while not file.exists():
        time.sleep(0.01)
    return os.getpid()


def refuse(what: str) -> None:
    raise UserError(what)


@pytest.fixture
def background() -> Iterator[Background]:
    with Background(1) as begun:
        yield begun


def test_what_was_begun_is_computed_elsewhere_and_what_was_not_here(background):
    background.begin("a", where, 1)
    assert background.result("a", where, 1)[1] != os.getpid()
    assert background.result("b", where, 2) == (2, os.getpid())


def test_what_still_waits_is_computed_by_whoever_needs_it(background, tmp_path):
    background.begin("long", wait_for, tmp_path / "go")
    for number in range(3):
        background.begin(number, where, number)
    assert background.result(2, where, 2) == (2, os.getpid())
    assert (background.left(4), background.left(1)) == (3, 1)
    (tmp_path / "go").touch()
    assert background.result("long", wait_for, tmp_path / "go") != os.getpid()
    assert background.result(0, where, 0)[0] == 0


def test_without_a_process_nothing_is_begun():
    with Background(0) as background:
        background.begin("a", where, 1)
        assert background.result("a", where, 1) == (1, os.getpid())


def test_a_mistake_is_the_same_sentence(background):
    background.begin("a", refuse, "no such movie")
    with pytest.raises(UserError, match="no such movie"):
        background.result("a", refuse, "no such movie")


def test_what_a_killed_process_had_begun_is_computed_here(background, tmp_path):
    background.begin("a", wait_for, tmp_path / "go")
    background.begin("b", where, 1)
    while not (workers := _workers()):
        time.sleep(0.05)
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    (tmp_path / "go").touch()
    assert background.result("a", wait_for, tmp_path / "go") == os.getpid()
    assert background.result("b", where, 1) == (1, os.getpid())
    background.begin("c", where, 2)
    assert background.result("c", where, 2)[0] == 2


def test_no_process_outlives_it(tmp_path):
    with Background(1) as background:
        background.begin("a", wait_for, tmp_path / "never")
        while not (workers := _workers()):
            time.sleep(0.05)
    gone, left = psutil.wait_procs(workers, timeout=30)
    assert gone and not left


def test_none_outlives_a_program_that_was_killed(tmp_path):
    program = f"""
import time
from movie_pref.cores import Background
from movie_pref_tests.test_cores import wait_for, where
from pathlib import Path
begun = Background(1)
begun.begin("a", where, 1)
print(begun.result("a", where, 1)[1], flush=True)
begun.begin("b", wait_for, Path({str(tmp_path / "never")!r}))
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as killed:
        worker = psutil.Process(int(killed.stdout.readline()))
        killed.kill()
    worker.wait(timeout=60)


def test_threads_keep_the_order():
    assert in_threads(3, lambda number: number**2, range(7)) == [0, 1, 4, 9, 16, 25, 36]
    assert in_threads(1, str, iter([1, 2])) == ["1", "2"]


def test_so_many_threads_work_as_are_free_at_the_moment():
    free, three, running = [1], threading.Barrier(3), set()

    def work(number: int) -> tuple[int, int]:
        running.add(number)
        if number in (6, 7, 8):
            three.wait(timeout=30)
        beside = len(running)
        running.remove(number)
        return number, beside

    found = []
    for one in as_they_end(lambda: free[0], work, range(9)):
        found.append(one)
        free[0] = 1 if len(found) < 6 else 3
    assert found[:6] == [(number, 1) for number in range(6)]
    assert sorted(number for number, _ in found[6:]) == [6, 7, 8]


def _workers() -> list[psutil.Process]:
    """Those of loky, among what other tests of this process started, some of which has ended and was not waited for."""
    workers = []
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # one that has ended has no command any more
            workers += [one] if "loky.backend.popen" in " ".join(one.cmdline()) else []
    return workers
