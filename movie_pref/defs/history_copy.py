"""Dagster's history of runs brought from one of its storages into another: SQLite files, or a PostgreSQL server.

Through Dagster's own interface, so that either may be any storage of this version: runs with their events, what the UI knows
of assets and checks by them, sensors and schedules with their cursors and ticks.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

import sqlalchemy
import sqlalchemy.exc
from dagster import RunsFilter
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.dagster_run import RunRecord

from movie_pref.addresses import PASSWORD_SHOWN, has_password
from movie_pref.errors import UserError, cause

AT_ONCE = 100  # runs, or ticks, that are read at once
LIKE_ITSELF = "postgresql://me@host/dagster"


class Copied(NamedTuple):
    """How many runs, events of them and ticks there are in the source, and how many of each the target lacks."""

    runs: int = 0
    events: int = 0
    ticks: int = 0
    runs_new: int = 0
    events_new: int = 0
    ticks_new: int = 0

    def plus(self, **more: int) -> Self:
        return self._replace(**{name: getattr(self, name) + count for name, count in more.items()})


def open_storage(place: str) -> "AbstractContextManager[DagsterStorage]":
    """A storage of Dagster's: in a folder (SQLite), or at the address of a PostgreSQL server; its tables are made if need be.

    Raises
    ------
    UserError
        The address holds a password, the driver is not installed, or the server does not answer.
    """
    return _postgres(place) if "://" in place else _folder(Path(place))


@contextmanager
def _folder(path: Path) -> Iterator[DagsterStorage]:
    from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

    path.mkdir(parents=True, exist_ok=True)
    storage = DagsterSqliteStorage.from_local(str(path))
    try:
        yield storage
    finally:
        _dispose(storage)


@contextmanager
def _postgres(address: str) -> Iterator[DagsterStorage]:
    if has_password(address):
        raise UserError(f"{PASSWORD_SHOWN}.")
    try:
        from dagster_postgres import DagsterPostgresStorage
    except ModuleNotFoundError:
        raise UserError(
            "A history on a PostgreSQL server needs the Python module 'dagster_postgres', which is not installed: pip install 'movie-pref[server]'."
        ) from None
    place = "postgresql+psycopg2://" + address.partition("://")[2]  # Dagster's storages know this driver alone
    try:
        with sqlalchemy.create_engine(place).connect():  # Dagster would try six times, and log each
            pass
        storage = DagsterPostgresStorage(place)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise UserError(
            f"The database {address} cannot be used for Dagster's history ({cause(error, 300)}); start it or mend the address, such as {LIKE_ITSELF}."
        ) from None
    try:
        yield storage
    finally:
        _dispose(storage)


def _dispose(storage: DagsterStorage) -> None:
    for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
        part.dispose()


def copy_history(
    source: DagsterStorage, target: DagsterStorage, write: bool, tell: Callable[[str], object] = lambda says: None
) -> Copied:
    """Bring what the target lacks into it, oldest first; what it has is left alone, so that a copy that was cut off goes on.

    Parameters
    ----------
    write
        False only counts.
    tell
        Told how far it is.
    """
    found = Copied()
    total, cursor = source.run_storage.get_runs_count(), None
    while batch := source.run_storage.get_run_records(cursor=cursor, limit=AT_ONCE, ascending=True):
        for record in batch:
            found = _copy_run(record, source, target, write, found)
            tell(f"{found.runs:,} of {total:,} runs")
        cursor = batch[-1].dagster_run.run_id
    return _copy_instigators(source, target, write, found)


def _copy_run(record: RunRecord, source: DagsterStorage, target: DagsterStorage, write: bool, found: Copied) -> Copied:
    run = record.dagster_run
    events = source.event_log_storage.get_logs_for_run(run.run_id)
    there = target.run_storage.has_run(run.run_id)
    has = len(target.event_log_storage.get_logs_for_run(run.run_id)) if there else 0
    found = found.plus(runs=1, events=len(events), runs_new=int(not there), events_new=len(events) - has)
    if not write or (there and has == len(events)):
        return found
    runs = target.run_storage
    if not there:
        if run.job_snapshot_id and not runs.has_job_snapshot(run.job_snapshot_id):
            runs.add_job_snapshot(source.run_storage.get_job_snapshot(run.job_snapshot_id))
        plan = run.execution_plan_snapshot_id
        if plan and not runs.has_execution_plan_snapshot(plan):
            runs.add_execution_plan_snapshot(source.run_storage.get_execution_plan_snapshot(plan))
        runs.add_historical_run(run, record.create_timestamp)
    for event in events[
        has:
    ]:  # from where a copy was cut off: what the UI knows of checks cannot be stored a second time
        target.event_log_storage.store_event(event)
        if event.dagster_event is not None:
            runs.handle_run_event(run.run_id, event.dagster_event, datetime.fromtimestamp(event.timestamp, UTC))
    return found


def _copy_instigators(source: DagsterStorage, target: DagsterStorage, write: bool, found: Copied) -> Copied:
    """Sensors and schedules: whether they are on, their cursor, and their ticks."""
    for state in source.schedule_storage.all_instigator_state():
        place = state.instigator_origin_id, state.selector_id
        if write and target.schedule_storage.get_instigator_state(*place) is None:
            target.schedule_storage.add_instigator_state(state)
        has = {tick.timestamp for tick in target.schedule_storage.get_ticks(*place)}
        ticks = source.schedule_storage.get_ticks(*place)
        new = [tick for tick in ticks if tick.timestamp not in has]
        found = found.plus(ticks=len(ticks), ticks_new=len(new))
        for tick in reversed(new) if write else []:
            target.schedule_storage.create_tick(tick.tick_data)
    return found


def unfinished(storage: DagsterStorage) -> int:
    """How many runs of a history have not ended."""
    from movie_pref.defs.run_history import UNFINISHED

    return storage.run_storage.get_runs_count(RunsFilter(statuses=UNFINISHED))
