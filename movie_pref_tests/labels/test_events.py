"""What counts of the events of a label store."""

from pathlib import Path

from movie_pref.labels.events import effective_labels, event_number, newest_event
from movie_pref.labels.store import LabelStore
from movie_pref_tests.labels.movies import NO, YES, A


def test_an_event_of_another_store_is_none_of_this(local: LabelStore, tmp_path: Path) -> None:
    local.record(A, YES)
    named = newest_event(local.history())
    assert event_number(local.history(), named) == 1
    with LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        assert newest_event(other.history()) == "0"
        other.record(A, YES)
        assert event_number(other.history(), named) == 0


def test_effective_labels_of_the_past_are_those_that_counted_then(local: LabelStore) -> None:
    local.record(A, YES)
    local.record(A, NO)
    events = local.history()
    assert [effective_labels(events, upto)["label"].tolist() for upto in (0, 1, 2)] == [[], [YES], [NO]]
