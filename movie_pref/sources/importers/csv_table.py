"""CSV text as a table whose every row knows its line, and its cells as numbers and dates.

A cell that cannot be what its column says is a `UserError` that names file, line and column: an export is written by
a program, so such a cell means that the file was changed on the way.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.titles import one_line
from movie_pref.sources.importers.archives import Source, decode

MAX_ROWS = 200_000  # films that one person can have seen, many times over
MAX_HEADER = 100_000  # letters of a first line that can be one
DELIMITERS = (",", ";", "\t")  # the second and third are what spreadsheets make of the first


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, all cells text on one line without surrounding blanks, and the line on which each begins.

    `cells` has one column a name asked for; one that the file lacks is empty text throughout. `cut_short` is the line
    of a half-written last row, which `cells` does not hold; `unknown` the columns that nobody asked for.
    """

    where: str
    cells: pd.DataFrame
    lines: np.ndarray
    cut_short: int | None
    unknown: list[str]

    def error(self, row: int, column: str, expected: str) -> UserError:
        """The sentence for one cell that is not what its column says."""
        return UserError(
            f"{self.where}, line {self.lines[row]}, column {column!r}: {self.cells[column].iloc[row][:60]!r} is not {expected}; "
            "correct that cell, or export the file again."
        )


def header_of(text: str) -> tuple[list[str], str]:
    """The cells of the first line that is not blank, and the delimiter that divides it into most of them."""
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    if len(first) > MAX_HEADER:
        return [first[:100]], delimiter
    try:
        cells = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        cells = first.split(delimiter)
    return [cell.strip() for cell in cells], delimiter


def read_table(source: Source, columns: Sequence[str], required: Sequence[str]) -> Table:
    """The rows of a CSV file under the names of `columns`; letters of either case are the same name.

    Raises
    ------
    UserError
        The text is not UTF-8, a column of `required` is missing or there twice, or a row other than the last has
        more or fewer cells than the header.
    """
    text = decode(source)
    header, delimiter = header_of(text)
    places = _places(source.where, header, columns, required)
    lines: list[int] = []
    rows: list[list[str]] = []
    cut_short = None
    for line, is_last, cells in _records(text, delimiter, source.where):
        if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
            cells = cells[: len(header)]
        if len(cells) < len(header) and is_last:
            cut_short = line
        elif len(cells) != len(header):
            raise UserError(
                f"{source.where}, line {line}, column {min(len(cells), len(header) + 1)}: the row has {len(cells)} cells and the header {len(header)}; "
                "correct that line, or export the file again."
            )
        else:
            if len(rows) == MAX_ROWS:
                raise UserError(
                    f"{source.where} has more than {MAX_ROWS:,} rows, and nobody has rated so many films; give the file as you downloaded it."
                )
            lines.append(line)
            rows.append([one_line(cells[place]) for place in places.values()])
    frame = pd.DataFrame(rows, columns=list(places), dtype="str").reindex(columns=list(columns), fill_value="")
    known = {name.casefold() for name in columns}
    unknown = [name for name in header if name and name.casefold() not in known]
    return Table(source.where, frame.astype("str"), np.array(lines, dtype="int64"), cut_short, unknown)


def numbers(
    table: Table, column: str, low: float = -np.inf, high: float = np.inf, step: float = 0, expected: str = ""
) -> pd.Series:
    """A column of numbers as float64; an empty cell is null, and a decimal comma is a point.

    `step`, where it is not zero, is what a number must be a multiple of; `expected` is the error's word for them.
    """
    cells = table.cells[column]
    found = pd.to_numeric(cells.str.replace(",", ".", regex=False).replace("", None), errors="coerce").astype("float64")
    fits = np.isfinite(found) & found.between(low, high)
    if step:
        fits &= found % step == 0
    _refuse(table, column, (cells != "") & ~fits, expected or "a number")
    return found


def dates(table: Table, column: str) -> pd.Series:
    """A column of dates as UTC timestamps: ISO, or day/month/year; an empty cell is null.

    Where some date of the file can only be month/day/year and none only day/month/year, all of them are.
    """
    cells = table.cells[column]
    iso = cells.str.match(r"\d{4}-\d{2}-\d{2}")
    found = pd.to_datetime(cells.where(iso), format="ISO8601", utc=True, errors="coerce").astype("datetime64[us, UTC]")
    slashed = cells.where(~iso & (cells != ""))
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        others = pd.to_datetime(slashed, format=form, utc=True, errors="coerce").astype("datetime64[us, UTC]")
        if others.notna().sum() == slashed.notna().sum():
            break
    else:
        others = pd.to_datetime(slashed, format="%d/%m/%Y", utc=True, errors="coerce").astype("datetime64[us, UTC]")
    found = found.fillna(others)
    _refuse(table, column, (cells != "") & found.isna(), "a date such as 2024-01-31 or 31/1/2024")
    return found


def years(table: Table, column: str) -> pd.Series:
    """A column of years as Int64; an empty cell is null."""
    return numbers(table, column, 1850, 2100, step=1, expected="a year from 1850 to 2100").astype("Int64")


def _refuse(table: Table, column: str, misfits: pd.Series, expected: str) -> None:
    if misfits.any():
        raise table.error(int(np.flatnonzero(misfits)[0]), column, expected)


def _places(where: str, header: list[str], columns: Sequence[str], required: Sequence[str]) -> dict[str, int]:
    """Where each column asked for stands in the header."""
    folded = [name.casefold() for name in header]
    for name in columns:
        if folded.count(name.casefold()) > 1:
            raise UserError(f"{where}, line 1: there are two columns {name!r}; remove one, or export the file again.")
    missing = [name for name in required if name.casefold() not in folded]
    if missing:
        raise UserError(f"{where}, line 1: there is no column {missing[0]!r}; export the file again.")
    return {name: folded.index(name.casefold()) for name in columns if name.casefold() in folded}


def _records(text: str, delimiter: str, where: str) -> Iterator[tuple[int, bool, list[str]]]:
    """Each row below the header with its first line and whether it is the last; blank rows are passed over.

    A quote that is opened on the last line and never closed gives a row of no cells, the mark of a half-written line.
    """
    count = sum(1 for _ in io.StringIO(text, newline=""))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    waiting: tuple[int, list[str]] | None = None
    seen_header = False
    line = 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if str(error) == "unexpected end of data" and line == count:
                cells = []
                if waiting:
                    yield waiting[0], False, waiting[1]
                waiting = (line, cells)
                break
            what = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
            raise UserError(f"{where}, line {line}: {what}; correct that line, or export the file again.") from None
        if not any(cell.strip() for cell in cells):
            continue
        if not seen_header:
            seen_header = True
            continue
        if waiting:
            yield waiting[0], False, waiting[1]
        waiting = (line, cells)
    if waiting:
        yield waiting[0], True, waiting[1]
