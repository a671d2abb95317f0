"""The table `prediction`: what is predicted of each movie of the table `training`, beside what is true where that is known.

`cm_value` is the cell of the confusion matrix: tp, fp, tn or fn for a movie with a label, and `na` (not applicable) for one
without, of which nobody knows the truth. A labelled movie's prediction is by a model that has not seen its label.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from movie_pref.settings import Settings
from movie_pref.sources.postgres.database import PREDICTION, Database, in_database
from movie_pref.sources.postgres.tables_out import FRESH, load_fresh, settle_fresh

COLUMNS = ["imdb_id", "prediction", "probability", "cm_value"]
NO_TRUTH = "na"


class Predicted(NamedTuple):
    """What the table `prediction` was brought to.

    `rows` it has, `changed` of them new or others than before, `removed` of movies that are gone, `elsewhere` predictions
    of movies that `training` does not have, `kept` of movies that were labelled since and keep what was predicted, and
    `shown` rows of the view `movies` that have a prediction.
    """

    rows: int
    changed: int
    removed: int
    elsewhere: int
    kept: int
    shown: int


def predictions(predicted: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """The rows of the table.

    Parameters
    ----------
    predicted
        `imdb_id` (unique), `probability` and `prediction` (0 or 1).
    labels
        The label of each movie that has one, by imdb_id; 0 for would_not_watch, more for a liked movie.
    """
    truth = predicted["imdb_id"].map(labels)
    flagged = predicted["prediction"].astype(bool)
    right = flagged == (truth > 0)
    cell = np.where(right, "t", "f").astype(object) + np.where(flagged, "p", "n").astype(object)
    return predicted[["imdb_id", "prediction", "probability"]].assign(
        cm_value=pd.Series(cell, index=predicted.index).where(truth.notna(), NO_TRUTH)
    )


def write_predictions(settings: Settings, batches: Iterable[pd.DataFrame], say: Callable[[str], object]) -> Predicted:
    """Bring the table `prediction` up to date in one transaction.

    Parameters
    ----------
    batches
        Rows as `predictions` gives them; read anew where a lost connection is tried again.

    Raises
    ------
    LostConnection
        The database cannot be reached; the table is what it was.
    UserError
        A table or a right is missing.
    """
    return in_database(settings, lambda database: _write(database, batches), say)


def _write(database: Database, batches: Iterable[pd.DataFrame]) -> Predicted:
    from psycopg import sql

    fresh = sql.Identifier(FRESH)
    tables = (pa.Table.from_pandas(batch[COLUMNS], preserve_index=False) for batch in batches)
    with database.connect() as connection:
        load_fresh(connection, database.table(PREDICTION), COLUMNS, tables)
        elsewhere = connection.execute(
            database.query(
                "DELETE FROM {fresh} AS fresh WHERE NOT EXISTS (SELECT FROM {training} AS t WHERE t.imdb_id = fresh.imdb_id)",
                fresh=fresh,
            )
        ).rowcount
        kept = connection.execute(
            database.query(
                "INSERT INTO {fresh} SELECT p.imdb_id, p.prediction, p.probability, CASE WHEN (p.prediction = 1) = (t.label <> 'would_not_watch') "
                "THEN 't' ELSE 'f' END || CASE WHEN p.prediction = 1 THEN 'p' ELSE 'n' END FROM {prediction} p JOIN {training} t USING (imdb_id) "
                "WHERE t.label IS NOT NULL AND t.media_type = 'movie' AND NOT EXISTS (SELECT FROM {fresh} f WHERE f.imdb_id = p.imdb_id)",
                fresh=fresh,
            )
        ).rowcount
        written = settle_fresh(connection, database.table(PREDICTION), COLUMNS, sql.SQL(", created_at = now()"))
        shown = connection.execute(
            database.query("SELECT count(*) FROM {movies} WHERE probability IS NOT NULL")
        ).fetchone()
    return Predicted(*written, elsewhere, kept, shown[0] if shown else 0)
