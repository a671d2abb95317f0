"""Labels between the store and the database that the library is in: what the person gave goes into `training`.

The store stays the record of who said what and when. A label that another program set meanwhile becomes an event of the
store and wins or loses by its time (`movie_pref.sources.postgres.label_plan`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.errors import UserError
from movie_pref.files import write_json
from movie_pref.labels.events import event_number, newest_event
from movie_pref.labels.store import LabelStore
from movie_pref.library.label_names import WOULD_WATCH_AGAIN
from movie_pref.settings import Settings
from movie_pref.sources.postgres.database import TRAINING, Database, in_database
from movie_pref.sources.postgres.label_plan import Push, Row, plan

if TYPE_CHECKING:
    import psycopg

NO_EVENT = "0"  # as `newest_event` names the newest of none
ONE_WRITER = 7_201_990_411  # the key of the advisory lock that two who bring labels take turns by; any number would do


class Synced(NamedTuple):
    """How many labels went into the table, and how many that another program set came into the store and count now."""

    written: int
    came_in: int


def labels_are_waiting(settings: Settings, events: pd.DataFrame) -> bool:
    """Whether the store has events that the table is not known to have; asks no database."""
    return (
        settings.database is not None
        and len(events) > 0
        and (_acknowledged(settings, events) or 0) < events["event"].max()
    )


def sync_labels(settings: Settings, store: LabelStore, say: Callable[[str], object]) -> Synced:
    """Bring the store's labels into the table `training`, and the table's newer ones into the store.

    Raises
    ------
    LostConnection
        The database cannot be reached; the labels wait in the store.
    UserError
        A right or a column is missing, or the store cannot be written.
    """
    if settings.database is None:
        return Synced(0, 0)
    return in_database(settings, lambda database: _sync(database, settings, store), say)


def _sync(database: Database, settings: Settings, store: LabelStore) -> Synced:
    with database.connect() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (ONE_WRITER,))
        events = store.history()
        third = _takes_third_label(connection, database)
        rows = _rows(connection, database, events["imdb_id"].unique().tolist()) if len(events) else {}
        made = plan(rows, events, _acknowledged(settings, events), _labels_before(settings), third)
        store.bring_in(made.events)
        written = [push for push in made.pushes if _write(connection, database, push)]
    if len(written) == len(made.pushes):  # else another program was faster, and the next time decides
        # as read above: what was given here meanwhile is brought the next time
        write_json(DataFolder(settings.data).label_sync, {"up_to": newest_event(events)})
    return Synced(len(written), sum("place" not in event for event in made.events))  # the others are overruled already


def _acknowledged(settings: Settings, events: pd.DataFrame) -> int | None:
    """The event up to which the table was brought; None where that is not known of this store."""
    found = read_json(DataFolder(settings.data).label_sync)
    try:
        return None if not found else 0 if found["up_to"] == NO_EVENT else event_number(events, found["up_to"]) or None
    except (KeyError, TypeError, ValueError):
        raise UserError(
            f"{DataFolder(settings.data).label_sync} is damaged; delete it: the times of the labels decide then."
        ) from None


def _labels_before(settings: Settings) -> Mapping[str, str]:
    """The labels that the table held when it was last read."""
    import pyarrow.parquet as pq

    if not settings.library_path.exists():
        return {}
    found = pq.read_table(settings.library_path, columns=["imdb_id", "label"]).to_pydict()
    return dict(zip(found["imdb_id"], found["label"], strict=True))


def _takes_third_label(connection: "psycopg.Connection[Any]", database: Database) -> bool:
    """Whether the type of the column `label` has the third label (text has)."""
    found = connection.execute(
        "SELECT t.typtype = 'e', array(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid) "
        "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = to_regclass(%s) AND a.attname = 'label'",
        (database.table(TRAINING).as_string(),),
    ).fetchone()
    return found is not None and (not found[0] or WOULD_WATCH_AGAIN in found[1])


def _rows(connection: "psycopg.Connection[Any]", database: Database, imdb_ids: Sequence[str]) -> dict[str, Row]:
    """What the table holds of these movies."""
    query = database.query(
        "SELECT imdb_id, label::text, coalesce(human_labeled, false), coalesce(reviewed, false), updated_at, created_at FROM {training} WHERE imdb_id = ANY(%s)"
    )
    return {imdb_id: Row(*rest) for imdb_id, *rest in connection.execute(query, (list(imdb_ids),))}


def _write(connection: "psycopg.Connection[Any]", database: Database, push: Push) -> bool:
    """Write a row that still is as it was seen; whether it was."""
    from psycopg import sql

    query = database.query(
        "UPDATE {training} SET label = {label}, human_labeled = %(person)s, reviewed = %(person)s "
        "WHERE imdb_id = %(imdb_id)s AND updated_at = %(seen)s AND label::text IS NOT DISTINCT FROM %(was)s",
        label=sql.Literal(push.label),
    )
    values = {
        "person": push.by_a_person,
        "imdb_id": push.imdb_id,
        "seen": push.seen.updated_at,
        "was": push.seen.label,
    }
    return connection.execute(query, values).rowcount == 1
