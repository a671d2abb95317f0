"""The database that label events lie in: its tables, who waits for whom, and what is said when it does not answer.

Belongs here: SQLAlchemy and what SQLite needs to be told. Does not belong here: what an event means
(`movie_pref.labels.events`) and what is done with labels (`movie_pref.labels.store`).
"""

import os
import shutil
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from movie_pref.errors import DiskFullError, UserError, cause
from movie_pref.files import A_PAGE, is_disk_full, is_locked
from movie_pref.library.label_names import LABELS, WOULD_WATCH, WOULD_WATCH_AGAIN

PATIENCE = 60.0  # seconds that a writer waits for the others
BETWEEN_TRIES = 0.002  # seconds, about what a label takes to be written
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
_ALLOWED = sa.CheckConstraint(f"label IN {LABELS}", name="label_events_label_check")
EVENTS = sa.Table(
    "label_events",
    _TABLES,
    sa.Column("event", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("uuid", sa.String(32), nullable=False, unique=True),
    sa.Column("imdb_id", sa.String(10), nullable=False, index=True),
    sa.Column("label", sa.String(24), _ALLOWED),
    sa.Column("set_by", sa.String(200), nullable=False),
    sa.Column("at", _UtcTime, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("origin", sa.String(200)),
    sa.Column("file", sa.Text),
)
# one row, changed by each writer in its transaction: writers queue for it, so that numbers are in the order of commits
SEQUENCE = sa.Table(
    "label_sequence",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)


_KINDS: dict[str, tuple[type, ...]] = {
    column.name: (column.type.python_type, *([type(None)] if column.nullable else [])) for column in EVENTS.columns
}


class Damaged(Exception):
    """The database was read, and holds what no store writes: SQLite keeps in a column whatever it is given."""


class LabelDatabase:
    """The database at an SQLAlchemy URL; its tables are made by the first who writes."""

    def __init__(self, url: str) -> None:
        with _bad_url(url):
            self.url = sa.make_url(url)
            self._engine = sa.create_engine(self.url, **({"connect_args": {"timeout": PATIENCE}} if self.file else {}))
        if self.url.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        self._ready = self._takes_every_label = False

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        name = self.url.database
        return Path(name) if self.url.get_backend_name() == "sqlite" and name and name != ":memory:" else None

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self, writes: bool = False, labels: Collection[str | None] = ()) -> Iterator[sa.Connection]:
        """A connection whose work is committed at the end, whole or not at all; writers take turns.

        `labels` are those that it will write: tables made when there were only two take a third from then on.
        """
        with _store_errors(self.url):
            if writes and not self._ready:
                self._make_tables()
            if WOULD_WATCH_AGAIN in labels and not self._takes_every_label:
                with self._connect(writes=True) as connection, connection.begin():
                    _take_every_label(connection)
                self._takes_every_label = True
            with self._connect(writes) as connection, connection.begin():
                yield connection

    def _connect(self, writes: bool) -> sa.Connection:
        return self._engine.connect().execution_options(movie_pref_writes=writes)

    def _make_tables(self) -> None:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(ATTEMPTS):
            try:
                with self._connect(writes=True) as connection, connection.begin():
                    _TABLES.create_all(connection)
                    if connection.execute(sa.select(SEQUENCE.c.last)).first() is None:
                        connection.execute(SEQUENCE.insert().values(id=1, last=0))
                self._ready = True
                return
            except (sa.exc.IntegrityError, sa.exc.ProgrammingError):  # another process made them at this moment
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.05 * (attempt + 1))

    def read(self, imdb_id: str | None = None) -> list[dict[str, Any]]:
        """The events of one movie or of all, oldest first; none, and no file made, where nothing was ever written."""
        if self.file is not None and not self.file.exists():
            return []
        if self.file is not None and not _can_log_in(self.file.parent):
            return _read_copy(self.file, imdb_id)
        with self.transaction() as connection:
            if not self._ready and not sa.inspect(connection).has_table(EVENTS.name):
                return []
            return events_of(connection, imdb_id)


