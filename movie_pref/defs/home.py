"""Where Dagster keeps its history of runs: SQLite files in the data folder, which stay open between two events.

The `dagster.yaml` that `movie-pref` writes into the data folder names the class below, and so does the one of the project's
folder, for Dagster's own tools started by hand there.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dagster as dg
import sqlalchemy
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine

from movie_pref.data_folder import DataFolder
from movie_pref.settings import load_settings

HOME = "DAGSTER_HOME"
MOST_OPEN = 4  # files of one storage; each run has one of its own, and the UI may look at hundreds
BUSY = 60.0  # seconds that a transaction waits for another process's


def open_history(home: Path) -> dg.DagsterInstance:
    """The Dagster instance whose `dagster.yaml` lies in a folder; that folder is the DAGSTER_HOME of this process from then on."""
    os.environ[HOME] = str(home)
    return dg.DagsterInstance.get()


class HistoryInTheDataFolder(DagsterSqliteStorage):
    """Dagster's SQLite storage in DAGSTER_HOME, else in the data folder, where the command keeps it too."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        history = Path(base_dir) / "history"
        self.base_dir, self._inst_data = base_dir, inst_data
        self._run_storage = _Runs.from_local(str(history))
        self._event_log_storage = _Events(str(history / "runs"))
        self._schedule_storage = _Schedules.from_local(str(Path(base_dir) / "schedules"))
        super(DagsterSqliteStorage, self).__init__()

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: dict[str, Any]) -> Self:  # type: ignore[override]
        return cls.from_local(os.environ.get(HOME) or str(DataFolder(load_settings().data).dagster_home), inst_data)


class _KeptOpen:
    """SQLite databases that stay open as long as their file is the same one, the last few that were asked for.

    Dagster opens one anew for each event: a new connection, whose end copies the write-ahead log back, and an engine that
    has compiled no statement yet. That was two thirds of what a step of a run cost.
    """

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, Engine]] = {}
        self._lock = threading.Lock()

    def engine(self, address: str) -> Engine:
        """The engine of a database, by its address `sqlite:///...`."""
        file = Path(address.removeprefix("sqlite:///"))
        number = file.stat().st_ino if file.exists() else 0
        with self._lock:
            before, found = self._open.pop(address, (0, None))
            if found is None or before != number:
                if found is not None:
                    found.dispose()
                found = _engine(address)
            self._open[address] = number, found  # the last to be closed
            for oldest in list(self._open)[:-MOST_OPEN]:
                self._open.pop(oldest)[1].dispose()
        return found

    def close(self) -> None:
        with self._lock:
            for _, engine in self._open.values():
                engine.dispose()
            self._open.clear()


def _engine(address: str) -> Engine:
    """With one connection that is kept; what is written is safe from a killed process before it has reached the disk."""
    engine = sqlalchemy.create_engine(address, pool_size=1, max_overflow=-1, connect_args={"timeout": BUSY})
    sqlalchemy.event.listen(engine, "connect", lambda opened, _: opened.execute("PRAGMA synchronous=NORMAL"))
    return engine


class _Events(SqliteEventLogStorage):
    def __init__(self, base_dir: str) -> None:
        self._databases = _KeptOpen()
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._databases.engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def has_table(self, table_name: str) -> bool:
        engine = self._databases.engine(self.conn_string_for_shard(INDEX_SHARD_NAME))
        with engine.connect() as connection:
            return bool(engine.dialect.has_table(connection, table_name))

    def dispose(self) -> None:
        super().dispose()
        self._databases.close()


class _Runs(SqliteRunStorage):
    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._databases = _KeptOpen()
        super().__init__(conn_string, inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._databases.engine(self._conn_string).begin() as connection:
            yield connection

    def dispose(self) -> None:
        super().dispose()
        self._databases.close()


class _Schedules(SqliteScheduleStorage):
    """Opened for each tick of a sensor: nobody tells it when to close what it would keep open."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        engine = _engine(self._conn_string)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()
