"""The library contract: the one place that states each column's type, range and nullability.

`LIBRARY` is a pandera schema. Its parsers bring a column into its type and leave what cannot be brought there as it
is, so that the checks name the offending cell; `movie_pref.library.read` turns failed checks into rejected rows, and
`columns_as_markdown` turns the same declaration into the documentation of the columns.
"""

import ast
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute

from movie_pref.library.identifiers import FORM, PATTERN
from movie_pref.library.label_names import LABELS
from movie_pref.library.table_file import LIST_OF_STRINGS, REQUIRED

MEDIA_TYPES = ("movie", "tv_show", "tv_season")
SURROGATE = re.compile("[\ud800-\udfff]")
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


# Parsers: column in, column out; a cell that does not fit its type stays as it was given.


def to_number(column: pd.Series) -> pd.Series:
    """Numbers as float64; a cell that is no finite number stays, in an object column."""
    if pd.api.types.is_bool_dtype(column) or column.dtype.kind in "mM":  # true and a date are numbers to pandas
        return _as_objects(column)
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    misfits = column.notna() & ~np.isfinite(numbers)
    return numbers.astype(object).where(~misfits, column) if misfits.any() else numbers


def to_text(column: pd.Series) -> pd.Series:
    """Text as `str`; a cell of another type stays, in an object column."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    kind = pd.api.types.infer_dtype(column, skipna=True)
    return column.astype("str") if kind in {"string", "empty"} else _as_objects(column)


def to_list(column: pd.Series) -> pd.Series:
    """Lists of strings; text that writes one as JSON or Python does (as a CSV must) is read, other text stays."""
    if column.dtype == LIST_OF_STRINGS:
        return column
    return pd.Series([_as_list(cell) for cell in _as_objects(column)], column.index, dtype=object)


def to_timestamp(column: pd.Series) -> pd.Series:
    """UTC timestamps; a cell that is no time becomes null, since no movie is worth losing over a date of entry."""
    if pd.api.types.is_numeric_dtype(column) or column.dtype.kind == "m":
        return pd.Series(pd.NaT, index=column.index, dtype="datetime64[us, UTC]")
    return pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601").astype("datetime64[us, UTC]")


def to_boolean(column: pd.Series) -> pd.Series:
    """Nullable booleans; `true`, `false`, 1 and 0 are read, any other cell stays."""
    cells = [
        cell if cell is None or isinstance(cell, bool) else BOOLEANS.get(str(cell).strip().lower(), cell)
        for cell in _as_objects(column)
    ]
    return pd.Series(cells, column.index, dtype=object)


def _as_objects(column: pd.Series) -> pd.Series:
    """The cells as they are, and None where there is none: the null of a date is no null to a column of another type."""
    return column.astype(object).where(column.notna(), None)


def _as_list(cell: Any) -> Any:
    if isinstance(cell, np.ndarray):
        return cell.tolist()
    if isinstance(cell, str) and cell.strip().startswith("["):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(cell)
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                continue
    return list(cell) if isinstance(cell, tuple) else cell


# Checks: column in, one boolean a row out. A null cell is judged by `nullable`, never by a check.


def _is_number(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        return pd.Series(True, index=column.index)
    return column.map(
        lambda cell: isinstance(cell, float | int) and not isinstance(cell, bool) and bool(np.isfinite(cell))
    ).astype(bool)


def _is_text(column: pd.Series) -> pd.Series:
    if column.dtype == "str":
        return pd.Series(True, index=column.index)
    return column.map(lambda cell: isinstance(cell, str)).astype(bool)


def _is_boolean(column: pd.Series) -> pd.Series:
    return column.map(lambda cell: isinstance(cell, bool)).astype(bool)


def _is_list(column: pd.Series) -> pd.Series:
    if column.dtype == LIST_OF_STRINGS:
        if pyarrow.compute.list_flatten(pyarrow.array(column)).null_count == 0:
            return pd.Series(True, index=column.index)
        column = column.astype(object).map(_as_list)
    return column.map(lambda cell: isinstance(cell, list) and all(map(_is_writable, cell))).astype(bool)


def _is_writable(item: object) -> bool:
    """Whether a list's item is text that a file can hold: JSON can spell half of a character (an unpaired surrogate)."""
    return isinstance(item, str) and not SURROGATE.search(item)


def _is_between(low: float, high: float) -> Callable[[pd.Series], pd.Series]:
    def check(column: pd.Series) -> pd.Series:
        numbers = pd.to_numeric(column, errors="coerce")
        return numbers.between(low, high) | numbers.isna()  # what is no number is named by `_is_number`

    return check


