"""The database under the label store: what it cannot be, and several processes that write at once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from movie_pref.errors import UserError
from movie_pref.labels.store import LabelStore

A, YES = "tt0000001", "would_watch"

WRITER = """
import sys
from movie_pref.labels.store import LabelStore
url, name, start, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with LabelStore(url) as store:
    for number in range(start, start + count):
        event = store.record(f"tt{number:07d}", "would_watch", origin=name)
        print(event, number, flush=True)
"""


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
    ("column", "value", "says"),
    [
        ("at", "yesterday", "yesterday"),
        ("place", "first", "the place 'first'"),
        ("imdb_id", b"tt0000001", "the imdb_id b'tt"),
    ],
)
def test_a_store_with_what_no_store_writes_is_one_sentence(
    tmp_path: Path, one_sentence, column: str, value: object, says: str
) -> None:
    """SQLite keeps in a column whatever it is given."""
    with LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as store:
        store.record("tt0000001", "would_watch")
        with sqlite3.connect(tmp_path / "labels.sqlite") as connection:
            connection.execute(f"UPDATE label_events SET {column} = ?", [value])
        with pytest.raises(UserError) as caught:
            store.history()
    one_sentence(caught, "labels.sqlite", says, "labels restore")


# several processes


def test_four_processes_of_which_one_is_killed_again_and_again_lose_nothing(url: str, tmp_path: Path) -> None:
    """3,000 events in all on SQLite (1,000 on PostgreSQL); what a process printed was acknowledged."""
    total = 3_000 if url.startswith("sqlite") else 1_000
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


def test_a_writer_that_waits_asks_often(local: LabelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local.record(A, YES)
    other = sqlite3.connect(tmp_path / "labels.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 50:
            other.execute("ROLLBACK")

    monkeypatch.setattr("movie_pref.labels.label_database.time.sleep", wait)
    monkeypatch.setattr("movie_pref.labels.label_database.PATIENCE", 20)
    assert local.record(A, YES) == 2
    assert len(waits) == 50 and max(waits) < 0.01
    other.close()


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
