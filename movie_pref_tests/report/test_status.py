"""Where things stand, in a folder with everything, with nothing, and with some of it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.retraining import library_mark
from movie_pref.labels.store import LabelStore
from movie_pref.report.status import Stale, Status, next_step, read_status
from movie_pref.settings import Settings, load_settings

PAST = datetime(2020, 1, 1, tzinfo=UTC).timestamp()


@pytest.fixture
def whole(settings: Settings, movies: pd.DataFrame, candidates: pd.DataFrame) -> Settings:
    """Library and candidates that are older than the ranking, and a training that has read two labels and the library."""
    movies.to_parquet(settings.library_path)
    candidates.to_parquet(settings.candidates_path)
    os.utime(settings.candidates_path, (PAST, PAST))
    label(settings, "tt0000001", "tt0000002")
    note(settings, labels=newest(settings), library=library_mark(settings))
    return settings


def label(settings: Settings, *imdb_ids: str) -> None:
    with LabelStore(settings.label_store_url) as store:
        for imdb_id in imdb_ids:
            store.record(imdb_id, "would_watch")


def newest(settings: Settings) -> str:
    with LabelStore(settings.label_store_url) as store:
        last = store.history().iloc[-1]
    return f"{last['event']}:{last['uuid'][:8]}"


def note(settings: Settings, **read: str | None) -> None:
    """A training's row in the history, with what this needs of it."""
    row = {"trained_at": "2026-01-02T03:04:05+00:00", **read}
    (settings.data / "model_history.json").write_text(json.dumps([row]))


def test_library_labels_champion_and_ranking_are_told(whole: Settings, movies: pd.DataFrame) -> None:
    label(whole, "tt0000003")
    found = read_status(whole)
    assert found.library == {
        "file": str(whole.library_path),
        "demonstration": False,
        "rows": 300,
        "liked": int((movies["label"] == "would_watch").sum()),
        "would_watch_again": 0,
    }
    assert found.labels == {"movies": 3, "learnt": 2, "not_learnt": 1}
    assert found.champion is not None and found.ranking is not None
    assert found.champion["recall"] == {"value": 0.934, "low": 0.861, "high": 0.978}
    assert (found.champion["flagged"]["value"], found.champion["measured_on"]) == (0.31, "holdout")
    assert (found.ranking["movies"], found.ranking["model_version"]) == (60, found.champion["version"])
    assert found.waiting == {"removals": 0, "labels_until_retrain": 9}
    assert (found.stale, found.troubles) == ([], [])


def test_the_movies_that_you_would_watch_again_are_among_the_liked(whole: Settings, movies: pd.DataFrame) -> None:
    label = ["would_watch"] * 5 + ["would_watch_again"] * 2 + ["would_not_watch"] * 293
    movies.assign(label=label).to_parquet(whole.library_path)
    found = read_status(whole).library
    assert found is not None and (found["liked"], found["would_watch_again"]) == (7, 2)


def test_a_csv_library_is_counted_too(tmp_path: Path, movies: pd.DataFrame) -> None:
    movies.to_csv(tmp_path / "mine.csv", index=False)
    found = read_status(load_settings(data=tmp_path / "data", library=tmp_path / "mine.csv"))
    assert found.library is not None and found.library["rows"] == 300


def test_what_no_longer_fits_is_stale(whole: Settings, movies: pd.DataFrame) -> None:
    movies.head(200).to_parquet(whole.library_path)
    assert read_status(whole).stale == [Stale.LIBRARY_CHANGED]
    os.utime(whole.candidates_path)
    assert read_status(whole).stale == [Stale.LIBRARY_CHANGED, Stale.CANDIDATES_NEWER]
    ranking = whole.data / "scored_candidates.parquet"
    pd.read_parquet(ranking).assign(model_version="another").to_parquet(ranking)
    assert Stale.RANKED_BY_ANOTHER_MODEL in read_status(whole).stale


def test_an_empty_folder_has_nothing_and_nothing_is_made(tmp_path: Path) -> None:
    found = read_status(load_settings(data=tmp_path / "data"))
    assert (found.library, found.champion, found.ranking, found.troubles) == (None, None, None, [])
    assert found.labels == {"movies": 0, "learnt": 0, "not_learnt": 0}
    assert next_step(found)["command"] == "movie-pref run --library FILE"
    assert next_step(found, candidates=True)["command"] == "movie-pref review"
    found.labels = {"movies": 25, "learnt": 0, "not_learnt": 25}
    assert next_step(found, candidates=True)["command"] == "movie-pref run"
    assert not (tmp_path / "data").exists()


def test_labels_before_any_training_are_new_and_of_one_that_does_not_say_nothing_is_known(whole: Settings) -> None:
    note(whole)
    found = read_status(whole)
    assert found.labels == {"movies": 2, "learnt": None, "not_learnt": None}
    assert found.waiting["labels_until_retrain"] is None
    (whole.data / "model").rename(whole.data / "gone")
    assert read_status(whole).labels == {"movies": 2, "learnt": 0, "not_learnt": 2}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("01_training.parquet", "library"),
        ("labels.sqlite", "labels"),
        ("model/champion.json", "champion"),
        ("scored_candidates.parquet", "ranking"),
    ],
)
def test_a_damaged_part_is_told_in_a_sentence_and_the_others_are_there(whole: Settings, name: str, lost: str) -> None:
    (whole.data / name).write_text("no such thing")
    found = read_status(whole)
    assert len(found.troubles) == 1 and name.rsplit("/")[-1] in found.troubles[0]
    assert [part for part in ("library", "labels", "champion", "ranking") if getattr(found, part) is None] == [lost]


def test_what_is_next_follows_from_the_first_thing_that_is_missing_or_waits() -> None:
    status = Status("data")
    steps = [next_step(status)["command"]]
    for change in (
        {"library": {"rows": 300}},
        {"champion": {"version": "a"}},
        {"ranking": {"model_version": "b"}, "stale": [Stale.LIBRARY_CHANGED]},
        {"stale": [Stale.CANDIDATES_NEWER]},
        {"stale": [], "waiting": {"labels_until_retrain": 0, "review_queue": 3}},
        {"waiting": {"labels_until_retrain": None, "review_queue": 3}},
        {"waiting": {"labels_until_retrain": 4, "review_queue": 0}},
    ):
        for name, value in change.items():
            setattr(status, name, value)
        steps.append(next_step(status)["command"])
    assert steps == [
        "movie-pref run --library FILE", "movie-pref run", "movie-pref score", "movie-pref run", "movie-pref score", "movie-pref run",
        "movie-pref review", "movie-pref export --csv -",
    ]  # fmt: skip
