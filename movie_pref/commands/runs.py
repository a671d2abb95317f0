"""Running a job from the command: the same definitions and the same history as in the Dagster UI."""

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import sqlalchemy.exc

from movie_pref.commands.progress import watch_run
from movie_pref.commands.terminal import note, notes, plain, telling, warn
from movie_pref.commands.tidying import tidy_up
from movie_pref.data_folder import DAGSTER_CONFIG, DataFolder
from movie_pref.definitions import build_defs
from movie_pref.defs.assets.database import SNAPSHOT_TAG
from movie_pref.defs.decorators import BAD_INPUT, DISK_FULL, OUT_OF_MEMORY
from movie_pref.defs.home import BUSY, open_history
from movie_pref.defs.io_managers import described
from movie_pref.defs.living_runs import begin_to_live, end_killed_runs
from movie_pref.defs.resources import settings_resource
from movie_pref.defs.run_history import no_answer, read_past
from movie_pref.errors import DiskFullError, UserError, cause
from movie_pref.features.enough_labels import count_labels
from movie_pref.files import is_disk_full, is_locked, one_at_a_time, whole_file
from movie_pref.labels.events import Waiting
from movie_pref.labels.merge import labelled_library
from movie_pref.labels.retraining import Memory, Past, new_labels_since
from movie_pref.labels.store import read_events
from movie_pref.library.catalogue import own_catalogue
from movie_pref.library.presence import has_candidates, has_library
from movie_pref.library.table_file import check_header
from movie_pref.library.tables import read_candidates
from movie_pref.memory import start_threads_of_arrow
from movie_pref.model.champion import Champion
from movie_pref.model.pointer import read_pointer
from movie_pref.object_store.mirror import catch_up
from movie_pref.report.end_of_run import FailedCheck
from movie_pref.settings import Settings

FIRST_GUESS = "first_guess"
ROOM = 20_000_000  # bytes free on the disk; the history of one run takes some three million, its tables less

# assets print nothing, so there is no output to capture, and capturing it would disturb the live progress line
HOME_CONFIG = """\
telemetry:
  enabled: false
nux:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
storage:
  custom:
    module: movie_pref.defs.home
    class: HistoryInTheDataFolder
    config: {}
"""


@dataclass
class Outcome:
    """How a run ended: which `job` it was, what failed, how long each asset took, and where the run can be looked at.

    `interrupted` is the last that was heard of a run which the person stopped, `lacking` whether room or memory was.
    """

    run_id: str
    success: bool
    failed_checks: list[FailedCheck] = field(default_factory=list)
    bad_input: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    interrupted: str | None = None
    lacking: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    job: str = ""

    @property
    def exit_code(self) -> int:
        if self.interrupted is not None:
            return 130
        if self.bad_input:
            return 2
        return 0 if self.success else 1


def dagster_home(settings: Settings) -> Path:
    """Dagster's home under the data folder, with telemetry off; made when it is not there yet."""
    home = DataFolder(settings.data).dagster_home
    if not (home / DAGSTER_CONFIG).exists():
        with whole_file(home / DAGSTER_CONFIG) as temporary:
            temporary.write_text(HOME_CONFIG)
    return home


def take_copy(settings: Settings) -> None:
    """Take the copy in the object store where it is ahead of the data folder, as on a machine whose folder is empty."""
    if settings.object_store is None:
        return
    folder = DataFolder(settings.data)
    with one_at_a_time(folder.run_lock, described(None), warn), telling("Looking into the object store") as tell:
        moved = catch_up(folder, settings.object_store, tell)
    if moved is not None:
        note(
            f"Took the newer copy at {plain(settings.object_store)}: {moved.moved:,} of {moved.files:,} files fetched."
        )


def execute(job: str, settings: Settings) -> Outcome:
    """Run a job in this process, recorded where the Dagster UI shows it; it waits while another run is at work.

    Where no model stands, the labels are too few for one and there are candidates, `pipeline` and `score` become `first_guess`.

    Raises
    ------
    UserError
        Something in the input has to be mended, the data folder cannot be written, or the disk is full.
    """
    start_threads_of_arrow()
    take_copy(settings)
    if settings.database is None:
        check_input(settings, training=job != "score")
    folder, run_id = DataFolder(settings.data), str(uuid.uuid4())
    with one_at_a_time(folder.run_lock, described(None), warn), _instance(settings) as instance:
        begin_to_live(folder, run_id)
        end_killed_runs(instance, folder, time.time())
        tags = _read_database(settings, training=job != "score")
        tidy_up(settings.data)
        job = _with_few_labels(job, settings)
        if job == "score":
            Champion.load(folder.model)
        defs = build_defs({"settings": settings_resource(settings)})
        definition = defs.resolve_job_def(job)
        steps = len(definition.graph.nodes)
        with watch_run(steps, notes) as watcher:
            result = definition.execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
                run_config={"loggers": {"progress": {"config": {}}}},
                tags=tags,
            )
        return _outcome(result, watcher.news, job)


