"""Labels in a file: written, restored, brought from another machine."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.labels.store import LabelStore, NewLabel

YES, NO = "would_watch", "would_not_watch"
A, B, C = "tt0000001", "tt0000002", "tt10000003"

# export and restore


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_export_restores_to_the_same_events_and_a_second_time_changes_nothing(
    store: LabelStore, suffix: str, tmp_path: Path
) -> None:
    store.record(A, YES, note="NA")
    store.record(B, NO, origin="review queue")
    store.undo(A)
    store.record(A, NO, set_by="machine")
    file = tmp_path / f"labels.{suffix}"
    assert store.export(file) == 4
    with LabelStore(f"sqlite:///{tmp_path / 'restored.sqlite'}") as restored:
        assert (restored.restore(file), restored.restore(file)) == (4, 0)
        pd.testing.assert_frame_equal(restored.history(), store.history())
        assert restored.record(C, YES) == 5
    assert store.restore(file) == 0
    assert len(store.history()) == 4


def test_restoring_an_old_file_never_overrules_a_label_given_since(store: LabelStore, tmp_path: Path, counts) -> None:
    with LabelStore(f"sqlite:///{tmp_path / 'old.sqlite'}") as old:
        old.record(A, YES)
        old.record(B, YES)
        old.export(tmp_path / "old.csv")
    store.record(A, NO)
    assert store.restore(tmp_path / "old.csv") == 2
    assert counts(store) == {A: NO, B: YES}
    assert store.newer(1).movies == 1  # B is new to a model that knew event 1
    store.record(B, NO)
    assert counts(store) == {A: NO, B: NO}


def test_labels_of_another_machine_come_after_those_it_knew(local: LabelStore, tmp_path: Path, counts) -> None:
    local.record(A, YES)
    local.export(tmp_path / "first.parquet")
    with LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        other.restore(tmp_path / "first.parquet")
        other.record(A, NO)
        other.record(B, YES)
        other.export(tmp_path / "second.parquet")
    local.record(B, NO)
    assert local.restore(tmp_path / "second.parquet") == 2
    assert counts(local) == {A: NO, B: NO}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.drop(columns="uuid"), "no column 'uuid'"),
        (lambda frame: frame.assign(label="perhaps"), "'perhaps'"),
        (lambda frame: frame.assign(imdb_id="x"), "'x'"),
        (lambda frame: frame.assign(at="yesterday"), r"none \(Time data yesterday is not ISO8601 format.*\); export"),
        (lambda frame: frame.assign(at="-422"), "year -422"),
        (lambda frame: frame.assign(uuid="same"), "repeats an event"),
    ],
)
def test_a_file_that_is_no_export_changes_nothing(local: LabelStore, tmp_path: Path, change, says: str) -> None:
    local.record_all([NewLabel(A, YES), NewLabel(B, NO)])
    local.export(tmp_path / "good.csv")
    change(pd.read_csv(tmp_path / "good.csv")).to_csv(tmp_path / "bad.csv", index=False)
    with pytest.raises(UserError, match=says):
        local.restore(tmp_path / "bad.csv")
    assert len(local.history()) == 2
