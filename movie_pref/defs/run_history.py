"""What the history of runs in the Dagster instance says: what runs, what the last training learnt from."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.data_folder import DAGSTER_CONFIG, DataFolder
from movie_pref.defs.home import open_history
from movie_pref.defs.living_runs import CUT_OFF_TAG, end_killed_runs
from movie_pref.errors import UserError
from movie_pref.labels.retraining import LABELS_TAG, LIBRARY_TAG, Past, in_words, library_mark
from movie_pref.settings import Settings

CHAMPION = dg.AssetKey("champion_model")
JOBS = ("retrain", "pipeline")
BY_HAND = "__ASSET_JOB"  # Dagster's name for assets that were selected in the UI
UNFINISHED = [
    dg.DagsterRunStatus[name] for name in ("NOT_STARTED", "QUEUED", "STARTING", "STARTED", "SUSPENDED", "CANCELING")
]
LOOK_BACK = 50  # runs of each job that are looked at
DEAD_AFTER = 24 * 3600.0  # seconds after which a run that has not ended is taken for dead, with no other sign of it


def read_past(instance: dg.DagsterInstance, folder: DataFolder, now: float) -> Past:
    """What the history of runs says; runs that train nothing (one asset made by hand) do not count.

    Runs that were cut off are written down as failed first.
    """
    end_killed_runs(instance, folder, now)
    running = learnt = failed = None
    newest = -1
    for job in (*JOBS, BY_HAND):
        done = _trainings(instance, job, [dg.DagsterRunStatus.SUCCESS])
        if done and done[0].storage_id > newest:
            newest, learnt = done[0].storage_id, _read_tags(done[0].dagster_run)
        for record in _trainings(instance, job, UNFINISHED):
            seconds = now - _started(record)
            if seconds < DEAD_AFTER and running is None:
                running = f"{job if job != BY_HAND else 'a training'} {record.dagster_run.run_id[:8]}, started {in_words(seconds)} ago, has not ended"
    tried = _trainings(instance, "retrain", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED])
    if tried and tried[0].storage_id > newest:
        failed = _read_tags(tried[0].dagster_run)
    return Past(running, learnt, failed, cut_off=failed is not None and _was_cut_off_once(tried))


@contextmanager
def history_of(settings: Settings) -> Iterator[Callable[[], Past | None]]:
    """Gives what the data folder's Dagster instance knows of its runs, opened when it is there first; None before.

    Raises
    ------
    UserError
        From what is given: the history cannot be read.
    """
    folder = DataFolder(settings.data)
    home = folder.dagster_home
    with ExitStack() as stack:
        opened: list[dg.DagsterInstance] = []

        def past() -> Past | None:
            try:
                if not opened and (home / DAGSTER_CONFIG).exists():
                    opened.append(stack.enter_context(open_history(home)))
                return read_past(opened[0], folder, time.time()) if opened else None
            except unreadable() as error:
                raise UserError(
                    f"The history of runs cannot be read ({error}), so it is not known how many labels are new."
                ) from None

        yield past


def unreadable() -> tuple[type[Exception], ...]:
    """What is raised where the history of runs cannot be read."""
    import sqlalchemy.exc

    return (sqlalchemy.exc.DBAPIError, OSError, *no_answer())


def no_answer() -> tuple[type[Exception], ...]:
    """What is raised where the history is on a PostgreSQL server that does not answer; nothing where it never is."""
    try:
        from dagster_postgres.utils import DagsterPostgresException
    except ImportError:
        return ()
    return (DagsterPostgresException,)


def note_training_input(context: dg.AssetExecutionContext, settings: Settings, events: pd.DataFrame) -> None:
    """Write on a run which labels and which library it has read."""
    from movie_pref.labels.events import HUMAN, newest_event

    tags = {LABELS_TAG: newest_event(events[events["set_by"] == HUMAN]), LIBRARY_TAG: library_mark(settings) or ""}
    context.instance.add_run_tags(context.run.run_id, tags)


def training_input(context: dg.AssetExecutionContext) -> tuple[str | None, str | None]:
    """Which labels and which library a run has read, as `note_training_input` wrote it; None where it has read neither."""
    run = context.instance.get_run_by_id(context.run.run_id)
    return (None, None) if run is None else _read_tags(run)


def _trainings(instance: dg.DagsterInstance, job: str, statuses: list[dg.DagsterRunStatus]) -> list[Any]:
    """Records of the newest runs of a job, newest first, that make a champion."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=statuses), limit=LOOK_BACK)
    return [record for record in records if _trains(record.dagster_run)]


def _was_cut_off_once(tried: list[Any]) -> bool:
    """Whether the newest of these runs was cut off, and none of the others for the same labels and library was."""
    newest, *others = (record.dagster_run for record in tried)
    before = [_read_tags(one) for one in others if CUT_OFF_TAG in one.tags]
    return CUT_OFF_TAG in newest.tags and _read_tags(newest) not in before


def _trains(run: dg.DagsterRun) -> bool:
    return CHAMPION in run.asset_selection if run.asset_selection else run.job_name in JOBS


def _read_tags(run: dg.DagsterRun) -> tuple[str | None, str | None]:
    return run.tags.get(LABELS_TAG), run.tags.get(LIBRARY_TAG)


def _started(record: Any) -> float:
    if record.start_time is not None:
        return float(record.start_time)
    made: datetime = record.create_timestamp
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()
