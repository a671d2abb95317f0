"""A clock that jumps, back an hour and forward a year: the order of labels and of trainings stays right, and nothing stops."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.defs.home import open_history
from movie_pref.defs.run_history import read_past
from movie_pref.labels.retraining import Memory, decide
from movie_pref.labels.store import LabelStore, read_events
from movie_pref.settings import load_settings
from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import Undisturbed
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same

Start = Callable[..., Running]
HOUR, YEAR = 3600.0, 365 * 24 * 3600.0


def test_last_label_counts_whatever_the_clock_says(data: Path, start: Start) -> None:
    movie = str(pd.read_parquet(data / "01_training.parquet")["imdb_id"].iloc[20])
    for ahead, label in ((0.0, "would_watch"), (YEAR, "would_not_watch"), (-HOUR, "would_watch_again")):
        said = start(data, work.at_another_time, ahead, [], work.command, "label", movie, label).end()
        assert said.code == 0, said.out
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        given = store.history(movie)
        assert given["label"].tolist() == ["would_watch", "would_not_watch", "would_watch_again"]
        assert not given["at"].is_monotonic_increasing
        assert store.effective().set_index("imdb_id").loc[movie, "label"] == "would_watch_again"
    assert "would_watch_again" in start(data, work.command, "label", movie, "--history").end().out


@pytest.mark.moments(8, 0)
def test_training_while_the_clock_jumps(
    moment: int, chance: random.Random, data: Path, undisturbed: Undisturbed, start: Start
) -> None:
    jumps = [(chance.uniform(0, undisturbed.seconds / 3), by) for by in chance.sample([-HOUR, YEAR, -YEAR], 3)]
    ahead = chance.choice([0.0, YEAR, -HOUR])
    said = start(data, work.at_another_time, ahead, jumps, work.retrain).end()
    assert said.code == 0, said.out
    is_whole(data)
    nothing_is_in_the_way(data)
    same(results(data), undisturbed.results)
    settings = load_settings(data=data)
    with open_history(data / "dagster") as instance:  # what it has learnt is not learnt again, now and later
        past = read_past(instance, DataFolder(data), time.time())
    for now in (time.time(), time.time() - HOUR, time.time() + YEAR):
        assert not decide(past, Memory(), read_events(settings), settings, now).start
