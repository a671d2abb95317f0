"""The label store: what a person (or a machine) said of a movie and when, as events that are only ever added.

It is a table in SQLite or in any other database that SQLAlchemy speaks to. Events are numbered by the order in which
they were committed, never by the clock. The label that counts is the newest one that a human set and did not take back;
without one it is the library's. What a machine set is kept and never trains. `movie_pref.labels.merge` brings them in.
"""

import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from movie_pref.errors import UserError
from movie_pref.files import whole_file
from movie_pref.labels.events import (
    COLUMNS,
    DTYPES,
    HUMAN,
    Waiting,
    check_label,
    effective_labels,
    events_frame,
    labels_since,
    labels_standing,
)
from movie_pref.library.identifiers import check_imdb_id
from movie_pref.library.label_names import LABELS
from movie_pref.settings import Settings

PATIENCE = 60.0  # seconds that a writer waits for the others
ATTEMPTS = 10  # at making the tables, while other processes do the same


class _UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; databases without time zones (SQLite) keep it without one."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


_TABLES = sa.MetaData()
_EVENTS = sa.Table(
    "label_events",
    _TABLES,
    sa.Column("event", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("uuid", sa.String(32), nullable=False, unique=True),
    sa.Column("imdb_id", sa.String(10), nullable=False, index=True),
    sa.Column("label", sa.String(15), sa.CheckConstraint(f"label IN {LABELS}")),
    sa.Column("set_by", sa.String(200), nullable=False),
    sa.Column("at", _UtcTime, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("origin", sa.String(200)),
    sa.Column("file", sa.Text),
)
# one row, changed by each writer in its transaction: writers queue for it, so that numbers are in the order of commits
_SEQUENCE = sa.Table(
    "label_sequence",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class NewLabel:
    """A label to record. `origin` is the way it came (a command, the review queue), `file` where it was read from."""

    imdb_id: str
    label: str
    set_by: str = HUMAN
    note: str | None = None
    origin: str | None = None
    file: str | None = None


class Undone(NamedTuple):
    """An undo: the number of its event, the label it took back, and the one that a human set before (None: none)."""

    event: int
    label: str
    before: str | None


class LabelStore:
    """Label events in a database, given by an SQLAlchemy URL. Close it, or use it in a `with`.

    Reading a SQLite file that is not there yet finds no events and makes no file.
    """

    def __init__(self, url: str) -> None:
        with _bad_url(url):
            self.url = sa.make_url(url)
            self._engine = sa.create_engine(self.url, **({"connect_args": {"timeout": PATIENCE}} if self._file else {}))
        if self.url.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        self._ready = False

    def __enter__(self) -> "LabelStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def record(
        self,
        imdb_id: str,
        label: str,
        *,
        set_by: str = HUMAN,
        note: str | None = None,
        origin: str | None = None,
        file: str | None = None,
    ) -> int:
        """Add one label; returns the number of its event once it is committed.

        Raises
        ------
        UserError
            The identifier or the label is none, or the store cannot be written.
        """
        return self.record_all([NewLabel(imdb_id, label, set_by, note, origin, file)])[0]

    def record_all(self, labels: Iterable[NewLabel]) -> list[int]:
        """Add labels in this order, all or none; returns the numbers of their events."""
        new = list(labels)
        for one in new:
            check_imdb_id(one.imdb_id)
            check_label(one.label)
            if not one.set_by.strip():
                raise UserError(
                    f"The label of {one.imdb_id} does not say who set it; set_by is '{HUMAN}' or a machine's name."
                )
        with self._transaction(writes=True) as connection:
            return self._append(
                connection,
                [
                    {
                        "imdb_id": one.imdb_id,
                        "label": one.label,
                        "set_by": one.set_by,
                        "note": one.note or None,
                        "origin": one.origin or None,
                        "file": one.file or None,
                    }
                    for one in new
                ],
            )

    def undo(self, imdb_id: str, *, note: str | None = None, origin: str | None = None) -> Undone:
        """Take back the last label that a human gave this movie, by a new event; a second undo takes back the one before.

        Raises
        ------
        UserError
            There is nothing left to take back.
        """
        check_imdb_id(imdb_id)
        with self._transaction(writes=True) as connection:
            stack = labels_standing(_read(connection, imdb_id)).get(imdb_id, [])
            if not stack:
                raise UserError(f"There is nothing to undo for {imdb_id}: no label that you gave it stands.")
            undone = {"imdb_id": imdb_id, "label": None, "set_by": HUMAN, "note": note or None, "origin": origin}
            event = self._append(connection, [{**undone, "file": None}])[0]
        return Undone(event, stack[-1]["label"], stack[-2]["label"] if len(stack) > 1 else None)

    def history(self, imdb_id: str | None = None) -> pd.DataFrame:
        """The events (`COLUMNS`) of one movie or of all, oldest first."""
        if self._file is not None and not self._file.exists():
            return events_frame([])
        with self._transaction() as connection:
            if not self._ready and not sa.inspect(connection).has_table(_EVENTS.name):
                return events_frame([])
            return events_frame(_read(connection, imdb_id))

    def effective(self) -> pd.DataFrame:
        """The label that counts of each movie that a human labelled; see `effective_labels`."""
        return effective_labels(self.history())

    def newer(self, event: int) -> Waiting:
        """The human labels that came after this event (0: all of them); see `labels_since`."""
        return labels_since(self.history(), event)

    def export(self, path: Path) -> int:
        """Write every event to a CSV or Parquet file, whole or not at all; returns how many."""
        events = self.history()
        kind = _suffix(path)
        with whole_file(path) as temporary:
            events.to_csv(temporary, index=False) if kind == ".csv" else events.to_parquet(temporary, index=False)
        return len(events)

    def restore(self, path: Path) -> int:
        """Add the events of an exported file that are not here yet; returns how many those were.

        An empty store becomes what was exported, numbers included. Otherwise an event that is missing here comes right
        after the ones before it in the file, so that it never overrules a label that was given here since.

        Raises
        ------
        UserError
            The file is no export, or holds an event that cannot be one.
        """
        rows = _exported(path)
        with self._transaction(writes=True) as connection:
            places = {row.uuid: row.place for row in connection.execute(sa.select(_EVENTS.c.uuid, _EVENTS.c.place))}
            if not places and rows:
                connection.execute(_EVENTS.insert(), rows)
                connection.execute(_SEQUENCE.update().values(last=max(row["event"] for row in rows)))
                return len(rows)
            missing, place = [], 0
            for row in rows:
                if row["uuid"] in places:
                    place = max(place, places[row["uuid"]])
                else:
                    missing.append({**row, "place": place})
            self._append(connection, missing)
        return len(missing)

    @property
    def _file(self) -> Path | None:
        """The file of a SQLite store."""
        name = self.url.database
        return Path(name) if self.url.get_backend_name() == "sqlite" and name and name != ":memory:" else None

    @staticmethod
    def _append(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Number and insert rows; one that has a `uuid`, `place` or `at` already keeps it."""
        if not rows:
            return []
        connection.execute(_SEQUENCE.update().values(last=_SEQUENCE.c.last + len(rows)))
        last = connection.execute(sa.select(_SEQUENCE.c.last)).scalar_one()
        numbers = list(range(last - len(rows) + 1, last + 1))
        now = datetime.now(UTC)
        connection.execute(
            _EVENTS.insert(),
            [
                {"place": number, "uuid": uuid.uuid4().hex, "at": now, **row, "event": number}
                for number, row in zip(numbers, rows, strict=True)
            ],
        )
        return numbers

    @contextmanager
    def _transaction(self, writes: bool = False) -> Iterator[sa.Connection]:
        with _store_errors(self.url):
            if writes and not self._ready:
                self._make_tables()
            with self._connect(writes) as connection, connection.begin():
                yield connection

    def _connect(self, writes: bool) -> sa.Connection:
        return self._engine.connect().execution_options(movie_pref_writes=writes)

    def _make_tables(self) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(ATTEMPTS):
            try:
                with self._connect(writes=True) as connection, connection.begin():
                    _TABLES.create_all(connection)
                    if connection.execute(sa.select(_SEQUENCE.c.last)).first() is None:
                        connection.execute(_SEQUENCE.insert().values(id=1, last=0))
                self._ready = True
                return
            except (sa.exc.IntegrityError, sa.exc.ProgrammingError):  # another process made them at this moment
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.05 * (attempt + 1))


def _read(connection: sa.Connection, imdb_id: str | None) -> list[dict[str, Any]]:
    query = sa.select(_EVENTS).order_by(_EVENTS.c.place, _EVENTS.c.event)
    if imdb_id is not None:
        query = query.where(_EVENTS.c.imdb_id == imdb_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _suffix(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise UserError(f"{path} names neither a CSV nor a Parquet file; end it in .csv or .parquet.")
    return kind


def _exported(path: Path) -> list[dict[str, Any]]:
    """The events of an exported file, checked, in its order."""
    from movie_pref.library.read import read_frame

    frame = read_frame(path)
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise UserError(
            f"{path} has no column {' and no column '.join(map(repr, missing))}, so it is no export of labels; make one with `movie-pref labels export`."
        )
    try:
        rows = frame[list(COLUMNS)].assign(at=pd.to_datetime(frame["at"], utc=True, format="ISO8601")).astype(DTYPES)
    except (ValueError, TypeError) as error:
        raise UserError(
            f"{path} holds an event whose number or moment is none ({error}); export the labels again."
        ) from None
    if rows["uuid"].duplicated().any() or rows[["uuid", "imdb_id", "set_by", "at"]].isna().any(axis=None):
        raise UserError(
            f"{path} repeats an event, or one says not which, of which movie, by whom or when; export the labels again."
        )
    for imdb_id in rows["imdb_id"].unique():
        check_imdb_id(imdb_id)
    for label in rows["label"].dropna().unique():
        check_label(label)
    records: list[dict[str, Any]] = []
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        records.append({**row, "at": row["at"].to_pydatetime(), "event": int(row["event"]), "place": int(row["place"])})
    return records


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Durable and concurrent: a write-ahead log, synced at each commit; transactions begin where `_begin_sqlite` says."""
    connection.isolation_level = None
    deadline = time.monotonic() + PATIENCE
    while True:  # turning the log on waits for nobody
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous=FULL")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the lock at once: a lock taken half way fails instead of waiting."""
    writes = connection.get_execution_options().get("movie_pref_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _bad_url(url: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError) as error:
        raise UserError(
            f"The setting 'label_store' is no database address that SQLAlchemy knows ({' '.join(str(error).split())[:120]}); give one "
            "such as sqlite:////home/me/labels.sqlite or postgresql+psycopg://me@host/movies."
        ) from None
    except ModuleNotFoundError as error:
        raise UserError(
            f"The label store needs the Python module {error.name!r}, which is not installed; install it (for PostgreSQL: pip install psycopg)."
        ) from None


@contextmanager
def _store_errors(url: sa.URL) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, OSError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise UserError(
            f"The label store {url.render_as_string(hide_password=True)} cannot be read or written ({cause}); mend its permissions or the setting "
            "'label_store', or move it away if it is damaged and bring back an export with `movie-pref labels restore`."
        ) from error


def read_events(settings: Settings) -> pd.DataFrame:
    """Every event of the label store that the settings name."""

    with LabelStore(settings.label_store_url) as store:
        return store.history()
