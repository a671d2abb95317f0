"""Columns of a library as Arrow arrays, null where the catalogue says that a value means 'not known'.

Belongs here: reading a column in the form that its kind takes, so that a million candidates need no Python loop over
rows. What is learnt from the columns, and made of them, is in `preprocessing`. A column that is absent is null.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from movie_pref.library.catalogue import Catalogue, Entry

LIST_TYPE = pa.list_(pa.string())


def arrow_table(rows: pd.DataFrame, names: Iterable[str], catalogue: Catalogue) -> pa.Table:
    """These columns of a frame, of those there are; an absent one stays absent."""
    columns = {name: _to_arrow(rows[name], catalogue[name]) for name in names if name in rows.columns}
    return pa.table(columns or {"none": pa.nulls(len(rows))})


def numbers(table: pa.Table, name: str, entry: Entry) -> np.ndarray:
    """A numeric column as float64 with NaN for what is not known."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    values = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    unknown = np.isin(values, [value for value in entry.unknown if isinstance(value, int | float)])
    for other, value in entry.unknown_when.items():
        if other in table.column_names:
            unknown |= table[other].cast(pa.float64()).to_numpy(zero_copy_only=False) == value
    values[unknown | ~np.isfinite(values)] = np.nan
    return values


def texts(table: pa.Table, name: str, entry: Entry) -> pa.Array:
    """A column of text, or of categories, with null for what is not known."""
    column = _combined(table[name]).cast(pa.string())
    unknown = pa.array([value for value in entry.unknown if isinstance(value, str)], pa.string())
    return pc.if_else(pc.is_in(column, unknown), pa.scalar(None, pa.string()), column)


def prose(table: pa.Table, name: str, entry: Entry) -> list[str]:
    """A text column with empty text for what is not known."""
    if name not in table.column_names:
        return [""] * table.num_rows
    return pc.fill_null(texts(table, name, entry), "").to_pylist()


def codes(table: pa.Table, name: str, entry: Entry, levels: list[str]) -> np.ndarray:
    """The position of each value among the levels, NaN where null or not among them."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    found = pc.index_in(texts(table, name, entry), pa.array(levels, pa.string()))
    return found.cast(pa.float64()).to_numpy(zero_copy_only=False)


def lists(table: pa.Table, name: str) -> pa.ListArray:
    return _combined(table[name]).cast(LIST_TYPE)


def members(table: pa.Table, name: str, levels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(row, position among the levels) of every element of a list column that is among them."""
    if name not in table.column_names:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    column = lists(table, name)
    found = pc.index_in(column.flatten(), pa.array(levels, pa.string()))
    known = pc.is_valid(found).to_numpy(zero_copy_only=False)
    return pc.list_parent_indices(column).to_numpy()[known], found.drop_null().to_numpy()


def _to_arrow(column: pd.Series, entry: Entry) -> pa.Array:
    if entry.kind == "continuous":
        return pa.array(
            pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan), from_pandas=True
        )
    if isinstance(column.dtype, pd.ArrowDtype):
        return _combined(pa.chunked_array(pa.array(column)))
    if entry.kind == "categorical_list":
        return pa.array(column.astype(object).to_numpy(), type=LIST_TYPE, from_pandas=True)
    return pa.array(column.astype(object).to_numpy(), type=pa.string(), from_pandas=True)


def _combined(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