def _read_database(settings: Settings, training: bool) -> dict[str, str]:
    """Read the library where it is in a database, and check it; the tag by which the run knows that this was done."""
    if settings.database is None:
        return {}
    from movie_pref.sources.postgres.refresh import refresh

    found = refresh(settings, warn)
    check_input(settings, training)
    note(f"Read from the database: {found['labelled']:,} labelled movies and {found['without_label']:,} to rank.")
    return {SNAPSHOT_TAG: found["taken_at"]}


def _with_few_labels(job: str, settings: Settings) -> str:
    """The job to run: `first_guess` instead of one that needs a model, where the labels are too few to train one."""
    trained = read_pointer(DataFolder(settings.data).model) is not None  # whose ranking a guess never replaces
    if job not in ("pipeline", "score") or trained or not (has_library(settings) or has_candidates(settings)):
        return job
    _, merged = labelled_library(settings, read_events(settings))
    if count_labels(merged.rows).enough:
        return job
    candidates = read_candidates(settings).rows
    unseen = candidates[~candidates["imdb_id"].isin(merged.rows["imdb_id"])]
    return FIRST_GUESS if (unseen["media_type"] == "movie").any() else job


def labels_not_learnt(settings: Settings) -> Waiting:
    """The human labels that no training has seen, as the sensor `new_labels` counts them."""
    events = read_events(settings)
    if not DataFolder(settings.data).dagster_home.exists():
        return new_labels_since(Past(), Memory(), events)
    with _instance(settings) as instance:
        return new_labels_since(read_past(instance, DataFolder(settings.data), time.time()), Memory(), events)


def check_input(settings: Settings, training: bool = True) -> None:
    """Refuse, before anything is computed or written, what would stop a run half way.

    Raises
    ------
    UserError
        A file cannot be read by its header, is no library, no catalogue or no champion, or the disk has no room.
    """
    if training:
        if has_library(settings) or not has_candidates(settings):
            check_header(settings.library_path)
        own_catalogue(settings.data)
        read_pointer(DataFolder(settings.data).model)
    if settings.candidates is not None or settings.candidates_path.exists():
        check_header(settings.candidates_path, labelled=False)
    free = shutil.disk_usage(dagster_home(settings)).free
    if free < ROOM:
        raise UserError(
            f"The disk is full: {settings.data} has {free / 1e6:.1f} MB left and a run needs {ROOM / 1e6:.0f} MB; free some space "
            "or name another folder with MOVIE_PREF_DATA."
        )


@contextmanager
def _instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    home = dagster_home(settings)
    try:
        with open_history(home) as instance:
            yield instance
    except OSError as error:
        if is_disk_full(error, home):
            raise DiskFullError(home) from error
        raise UserError(
            f"{home} may not be written ({error.strerror}); name another folder with MOVIE_PREF_DATA."
        ) from error
    except no_answer() as error:
        raise UserError(
            f"The PostgreSQL server that keeps the history of runs does not answer ({cause(error.__cause__ or error)}); "
            f"look whether it runs, and at {home / DAGSTER_CONFIG}."
        ) from error
    except sqlalchemy.exc.DBAPIError as error:
        if is_disk_full(error, home):
            raise DiskFullError(f"the history of runs in {home}") from error
        if is_locked(error):
            raise UserError(
                f"Another program has held the history of runs in {home} for more than {BUSY:.0f} s; end it, or run again later."
            ) from error
        raise UserError(
            f"The history of runs in {home} cannot be written or read ({error.orig}); "
            "delete that folder if it is damaged (the history goes with it, nothing else), and run again."
        ) from error


def _outcome(result: dg.ExecuteInProcessResult, news: str, job: str) -> Outcome:
    outcome = Outcome(result.run_id, result.success, job=job)
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            found = event.asset_check_evaluation_data
            if not found.passed:
                outcome.failed_checks.append(
                    FailedCheck(
                        found.asset_key.to_user_string(),
                        found.check_name,
                        found.description or "",
                        found.severity.value,
                        bool(found.blocking),
                        {name: value.value for name, value in found.metadata.items()},
                    )
                )
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            outcome.seconds[event.step_key or ""] = event.step_success_data.duration_ms / 1000
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            _note_failure(event, outcome, news)
    return outcome


def _note_failure(event: dg.DagsterEvent, outcome: Outcome, news: str) -> None:
    data = event.step_failure_data
    failure = data.user_failure_data
    kind = failure.metadata["cause"].value if failure is not None and "cause" in failure.metadata else None
    if failure is not None and kind in (BAD_INPUT, DISK_FULL, OUT_OF_MEMORY):
        again = failure.description in outcome.bad_input or kind in outcome.lacking
        if not again:  # several steps may stumble over the same mistake, and lack the same in words of their own
            outcome.bad_input.append(failure.description or "")
        outcome.lacking |= {kind} - {BAD_INPUT}
    elif data.error is not None and "ExecutionInterrupted" in str(data.error.cls_name):
        outcome.interrupted = news or (event.step_key or "").replace("_", " ")
    elif data.error is not None and "DagsterAssetCheckFailedError" not in str(data.error.cls_name):
        first = data.error.cause or data.error
        outcome.unexpected.append(f"{event.step_key}: {first.message.strip()}")