def _is_whole(column: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers.isna() | (numbers % 1 == 0)


def _matches(pattern: str) -> Callable[[pd.Series], pd.Series]:
    return lambda column: column.astype("str").str.fullmatch(pattern).astype(bool)


def _number(description: str, low: float = -np.inf, high: float = np.inf, whole: bool = False) -> pa.Column:
    checks = [pa.Check(_is_number, error="is not a number")]
    if np.isfinite(low) or np.isfinite(high):
        text = f"is not from {low:g} to {high:g}" if np.isfinite(high) else f"is below {low:g}"
        checks.append(pa.Check(_is_between(low, high), error=text))
    if whole:
        checks.append(pa.Check(_is_whole, error="is not a whole number"))
    limits = "any" if not np.isfinite(low) else f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more"
    return _column(description, "whole number" if whole else "number", limits, to_number, checks)


def _text(description: str, allowed: tuple[str, ...] = (), pattern: str = "", form: str = "") -> pa.Column:
    checks = [pa.Check(_is_text, error="is not text")]
    if allowed:
        checks.append(pa.Check(lambda column: column.isin(allowed), error=f"is none of {', '.join(allowed)}"))
    if pattern:
        checks.append(pa.Check(_matches(pattern), error=f"is not {form}"))
    return _column(description, "text", ", ".join(allowed) or form or "any", to_text, checks)


def _strings(description: str) -> pa.Column:
    checks = [pa.Check(_is_list, error='is not a list of strings such as ["Drama", "Comedy"]')]
    return _column(description, "list of strings", "any", to_list, checks)


def _flag(description: str) -> pa.Column:
    checks = [pa.Check(_is_boolean, error="is neither true nor false")]
    return _column(description, "boolean", "true, false", to_boolean, checks)


def _time(description: str) -> pa.Column:
    return _column(description, "UTC timestamp", "any", to_timestamp, [])


def _column(
    description: str,
    kind: str,
    limits: str,
    parser: Callable[[pd.Series], pd.Series],
    checks: list[pa.Check],
) -> pa.Column:
    return pa.Column(
        checks=checks,
        parsers=pa.Parser(parser),
        nullable=True,
        required=False,  # but for `REQUIRED`, below
        description=description,
        metadata={"type": kind, "limits": limits},
    )


LIBRARY = pa.DataFrameSchema(
    {
        "imdb_id": _text(
            "IMDb's identifier; one row a movie.",
            pattern=PATTERN,
            form=FORM,
        ),
        "tmdb_id": _number("TMDB's identifier.", whole=True),
        "label": _text("What the person said; null for a movie that waits for a label.", allowed=LABELS),
        "media_type": _text("Only movies train and are ranked; television is counted.", allowed=MEDIA_TYPES),
        "media_title": _text("The title shown to the person.", pattern=r"(?s).*\S.*", form="a title"),
        "season": _number("Season, for television.", low=0, whole=True),
        "episode": _number("Episode, for television.", low=0, whole=True),
        "release_year": _number("Year of release.", low=1850, high=2100, whole=True),
        "budget": _number("Budget in US dollars; 0 where TMDB does not know it.", low=0),
        "revenue": _number("Revenue in US dollars; 0 where TMDB does not know it.", low=0),
        "runtime": _number("Length in minutes; 0 where TMDB does not know it.", low=0),
        "origin_country": _strings("Countries of origin, ISO 3166 codes."),
        "production_companies": _strings("Companies that made it."),
        "production_countries": _strings("Countries it was made in, ISO 3166 codes."),
        "production_status": _text("Released, in production, rumoured and the like."),
        "original_language": _text("ISO 639 code of the original language."),
        "spoken_languages": _strings("ISO 639 codes of the languages spoken in it."),
        "genre": _strings("Genres, by TMDB's names, and by IMDb's where TMDB has none."),
        "original_media_title": _text("The title in the original language."),
        "tagline": _text("The line on the poster; empty where unknown."),
        "overview": _text("What it is about; empty where unknown."),
        "tmdb_rating": _number("Mean rating on TMDB; 0 where nobody voted.", low=0, high=10),
        "tmdb_votes": _number("Number of votes on TMDB.", low=0),
        "rt_score": _number("Rotten Tomatoes score in per cent.", low=0, high=100),
        "metascore": _number("Metacritic's score.", low=0, high=100),
        "imdb_rating": _number(
            "Mean rating on IMDb; read as 0 to 100 and divided by ten where above 10.", low=0, high=100
        ),
        "imdb_votes": _number("Number of votes on IMDb.", low=0),
        "poster_path": _text("Where TMDB keeps its poster; shown on the review page where its switch is on."),
        "created_at": _time("When the row was made."),
        "updated_at": _time("When the row was last changed; of two rows for one movie the newer is kept."),
        "human_labeled": _flag("Whether a person set the label."),
        "reviewed": _flag("Where this column exists, only reviewed rows train."),
        "anomalous": _flag("Anomalous rows never train, and are ranked like candidates."),
        "wished": _flag("Whether it is on a watchlist of the person's; shown beside it in the ranking."),
    },
    strict=False,
    name="library",
).update_columns({name: {"required": True, "nullable": False} for name in REQUIRED})

FINAL_DTYPES = {
    "number": "float64",
    "whole number": "float64",
    "text": "str",
    "list of strings": "object",
    "boolean": "boolean",
    "UTC timestamp": "datetime64[us, UTC]",
}


def column_type(name: str) -> str:
    """The contract's word for the type of a known column, e.g. `list of strings`."""
    return (LIBRARY.columns[name].metadata or {})["type"]


def columns_as_markdown() -> str:
    """The documentation of the columns, one table row a column, made from the declaration above."""
    lines = [
        "# The columns of a library",
        "",
        "Made from the contract (`make docs`). A column that is absent counts as not known; one that is not listed here is",
        'named in the Dagster UI and left alone. In a CSV a list is written as JSON: `["Drama", "Comedy"]`.',
        "",
        "| column | type | values | required | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, column in LIBRARY.columns.items():
        facts = column.metadata or {}
        required = "yes" if column.required else "to train" if name == "label" else ""
        lines.append(f"| `{name}` | {facts['type']} | {facts['limits']} | {required} | {column.description} |")
    return "\n".join(lines) + "\n"
