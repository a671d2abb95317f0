"""The label store: what counts, what is kept, and that nothing acknowledged is lost, on SQLite and on PostgreSQL."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.labels import label_database
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.label_names import LABELS
from movie_pref_tests.labels.movies import NO, YES, A, B, C

# what counts


def test_every_label_of_the_contract_can_be_stored(store: LabelStore, counts) -> None:
    for label in LABELS:
        store.record(A, label)
        assert counts(store) == {A: label}


def test_nothing_is_there_and_no_file_is_made_before_the_first_label(tmp_path: Path) -> None:
    with LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as store:
        assert store.history().empty and store.effective().empty
        assert store.newer(0) == (0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_the_newest_human_label_counts_whatever_a_machine_says_later(store: LabelStore, counts) -> None:
    assert [store.record(A, YES), store.record(A, NO), store.record(A, YES, set_by="rules 2")] == [1, 2, 3]
    store.record(B, YES, set_by="rules 2")
    assert counts(store) == {A: NO}
    assert list(store.history(A)["set_by"]) == ["human", "human", "rules 2"]


def test_undo_takes_back_one_human_label_at_a_time_and_erases_nothing(store: LabelStore, counts) -> None:
    store.record(A, YES)
    store.record(A, NO)
    assert store.undo(A) == (3, NO, YES)
    assert counts(store) == {A: YES}
    assert store.undo(A) == (4, YES, None)
    assert counts(store) == {}
    assert len(store.history()) == 4
    with pytest.raises(UserError, match=f"nothing to undo for {A}"):
        store.undo(A)
    assert len(store.history()) == 4


def test_order_is_that_of_commits_and_not_of_the_clock(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch, counts
) -> None:
    store.record(A, YES)

    class Earlier(label_database.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(1999, 1, 1, tzinfo=tz)

    monkeypatch.setattr(label_database, "datetime", Earlier)
    store.record(A, NO, note="later, by a clock that was set back")
    assert counts(store) == {A: NO}
    assert store.history()["at"].dt.year.iloc[1] == 1999


def test_an_event_keeps_all_that_it_was_given(store: LabelStore) -> None:
    store.record(A, YES, note='seen it;\n"twice", お', origin="review queue", file="/tmp/mine.csv")
    event = store.history().iloc[0]
    assert (event["note"], event["origin"], event["file"]) == ('seen it;\n"twice", お', "review queue", "/tmp/mine.csv")
    assert abs((pd.Timestamp.now("UTC") - event["at"]).total_seconds()) < 60


def test_a_batch_is_recorded_whole_or_not_at_all(store: LabelStore, counts) -> None:
    assert store.record_all([NewLabel(A, YES), NewLabel(B, NO)]) == [1, 2]
    with pytest.raises(UserError):
        store.record_all([NewLabel(C, YES), NewLabel(C, "perhaps")])
    assert counts(store) == {A: YES, B: NO}
    assert store.record_all([]) == []


# new since


def test_newer_counts_movies_whose_label_is_another_now(store: LabelStore) -> None:
    store.record_all([NewLabel(A, YES), NewLabel(B, YES)])
    assert store.newer(0).movies == 2
    assert store.newer(2).movies == 0
    store.record(A, NO)
    store.record(A, YES)  # back to what it was
    store.record(C, YES, set_by="machine")
    assert store.newer(2).movies == 0
    store.undo(B)
    found = store.newer(2)
    assert (found.movies, found.first) == (1, 6)
    assert found.since is not None and found.since.tzinfo is not None


# mistakes


@pytest.mark.parametrize("imdb_id", ["", "0111161", "tt011116", "tt011116100", "TT0111161", "tt01１1161", "tt011116\n"])
def test_what_is_no_identifier_is_refused(local: LabelStore, imdb_id: str, one_sentence) -> None:
    with pytest.raises(UserError) as caught:
        local.record(imdb_id, YES)
    one_sentence(caught, repr(imdb_id), "tt and 7 or 8 digits")


@pytest.mark.parametrize(
    ("given", "meant"), [("would_wacht", YES), ("would not watch", NO), ("WOULD_WATCH", YES), ("wont_watch", NO)]
)
def test_a_misspelt_label_is_refused_with_the_nearest(local: LabelStore, given: str, meant: str, one_sentence) -> None:
    with pytest.raises(UserError) as caught:
        local.record(A, given)
    assert f"the nearest is {meant})" in str(caught.value)
