"""What a run does first where the library is in a database: labels are brought together, then the library is read."""

from collections.abc import Callable
from typing import Any

from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings
from movie_pref.sources.postgres.label_sync import sync_labels
from movie_pref.sources.postgres.snapshot import take_snapshot


def refresh(settings: Settings, say: Callable[[str], object]) -> dict[str, Any]:
    """Bring the labels into the database and its own into the store, and read the library; returns what was read.

    Raises
    ------
    LostConnection
        The database cannot be reached.
    UserError
        A table, a column or a right is missing.
    """
    with LabelStore(settings.label_store_url) as store:
        synced = sync_labels(settings, store, say)
    return {
        **take_snapshot(settings, say),
        "labels_written": synced.written,
        "labels_that_came_in": synced.came_in,
    }
