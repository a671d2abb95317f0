"""Which runs still work: the process of each holds a file of the data folder, so that one that was killed is known.

Dagster's history alone does not tell: a run whose process was killed, or could not write its end, is there as one that goes on.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from movie_pref.data_folder import DataFolder
from movie_pref.files import show_life, shows_life

CUT_OFF_TAG = "movie_pref/cut_off"
BEGUN = [dg.DagsterRunStatus[name] for name in ("NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
SHOWS_LIFE_WITHIN = 600.0  # seconds after it was begun; it takes less than ten


def begin_to_live(folder: DataFolder, run_id: str) -> None:
    """Let others see that the run of this identifier works, until this process ends or begins another run.

    Raises
    ------
    UserError
        The data folder may not be written.
    """
    show_life(folder.living_runs / run_id)


def end_killed_runs(instance: dg.DagsterInstance, folder: DataFolder, now: float) -> None:
    """Write into the history that those runs have failed whose process ended before them, with a tag that says so.

    A process that was killed so early that it has shown no life yet is known by that. Where Dagster itself watches
    over its runs, as in a deployment, it is the one to tell: a run may work where its signs are not seen.
    """
    for left in sorted(folder.living_runs.glob("[!.]*")):
        if not shows_life(left):
            _end(instance, instance.get_run_by_id(left.name))
            left.unlink(missing_ok=True)
    if instance.run_monitoring_enabled:
        return
    since = datetime.fromtimestamp(now - SHOWS_LIFE_WITHIN, UTC)
    for run in instance.get_runs(dg.RunsFilter(statuses=BEGUN, updated_before=since)):
        if not (folder.living_runs / run.run_id).exists() and not _works_elsewhere(run, folder):
            _end(instance, run)


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun | None) -> None:
    if run is not None and not run.is_finished:
        instance.add_run_tags(run.run_id, {CUT_OFF_TAG: "yes"})
        instance.report_run_failed(run, "The run was cut off: its process was killed, or could not write how it ended.")


def _works_elsewhere(run: dg.DagsterRun, folder: DataFolder) -> bool:
    """Whether the launchpad gave the run another data folder, in which it shows life."""
    config: Any = run.run_config
    given = config.get("resources", {}).get("settings", {}).get("config", {}).get("data")
    return isinstance(given, str) and Path(given).resolve() != folder.root.resolve()
