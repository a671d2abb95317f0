"""One data folder that several use at once, or that lies on a slow disk: nothing of one is lost by another."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.faults import work
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same
from movie_pref_tests.sources.online.server import Sites

Start = Callable[..., Running]


def test_films_that_are_imported_while_metadata_is_asked_for_are_not_lost(
    export: Callable[..., Path], sites: Sites, tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    assert start(data, work.command, "import", str(export(40)), "--yes").end().code == 0
    sites.delay = 0.02
    asks = start(data, work.command, "metadata", **sites.environment)
    while not sites.asked and asks.works():
        time.sleep(0.01)
    said = start(data, work.command, "import", str(export(30, first=500)), "--yes").end()
    assert said.code == 0 and "Another command is at work" in said.out and "movie-pref metadata" in said.out, said.out
    assert asks.end().code == 0
    library = pd.read_parquet(data / "01_training.parquet")
    assert len(library) == 70 and library["overview"].notna().sum() == 40
    is_whole(data)
    nothing_is_in_the_way(data)


def take_turns(start: Start, data: Path, *others: Any) -> None:
    """Start these at once on a folder, while labels are given, and look what is left."""
    began = [start(data, what, *given) for what, *given in others]
    burst = start(data, work.label_burst, 5_000_000, 20)
    ended = [one.end() for one in (*began, burst)]
    assert [one.code for one in ended] == [0] * len(ended), [one.out for one in ended]
    assert sum("Another run is at work" in one.out for one in ended) == len(others) - 1
    is_whole(data)
    nothing_is_in_the_way(data)
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        assert len(store.history()) == 12 + 20


def test_rankings_at_once_take_turns(data: Path, start: Start) -> None:
    take_turns(start, data, (work.command, "score"), (work.command, "score"))


@pytest.mark.moments(3, 0)
def test_trainings_and_rankings_at_once_take_turns(moment: int, data: Path, start: Start) -> None:
    take_turns(start, data, (work.retrain,), (work.command, "score"), (work.command, "run"))


def test_slow_disk_changes_nothing_but_the_time(data: Path, tmp_path: Path, start: Start) -> None:
    other = Path(shutil.copytree(data, tmp_path / "other"))
    assert start(other, work.command, "score").end().code == 0
    said = start(data, work.on_a_slow_disk, 0.2, work.command, "score").end()
    assert said.code == 0, said.out
    is_whole(data)
    nothing_is_in_the_way(data)
    same(results(data), results(other))
