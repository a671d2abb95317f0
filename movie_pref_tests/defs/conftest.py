"""The finished pipeline that the tests of assets and of checks look at."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

import movie_pref.defs.sensors
from movie_pref_tests.defs.house import House
from movie_pref_tests.defs.small_run import Finished, run_twice
from movie_pref_tests.made_once import made_once


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Two runs on the same input, made once for all files and workers; nothing in it may be changed."""
    return made_once(tmp_path_factory, "pipeline", run_twice)


@pytest.fixture
def house(
    request: pytest.FixtureRequest, tmp_path: Path, movies: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """With a history in memory, or on disk where the test asks for it (a schedule's context takes no other)."""
    on_disk = getattr(request, "param", "") == "on disk"
    with dg.DagsterInstance.local_temp() if on_disk else dg.DagsterInstance.ephemeral() as instance:
        found = House(tmp_path, instance, movies)
        real = time.time
        monkeypatch.setattr(movie_pref.defs.sensors.time, "time", lambda: real() + found.late)
        yield found
        found.store.close()
