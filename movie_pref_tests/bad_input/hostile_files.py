"""Libraries that are broken or mean harm, and what must be said of each."""

import gzip
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref_tests.bad_input.given_files import Made

HEADER = "imdb_id,label,media_type,media_title,release_year"
ROWS = 30
LINES = [f"tt{n:07d},would_watch,movie,Título {n},19{n:02d}" for n in range(1, ROWS + 1)]
CSV = "\n".join([HEADER, *LINES]) + "\n"


def table(**columns: Any) -> pa.Table:
    """30 movies; a column that is given takes the place of its own, None takes it away."""
    held = {
        "imdb_id": [f"tt{n:07d}" for n in range(1, ROWS + 1)],
        "label": ["would_watch", "would_not_watch"] * (ROWS // 2),
        "media_type": ["movie"] * ROWS,
        "media_title": [f"Title {n}" for n in range(ROWS)],
        "release_year": [1999] * ROWS,
        "runtime": [100.0] * ROWS,
        "genre": [["Drama"]] * ROWS,
    } | columns
    return pa.table({name: cells for name, cells in held.items() if cells is not None})


def parquet(**columns: Any) -> bytes:
    return packed(table(**columns))


def packed(held: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(held, sink, **options)
    return sink.getvalue().to_pybytes()


def each(cell: Any, kind: pa.DataType | None = None) -> pa.Array:
    return pa.array([cell] * ROWS, kind)


def one(cell: Any, others: Any, kind: pa.DataType | None = None) -> pa.Array:
    return pa.array([cell, *[others] * (ROWS - 1)], kind)


def not_utf_8() -> pa.Array:
    """Text one of whose cells is a byte that no UTF-8 text holds, as Arrow itself would not make it."""
    held = pa.array([b"Dr\xe4ma", *[b"Drama"] * (ROWS - 1)])
    return pa.Array.from_buffers(pa.string(), ROWS, held.buffers())


def lists_not_utf_8() -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(range(ROWS + 1), pa.int32()), not_utf_8())


def index_out_of_range() -> bytes:
    """A dictionary of two entries, and 200 rows whose indices are written over with ones of up to 255."""
    movies = {
        "imdb_id": [f"tt{n:07d}" for n in range(200)],
        "label": ["would_watch"] * 200,
        "media_type": ["movie"] * 200,
        "media_title": ["A"] * 200,
        "release_year": [1999] * 200,
        "overview": [["good", "bad", "dull"][n % 3] for n in range(200)],
    }
    content = bytearray(
        packed(pa.table(movies), compression="none", use_dictionary=["overview"], write_statistics=False)
    )
    start = content.index(b"\x04\x00\x00\x00good") + 24
    for place in range(start + 20, start + 60):
        content[place] = 0xFF
    return bytes(content)


def same_name_twice() -> bytes:
    held = table()
    return packed(held.append_column("label", held["label"]))


def loop(path: Path) -> None:
    path.symlink_to(path)


def two_links_in_a_circle(path: Path) -> None:
    other = path.with_name("other")
    path.symlink_to(other)
    other.symlink_to(path)


def locked(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not bind the superuser")
    path.write_text(CSV)
    path.chmod(0)


WHOLE = parquet()
REFUSED: dict[str, tuple[str, Made, str]] = {
    "missing": ("x.csv", lambda path: None, "There is no file"),
    "a folder that is a file": ("x.csv", lambda path: path.mkdir(), "is a folder"),
    "below a file": ("x/y.csv", lambda path: path.parent.write_text(CSV), "There is no file"),
    "a name that is too long": ("x" * 300 + ".csv", lambda path: None, "cannot be read"),
    "a link to itself": ("x.csv", loop, "cannot be read"),
    "two links in a circle": ("x.csv", two_links_in_a_circle, "cannot be read"),
    "a link to nothing": ("x.csv", lambda path: path.symlink_to("gone"), "There is no file"),
    "a link to a folder": ("x.csv", lambda path: path.symlink_to("/"), "is a folder"),
    "a pipe": ("x.csv", os.mkfifo, "is a device or a pipe"),
    "a pipe named Parquet": ("x.parquet", os.mkfifo, "is a device or a pipe"),
    "endless zeros": ("x.csv", lambda path: path.symlink_to("/dev/zero"), "is a device or a pipe"),
    "nothing at all": ("x.csv", lambda path: path.symlink_to("/dev/null"), "is a device or a pipe"),
    "no permission": ("x.csv", locked, "change its permissions"),
    "empty": ("x.csv", b"", "is empty"),
    "blank": ("x.csv", " \n\t\n", "is empty"),
    "a byte order mark alone": ("x.csv", b"\xef\xbb\xbf", "is empty"),
    "packed by gzip": ("x.parquet", gzip.compress(WHOLE), "is packed by gzip"),
    "CSV packed by gzip": ("x.csv", gzip.compress(CSV.encode()), "unpack it"),
    "a spreadsheet": ("x.csv", b"PK\x03\x04" + bytes(60), "is a zip archive or a spreadsheet"),
    "a database": ("x.csv", b"SQLite format 3\0" + bytes(90), "is a database"),
    "an Arrow file": ("x.parquet", b"ARROW1\0\0" + bytes(60), "is an Arrow file"),
    "encrypted Parquet": ("x.parquet", b"PARE" + bytes(60) + b"PARE", "is encrypted Parquet"),
    "a picture": ("x.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is neither Parquet nor CSV"),
    "JSON": ("x.csv", '[{"imdb_id": "tt0000001"}]', "is JSON"),
    "JSON lines": ("x.csv", '{"imdb_id": "tt0000001"}\n' * 2, "is JSON"),
    "a page that asks to sign in": ("x.csv", "<!DOCTYPE html>\n<body>Sign in</body>\n", "no column 'imdb_id'"),
    "UTF-16": ("x.csv", CSV.encode("utf-16"), "is text in UTF-16, and Parquet or CSV was expected; save it as CSV in UTF-8"),
    "UTF-16 without a mark": ("x.csv", CSV.encode("utf-16-le"), "is neither Parquet nor CSV"),
    "UTF-32": ("x.csv", CSV.encode("utf-32"), "x.csv"),
    "Windows-1252": ("x.csv", CSV.encode("cp1252"), "save it as CSV in UTF-8"),
    "UTF-8 with a broken byte": ("x.csv", CSV.encode() + b"tt0000099,would_watch,movie,\xff,1999\n", "a byte 0xff"),
    "EBCDIC": ("x.csv", CSV.encode("cp037"), "x.csv"),
    "a zero in the header": ("x.csv", CSV.replace("label", "lab\0el"), "is neither Parquet nor CSV"),
    "no header": ("x.csv", "\n".join(LINES), "no column 'imdb_id'"),
    "a header in German": ("x.csv", CSV.replace("media_title", "Titel").replace("release_year", "Jahr"), "Titel"),
    "a header in capitals": ("x.csv", CSV.replace(HEADER, HEADER.upper()), "no column 'imdb_id'"),
    "a header of two lines": ("x.csv", CSV.replace("media_type", '"media\n type"'), "it has imdb_id, label, media type"),
    "semicolons": ("x.csv", CSV.replace(",", ";"), "it has imdb_id;label"),
    "tabs": ("x.csv", CSV.replace(",", "\t"), "no column 'imdb_id'"),
    "a column twice": ("x.csv", CSV.replace("media_type", "label"), "two columns 'label'"),
    "a column twice in Parquet": ("x.parquet", same_name_twice(), "two columns 'label'"),
    "an unknown column twice": ("x.csv", CSV.replace(HEADER, HEADER + ",mine,mine"), "two columns 'mine'"),
    "a quote never closed": ("x.csv", CSV + 'tt0000099,would_watch,movie,"A,1999\n', "cannot be read as CSV"),
    "a quote never closed behind a long row": ("x.csv", f'{CSV}{LINES[0]},1\ntt0000099,a,movie,"A,1999\n', "cannot be read as CSV"),
    "a header in quotes that never close": ("x.csv", '"' + CSV, "x.csv"),
    "every row too long": ("x.csv", HEADER + "\n" + "".join(f"{line},more\n" for line in LINES), "6 cells and the header 5"),
    "every row of one cell": ("x.csv", HEADER + "\na\nb\n", "'a' is not tt and 7 or 8 digits"),
    "Parquet of four bytes": ("x.parquet", b"PAR1", "cut short or damaged"),
    "Parquet of two marks": ("x.parquet", b"PAR1PAR1", "cut short or damaged"),
    "Parquet with an end of four gigabytes": ("x.parquet", WHOLE[:-8] + b"\xff\xff\xff\xffPAR1", "cut short or damaged"),
    "Parquet with zeros for an end": ("x.parquet", WHOLE[:-200] + bytes(192) + WHOLE[-8:], "cut short or damaged"),
    "Parquet without columns": ("x.parquet", packed(pa.table({})), "no column 'imdb_id'"),
    "Parquet without rows": ("x.parquet", packed(table().slice(0, 0)), "no rows"),
    "text that is not UTF-8": ("x.parquet", parquet(overview=not_utf_8()), "Invalid UTF8"),
    "a long text that is not UTF-8": ("x.parquet", parquet(overview=pa.array([b"\xe4"] * ROWS).cast(pa.large_binary()).view(pa.large_string())), "Invalid UTF8"),
    "a list that is not UTF-8": ("x.parquet", parquet(genre=lists_not_utf_8()), "Invalid UTF8"),
    "an unknown column that is not UTF-8": ("x.parquet", parquet(mine=not_utf_8()), "Invalid UTF8"),
    "an index out of range": ("x.parquet", index_out_of_range(), "cut short or damaged"),
    "a time zone that is none": ("x.parquet", parquet(updated_at=each(0, pa.timestamp("us", "Mars/Olympus"))), "Mars/Olympus"),
    "a day beyond the calendar": ("x.parquet", parquet(created_at=each(2**31 - 1, pa.date32())), "'created_at', of the type date32"),
    "a day beyond it in a list": ("x.parquet", parquet(mine=each([2**31 - 1], pa.list_(pa.date32()))), "'mine'"),
    "identifiers that are numbers": ("x.parquet", parquet(imdb_id=list(range(ROWS))), "imdb_id '0' is not text"),
    "identifiers that are structs": ("x.parquet", parquet(imdb_id=each({"a": 1})), "imdb_id \"{'a': 1}\" is not text"),
    "identifiers that are bytes": ("x.parquet", parquet(imdb_id=each(b"tt0000001")), "is not text"),
    "identifiers that are null": ("x.parquet", parquet(imdb_id=pa.nulls(ROWS)), "imdb_id is missing"),
    "identifiers in Arabic digits": ("x.parquet", parquet(imdb_id=each("tt٠١٢٣٤٥٦")), "is not tt and 7 or 8 digits"),
    "identifiers in wide digits": ("x.parquet", parquet(imdb_id=each("tt１２３４５６７")), "is not tt and 7 or 8 digits"),
    "titles that are lists": ("x.parquet", parquet(media_title=each(["A"])), "is not text"),
    "years that are dates": ("x.parquet", parquet(release_year=each(datetime(1999, 1, 1))), "is not a number"),
    "years without an end": ("x.parquet", parquet(release_year=each(float("inf"))), "release_year 'inf' is not a number"),
    "years that are no number": ("x.parquet", parquet(release_year=each(float("nan"))), "release_year is missing"),
    "years of 2^63": ("x.parquet", parquet(release_year=each(2**64 - 1, pa.uint64())), "is not from 1850 to 2100"),
    "years below zero": ("x.parquet", parquet(release_year=each(-1999)), "'-1999' is not from 1850 to 2100"),
    "labels that are true": ("x.parquet", parquet(label=each(True)), "label 'True' is not text"),
    "a runtime of decimals below zero": ("x.parquet", parquet(runtime=each(Decimal("-1.5"))), "runtime '-1.5' is below 0"),
    "a runtime that is a duration": ("x.parquet", parquet(runtime=each(10**18, pa.duration("us"))), "is not a number"),
    "a runtime of 400 digits": ("x.parquet", parquet(runtime=each("9" * 400)), "is not a number"),
    "a runtime that is a list": ("x.parquet", parquet(runtime=each([1, 2])), "is not a number"),
    "lists of lists": ("x.parquet", parquet(genre=each([["Drama"]])), "is not a list of strings"),
    "lists of nothing": ("x.parquet", parquet(genre=each([None, None])), "is not a list of strings"),
    "lists of bytes": ("x.parquet", parquet(genre=each([b"\xff"])), "is not a list of strings"),
    "lists that are maps": ("x.parquet", parquet(genre=each([("a", "b")], pa.map_(pa.string(), pa.string()))), "is not a list of strings"),
    "lists nested without an end": ("x.parquet", parquet(genre=each("[" * 100_000)), "is not a list of strings"),
    "half a letter in JSON": ("x.parquet", parquet(genre=each('["\\ud800"]')), "is not a list of strings"),
}  # fmt: skip
COUNTED: dict[str, tuple[str, Made, int, str]] = {
    "a byte order mark": ("x.csv", CSV.encode("utf-8-sig"), 0, ""),
    "Windows line ends": ("x.csv", CSV.replace("\n", "\r\n"), 0, ""),
    "line ends of an old Mac": ("x.csv", CSV.replace("\n", "\r"), 0, ""),
    "a comma behind every row": ("x.csv", CSV.replace("\n", ",\n"), 0, ""),
    "quotes around everything": ("x.csv", pd.DataFrame([one.split(",") for one in LINES], columns=HEADER.split(",")).to_csv(index=False, quoting=1), 0, ""),
    "quotes within a title": ("x.csv", CSV.replace("Título 1,", '"He said ""no"", twice",'), 0, ""),
    "a title of two lines": ("x.csv", CSV.replace("Título 1,", '"one\ntwo",'), 0, ""),
    "no end of line at the end": ("x.csv", CSV.strip(), 0, ""),
    "a zero far below": ("x.csv", CSV + "\n" * 70_000 + "tt0000099,would_watch,movie,A\0B,1999\n", 0, ""),
    "a row too long": ("x.csv", CSV + LINES[0] + ",more\n", 1, "the row has 6 cells and the header 5"),
    "a first row too long": ("x.csv", "\n".join([HEADER, "tt0000099,would_watch,movie,A, B,1999", *LINES]), 1, "the row has 6 cells"),
    "a row too short": ("x.csv", CSV + "tt0000099,would_watch\n", 1, "media_type is missing; media_title is missing; release_year is missing"),
    "no year in one row": ("x.csv", CSV + "tt0000099,would_watch,movie,A,\n", 1, "release_year is missing"),
    "an identifier in Arabic digits": ("x.csv", CSV + "tt٠١٢٣٤٥٦,would_watch,movie,A,1999\n", 1, "is not tt and 7 or 8 digits"),
    "a year in words": ("x.csv", CSV + "tt0000099,would_watch,movie,A,MCMXCIX\n", 1, "release_year 'MCMXCIX' is not a number"),
    "a year without an end": ("x.csv", CSV + "tt0000099,would_watch,movie,A,1e999\n", 1, "release_year '1e999' is not a number"),
    "a year and a half": ("x.csv", CSV + "tt0000099,would_watch,movie,A,1999.5\n", 1, "release_year '1999.5' is not a whole number"),
    "an identifier twice": ("x.csv", CSV + LINES[0] + "\n", 1, "imdb_id tt0000001 is repeated"),
    "an identifier thirty times": ("x.parquet", parquet(imdb_id=each("tt0000001")), 29, "is repeated and another row for it is newer"),
    "one number that is text": ("x.parquet", parquet(runtime=one("two hours", "90")), 1, "runtime 'two hours' is not a number"),
    "one number below zero": ("x.parquet", parquet(runtime=one(-5.0, 90.0)), 1, "runtime '-5' is below 0"),
    "numbers in text": ("x.parquet", parquet(runtime=each(" 90 "), release_year=each("1999")), 0, ""),
    "halves of floats": ("x.parquet", parquet(runtime=pa.array(np.array([1.5] * ROWS, "float16"))), 0, ""),
    "decimals": ("x.parquet", parquet(runtime=each(Decimal("90.50"))), 0, ""),
    "one list with a null in it": ("x.parquet", parquet(genre=one([None], ["Drama"])), 1, "is not a list of strings"),
    "lists of a dictionary": ("x.parquet", parquet(genre=each(["Drama"], pa.list_(pa.dictionary(pa.int32(), pa.string())))), 0, ""),
    "text of a dictionary": ("x.parquet", parquet(label=each("would_watch").dictionary_encode()), 0, ""),
    "null alone where anything may be": ("x.parquet", parquet(runtime=pa.nulls(ROWS), genre=pa.nulls(ROWS), label=pa.nulls(ROWS)), 0, ""),
    "no year, in a column of dates": ("x.parquet", parquet(runtime=pa.nulls(ROWS, pa.timestamp("us"))), 0, ""),
    "one answer that is a duration": ("x.parquet", parquet(reviewed=one(1, None, pa.duration("us"))), 1, "is neither true nor false"),
    "no list, in a column of durations": ("x.parquet", parquet(genre=pa.nulls(ROWS, pa.duration("us"))), 0, ""),
    "labels that are lists, of which there is none": ("x.parquet", parquet(label=pa.nulls(ROWS, pa.list_(pa.string()))), 0, ""),
    "an unknown column of maps": ("x.parquet", parquet(mine=each([(1, "b")], pa.map_(pa.int8(), pa.string()))), 0, ""),
    "a day that is a duration": ("x.parquet", parquet(updated_at=each(10**18, pa.duration("us"))), 0, ""),
    "a moment beyond the calendar": ("x.parquet", parquet(updated_at=each(2**62, pa.timestamp("us"))), 0, ""),
    "an unknown column of structs": ("x.parquet", parquet(mine=each({"a": [1]})), 0, ""),
}  # fmt: skip
