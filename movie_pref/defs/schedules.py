"""Schedules: what starts a job because it is time, in the time zone of this machine."""

import time

import dagster as dg
from babel.localtime import get_localzone
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.jobs import retrain, score
from movie_pref.defs.run_history import read_past
from movie_pref.library.presence import has_library
from movie_pref.settings import Settings

ZONE = getattr(get_localzone(), "key", None) or "UTC"


@dg.schedule("0 3 * * 0", job=retrain, execution_timezone=ZONE, default_status=dg.DefaultScheduleStatus.RUNNING)
def weekly_retrain(
    context: dg.ScheduleEvaluationContext, settings: ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Sundays at 3:00: train again, whether or not there are new labels, unless a training runs."""
    if not has_library(settings):
        return dg.SkipReason(f"there is no library at {settings.library_path}: run `movie-pref run` first")
    running = read_past(context.instance, DataFolder(settings.data), time.time()).running
    return dg.SkipReason(running) if running else dg.RunRequest()


@dg.schedule("30 4 * * *", job=score, execution_timezone=ZONE, default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly_score(
    context: dg.ScheduleEvaluationContext, settings: ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Every night at 4:30: rank the candidates anew, unless a training runs, which ranks them at its end."""
    from movie_pref.model.pointer import POINTER

    if not (DataFolder(settings.data).model / POINTER).exists():
        return dg.SkipReason("there is no champion yet: run `movie-pref run` first")
    running = read_past(context.instance, DataFolder(settings.data), time.time()).running
    return dg.SkipReason(running) if running else dg.RunRequest()


SCHEDULES = [weekly_retrain, nightly_score]
