"""A store whose tables were made when there were two labels: it is used as it is, until a third label is written."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from movie_pref.labels.store import LabelStore

from .movies import AGAIN, NO, YES, A, B

TABLES = """
CREATE TABLE label_events (
	event INTEGER NOT NULL,
	place INTEGER NOT NULL,
	uuid VARCHAR(32) NOT NULL,
	imdb_id VARCHAR(10) NOT NULL,
	label VARCHAR(15) CHECK (label IN ('would_not_watch', 'would_watch')),
	set_by VARCHAR(200) NOT NULL,
	at {moment} NOT NULL,
	note TEXT,
	origin VARCHAR(200),
	file TEXT,
	PRIMARY KEY (event),
	UNIQUE (uuid)
);
CREATE INDEX ix_label_events_imdb_id ON label_events (imdb_id);
CREATE TABLE label_sequence (
	id INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO label_events VALUES
	(1, 1, 'aaaa', 'tt0000001', 'would_not_watch', 'human', '2024-05-06 07:08:09.000010', 'so [dull]', 'command', NULL),
	(2, 1, 'bbbb', 'tt0000002', 'would_watch', 'human', '2024-05-06 07:08:10', NULL, 'imported', 'ratings.csv'),
	(3, 3, 'cccc', 'tt0000002', NULL, 'human', '2024-05-06 07:08:11', NULL, 'command', NULL);
INSERT INTO label_sequence VALUES (1, 3)
"""
HISTORY = [(1, 1, "aaaa", NO), (2, 1, "bbbb", YES), (3, 3, "cccc", None)]

WRITER = """
import sys
from movie_pref.labels.store import LabelStore
url, label, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
with LabelStore(url) as store:
    for number in range(first, first + 20):
        store.record(f"tt{number:07d}", label)
"""
KILLED = """
import os, signal, sys
import sqlalchemy as sa
from movie_pref.labels.store import LabelStore

@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    if statement.strip().startswith(("DROP TABLE label_events", "ALTER TABLE label_events")):
        os.kill(os.getpid(), signal.SIGKILL)

with LabelStore(sys.argv[1]) as store:
    store.record("tt0000009", "would_watch_again")
"""


@pytest.fixture
def old(url: str) -> Iterator[LabelStore]:
    """A store with the tables and rows of before, opened."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(str(address.database)).parent.mkdir(parents=True)
    moment = "DATETIME" if url.startswith("sqlite") else "TIMESTAMP WITHOUT TIME ZONE"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in TABLES.format(moment=moment).split(";"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ALTER TABLE label_events ADD COLUMN mine VARCHAR(9) DEFAULT 'kept'")
    engine.dispose()
    with LabelStore(url) as store:
        yield store


def rows(store: LabelStore) -> list[tuple[int, int, str, str | None]]:
    found = store.history()[["event", "place", "uuid", "label"]].astype(object)
    return list(found.where(found.notna(), None).itertuples(index=False, name=None))


def tables(store: LabelStore) -> tuple[str, str, list[str], list[str]]:
    """What the table's label may be, its type, and the columns that it has an index of and that are unique."""
    engine = sa.create_engine(store.url)
    about = sa.inspect(engine)
    checks = " ".join(one["sqltext"] for one in about.get_check_constraints("label_events"))
    kind = next(str(one["type"]) for one in about.get_columns("label_events") if one["name"] == "label")
    indexed = [one["column_names"][0] for one in about.get_indexes("label_events") if not one["unique"]]
    unique = [one["column_names"][0] for one in about.get_unique_constraints("label_events")]
    with engine.connect() as connection:
        own = connection.exec_driver_sql("SELECT mine FROM label_events WHERE event <= 3").scalars().all()
    assert own == ["kept"] * 3 and sorted(about.get_table_names()) == ["label_events", "label_sequence"]
    engine.dispose()
    return checks, kind, indexed, unique


def test_it_is_read_and_written_as_it_is_while_two_labels_do(old: LabelStore) -> None:
    before = tables(old)
    assert rows(old) == HISTORY
    assert old.record(B, YES) == 4 and old.undo(A).before is None
    assert tables(old) == before and before[1] == "VARCHAR(15)"


def test_the_first_third_label_makes_room_for_it_and_loses_nothing(old: LabelStore) -> None:
    before = old.history()
    assert old.record(B, AGAIN, note="seen four times") == 4
    assert old.record(A, AGAIN) == 5
    assert old.history().head(3).to_dict("records") == before.to_dict("records")
    assert rows(old) == [*HISTORY, (4, 4, *rows(old)[3][2:3], AGAIN), (5, 5, *rows(old)[4][2:3], AGAIN)]
    assert dict(zip(old.effective()["imdb_id"], old.effective()["label"], strict=True)) == {A: AGAIN, B: AGAIN}
    checks, *rest = tables(old)
    assert all(f"'{label}'" in checks for label in (NO, YES, AGAIN))
    assert rest == ["VARCHAR(24)", ["imdb_id"], ["uuid"]]
    with pytest.raises(sa.exc.DBAPIError), old._database._engine.begin() as connection:  # what is no label stays out
        connection.exec_driver_sql("UPDATE label_events SET label = 'perhaps' WHERE event = 1")


def test_an_export_with_the_third_label_is_restored_into_it(old: LabelStore, tmp_path: Path) -> None:
    with LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        other.record(A, AGAIN)
        assert other.export(tmp_path / "labels.csv") == 1
    assert old.restore(tmp_path / "labels.csv") == 1
    assert [row[3] for row in rows(old)] == [AGAIN, NO, YES, None]


def test_killed_half_way_it_is_as_it_was_and_takes_the_label_the_next_time(old: LabelStore) -> None:
    before = tables(old)
    killed = subprocess.run([sys.executable, "-c", KILLED, old.url.render_as_string(hide_password=False)])
    assert killed.returncode == -signal.SIGKILL
    assert rows(old) == HISTORY and tables(old) == before
    assert old.record(B, AGAIN) == 4
    assert rows(old)[:3] == HISTORY


def test_writers_of_old_and_new_labels_at_once_all_find_room(old: LabelStore) -> None:
    url = old.url.render_as_string(hide_password=False)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, label, str(first)], env=os.environ)
        for label, first in ((YES, 100), (AGAIN, 200), (AGAIN, 300), (NO, 400))
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0, 0]
    found = old.history()
    assert found["event"].tolist() == list(range(1, 84)) and rows(old)[:3] == HISTORY
    counts = found["label"].iloc[3:].value_counts().to_dict()
    assert counts == {YES: 20, AGAIN: 40, NO: 20}
