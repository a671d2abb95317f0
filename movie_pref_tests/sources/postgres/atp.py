"""The database of the other programs: their schema on a real server, filled with movies, and what they do to it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
COLUMNS = [
    "imdb_id", "label", "human_labeled", "anomalous", "reviewed", "media_type", "media_title", "release_year", "budget", "revenue",
    "runtime", "origin_country", "production_companies", "production_countries", "production_status", "original_language",
    "spoken_languages", "genre", "original_media_title", "tagline", "overview", "tmdb_rating", "tmdb_votes", "rt_score", "metascore",
    "imdb_rating", "imdb_votes",
]  # fmt: skip
FRACTIONS = ("tmdb_rating", "imdb_rating")


class Atp:
    """The schema `atp` of a server, made anew."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.replace("postgres:@", "postgres@")
        self.address = f"{self.uri}&schema=atp"
        self.do("DROP SCHEMA IF EXISTS atp CASCADE")
        self.do(SCHEMA)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.uri, autocommit=True)

    def do(self, statement: str, *values: Any) -> int:
        """Run a statement; returns how many rows it touched."""
        with self.connect() as connection:
            return connection.execute(statement, values or None).rowcount  # type: ignore[arg-type]

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connect() as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[arg-type]

    def fill(self, rows: pd.DataFrame) -> None:
        """Put movies into `training`, in the library's columns; ratings on ten points become ones on a hundred."""
        rows = rows.assign(imdb_rating=rows["imdb_rating"] * 10)
        given = {"label": None, "human_labeled": False, "anomalous": False, "reviewed": False}
        rows = rows.assign(**{name: value for name, value in given.items() if name not in rows})
        copy_in = f"COPY atp.training ({', '.join(COLUMNS)}) FROM STDIN"
        with self.connect() as connection, connection.cursor() as cursor, cursor.copy(copy_in) as copy:  # type: ignore[arg-type]
            for row in rows[COLUMNS].astype(object).to_dict("records"):
                copy.write_row([_cell(name, value) for name, value in row.items()])

    def label(self, imdb_id: str) -> tuple[str | None, bool, bool]:
        """What the table says of a movie: its label, whether a person gave it, whether it is reviewed."""
        return self.ask("SELECT label::text, human_labeled, reviewed FROM atp.training WHERE imdb_id = %s", imdb_id)[0]  # type: ignore[return-value]


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, list | np.ndarray):
        return list(value)
    if pd.isna(value):
        return None
    return value if name in FRACTIONS or not isinstance(value, float) else int(value)
