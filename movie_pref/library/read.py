"""From a file to a library: recognise the form, apply the contract, keep what holds and say why the rest does not."""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.errors import UserError
from movie_pref.library import contract

MARK = b"movie_pref.demonstration"

ROLES = {True: "labelled library", False: "candidates file"}
REJECTED = {"row_number": "int64", **dict.fromkeys(("imdb_id", "media_title", "reason", "row"), "str")}


@dataclass(frozen=True)
class Library:
    """A library that was read: the rows that keep the contract, and those that do not with the reason.

    `rows` has the contract's columns first, in its order and types, then the columns it does not know. `rejected` has
    `row_number` (from 0, in the file), `imdb_id`, `media_title`, `reason`, and `row`: the whole row as JSON, so that
    nothing is lost. `len(rows) + len(rejected)` is the number of rows in the file.
    """

    rows: pd.DataFrame
    rejected: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REJECTED)).astype(REJECTED))
    absent: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Verdict(NamedTuple):
    """Rows that keep the contract, in its types, and the reason a row that does not was refused, by index."""

    kept: pd.DataFrame
    reasons: pd.Series


def read_library(path: str | Path, labelled: bool = True) -> Library:
    """Read a Parquet or CSV file and apply the library contract.

    Parameters
    ----------
    path
        The file. Its content decides how it is read; a name that claims the other form is an error.
    labelled
        Whether a `label` column is required: a labelled library has one, candidates need none.

    Raises
    ------
    UserError
        The file is no library at all: missing, empty, cut short, of another form, without a required column, or
        without one row that keeps the contract.
    """
    path = Path(path)
    frame = read_frame(path)
    _require_columns(frame.columns, path, labelled)
    if frame.empty:
        raise UserError(f"{path} holds column names and no rows; a {ROLES[labelled]} needs at least one movie.")
    kept, reasons = apply_contract(frame)
    older = _older_duplicates(kept)
    reasons = pd.concat([reasons, older]).sort_index()
    kept = kept.drop(index=older.index)
    if kept.empty:
        common = reasons.value_counts().index[0]
        raise UserError(
            f"{path}: each of its {len(frame)} rows breaks the library contract, most often because {common}; mend that column."
        )
    known = [name for name in contract.LIBRARY.columns if name in frame]
    unknown = [name for name in frame if name not in contract.LIBRARY.columns]
    return Library(
        rows=kept[known + unknown].reset_index(drop=True),
        rejected=_rejected_rows(frame, reasons),
        absent=[name for name in contract.LIBRARY.columns if name not in frame],
        unknown=unknown,
    )


def read_frame(path: Path) -> pd.DataFrame:
    """The file as it stands, without the contract; list columns of a Parquet file stay Arrow lists.

    Raises
    ------
    UserError
        The file cannot be read as Parquet or CSV; the sentence names it and the remedy.
    """
    with _sentences_for(path):
        return _read_parquet(path) if file_format(path) == "parquet" else _read_csv(path)


def check_header(path: Path, labelled: bool = True) -> None:
    """Refuse at once, by its header, a file that `read_library` would refuse; as quick on a large file as on a small one.

    Raises
    ------
    UserError
        The file is missing, empty, cut short, of another form, or without a required column.
    """
    with _sentences_for(path):
        is_parquet = file_format(path) == "parquet"
        columns = pq.read_schema(path).names if is_parquet else pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
    _require_columns(columns, path, labelled)


