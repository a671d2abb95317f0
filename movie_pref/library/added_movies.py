"""Movies that a person added by hand: `added_movies.parquet` in the data folder, ranked beside the candidates file.

A person's own candidates file is never changed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.files import whole_file
from movie_pref.library import contract
from movie_pref.library.identifiers import check_imdb_id
from movie_pref.library.read import Library, apply_contract
from movie_pref.library.table_file import read_frame

FIELDS = (
    "imdb_id",
    "media_title",
    "release_year",
    "genre",
    "origin_country",
    "original_language",
    "runtime",
    "overview",
    "rt_score",
    "metascore",
    "imdb_rating",
    "imdb_votes",
    "tmdb_rating",
    "tmdb_votes",
)
"""What may be said of a movie, the first three of which must be."""


def read_added(data: Path) -> pd.DataFrame:
    """The movies that were added, in the contract's columns; none where there is no file.

    Raises
    ------
    UserError
        The file cannot be read.
    """
    path = DataFolder(data).added_movies
    if not path.exists():
        return pd.DataFrame({"imdb_id": pd.Series(dtype="str")})
    return apply_contract(read_frame(path)).kept.reset_index(drop=True)


def with_added(library: Library, data: Path) -> Library:
    """Candidates, and those added by hand that are not among them."""
    added = read_added(data)
    added = added[~added["imdb_id"].isin(library.rows["imdb_id"])]
    if added.empty:
        return library
    together = pd.concat([library.rows, added], ignore_index=True)
    kinds = {
        name: contract.FINAL_DTYPES[contract.column_type(name)] for name in together if name in contract.LIBRARY.columns
    }
    kinds["release_year"] = "int64"
    absent = [name for name in library.absent if name not in added]
    return Library(together.astype(kinds), library.rejected, absent, library.unknown)


def add_movie(data: Path, given: Mapping[str, str]) -> str:
    """Add a movie, or replace the one that was added before; returns its identifier.

    Parameters
    ----------
    given
        Text by the names of `FIELDS`, empty where not known; lists are separated by commas.

    Raises
    ------
    UserError
        What must be known is not, or a value breaks the contract; the sentence names it.
    """
    cells = {name: str(given.get(name) or "").strip() for name in FIELDS}
    for name, what in (("imdb_id", "its imdb_id"), ("media_title", "its title"), ("release_year", "its year")):
        if not cells[name]:
            raise UserError(f"A movie needs an imdb_id, a title and a year to be added; {what} was left empty.")
    check_imdb_id(cells["imdb_id"])
    row: dict[str, object] = {name: cells[name] for name in FIELDS if cells[name]}
    for name in row:
        kind = contract.column_type(name)
        if kind == "list of strings":
            row[name] = [part.strip() for part in re.split("[,;]", cells[name]) if part.strip()]
        elif kind in ("number", "whole number"):
            row[name] = _number(name, cells[name])
    row |= {"media_type": "movie", "created_at": datetime.now(UTC), "updated_at": datetime.now(UTC)}
    verdict = apply_contract(pd.DataFrame([row]))
    if len(verdict.reasons):
        raise UserError(f"The movie was not added because {verdict.reasons.iloc[0]}; mend that field.")
    known = read_added(data)
    rest = known[known["imdb_id"] != cells["imdb_id"]]
    rows = pd.concat([rest, verdict.kept], ignore_index=True) if len(rest) else verdict.kept
    with whole_file(DataFolder(data).added_movies) as temporary:
        rows.to_parquet(temporary, index=False)
    return cells["imdb_id"]


def _number(name: str, text: str) -> float:
    try:
        return float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        raise UserError(f"The movie was not added because {name} is {text!r}, which is no number; mend that field.") from None  # fmt: skip
