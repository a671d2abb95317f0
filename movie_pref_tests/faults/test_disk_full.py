"""A disk that fills up at any moment: a sentence, nothing lost, and with room again the same command does its work."""

import contextlib
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import Undisturbed
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same
from movie_pref_tests.mounts import small_disk
from movie_pref_tests.sources.online.server import Sites

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

    def leave(self, room: int) -> None:
        """Fill it but for so many bytes."""
        found = os.statvfs(self.root)
        with self._ballast.open("wb") as opened:
            os.posix_fallocate(opened.fileno(), 0, max(1, found.f_bavail * found.f_frsize - room))

    def make_room(self) -> None:
        self._end.set()
        if self._filling.is_alive():
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
    with small_disk(tmp_path / "disk", "48m") as root:
        yield Disk(root)


def says_that_the_disk_is_full(said: Any) -> None:
    assert said.code not in (0, -9), said.out
    assert "unexpected error" not in said.out, said.out
    assert len(said.complaints) == 1, said.out
    (sentence,) = said.complaints
    assert "disk is full" in sentence and "free some space" in sentence, said.out


@pytest.mark.moments(20, 0)
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


@pytest.mark.moments(10, 1)
def test_labels_on_a_disk_that_fills_up(moment: int, chance: random.Random, disk: Disk, start: Start) -> None:
    data = disk.root / "data"
    assert start(data, work.label_burst, 1_000_000, 5).end().code == 0
    disk.leave(chance.randrange(0, 80_000))
    burst = start(data, work.command_burst, 1, 10_000)
    says_that_the_disk_is_full(burst.end())
    acknowledged = burst.said.count("acknowledged")
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        assert len(store.history()) == 5 + acknowledged  # without room, too
    disk.make_room()
    is_whole(data)
    assert start(data, work.label_burst, 2_000_000, 5).end().code == 0


@pytest.mark.parametrize("what", ["import", "metadata"])
@pytest.mark.moments(10, 1)
def test_movies_on_a_disk_that_fills_up(
    what: str, moment: int, chance: random.Random, disk: Disk, export: Callable[..., Path], sites: Sites, start: Start
) -> None:
    data = disk.root / "data"
    before = [("import", str(export(30)), "--yes")]
    typed = ("import", str(export(40, first=100)), "--yes")
    if what == "metadata":
        before, typed = [*before, typed], ("metadata",)
    for one in before:
        assert start(data, work.command, *one, **sites.environment).end().code == 0
    labelled = len(pd.read_parquet(data / "01_training.parquet"))
    disk.leave(chance.randrange(0, 150_000))
    said = start(data, work.command, *typed, **sites.environment).end()
    disk.make_room()
    is_whole(data)
    if said.code != 0:
        says_that_the_disk_is_full(said)
    assert len(pd.read_parquet(data / "01_training.parquet")) >= labelled
    again = start(data, work.command, *typed, **sites.environment).end()
    assert again.code == 0, again.out
    is_whole(data)
    nothing_is_in_the_way(data)
    library = pd.read_parquet(data / "01_training.parquet")
    assert len(library) == 70 and (what == "import" or library["overview"].notna().all())
