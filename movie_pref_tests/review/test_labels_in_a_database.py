"""What is decided on the page is in the table of the other programs seconds later, or waits and is said to."""

import time
from collections.abc import Callable

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref.review.movies import Movies
from movie_pref.review.session import Desk
from movie_pref.review.watcher import Watch, no_history
from movie_pref.settings import load_settings
from movie_pref.sources.postgres.snapshot import take_snapshot
from movie_pref_tests.sources.postgres.atp import Atp


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; a test that waits in vain fails."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_decision_and_its_undo_reach_the_table_also_after_the_server_was_gone(
    postgres: str, unchanging_movies: pd.DataFrame, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atp = Atp(postgres)
    atp.fill(unchanging_movies.head(20).assign(label=lambda rows: rows["label"].where(rows.index < 10, None)))
    settings = load_settings(data=tmp_path / "data", library=atp.address)
    take_snapshot(settings, print)
    monkeypatch.setattr("movie_pref.sources.postgres.database.PAUSE", 0.0)
    with LabelStore(settings.label_store_url) as store:
        desk = Desk(settings, store)
        watch = Watch(settings, desk, Movies(settings), no_history)
        watch.start()
        desk.decide("tt0000015", "would_watch", "a movie", "review page")
        until(lambda: atp.label("tt0000015") == ("would_watch", True, True))
        desk.undo("tt0000015")
        until(lambda: atp.label("tt0000015") == (None, False, False))

        atp.do("ALTER TABLE atp.training RENAME TO elsewhere")
        desk.decide("tt0000016", "would_not_watch", "another", "review page")
        until(lambda: any("docs/postgresql.md" in says for says in watch.says))
        atp.do("ALTER TABLE atp.elsewhere RENAME TO training")
        until(lambda: atp.label("tt0000016") == ("would_not_watch", True, True))
        until(lambda: watch.says == [])
        watch.stop()
