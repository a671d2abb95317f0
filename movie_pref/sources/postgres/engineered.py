"""The tables of engineered features: what the model reads of each movie, with how it was made of the raw values.

`engineered` has a row a movie: numbers scaled into 0 to 1 and rounded to six places, and of each list or category an array
with 1 where the movie has the element. `engineered_normalization_table` has each number's range, `engineered_schema` the
element that each place of an array stands for. Columns of `engineered` that no feature is for, are null.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from movie_pref.errors import UserError
from movie_pref.settings import Settings
from movie_pref.sources.postgres.database import Database, in_database
from movie_pref.sources.postgres.tables_out import Written, columns_of, load_fresh, settle_fresh

if TYPE_CHECKING:
    from movie_pref.features.preprocessing import Preprocessor

ENGINEERED, RANGES, ELEMENTS = "engineered", "engineered_normalization_table", "engineered_schema"
PLACES = 6  # of a scaled number; a range of a billion dollars is told apart to a thousand


def write_engineered(
    settings: Settings, preprocessing: "Preprocessor", batches: Iterable[pd.DataFrame], say: Callable[[str], object]
) -> dict[str, Written]:
    """Bring the three tables up to date in one transaction; returns what each was brought to.

    Parameters
    ----------
    batches
        Movies in the library's columns, unique over all; read anew where a lost connection is tried again.

    Raises
    ------
    LostConnection
        The database cannot be reached; the tables are what they were.
    UserError
        A table or a right is missing.
    """
    return in_database(settings, lambda database: _write(database, preprocessing, batches), say)


def _write(database: Database, preprocessing: "Preprocessor", batches: Iterable[pd.DataFrame]) -> dict[str, Written]:
    from psycopg import sql

    ranges = pa.table(
        {
            "feature": list(preprocessing.numeric),
            "min": [low for low, _ in preprocessing.numeric.values()],
            "max": [high for _, high in preprocessing.numeric.values()],
        }
    )
    elements = {**preprocessing.categories, **{name: list(levels) for name, levels in preprocessing.levels.items()}}
    schema = pa.table(
        {"original_column": list(elements), "exploded_mapping": [_as_array(found) for found in elements.values()]}
    )
    with database.connect() as connection:
        there = columns_of(connection, database, ENGINEERED)
        if "imdb_id" not in there:
            raise UserError(
                f"The database {database.name} has no table {database.schema}.{ENGINEERED} with a column imdb_id that this role may read; "
                "make it as docs/postgresql.md says, or leave out the setting 'write_engineered'."
            )
        columns = ["imdb_id", *(name for name in there if name in preprocessing.numeric or name in elements)]
        made = {}
        for name, names, rows in (
            (ENGINEERED, columns, _rows(preprocessing, columns, batches)),
            (RANGES, ["feature", "min", "max"], iter([ranges])),
            (ELEMENTS, ["original_column", "exploded_mapping"], iter([schema])),
        ):
            target = database.table(name)
            load_fresh(connection, target, names, rows)
            made[name] = settle_fresh(connection, target, names, sql.SQL(""))
    return made


def _rows(preprocessing: "Preprocessor", columns: list[str], batches: Iterable[pd.DataFrame]) -> Iterator[pa.Table]:
    """The rows of `engineered` as text that PostgreSQL copies in."""
    for batch in batches:
        matrix = preprocessing.matrix(preprocessing.table(batch))[0]
        place = {name: number for number, name in enumerate(preprocessing.columns)}
        parts: dict[str, object] = {"imdb_id": batch["imdb_id"].to_numpy()}
        for name in columns[1:]:
            if name in preprocessing.numeric:
                parts[name] = pa.array(
                    np.round(matrix[:, place[f"{name}_norm"]].astype(float), PLACES), from_pandas=True
                )
            elif name in preprocessing.categories:
                codes = matrix[:, place[name]]
                parts[name] = _arrays(codes[:, None] == np.arange(len(preprocessing.categories[name])))
            else:
                parts[name] = _arrays(matrix[:, [place[one] for one in preprocessing.levels[name].values()]] == 1)
        yield pa.table(parts)


def _arrays(marks: np.ndarray) -> pa.Array:
    """Rows of marks (rows x elements) as PostgreSQL writes arrays: `{0,1,0}`."""
    rows, elements = marks.shape
    text = np.full((rows, 2 * elements + 1), ord(","), dtype=np.uint8)
    text[:, 0], text[:, -1] = ord("{"), ord("}")
    text[:, 1:-1:2] = marks + ord("0")
    return pa.array(text.view(f"S{text.shape[1]}").ravel().astype("U"))


def _as_array(elements: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them, each in quotes."""
    quoted = (one.replace("\\", "\\\\").replace('"', '\\"') for one in elements)
    return "{" + ",".join(f'"{one}"' for one in quoted) + "}"
