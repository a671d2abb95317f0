"""A disk that fills up at any moment: a sentence, nothing lost, and with room again the same command does its work."""

import contextlib
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import Undisturbed
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same

Start = Callable[..., Running]
MEGABYTE, PAGE = bytes(1 << 20), bytes(1 << 12)


class Disk:
    """A disk of its own, which can be filled and kept full."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"
        self._end = threading.Event()
        self._filling = threading.Thread(target=self._fill)

    def fill_up(self) -> None:
        """From now on there is no room, whatever is removed."""
        self._filling.start()

    def make_room(self) -> None:
        self._end.set()
        self._filling.join()
        self._ballast.unlink()

    def _fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as opened:
            while not self._end.is_set():
                for block in (MEGABYTE, PAGE):
                    with contextlib.suppress(OSError):
                        while True:
                            opened.write(block)
                self._end.wait(0.005)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    root = tmp_path / "disk"
    root.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(root)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield Disk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


def says_that_the_disk_is_full(said: Any) -> None:
    assert said.code not in (0, -9), said.out
    assert "unexpected error" not in said.out, said.out
    assert len(said.complaints) == 1, said.out
    (sentence,) = said.complaints
    assert "disk is full" in sentence and "free some space" in sentence, said.out


@pytest.mark.moments(25, 1)
def test_training_on_a_disk_that_fills_up(
    moment: int, chance: random.Random, disk: Disk, undisturbed: Undisturbed, tmp_path: Path, start: Start
) -> None:
    data = Path(shutil.copytree(undisturbed.data, disk.root / "data"))
    if moment % 2:  # the history, which is written to most, on another disk
        shutil.move(data / "dagster", tmp_path / "dagster")
        (data / "dagster").symlink_to(tmp_path / "dagster")
    running = start(data, work.retrain)
    running.work_for(chance.uniform(0.05, 0.95) * undisturbed.seconds)
    disk.fill_up()
    said = running.end()
    disk.make_room()
    is_whole(data)
    if said.code != 0:  # the last of its files were written before
        says_that_the_disk_is_full(said)
    again = start(data, work.retrain).end()
    assert again.code == 0, again.out
    is_whole(data)
    nothing_is_in_the_way(data)
    same(results(data), undisturbed.results)
