"""The queue beside the label store: what is decided, what is not, and what the search and the added movies find."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.evaluation.training_history import note_training, read_history
from movie_pref.labels.events import BY_HAND, BY_QUEUE
from movie_pref.labels.store import LabelStore
from movie_pref.library.added_movies import add_movie, read_added
from movie_pref.library.label_names import LABELS
from movie_pref.library.tables import read_candidates
from movie_pref.model.model import Model
from movie_pref.model.pointer import read_pointer
from movie_pref.ranking.movement import changes
from movie_pref.ranking.previous_ranking import keep_ranking
from movie_pref.review.movies import Movies
from movie_pref.review.session import Desk
from movie_pref.settings import Settings

from .conftest import write_queue


@pytest.fixture
def store(settings: Settings) -> LabelStore:
    return LabelStore(settings.label_store_url)


def a_desk(settings: Settings, store: LabelStore) -> Desk:
    desk = Desk(settings, store)
    desk.read_queue()
    desk.read_labels()
    return desk


def labelled(settings: Settings) -> tuple[str, str, str]:
    """The labelled movie of the queue, its label and the other one."""
    movie = pd.read_parquet(settings.data / "review_queue.parquet").dropna(subset=["current_label"]).iloc[0]
    return movie["imdb_id"], movie["current_label"], next(one for one in LABELS if one != movie["current_label"])


# what is decided


def test_a_label_before_the_queue_counts_only_where_the_queue_did_not_know_it(settings: Settings, store: LabelStore) -> None:  # fmt: skip
    asked, label, other = labelled(settings)
    store.record(asked, label)
    store.record("tt9000004", "would_watch")
    time.sleep(0.02)
    queue = pd.read_parquet(settings.data / "review_queue.parquet")["imdb_id"].tolist()
    write_queue(settings.data, queue)  # written after both labels, and without the candidate's
    waiting = a_desk(settings, store).waiting()
    assert asked in waiting and "tt9000004" not in waiting
    store.record(asked, other)
    assert asked not in a_desk(settings, store).waiting()


def test_confirming_a_label_decides_it_and_taking_it_back_asks_again(settings: Settings, store: LabelStore) -> None:
    asked, label, _ = labelled(settings)
    desk = a_desk(settings, store)
    assert desk.decide(asked, label, "a title", BY_QUEUE) is not None
    assert asked not in desk.waiting()
    desk.read_labels()
    assert asked not in desk.waiting()
    assert desk.undo(asked) is not None
    assert desk.waiting()[0] == asked
    desk.read_labels()
    assert desk.waiting()[0] == asked


def test_the_same_decision_twice_is_one_and_another_one_is_a_correction(settings: Settings, store: LabelStore) -> None:
    desk = a_desk(settings, store)
    assert desk.decide("tt9000000", "would_watch", "a title", BY_QUEUE) is not None
    assert desk.decide("tt9000000", "would_watch", "a title", BY_QUEUE) is None
    assert desk.decide("tt9000000", "would_not_watch", "a title", BY_QUEUE) is not None
    assert store.history()["label"].tolist() == ["would_watch", "would_not_watch"]


def test_undo_takes_back_only_what_this_page_said_last(settings: Settings, store: LabelStore, one_sentence: Callable) -> None:  # fmt: skip
    desk = a_desk(settings, store)
    assert desk.undo("tt9000000") is None
    desk.decide("tt9000000", "would_watch", "The Title", BY_QUEUE)
    desk.decide("tt9000001", "would_watch", "Another", BY_HAND)
    assert desk.undo("tt9000000") is None  # pressed twice: the last one is about another movie
    store.record("tt9000001", "would_not_watch", origin="command")
    with pytest.raises(UserError) as caught:
        desk.undo("tt9000001")
    one_sentence(caught, "Another", "changed elsewhere")
    assert store.effective().set_index("imdb_id")["label"].to_dict() == {
        "tt9000000": "would_watch",
        "tt9000001": "would_not_watch",
    }


def test_reading_older_events_does_not_bring_a_decided_movie_back(settings: Settings, store: LabelStore, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    desk = a_desk(settings, store)
    before = store.history()
    desk.decide("tt9000000", "would_watch", "a title", BY_QUEUE)
    monkeypatch.setattr(store, "history", lambda: before)  # read before the decision, arriving after it
    desk.read_labels()
    assert "tt9000000" not in desk.waiting()


def test_a_damaged_queue_is_said_in_a_sentence(settings: Settings, store: LabelStore, one_sentence: Callable) -> None:
    (settings.data / "review_queue.parquet").write_bytes(b"PAR1 is how it begins")
    with pytest.raises(UserError) as caught:
        a_desk(settings, store)
    one_sentence(caught, "review_queue.parquet", "movie-pref run")


# search and added movies


def test_an_added_movie_is_found_and_is_a_candidate_of_the_next_run(settings: Settings) -> None:
    before = read_candidates(settings).rows
    given = {"imdb_id": "tt7654321", "media_title": "Nowhere Yet", "release_year": "2020", "genre": "Drama, Crime", "imdb_votes": "1,234"}  # fmt: skip
    assert add_movie(settings.data, given) == "tt7654321"
    add_movie(settings.data, {**given, "imdb_id": "tt9000003"})  # one that the file has
    after = read_candidates(settings).rows
    assert len(after) == len(before) + 1 and dict(after.dtypes) == dict(before.dtypes)
    row = after.set_index("imdb_id").loc["tt7654321"]
    assert (row["media_title"], row["release_year"], row["imdb_votes"]) == ("Nowhere Yet", 2020, 1234)
    assert list(row["genre"]) == ["Drama", "Crime"] and pd.isna(row["budget"])
    pd.testing.assert_frame_equal(after.head(len(before)), before)
    assert [hit.imdb_id for hit in Movies(settings).titles().search("nowhere yet")] == ["tt7654321"]


def test_an_added_movie_is_a_candidate_without_a_candidates_file(settings: Settings) -> None:
    settings.candidates_path.unlink()
    add_movie(settings.data, {"imdb_id": "tt7654321", "media_title": "Nowhere Yet", "release_year": "2020"})
    assert read_candidates(settings).rows["imdb_id"].tolist() == ["tt7654321"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"imdb_id": "7654321"}, "An imdb_id is tt and 7 or 8 digits"),
        ({"media_title": " "}, "its title was left empty"),
        ({"release_year": "soon"}, "release_year is 'soon', which is no number"),
        ({"imdb_rating": "700"}, "700"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(settings: Settings, one_sentence: Callable, wrong: dict, said: str) -> None:  # fmt: skip
    with pytest.raises(UserError) as caught:
        add_movie(settings.data, {"imdb_id": "tt7654321", "media_title": "A", "release_year": "2020", **wrong})
    one_sentence(caught, said)
    assert read_added(settings.data).empty


# rankings and trainings


def test_the_ranking_before_is_kept_only_when_another_one_takes_its_place(settings: Settings, tmp_path: Path) -> None:
    old, fresh, previous = settings.data / "scored_candidates.parquet", tmp_path / "fresh", tmp_path / "previous"
    ranking = pd.read_parquet(old)
    again = ranking.assign(scored_at=ranking["scored_at"] + pd.Timedelta(days=1))
    again.to_parquet(fresh, index=False)
    assert not keep_ranking(old, fresh, previous) and not previous.exists()
    assert not keep_ranking(tmp_path / "none", fresh, previous)
    for changed in (ranking.head(100), ranking.assign(model_version="another")):
        changed.to_parquet(fresh, index=False)
        assert keep_ranking(old, fresh, previous)
        kept = pd.read_parquet(previous)
        pd.testing.assert_frame_equal(kept, ranking[["imdb_id", "probability", "rank", "model_version"]])
    old.write_bytes(b"damaged")
    assert not keep_ranking(old, fresh, previous)


def test_what_moved_a_movie_adds_up_to_the_difference_of_its_margins(settings: Settings) -> None:
    pointer = read_pointer(settings.data / "model")
    assert pointer is not None
    before, now = (Model.read(settings.data / "model" / pointer[name]) for name in ("previous", "champion"))
    rows = pd.read_parquet(settings.data / "assets" / "candidates.parquet").iloc[[5]]
    start, parts = changes(before, now, rows)
    probability = {name: frame.set_index("imdb_id").loc["tt9000005", "probability"] for name, frame in (
        ("was", pd.read_parquet(settings.data / "previous_ranking.parquet")), ("now", pd.read_parquet(settings.data / "scored_candidates.parquet")))}  # fmt: skip
    margins = {name: math.log(one / (1 - one)) for name, one in probability.items()}  # fmt: skip
    assert start + sum(one.difference for one in parts) == pytest.approx(margins["now"] - margins["was"], abs=1e-4)
    assert [abs(one.difference) for one in parts] == sorted((abs(one.difference) for one in parts), reverse=True)


def test_each_training_adds_a_row_to_the_history_and_a_damaged_one_is_put_aside(settings: Settings) -> None:
    pointer = read_pointer(settings.data / "model")
    assert pointer is not None
    model = Model.read(settings.data / "model" / pointer["champion"])
    note_training(settings.data, model, pointer)
    note_training(settings.data, model, {**pointer, "decision": "kept", "because": "it is worse"})
    rows = read_history(settings.data)
    assert [(row["version"], row["decision"]) for row in rows] == [(model.version, "promoted"), (model.version, "kept")]
    assert rows[0]["recall"] == {"value": pytest.approx(0.95), "low": 0.8, "high": 1.0}
    assert rows[0]["flagged"]["value"] == 0.2 and rows[0]["labelled_rows"] == 300
    (settings.data / "model_history.json").write_text("[1, 2")
    note_training(settings.data, model, pointer)
    assert len(read_history(settings.data)) == 1
    assert (settings.data / "model_history.json.damaged").read_text() == "[1, 2"
