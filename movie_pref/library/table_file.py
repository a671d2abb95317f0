"""From a file to a table: recognise Parquet or CSV by its content, and read what it holds, whatever that is.

Belongs here: what can be wrong with a file as a file, in one sentence each. Does not belong here: what its columns may hold
(`movie_pref.library.contract`, `movie_pref.library.read`).
"""

import csv
import stat
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.errors import UserError, cause

MARK = b"movie_pref.demonstration"
ROLES = {True: "labelled library", False: "candidates file"}
REQUIRED = ("imdb_id", "media_type", "media_title", "release_year")
LIST_OF_STRINGS = pd.ArrowDtype(pa.list_(pa.string()))
MOST = {
    "rows": 2_000_000, "lines": 2_000_000, "columns": 2_000, "cells": 100_000_000, "rejected": 100_000,
    "bytes": 640 << 20,  # a million movies with all that is known of them are some 540 million
}  # fmt: skip
"""What a file may hold: more than there are movies; a small file can claim to hold what fills all memory."""
BATCH = 4_000  # rows of a Parquet file that are unpacked at once
LONGEST_HEADER, LONGEST_LINE, BLOCK = 1 << 16, 8 << 20, 1 << 20  # bytes of a CSV

STARTS = {
    b"\x1f\x8b": ("is packed by gzip", "unpack it"),
    b"PK\x03\x04": ("is a zip archive or a spreadsheet", "export it as CSV or Parquet"),
    b"SQLite format 3\0": ("is a database", "export its table as CSV or Parquet"),
    **dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), ("is text in UTF-16", "save it as CSV in UTF-8")),
    b"PARE": ("is encrypted Parquet", "export it without encryption"),
    b"ARROW1": ("is an Arrow file", "save it as Parquet"),
    **dict.fromkeys((b"{", b"["), ("is JSON", "export it as CSV or Parquet")),
}


class FileRows(NamedTuple):
    """The rows of a file as they stand; `surplus` has, by the number of a CSV row, its cells that no column is for."""

    frame: pd.DataFrame
    surplus: Mapping[int, list[str]] = MappingProxyType({})


def read_rows(path: Path) -> FileRows:
    """The file as it stands, without the contract, rows numbered from 0; list columns of a Parquet file stay Arrow lists.

    Raises
    ------
    UserError
        The file cannot be read as Parquet or CSV; the sentence names it and the remedy.
    """
    if file_format(path) == "parquet":
        with _reading_parquet(path):
            return FileRows(_read_parquet(path))
    with _reading_csv(path):
        _csv_columns(path)
        _check_lines(path)
        return _read_csv(path)


def read_frame(path: Path) -> pd.DataFrame:
    """The rows of `read_rows` alone."""
    return read_rows(path).frame


