"""Which runs still work: the process of each holds a file of the data folder, so that one that was killed is known.

Dagster's history alone does not tell: a run whose process was killed, or could not write its end, is there as one that goes on.
"""

import dagster as dg

from movie_pref.data_folder import DataFolder
from movie_pref.files import show_life, shows_life

CUT_OFF_TAG = "movie_pref/cut_off"


def begin_to_live(folder: DataFolder, run_id: str) -> None:
    """Let others see that the run of this identifier works, until this process ends or begins another run.

    Raises
    ------
    UserError
        The data folder may not be written.
    """
    show_life(folder.living_runs / run_id)


def end_killed_runs(instance: dg.DagsterInstance, folder: DataFolder) -> None:
    """Write into the history that those runs have failed whose process ended before them, with a tag that says so."""
    for left in sorted(folder.living_runs.glob("[!.]*")):
        if shows_life(left):
            continue
        run = instance.get_run_by_id(left.name)
        if run is not None and not run.is_finished:
            instance.add_run_tags(run.run_id, {CUT_OFF_TAG: "yes"})
            instance.report_run_failed(
                run, "The run was cut off: its process was killed, or could not write how it ended."
            )
        left.unlink(missing_ok=True)
