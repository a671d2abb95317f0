"""What an imdb_id is: the one rule, for a text, for the identifiers in a text, for a column of pandas and of Arrow."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from movie_pref.errors import UserError

PATTERN = r"tt[0-9]{7,8}"
"""Of the whole text, with ASCII digits; a regular expression of Python, Arrow and HTML alike."""
FORM, EXAMPLE = "tt and 7 or 8 digits", "tt0111161"
_WHOLE = re.compile(PATTERN)
_INSIDE = re.compile(rf"(?<![0-9A-Za-z]){PATTERN}(?![0-9])")


def is_imdb_id(text: str) -> bool:
    """Whether a text is an imdb_id and nothing else."""
    return _WHOLE.fullmatch(text) is not None


def are_imdb_ids(column: pd.Series) -> pd.Series:
    """Whether each cell of a text column is an imdb_id; a null is none."""
    return column.astype("str").str.fullmatch(PATTERN).fillna(False).astype(bool)


def arrow_imdb_ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether each cell of a text column of Arrow is an imdb_id; a null is none."""
    return pc.fill_null(pc.match_substring_regex(column, rf"\A{PATTERN}\z"), False)


def imdb_ids_in(text: str) -> list[str]:
    """The identifiers in a text, as in an address of IMDb."""
    return _INSIDE.findall(text)


def check_imdb_id(imdb_id: str) -> None:
    """Refuse what is no identifier.

    Raises
    ------
    UserError
        It is not tt and 7 or 8 digits.
    """
    if not is_imdb_id(imdb_id):
        raise UserError(f"An imdb_id is {FORM}, as in {EXAMPLE}, and {imdb_id!r} was given.")
