"""Sensors: what starts a job because something happened. What they decide is in `movie_pref.labels.retraining`."""

import time
from typing import TYPE_CHECKING

import dagster as dg
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import user_errors
from movie_pref.defs.jobs import retrain
from movie_pref.defs.run_history import read_past
from movie_pref.labels.retraining import Memory, TableChanges, decide
from movie_pref.labels.store import LabelStore, read_events
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.features.enough_labels import LabelCounts


@dg.sensor(job=retrain, default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=10)
def new_labels(context: dg.SensorEvaluationContext, settings: ResourceParam[Settings]) -> dg.SensorResult:
    """Starts `retrain` for enough new labels (10), for one that has waited a day, or for another library file.

    Below 8 labels of either kind there is nothing to train, and it waits. Each tick says what it waits for. It never starts two at once nor two for the same labels; after one that failed,
    the next label starts another; one that was killed is started once more. Of a library in PostgreSQL, each tick brings the labels of the store into the table, and
    counts what other programs changed there.
    """
    now = time.time()
    memory = Memory.read(context.cursor)
    table = _brought_together(context, settings)
    past = read_past(context.instance, DataFolder(settings.data), now)
    decision = decide(past, memory, read_events(settings), settings, now, table)
    if not decision.start:
        return dg.SensorResult(skip_reason=decision.says, cursor=memory.write())
    labels = _labels(settings)
    if not labels.enough:
        return dg.SensorResult(skip_reason=f"{decision.says}; {labels.says}", cursor=memory.write())
    context.log.info(f"retrain: {decision.says}")
    # without a run key, which would dedupe for ever: the tags and the cursor tell what was requested
    request = dg.RunRequest(tags={**decision.tags, "movie_pref/because": decision.says})
    return dg.SensorResult(run_requests=[request], cursor=memory.write())


def _brought_together(context: dg.SensorEvaluationContext, settings: Settings) -> TableChanges | None:
    """Bring the labels into the database that the library is in; what was changed there since the last training."""
    if settings.database is None:
        return None
    from movie_pref.sources.postgres.changes import changes_since_training
    from movie_pref.sources.postgres.label_sync import sync_labels
    from movie_pref.sources.postgres.refresh import refresh

    if not settings.library_path.exists():  # no run was there before this tick
        with user_errors():
            refresh(settings, context.log.warning)
    with user_errors(), LabelStore(settings.label_store_url) as store:
        sync_labels(settings, store, context.log.warning)
        return changes_since_training(settings, store.history()["imdb_id"].unique())


def _labels(settings: Settings) -> "LabelCounts":
    """The labels that a training would learn from."""
    from movie_pref.features.enough_labels import count_labels
    from movie_pref.labels.merge import labelled_library

    return count_labels(labelled_library(settings, read_events(settings))[1].rows)


SENSORS = [new_labels]
