"""The database that the library is in: its address, connections to it, and what is said when it does not answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString, Self, TypeVar
from urllib.parse import parse_qsl, urlencode

from movie_pref.errors import UserError
from movie_pref.settings import Settings

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

SCHEMA = "public"  # PostgreSQL's own, where the address names none
TRAINING, PREDICTION, MOVIES = "training", "prediction", "movies"
ATTEMPTS, PAUSE = 3, 1.0  # at what a lost connection cut off, and seconds before the second; doubled each time
GONE = ("08", "57P")  # SQLSTATE of a connection that was lost, and of a server that ends or starts
NO_RIGHT, NO_TABLE, NO_COLUMN, NO_SCHEMA = "42501", "42P01", "42703", "3F000"

Answer = TypeVar("Answer")


class LostConnection(UserError):
    """The database could not be reached, or no longer: trying again may help."""


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database and the schema in it; `name` is the address as sentences give it, `dsn` as libpq takes it."""

    name: str
    dsn: str
    schema: str

    @classmethod
    def at(cls, address: str) -> Self:
        """The database at an address such as `postgresql://me@host:5432/movies?schema=atp`.

        Raises
        ------
        UserError
            It is no such address, or the driver is not installed.
        """
        try:
            import psycopg
            from psycopg.conninfo import conninfo_to_dict
        except ModuleNotFoundError as error:
            raise UserError(
                f"A library in PostgreSQL needs the Python module {error.name!r}, which is not installed: pip install 'movie-pref[postgres]'."
            ) from None
        place, _, query = address.partition("?")
        asked = dict(parse_qsl(query, keep_blank_values=True))
        schema = asked.pop("schema", SCHEMA)
        dsn = place + (f"?{urlencode(asked)}" if asked else "")
        try:
            conninfo_to_dict(dsn)
        except psycopg.ProgrammingError as error:
            raise UserError(
                f"The library {address} is no address of a PostgreSQL database ({_one_line(error)}); give one such as "
                "postgresql://me@host:5432/movies?schema=atp."
            ) from None
        return cls(address, dsn, schema)

    @contextmanager
    def connect(self) -> Iterator["psycopg.Connection[Any]"]:
        """A connection of psycopg, committed at the end, whole or not at all, and closed.

        Raises
        ------
        LostConnection
            The database cannot be reached, or the connection is lost.
        UserError
            A table, a column or a right is missing, or the database refuses what is written.
        """
        import psycopg

        with self.sentences(), psycopg.connect(self.dsn, application_name="movie_pref") as connection:
            yield connection

    @contextmanager
    def arrow_cursor(self) -> Iterator[Any]:
        """A cursor of ADBC, which reads into Arrow, in one read-only snapshot; raises what `connect` raises."""
        import adbc_driver_postgresql.dbapi as adbc

        with self.sentences(), closing(adbc.connect(self.dsn)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield cursor

    def table(self, name: str) -> "sql.Identifier":
        """The name of a table of the schema, quoted."""
        from psycopg import sql

        return sql.Identifier(self.schema, name)

    def query(self, text: LiteralString, **parts: "sql.Composable") -> "sql.Composed":
        """A statement in which `{training}`, `{prediction}` and `{movies}` are the tables of the schema."""
        from psycopg import sql

        names = {name: self.table(name) for name in (TRAINING, PREDICTION, MOVIES)}
        return sql.SQL(text).format(**names, **parts)

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Say in one sentence what a driver's error means."""
        import adbc_driver_manager
        import psycopg

        try:
            yield
        except (psycopg.Error, adbc_driver_manager.Error) as error:
            raise self._in_words(error) from None

    def _in_words(self, error: Exception) -> UserError:
        import psycopg

        state = str(getattr(error, "sqlstate", None) or "")
        says = _one_line(error)
        if state == NO_RIGHT:
            return UserError(
                f"The database {self.name} does not allow what movie_pref has to do ({says}); docs/postgresql.md has the rights that its role needs."
            )
        if state in (NO_TABLE, NO_COLUMN, NO_SCHEMA):
            return UserError(
                f"The database {self.name} has not the tables that movie_pref reads and writes ({says}); name their schema at the end of the address, "
                "as ?schema=atp, and compare docs/postgresql.md."
            )
        if not state or state.startswith(GONE) or isinstance(error, psycopg.OperationalError):
            return LostConnection(
                f"The database {self.name} cannot be reached, or the connection was lost ({says}); start it or mend the address, its rights and "
                "the password in ~/.pgpass, and try again."
            )
        return UserError(f"The database {self.name} refuses what movie_pref does ({says}); mend that in the database.")


def in_database(settings: Settings, work: Callable[[Database], Answer], say: Callable[[str], object]) -> Answer:
    """Do work that is whole or nothing in the database that the library is in, which there must be.

    Where the connection was lost it is done once or twice again; `say` is told of each.

    Raises
    ------
    LostConnection
        It was lost each time.
    UserError
        Its address is none, the driver is not installed, or what the work raises.
    """
    assert settings.database is not None
    database = Database.at(settings.database)
    for attempt in range(1, ATTEMPTS):
        try:
            return work(database)
        except LostConnection as error:
            pause = PAUSE * 2 ** (attempt - 1)
            say(f"{error} Trying again in {pause:g} s ({attempt} of {ATTEMPTS - 1}).")
            time.sleep(pause)
    return work(database)


def _one_line(error: Exception) -> str:
    """A driver's message without its line breaks and without what it was asked."""
    says = " ".join(str(error).split())
    return says.split(" Query was:")[0].split(" LINE 1:")[0][:300].rstrip(" .")
