"""Bringing a table of the database up to date in one transaction: who reads it meanwhile sees the old or the new whole."""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.csv

from movie_pref.sources.postgres.database import Database

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

ONE_WRITER = 7_201_990_412  # the key of the advisory lock that two who write take turns by; any number would do
FRESH = "movie_pref_fresh"


class Written(NamedTuple):
    """What a table was brought to: rows that it has, of which these are new or others than before, and rows removed."""

    rows: int
    changed: int
    removed: int


def load_fresh(
    connection: "psycopg.Connection[Any]", target: "sql.Composable", columns: Sequence[str], batches: Iterable[pa.Table]
) -> None:
    """Copy rows into a temporary table that ends with the transaction, in the types of some columns of the target.

    Lists have to be text as PostgreSQL writes them (`{0,1}`).
    """
    from psycopg import sql

    connection.execute("SELECT pg_advisory_xact_lock(%s)", (ONE_WRITER,))
    fresh, names = sql.Identifier(FRESH), sql.SQL(", ").join(map(sql.Identifier, columns))
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            fresh, names, target
        )
    )
    copy_in = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(fresh, names)
    with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
        for batch in batches:
            text = io.BytesIO()
            pyarrow.csv.write_csv(batch.select(list(columns)), text, pyarrow.csv.WriteOptions(include_header=False))
            copy.write(text.getbuffer())
    connection.execute(sql.SQL("ANALYZE {}").format(fresh))


def settle_fresh(
    connection: "psycopg.Connection[Any]", target: "sql.Composable", columns: Sequence[str], also: "sql.Composable"
) -> Written:
    """Make the target what the temporary table says, which is dropped: rows that differ are written, rows that it lacks removed.

    The first column is the key. `also` is set where a row is another one than before (a comma and an assignment, or nothing).
    """
    from psycopg import sql

    key, *rest = columns
    parts = {
        "fresh": sql.Identifier(FRESH),
        "target": target,
        "key": sql.Identifier(key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "assigned": sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in rest),
        "old": sql.SQL(", ").join(sql.SQL("kept.{}").format(sql.Identifier(name)) for name in rest),
        "new": sql.SQL(", ").join(sql.SQL("EXCLUDED.{}").format(sql.Identifier(name)) for name in rest),
        "also": also,
    }
    changed = connection.execute(
        sql.SQL(
            "INSERT INTO {target} AS kept ({columns}) SELECT {columns} FROM {fresh} ON CONFLICT ({key}) DO UPDATE SET {assigned}{also} "
            "WHERE ({old}) IS DISTINCT FROM ({new})"
        ).format(**parts)
    ).rowcount
    removed = connection.execute(
        sql.SQL(
            "DELETE FROM {target} AS kept WHERE NOT EXISTS (SELECT FROM {fresh} AS fresh WHERE fresh.{key} = kept.{key})"
        ).format(**parts)
    ).rowcount
    connection.execute(sql.SQL("DROP TABLE {fresh}").format(**parts))
    counted = connection.execute(sql.SQL("SELECT count(*) FROM {target}").format(**parts)).fetchone()
    return Written(counted[0] if counted else 0, changed, removed)


def columns_of(connection: "psycopg.Connection[Any]", database: Database, table: str) -> list[str]:
    """The columns of a table of the schema that this role may see; none where there is no such table."""
    found = connection.execute(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
        (database.schema, table),
    )
    return [name for (name,) in found]