def _can_log_in(folder: Path) -> bool:
    """Whether SQLite can make its log in a folder, without which it does not read a database that has one."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= A_PAGE


def _read_copy(file: Path, imdb_id: str | None) -> list[dict[str, Any]]:
    """The events of a file in a folder that may not be written, or has no room."""
    with _store_errors(sa.make_url(f"sqlite:///{file}")), tempfile.TemporaryDirectory() as folder:
        for one in (file, file.with_name(f"{file.name}-wal")):
            if one.exists():
                shutil.copy(one, folder)
        copy = LabelDatabase(f"sqlite:///{Path(folder) / file.name}")
        try:
            return copy.read(imdb_id)
        finally:
            copy.close()


def _take_every_label(connection: sa.Connection) -> None:
    """Let a table that was made for two labels hold all; every row, column and index of it stays (SQLite rebuilds it)."""
    table = sa.Table(EVENTS.name, sa.MetaData(), autoload_with=connection)
    checks = [
        one for one in table.constraints if isinstance(one, sa.CheckConstraint) and WOULD_WATCH in str(one.sqltext)
    ]
    if any(WOULD_WATCH_AGAIN in str(one.sqltext) for one in checks):
        return
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    table.constraints.difference_update(one for one in checks if one.name is None)
    with Operations(MigrationContext.configure(connection)).batch_alter_table(EVENTS.name, copy_from=table) as change:
        for one in checks:
            if one.name is not None:
                change.drop_constraint(str(one.name), type_="check")
        change.alter_column("label", type_=EVENTS.c.label.type, existing_nullable=True)
        change.create_check_constraint(str(_ALLOWED.name), str(_ALLOWED.sqltext))


def events_of(connection: sa.Connection, imdb_id: str | None) -> list[dict[str, Any]]:
    """The events of one movie or of all, oldest first."""
    query = sa.select(EVENTS).order_by(EVENTS.c.place, EVENTS.c.event)
    if imdb_id is not None:
        query = query.where(EVENTS.c.imdb_id == imdb_id)
    try:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    except (ValueError, TypeError) as error:  # what SQLAlchemy raises for a moment that is none
        raise Damaged(error) from None
    for row in rows:
        for name, kind in _KINDS.items():
            if not isinstance(row[name], kind):
                raise Damaged(f"an event has the {name} {row[name]!r}"[:120])
    return rows


def append(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Number and insert rows; one that has a `uuid`, `place` or `at` already keeps it."""
    if not rows:
        return []
    connection.execute(SEQUENCE.update().values(last=SEQUENCE.c.last + len(rows)))
    last = connection.execute(sa.select(SEQUENCE.c.last)).scalar_one()
    numbers = list(range(last - len(rows) + 1, last + 1))
    now = datetime.now(UTC)
    connection.execute(
        EVENTS.insert(),
        [
            {"place": number, "uuid": uuid.uuid4().hex, "at": now, **row, "event": number}
            for number, row in zip(numbers, rows, strict=True)
        ],
    )
    return numbers


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
    """A writer takes the lock at once: a lock taken half way fails instead of waiting.

    It asks for it every few milliseconds. SQLite asks the more seldom the longer it waits, up to 100 ms apart, so that
    of several writers the one that has waited longest is let in last: a key press took up to a second beside four others.
    """
    if not connection.get_execution_options().get("movie_pref_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + PATIENCE
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while not _has_lock(connection, time.monotonic() > deadline):
            time.sleep(BETWEEN_TRIES)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _has_lock(connection: sa.Connection, last_try: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except sa.exc.OperationalError as error:
        if last_try or not is_locked(error):
            raise
        return False
    return True


@contextmanager
def _bad_url(url: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError) as error:
        raise UserError(
            f"The setting 'label_store' is no database address that SQLAlchemy knows ({cause(error, 120)}); give one "
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
    except (sa.exc.DBAPIError, OSError, Damaged) as error:
        if url.get_backend_name() == "sqlite" and is_disk_full(error, Path(url.database or "")):
            raise DiskFullError(f"the label store {url.database}") from error
        if is_locked(error):
            raise UserError(
                f"Another program has held the label store {url.database} for more than {PATIENCE:.0f} s, so nothing was written; end it, or try again."
            ) from error
        raise UserError(
            f"The label store {url.render_as_string(hide_password=True)} cannot be read or written ({cause(error)}); mend its permissions or the setting "
            "'label_store', or move it away if it is damaged and bring back an export with `movie-pref labels restore`."
        ) from error
