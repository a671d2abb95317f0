"""How a movie moved from the ranking before to the present one, and what in the model moved it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.files import whole_file
from movie_pref.modeling.champion import Model
from movie_pref.modeling.explain import contributions, words
from movie_pref.modeling.unseen import Fitted

PREVIOUS = "previous_ranking.parquet"
COLUMNS = ["imdb_id", "probability", "rank", "model_version"]
ROWS = 200_000  # read at a time


class Change(NamedTuple):
    """What one model column added before and adds now, in log-odds; None where that model has no such column."""

    words: str
    was: float | None
    now: float | None

    @property
    def difference(self) -> float:
        return (self.now or 0.0) - (self.was or 0.0)


def keep_ranking(old: Path, fresh: Path, previous: Path) -> bool:
    """Keep what a ranking that is about to be replaced said, unless the fresh one says the same.

    Parameters
    ----------
    old, fresh
        Rankings in the columns of `scored_candidates.parquet`; `old` need not be there.
    previous
        The file to write: `imdb_id`, `probability`, `rank`, `model_version`.

    Returns
    -------
    Whether it was written; not when the old ranking is damaged. Both files are read some rows at a time.
    """
    if not old.exists():
        return False
    try:
        if _same(old, fresh):
            return False
        file = pq.ParquetFile(old)
        with whole_file(previous) as temporary, pq.ParquetWriter(temporary, _schema(file)) as writer:
            for batch in file.iter_batches(batch_size=ROWS, columns=COLUMNS):
                writer.write_table(pa.Table.from_batches([batch]).select(COLUMNS))
    except (
        pa.ArrowInvalid,
        KeyError,
        OSError,
    ):  # the old ranking is damaged; one that cannot be written is a UserError
        return False
    return True


def _schema(file: pq.ParquetFile) -> pa.Schema:
    return pa.schema([file.schema_arrow.field(name) for name in COLUMNS])


def _same(old: Path, fresh: Path) -> bool:
    files = pq.ParquetFile(old), pq.ParquetFile(fresh)
    if files[0].metadata.num_rows != files[1].metadata.num_rows:
        return False
    pairs = zip(*(file.iter_batches(batch_size=ROWS, columns=COLUMNS) for file in files), strict=False)
    return all(_table(one).equals(_table(other)) for one, other in pairs)


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch]).select(COLUMNS).replace_schema_metadata(None)


def changes(before: Model, now: Model, rows: pd.DataFrame) -> tuple[float, list[Change]]:
    """How much the starting point of two models differs for a movie, and each column's contribution, most changed first.

    In log-odds; the starting point's difference and those of all columns add up to that of the margins.

    Parameters
    ----------
    rows
        One movie in the library's columns.
    """
    found = {}
    for name, model in (("was", before), ("now", now)):
        fitted = Fitted(model.serving, model.preprocessing)
        values = fitted.values(rows)
        added = contributions(fitted.booster, values, fitted.preprocessing)[0].astype("float64")
        said = [words(fitted.preprocessing, column, value) for column, value in enumerate(values[0])]
        found[name] = float(added[-1]), dict(zip(fitted.preprocessing.columns, zip(added[:-1], said, strict=True), strict=True))  # fmt: skip
    was, here = found["was"][1], found["now"][1]
    every = [
        Change(
            (here.get(column) or was[column])[1],
            float(was[column][0]) if column in was else None,
            float(here[column][0]) if column in here else None,
        )
        for column in {**here, **was}
    ]
    order = np.argsort([-abs(one.difference) for one in every], kind="stable")
    return found["now"][0] - found["was"][0], [every[place] for place in order]
