"""Reading the library: the table `training` in one snapshot, as the two files that any other library is.

Rows with a label are the library, rows without one the candidates. Which of the labelled ones train is decided where it
is for every library: those that are reviewed and not anomalous.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from psycopg import sql

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.files import whole_file, write_json
from movie_pref.library import contract
from movie_pref.library.table_file import REQUIRED
from movie_pref.settings import Settings
from movie_pref.sources.postgres.database import TRAINING, Database, in_database

NUMBERS = {"imdb_rating": "({column} / 10)::float8"}  # which the table has on 0 to 100
COMPRESSION = "zstd"


class Part(NamedTuple):
    """The rows of a file: how many, and when the newest of them was last changed (None: none was)."""

    rows: int
    newest: datetime | None


def take_snapshot(settings: Settings, say: Callable[[str], object]) -> dict[str, Any]:
    """Read the database's library into the data folder; returns what was read, as `snapshot.json` keeps it.

    Both files are of one moment (a repeatable-read transaction), in the order of `imdb_id`, and are written whole or not
    at all; rows go through in batches, so that memory does not grow with the table.

    Raises
    ------
    LostConnection
        The database cannot be reached; what was read before is still there.
    UserError
        A table, a column or a right is missing, or the table has no row.
    """
    return in_database(settings, lambda database: _read(database, settings), say)


def _read(database: Database, settings: Settings) -> dict[str, Any]:
    taken = datetime.now(UTC)
    library, candidates = settings.library_path, settings.candidates_path
    with database.arrow_cursor() as cursor, ExitStack() as files:
        columns = _columns(cursor, database)
        parts = {}
        for path, condition in ((candidates, "label IS NULL"), (library, "label IS NOT NULL")):
            cursor.execute(_query(database, columns, condition))
            parts[path] = _write(cursor.fetch_record_batch(), files.enter_context(whole_file(path)))
        if not parts[library].rows and not parts[candidates].rows:
            raise UserError(f"The table {TRAINING} of {database.name} has no row; a library needs at least one movie.")
    newest = [part.newest for part in parts.values() if part.newest is not None]
    facts = {
        "database": database.name,
        "labelled": parts[library].rows,
        "without_label": parts[candidates].rows,
        "newest_change": max(newest).isoformat() if newest else None,
        "taken_at": taken.isoformat(),
    }
    write_json(DataFolder(settings.data).snapshot, facts)
    return facts


def _columns(cursor: Any, database: Database) -> dict[str, str]:
    """The columns of the contract that the table has, with what PostgreSQL calls their types."""
    cursor.execute(
        "SELECT column_name::text, udt_name::text FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2",
        (database.schema, TRAINING),
    )
    found = dict(cursor.fetchall())
    missing = [name for name in (*REQUIRED, "label") if name not in found]
    if missing:
        raise UserError(
            f"The database {database.name} has no table {database.schema}.{TRAINING} with the columns {', '.join(missing)} that this role may read; "
            "name the schema at the end of the address, as ?schema=atp, and compare docs/postgresql.md."
        )
    return {name: found[name] for name in contract.LIBRARY.columns if name in found}


def _query(database: Database, columns: Mapping[str, str], condition: str) -> str:
    """Rows that satisfy a condition, in the contract's columns; `numeric` becomes a number that Arrow has."""
    chosen = []
    for name, kind in columns.items():
        column = sql.Identifier(name)
        form = NUMBERS.get(name, "{column}::float8" if kind == "numeric" else "{column}")
        chosen.append(sql.SQL(form).format(column=column) + sql.SQL(" AS ") + column)
    query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY imdb_id").format(
        sql.SQL(", ").join(chosen), database.table(TRAINING), sql.SQL(condition)
    )  # fmt: skip
    return query.as_string()


def _write(reader: pa.RecordBatchReader, path: Path) -> Part:
    """Write what a query gives batch by batch."""
    rows, newest = 0, None
    schema = reader.schema.remove_metadata()
    schema = pa.schema([pa.field(one.name, _plain(one.type)) for one in schema])
    with pq.ParquetWriter(path, schema, compression=COMPRESSION) as writer:
        for batch in reader:
            writer.write_batch(batch.cast(schema))
            rows += batch.num_rows
            if "updated_at" in schema.names and batch.num_rows:
                found = pc.max(batch.column("updated_at")).as_py()
                newest = max(filter(None, (newest, found)), default=None)
    return Part(rows, newest)


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type without what the driver notes on the items of a list."""
    return pa.list_(pa.string()) if pa.types.is_list(kind) else kind
