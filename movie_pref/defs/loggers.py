"""The Dagster logger that hands the events of a run to whoever shows its progress."""

import logging

import dagster as dg

_LOGGER = "movie_pref.commands.progress"


@dg.logger({}, description="Progress for `movie-pref run`; silent elsewhere.")
def progress(context: dg.InitLoggerContext) -> logging.Logger:
    """A Dagster logger that hands each event of a run to whoever watches with `watch_run`."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.DEBUG)  # the events of a run come as DEBUG records
    logger.propagate = False
    return logger
