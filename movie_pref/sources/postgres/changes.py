"""What other programs changed in the table since the last training, asked of the database without reading the table."""

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow.parquet as pq

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.files import write_json
from movie_pref.labels.retraining import TableChanges
from movie_pref.library.training_rows import trainable
from movie_pref.settings import Settings
from movie_pref.sources.postgres.database import Database

OVERLAP = timedelta(hours=1)
"""How far before the newest change that a training has read it is looked again: a transaction that is committed late bears
the time of its beginning, and a server's clock may be set back. What was read then is the same when it is read again."""
COLUMNS = ("imdb_id", "label", "media_type", "reviewed", "anomalous")
EVER = datetime(1, 1, 1, tzinfo=UTC)


def keep_learnt(settings: Settings) -> None:
    """Note, at the end of a training, the labels that count in what it has read, and the newest change of that."""
    if settings.database is None:
        return
    folder = DataFolder(settings.data)
    columns = [name for name in COLUMNS if name in pq.read_schema(settings.library_path).names]
    rows = pd.read_parquet(settings.library_path, columns=columns)
    learnt = rows[trainable(rows) & (rows["media_type"] == "movie")]
    read = read_json(folder.snapshot) or {}
    labels = dict(zip(learnt["imdb_id"], learnt["label"], strict=True))
    write_json(folder.learnt_labels, {"newest_change": read.get("newest_change"), "labels": labels})


def changes_since_training(settings: Settings, decided_here: Collection[str]) -> TableChanges | None:
    """The movies whose label another program set, or let count or not, since the last training; None without a database.

    A label counts where its row trains: reviewed and not anomalous. `decided_here` are the movies that the label store
    has events of: what happens to those becomes an event there, and is counted as one.

    Raises
    ------
    LostConnection
        The database cannot be reached.
    UserError
        A right or a column is missing.
    """
    if settings.database is None:
        return None
    learnt = read_json(DataFolder(settings.data).learnt_labels) or {"newest_change": None, "labels": {}}
    since = datetime.fromisoformat(learnt["newest_change"]) - OVERLAP if learnt["newest_change"] else EVER
    database = Database.at(settings.database)
    query = database.query(
        "SELECT imdb_id, CASE WHEN coalesce(reviewed, false) AND NOT coalesce(anomalous, false) THEN label::text END, updated_at "
        "FROM {training} WHERE updated_at >= %s AND label IS NOT NULL AND media_type::text = 'movie'"
    )
    with database.connect() as connection:
        rows = connection.execute(query, (since,)).fetchall()
    here = set(decided_here)
    changed = [row for row in rows if row[0] not in here and row[1] != learnt["labels"].get(row[0])]
    told = repr(sorted((imdb_id, label or "") for imdb_id, label, _ in changed))
    mark = hashlib.sha256(told.encode()).hexdigest()[:12] if changed else ""
    return TableChanges(len(changed), min((at for *_, at in changed), default=None), mark)
