"""One data folder that several use at once: nothing of one is lost by another."""

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from movie_pref_tests.faults import work
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way
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