@contextmanager
def _sentences_for(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        detail = str(error).splitlines()[0].rstrip(".")
        raise UserError(
            f"{path} starts like Parquet but cannot be read ({detail}); it is probably cut short or damaged: copy or export it again."
        ) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        detail = " ".join(str(error).split())
        raise UserError(f"{path} cannot be read as CSV in UTF-8 ({detail}); export it again.") from None


def file_format(path: Path) -> str:
    """`parquet` or `csv`, by content.

    Raises
    ------
    UserError
        The file is missing, a folder, unreadable, empty, neither form, or named as the form that it is not.
    """
    if not path.exists():
        raise UserError(
            f"There is no file {path}; give the path of a Parquet or CSV file, or run `movie-pref demo` to try the demonstration library."
        )
    if path.is_dir():
        raise UserError(f"{path} is a folder; give the path of a Parquet or CSV file in it.")
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except PermissionError:
        raise UserError(f"{path} may not be read by this user; change its permissions.") from None
    if not start.strip():
        raise UserError(f"{path} is empty; export it again.")
    if start.startswith(b"PAR1"):
        found = "parquet"
    elif b"\0" in start:
        raise UserError(f"{path} is neither Parquet nor CSV; export it in one of these two forms.")
    else:
        found = "csv"
    claimed = path.suffix.lower().removeprefix(".")
    if claimed in {"parquet", "csv"} and claimed != found:
        names = {"parquet": "Parquet", "csv": "CSV text"}
        raise UserError(
            f"{path} is named .{claimed} but holds {names[found]}; rename it to {path.with_suffix('.' + found).name}."
        )
    return found


def apply_contract(frame: pd.DataFrame) -> Verdict:
    """Bring the known columns into their types and split the rows into kept and refused.

    Any index with unique labels; columns that the contract does not know pass through untouched.
    """
    import pandera.pandas as pandera

    frame = frame.copy(deep=False)
    for name in frame.columns.intersection(list(contract.LIBRARY.columns)):
        if contract.column_type(name) == "list of strings" and not isinstance(frame[name].dtype, pd.ArrowDtype):
            frame[name] = frame[name].astype(object)
    known = [name for name in contract.LIBRARY.columns if name in frame]
    reasons = pd.Series(dtype="str")
    try:
        parsed = contract.LIBRARY.validate(frame[known], lazy=True)
    except pandera.errors.SchemaErrors as error:
        reasons = _reasons(error.failure_cases)
        parsed = error.data
    parsed = parsed.drop(index=reasons.index)
    for name in known:
        kind = contract.column_type(name)
        parsed[name] = parsed[name].astype(contract.FINAL_DTYPES[kind])
    if "imdb_rating" in parsed:
        parsed["imdb_rating"] = _on_ten_points(parsed["imdb_rating"])
    parsed["release_year"] = parsed["release_year"].astype("int64")
    others = frame.columns.difference(known, sort=False)
    return Verdict(parsed.join(frame[others]), reasons)


def _read_parquet(path: Path) -> pd.DataFrame:
    table = pq.read_table(path)
    for position, name in enumerate(table.column_names):
        kind = table.schema.field(name).type
        if (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and _is_string(kind.value_type):
            table = table.set_column(position, name, table[name].cast(contract.LIST_OF_STRINGS.pyarrow_dtype))
    table = table.replace_schema_metadata(None)
    return table.to_pandas(types_mapper={contract.LIST_OF_STRINGS.pyarrow_dtype: contract.LIST_OF_STRINGS}.get)


def _is_string(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _read_csv(path: Path) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # a row of more cells than the header would lose them
        return pd.read_csv(
            path,
            dtype="str",
            index_col=False,  # else a comma at the end of every line shifts each column by one
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8-sig",
            skip_blank_lines=True,
        )


def _require_columns(columns: Iterable[str], path: Path, labelled: bool) -> None:
    required = [name for name, column in contract.LIBRARY.columns.items() if column.required]
    missing = [name for name in [*required, *(["label"] if labelled else [])] if name not in set(columns)]
    if missing:
        found = ", ".join(list(columns)[:8])
        raise UserError(
            f"{path} has no column {' and no column '.join(repr(name) for name in missing)}, which a {ROLES[labelled]} must have "
            f"(it has {found}{', …' if len(list(columns)) > 8 else ''}); add or rename it."
        )


def _reasons(failures: pd.DataFrame) -> pd.Series:
    """One sentence a refused row from pandera's failure cases (one row a failed cell and check)."""
    texts = {"not_nullable": "is missing"}
    cells = failures.dropna(subset=["index"])
    sentences = (
        cells["column"].astype("str")
        + " "
        + [
            texts.get(check, f"{_as_given(value)!r} {check}")
            for check, value in zip(cells["check"], cells["failure_case"], strict=True)
        ]
    )
    return sentences.groupby(cells["index"].astype(int)).agg(lambda found: "; ".join(dict.fromkeys(found)))


def _as_given(value: object) -> str:
    """A cell as the file has it, cut to a readable length: 20255 for what was parsed into 20255.0."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)[:60]


def _on_ten_points(rating: pd.Series) -> pd.Series:
    """IMDb ratings on 0 to 10: a value above ten, and every value of a column whose median is, was on 0 to 100."""
    hundred = rating > 10
    return rating / 10 if rating.median() > 10 else rating.where(~hundred, rating / 10)


def _older_duplicates(rows: pd.DataFrame) -> pd.Series:
    """The reason for each row that repeats an imdb_id and is not the newest by `updated_at`, by index."""
    repeated = rows[rows["imdb_id"].duplicated(keep=False)]
    if "updated_at" in rows:
        repeated = repeated.sort_values("updated_at", kind="stable", na_position="first")
    older = repeated[repeated["imdb_id"].duplicated(keep="last")]
    return "imdb_id " + older["imdb_id"] + " is repeated and another row for it is newer"


def _rejected_rows(frame: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    refused = frame.loc[reasons.index]
    return pd.DataFrame(
        {
            "row_number": reasons.index.to_numpy("int64"),
            "imdb_id": refused["imdb_id"].astype("str").to_numpy(),
            "media_title": refused["media_title"].astype("str").to_numpy(),
            "reason": reasons.astype("str").to_numpy(),
            "row": [
                json.dumps(
                    {name: cell for name, cell in row.items() if not _is_null(cell)},
                    default=_as_json,
                    ensure_ascii=False,
                )
                for row in refused.astype(object).to_dict("records")
            ],
        }
    ).astype(REJECTED)


def _as_json(cell: Any) -> Any:
    """What JSON has no word for: an array as a list, anything else as its text."""
    return cell.tolist() if isinstance(cell, np.ndarray) else str(cell)


def _is_null(cell: object) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))


def is_demo(path: Path) -> bool:
    """Whether a file is one that `write_demo` wrote."""
    try:
        return MARK in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowInvalid):
        return False
