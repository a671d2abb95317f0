"""SQLite that another process holds: commands wait for it, and say so in a sentence where it takes too long."""

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.bad_input.spoiling import refused
from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import asked
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.sources.online.server import Sites

Start = Callable[..., Running]
HISTORY = "dagster/history/runs.db"


def held(start: Start, data: Path, name: str, seconds: float) -> Running:
    """A process that holds a database for so long."""
    holder = start(data, work.lock, data / name, seconds)
    while "locked" not in holder.said:
        assert holder.works(), holder.said
        time.sleep(0.01)
    return holder


@pytest.fixture
def movie(data: Path) -> str:
    return str(pd.read_parquet(data / "01_training.parquet")["imdb_id"].iloc[20])


@pytest.mark.parametrize("name", ["labels.sqlite", HISTORY])
def test_what_is_locked_for_a_while_is_waited_for(
    name: str, data: Path, movie: str, start: Start, request: pytest.FixtureRequest
) -> None:
    seconds = 30 if asked(request.config, "--moments") else 1
    held(start, data, name, seconds)
    typed = ("label", movie, "would_watch") if name == "labels.sqlite" else ("score",)
    began = time.monotonic()
    said = start(data, work.command, *typed).end()
    assert said.code == 0 and time.monotonic() - began > seconds / 2, said.out


@pytest.mark.parametrize(("name", "typed"), [("labels.sqlite", ("label", "{}", "would_watch")), (HISTORY, ("score",))])
def test_what_is_locked_for_too_long_is_a_sentence_that_costs_nothing(
    name: str, typed: tuple[str, ...], data: Path, movie: str, start: Start
) -> None:
    ranking = (data / "scored_candidates.parquet").read_bytes()
    holder = held(start, data, name, 600)
    words = [one.format(movie) for one in typed]
    sentence = refused(start(data, work.impatient_command, 0.5, *words).end(), "Another program has held", "end it")
    assert "delete" not in sentence and "move it away" not in sentence
    holder.kill_after(0)
    assert (data / "scored_candidates.parquet").read_bytes() == ranking
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        assert len(store.history()) == 12
    assert start(data, work.command, *words).end().code == 0


def test_cache_of_the_sites_that_is_locked_is_waited_for(
    export: Callable[..., Path], sites: Sites, tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    assert start(data, work.command, "import", str(export(5)), "--yes").end().code == 0
    assert start(data, work.command, "metadata", **sites.environment).end().code == 0
    held(start, data, "metadata_cache.sqlite", 6)  # SQLite's own patience is 5 s
    said = start(data, work.command, "metadata", "--add-candidates", "2", **sites.environment).end()
    assert said.code == 0 and "2 candidates more" in said.words, said.out


def test_cache_of_the_sites_that_is_no_database_is_named(
    export: Callable[..., Path], sites: Sites, tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    assert start(data, work.command, "import", str(export(5)), "--yes").end().code == 0
    cache = data / "metadata_cache.sqlite"
    cache.write_bytes(b"no database" * 1000)
    refused(start(data, work.command, "metadata", **sites.environment).end(), str(cache), "delete it")
    cache.unlink()
    assert start(data, work.command, "metadata", **sites.environment).end().code == 0
