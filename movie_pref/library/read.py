"""From a file to a library: apply the contract, keep what holds and say why the rest does not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library import contract
from movie_pref.library.table_file import LIST_OF_STRINGS, MOST, ROLES, read_rows, require_columns

AT_ONCE = 50_000  # rows that the contract is applied to at once
REJECTED = {"row_number": "int64", **dict.fromkeys(("imdb_id", "media_title", "reason", "row"), "str")}


@dataclass(frozen=True)
class Library:
    """A library that was read: the rows that keep the contract, and those that do not with the reason.

    `rows` has the contract's columns first, in its order and types, then the columns it does not know. `rejected` has
    `row_number` (from 0, in the file), `imdb_id`, `media_title`, `reason`, and `row`: the whole row as JSON, so that
    nothing is lost; null after the first 100,000, which would take all memory, and which `row_number` finds in the file. `len(rows) + len(rejected)` is the number of rows in the file.
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
    frame, surplus = read_rows(path)
    require_columns(frame.columns, path, labelled)
    if frame.empty:
        raise UserError(f"{path} holds column names and no rows; a {ROLES[labelled]} needs at least one movie.")
    kept, reasons = _in_parts(frame.drop(index=list(surplus)), path)
    older = _older_duplicates(kept)
    reasons = pd.concat([reasons, older, _too_long(surplus, len(frame.columns))]).sort_index()
    kept = kept.drop(index=older.index)
    if kept.empty:
        raise UserError(
            f"{path}: each of its {len(frame)} rows breaks the library contract, most often because {_commonest(reasons)}; mend that column."
        )
    known = [name for name in contract.LIBRARY.columns if name in frame]
    unknown = [name for name in frame if name not in contract.LIBRARY.columns]
    return Library(
        rows=kept[known + unknown].reset_index(drop=True),
        rejected=_rejected_rows(frame, reasons, surplus),
        absent=[name for name in contract.LIBRARY.columns if name not in frame],
        unknown=unknown,
    )


def apply_contract(frame: pd.DataFrame) -> Verdict:
    """Bring the known columns into their types and split the rows into kept and refused.

    Any index with unique labels; columns that the contract does not know pass through untouched.
    """
    kept, reasons = _judged(frame)
    return Verdict(_rescaled(kept), reasons)


def _in_parts(frame: pd.DataFrame, path: Path) -> Verdict:
    """`apply_contract` for a file of any size, given up where no row of a long beginning keeps the contract."""
    kept, reasons = [], []
    for start in range(0, len(frame), AT_ONCE):
        verdict = _judged(frame.iloc[start : start + AT_ONCE])
        kept.append(verdict.kept)
        reasons.append(verdict.reasons)
        if start + AT_ONCE > MOST["rejected"] and not any(len(rows) for rows in kept):
            raise UserError(
                f"{path}: each of its first {min(start + AT_ONCE, len(frame)):,} rows breaks the library contract, most often because "
                f"{_commonest(pd.concat(reasons))}; mend that column."
            )
    if not kept:
        return Verdict(frame, pd.Series(dtype="str"))
    return Verdict(_rescaled(pd.concat(kept)), pd.concat(reasons))


def _commonest(reasons: pd.Series) -> str:
    return str(reasons.value_counts().index[0])


def _judged(frame: pd.DataFrame) -> Verdict:
    import pandera.pandas as pandera

    frame = frame.copy(deep=False)
    for name in frame.columns.intersection(list(contract.LIBRARY.columns)):
        lists, kind = contract.column_type(name) == "list of strings", frame[name].dtype
        if kind != LIST_OF_STRINGS if lists else isinstance(kind, pd.ArrowDtype):
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
    parsed["release_year"] = parsed["release_year"].astype("int64")
    others = frame.columns.difference(known, sort=False)
    return Verdict(parsed.join(frame[others]), reasons)


def _rescaled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(imdb_rating=_on_ten_points(rows["imdb_rating"])) if "imdb_rating" in rows else rows


def _reasons(failures: pd.DataFrame) -> pd.Series:
    """One sentence a refused row from pandera's failure cases (one row a failed cell and check)."""
    texts = {"not_nullable": "is missing"}
    unjudged = failures[failures["index"].isna()]  # a check that raised itself, which must not pass for one that held
    if len(unjudged):
        column, why = unjudged[["column", "failure_case"]].iloc[0]
        raise UserError(f"The column {column!r} cannot be judged ({str(why)[:200]}); export that column as text.")
    sentences = (
        failures["column"].astype("str")
        + " "
        + [
            texts.get(check, f"{_as_given(value)!r} {check}")
            for check, value in zip(failures["check"], failures["failure_case"], strict=True)
        ]
    )
    return sentences.groupby(failures["index"].astype(int)).agg(lambda found: "; ".join(dict.fromkeys(found)))


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


def _too_long(surplus: Mapping[int, list[str]], columns: int) -> pd.Series:
    """The reason for each row of a CSV that has more cells than there are columns, by index."""
    return pd.Series(
        {
            number: f"the row has {columns + len(cells)} cells and the header {columns}: quote a cell that has a comma in it"
            for number, cells in surplus.items()
        },
        dtype="str",
    )


def _rejected_rows(frame: pd.DataFrame, reasons: pd.Series, surplus: Mapping[int, list[str]]) -> pd.DataFrame:
    refused = frame.loc[reasons.index]
    told = refused.head(MOST["rejected"])
    return pd.DataFrame(
        {
            "row_number": reasons.index.to_numpy("int64"),
            "imdb_id": refused["imdb_id"].astype("str").to_numpy(),
            "media_title": refused["media_title"].astype("str").to_numpy(),
            "reason": reasons.astype("str").to_numpy(),
            "row": [
                json.dumps(
                    {name: cell for name, cell in row.items() if not _is_null(cell)}
                    | ({"surplus_cells": surplus[number]} if number in surplus else {}),
                    default=_as_json,
                    ensure_ascii=False,
                )
                for number, row in zip(told.index, told.astype(object).to_dict("records"), strict=True)
            ]
            + [None] * (len(refused) - len(told)),
        }
    ).astype(REJECTED)


def _as_json(cell: Any) -> Any:
    """What JSON has no word for: an array as a list, anything else as its text."""
    return cell.tolist() if isinstance(cell, np.ndarray) else str(cell)


def _is_null(cell: object) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))