def read_columns(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """Those of some columns that a file has, as they stand; raises as `read_rows`."""
    if file_format(path) == "csv":
        return read_frame(path).filter(list(columns))
    with _reading_parquet(path):
        present = pq.read_schema(path).names
        return pq.read_table(path, columns=[name for name in columns if name in present]).to_pandas()


def check_header(path: Path, labelled: bool = True) -> None:
    """Refuse at once, by its header, a file that no library can be read from; as quick on a large file as on a small one.

    Raises
    ------
    UserError
        The file is missing, empty, cut short, of another form, or without a required column.
    """
    if file_format(path) == "parquet":
        with _reading_parquet(path), _parquet_file(path) as opened:
            columns = opened.schema_arrow.names
    else:
        with _reading_csv(path):
            columns = _csv_columns(path)
    require_columns(columns, path, labelled)


def require_columns(columns: Iterable[str], path: Path, labelled: bool) -> None:
    """Refuse a file without a column that a library, or a labelled one, must have."""
    names = list(columns)
    missing = [name for name in [*REQUIRED, *(["label"] if labelled else [])] if name not in set(names)]
    if missing:
        found = ", ".join(" ".join(name.split())[:60] for name in names[:8])
        raise UserError(
            f"{path} has no column {' and no column '.join(repr(name) for name in missing)}, which a {ROLES[labelled]} must have "
            f"(it has {found or 'none'}{', …' if len(names) > 8 else ''}); add or rename it."
        )


def is_demo(path: Path) -> bool:
    """Whether a file is one that `write_demo` wrote."""
    try:
        return path.is_file() and MARK in (pq.read_schema(path).metadata or {})
    except MemoryError:  # Arrow's own is one of its exceptions, too
        raise
    except (OSError, pa.ArrowException):
        return False


def file_format(path: Path) -> str:
    """`parquet` or `csv`, by content.

    Raises
    ------
    UserError
        The file is missing, no file, unreadable, empty, neither form, or named as the form that it is not.
    """
    start = _start(path)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise UserError(f"{path} is empty; export it again.")
    if start.startswith(b"PAR1"):
        found = "parquet"
    else:
        for mark, (what, remedy) in STARTS.items():
            if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(mark):
                raise UserError(f"{path} {what}, and Parquet or CSV was expected; {remedy}.")
        if b"\0" in start:
            raise UserError(f"{path} is neither Parquet nor CSV; export it in one of these two forms.")
        found = "csv"
    claimed = path.suffix.lower().removeprefix(".")
    if claimed in {"parquet", "csv"} and claimed != found:
        names = {"parquet": "Parquet", "csv": "CSV text"}
        raise UserError(
            f"{path} is named .{claimed} but holds {names[found]}; rename it to {path.with_suffix('.' + found).name}."
        )
    return found


def _start(path: Path) -> bytes:
    """The first bytes of a file that is one; a pipe is never opened, since that would wait for whoever writes."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise UserError(f"{path} is a folder; give the path of a Parquet or CSV file in it.")
        if not stat.S_ISREG(kind):
            raise UserError(f"{path} is a device or a pipe; give the path of a Parquet or CSV file.")
        with path.open("rb") as file:
            return file.read(65536)
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            f"There is no file {path}; give the path of a Parquet or CSV file, or run `movie-pref demo` to try the demonstration library."
        ) from None
    except PermissionError:
        raise UserError(f"{path} may not be read by this user; change its permissions.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}); give the path of a Parquet or CSV file.") from None


@contextmanager
def _reading_parquet(path: Path) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} starts like Parquet but cannot be read ({cause(error)}); it is probably cut short or damaged: copy or export it again."
        ) from None


@contextmanager
def _reading_csv(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} cannot be read as CSV in UTF-8 ({error.reason} at a byte {error.object[error.start]:#x}); save it as CSV in UTF-8."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, OSError) as error:
        raise UserError(f"{path} cannot be read as CSV in UTF-8 ({cause(error)}); export it again.") from None


def _check_size(path: Path, **found: int) -> None:
    """Refuse what would take all memory."""
    for what, number in found.items():
        if number > MOST[what]:
            raise UserError(
                f"{path} holds {number:,} {what}, and at most {MOST[what]:,} can be read; leave out what is not about movies to learn from or to rank."
            )


def _check_names(path: Path, columns: list[str]) -> None:
    """Refuse a name that stands for two columns."""
    twice = [name for name, times in Counter(filter(None, columns)).items() if times > 1]
    if twice:
        raise UserError(f"{path} has two columns {twice[0][:60]!r}; remove or rename one of them.")


def _parquet_file(path: Path) -> pq.ParquetFile:
    """A Parquet file whose end was read, and no more than that."""
    opened = pq.ParquetFile(path)
    rows, columns = opened.metadata.num_rows, opened.metadata.num_columns
    groups = (opened.metadata.row_group(number) for number in range(opened.metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    _check_size(path, rows=rows, columns=columns, cells=rows * columns, bytes=size)
    _check_names(path, opened.schema_arrow.names)
    return opened


def _read_parquet(path: Path) -> pd.DataFrame:
    """Every column, checked to its last value (offsets, UTF-8, indices of dictionaries) before anything is made of it."""
    size, batches = 0, []
    with _parquet_file(path) as opened:
        for packed in opened.iter_batches(BATCH):
            packed.validate(full=True)
            batch = _decoded(packed)
            size += batch.nbytes
            _check_size(path, bytes=size)
            batches.append(batch)
        table = pa.Table.from_batches(batches) if batches else opened.schema_arrow.empty_table()
    for position, name in enumerate(table.column_names):
        kind = table.schema.field(position).type
        if (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and (
            pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)
        ):
            table = table.set_column(position, name, table[position].cast(LIST_OF_STRINGS.pyarrow_dtype))
    table = table.replace_schema_metadata(None)
    columns = [_to_pandas(path, table.select([position])) for position in range(table.num_columns)]
    return pd.concat(columns, axis=1) if columns else pd.DataFrame()


def _decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with each value in its place, where a dictionary had it once: only so is its size known."""
    columns = [one.dictionary_decode() if isinstance(one, pa.DictionaryArray) else one for one in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _to_pandas(path: Path, column: pa.Table) -> pd.DataFrame:
    """One column for pandas, which knows fewer dates and time zones than Parquet may hold."""
    try:
        return column.to_pandas(types_mapper=_kept_in_arrow)
    except (ValueError, KeyError) as error:
        (held,) = column.schema
        raise UserError(
            f"{path} holds in the column {held.name[:60]!r}, of the type {str(held.type)[:60]}, what cannot be read ({cause(error)}); export that column as text."
        ) from None


def _kept_in_arrow(kind: pa.DataType) -> pd.ArrowDtype | None:
    """The type of a column that stays Arrow's: lists of strings, and maps, whose pairs nothing writes as a map again."""
    return pd.ArrowDtype(kind) if kind == LIST_OF_STRINGS.pyarrow_dtype or "map<" in str(kind) else None


def _csv_columns(path: Path) -> list[str]:
    """The names in the header of a CSV, as they stand there."""
    with path.open("rb") as file:
        if len(file.readline(LONGEST_HEADER)) == LONGEST_HEADER:
            raise UserError(
                f"{path} has a first line of {LONGEST_HEADER:,} bytes or more, which names no columns of movies; export it again."
            )
    how = {"index_col": False, "dtype": "str", "encoding": "utf-8-sig", "na_filter": False}
    columns = [str(name) for name in pd.read_csv(path, nrows=1, header=None, **how).iloc[0]]
    while columns and not columns[-1].strip():  # a comma at the end of every line
        columns.pop()
    _check_size(path, columns=len(columns), bytes=path.stat().st_size)
    _check_names(path, columns)
    return columns


def _check_lines(path: Path) -> None:
    """Refuse more lines than there are movies, and a line that is longer than a movie: parsing either takes all memory."""
    lines = unfinished = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            lines += block.count(b"\n")
            last = block.rfind(b"\n")
            unfinished = unfinished + len(block) if last < 0 else len(block) - last - 1
            _check_size(path, lines=lines)
            if unfinished > LONGEST_LINE:
                raise UserError(
                    f"{path} has in line {lines + 1:,} more than {LONGEST_LINE:,} bytes, which is no movie; export it again."
                )


def _read_csv(path: Path) -> FileRows:
    try:
        return FileRows(_parse_csv(path))
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        surplus, records, rows = _rows_too_long(path)
        if not surplus:
            raise
    short = _parse_csv(path, skip=records)
    numbers = sorted(set(range(rows)) - set(surplus))
    width = len(short.columns)
    long = pd.DataFrame([surplus[number][:width] for number in surplus], index=list(surplus), columns=short.columns)
    frame = pd.concat([short.set_axis(numbers), long.replace("", None).astype("str")]).sort_index()
    return FileRows(frame, {number: cells[width:] for number, cells in surplus.items() if any(cells[width:])})


def _parse_csv(path: Path, skip: Iterable[int] = ()) -> pd.DataFrame:
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
            skiprows=list(skip),
        )


def _rows_too_long(path: Path) -> tuple[dict[int, list[str]], list[int], int]:
    """The rows that have more cells than the header, by their number; the number of each as a record; how many rows there are.

    A record is what stands between two ends of a line that are not quoted; blank ones are no rows.
    """
    surplus: dict[int, list[str]] = {}
    records, row, width = [], -1, 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        for record, cells in enumerate(csv.reader(file, strict=True)):
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            if row < 0:
                width = len(cells)
            elif len(cells) > width:
                surplus[row] = cells
                records.append(record)
                if len(surplus) > MOST["rejected"]:
                    raise UserError(
                        f"{path} has more than {MOST['rejected']:,} rows with more cells than the {width} of its header, first in row {min(surplus) + 1:,}; "
                        "export it again with each cell that holds a comma in quotes."
                    )
            row += 1
    return surplus, records, max(row, 0)
