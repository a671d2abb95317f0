"""Files that would take all memory, and files cut short: read and counted, or one sentence."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref_tests.bad_input.given_files import made
from movie_pref_tests.bad_input.hostile_files import HEADER, WHOLE, each, table

# what would take all memory


def lines(row: Callable[[int], str], number: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w") as file:
            file.write(HEADER + "\n")
            file.writelines(row(one) + "\n" for one in range(number))

    return write


def constant(rows: int, cell: str) -> Callable[[Path], None]:
    """Few bytes on the disk, since each value stands there once."""

    def write(path: Path) -> None:
        column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, "int32")), [cell])
        pq.write_table(pa.table(dict.fromkeys(HEADER.split(","), column)), path)

    return write


def wide(path: Path) -> None:
    pq.write_table(table(**{f"c{number}": each(1) for number in range(100_000)}).slice(0, 1), path)


LARGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a million rows": (lines(lambda n: f"tt{n:07d},would_watch,movie,Title {n},1999", 1_000_000), "1000000 rows"),
    "a million broken rows": (lines(lambda n: f"{n:07d},would,mov,,abc", 1_000_000), "each of its first 150,000 rows breaks"),
    "one good row in a hundred": (lines(lambda n: f"tt{n:07d},would_watch,movie,A,{'x' if n % 100 else 1999}", 300_000), "3000 rows"),
    "a million rows too long": (lines(lambda n: f"tt{n:07d},would_watch,movie,A,B,1999", 1_000_000), "more cells than the 5"),
    "a million times one movie": (lines(lambda n: "tt0000001,would_watch,movie,A,1999", 1_000_000), "1 rows"),
    "three million lines": (lines(lambda n: "a,b,c,d,e", 3_000_000), "lines, and at most 2,000,000"),
    "100,000 columns": (wide, "100,007 columns"),
    "a header of 100,000 names": (lambda path: path.write_text(",".join(f"c{n}" for n in range(100_000)) + "\n1\n"), "first line"),
    "100 MB in one quote": (lambda path: path.write_text(f'{HEADER}\n"{"x" * 100_000_000}'), "in line 2 more than"),
    "100 million commas": (lambda path: path.write_text(HEADER + "\n" + "," * 100_000_000), "in line 2 more than"),
    "five million rows in 60 KB": (constant(5_000_000, "x"), "5,000,000 rows"),
    "90 GB in 25 KB": (constant(1_900_000, "x" * 10_000), "bytes, and at most"),
}  # fmt: skip
READ = """
import re, sys
from pathlib import Path
from movie_pref.errors import UserError
from movie_pref.library import read_library
try:
    print(len(read_library(sys.argv[1]).rows), "rows")
except UserError as error:
    print(error)
# the peak of this program: ru_maxrss begins with what the test's own process held
print("MiB", int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.parametrize("what", LARGE)
def test_what_is_large_is_read_or_refused_in_little_memory(what: str, tmp_path: Path) -> None:
    write, said = LARGE[what]
    write(tmp_path / "large")
    found = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "large")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert said in found.stdout
    assert int(found.stdout.split("MiB ")[1]) < 1024


# files cut short


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999])
def test_a_parquet_file_cut_anywhere_is_one_sentence(share: float, tmp_path: Path, one_sentence: Any) -> None:
    path = made(tmp_path, "x.parquet", WHOLE[: int(len(WHOLE) * share)])
    with pytest.raises(UserError) as caught:
        read_library(path)
    one_sentence(caught, path, "cut short or damaged")
