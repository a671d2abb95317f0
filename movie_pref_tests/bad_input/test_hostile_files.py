"""Library and candidates that are broken or mean harm: one sentence, or rows that are read and rows that are counted."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref_tests.bad_input.given_files import made
from movie_pref_tests.bad_input.hostile_files import COUNTED, REFUSED, ROWS
from movie_pref_tests.bad_input.spoiling import refused
from movie_pref_tests.command_line import MOVIE_PREF


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_library_is_one_sentence(what: str, tmp_path: Path, one_sentence: Any) -> None:
    name, content, named = REFUSED[what]
    path = made(tmp_path, name, content)
    with pytest.raises(UserError) as caught:
        read_library(path)
    assert len(one_sentence(caught, path, named)) < 1000


@pytest.mark.parametrize("what", COUNTED)
def test_what_can_be_used_of_an_odd_file_is_read_and_every_other_row_is_counted(what: str, tmp_path: Path) -> None:
    name, content, rejected, reason = COUNTED[what]
    library = read_library(made(tmp_path, name, content))
    assert len(library.rejected) == rejected and len(library.rows) + rejected in (ROWS, ROWS + 1)
    assert all(reason in one for one in library.rejected["reason"])
    for frame in (library.rows, library.rejected):  # what a run would do next
        frame.to_parquet(tmp_path / "written.parquet")


ON_THE_WAY = [
    "a pipe", "a link to itself", "UTF-16", "JSON", "a column twice", "Parquet without columns",
    "text that is not UTF-8", "an index out of range", "every row too long", "a time zone that is none", "lists of lists",
]  # fmt: skip


@pytest.mark.parametrize("command", [("run", "--library"), ("score", "--candidates")], ids=["library", "candidates"])
@pytest.mark.parametrize("what", ON_THE_WAY)
def test_the_command_ends_with_two_and_what_was_there_stays(
    what: str, command: tuple[str, str], tmp_path: Path, home: Any
) -> None:
    name, content, named = REFUSED[what]
    path = made(tmp_path, name, content)
    before = home.state()
    refused(home(*command, path), str(path)[:150], named)
    assert home.state() == before
    assert list(home.data.rglob(".*.tmp")) == []


@pytest.mark.parametrize("command", [("run", "--library"), ("score", "--candidates")], ids=["library", "candidates"])
def test_a_name_that_is_too_long_is_refused_as_a_setting(command: tuple[str, str], tmp_path: Path, home: Any) -> None:
    before = home.state()
    refused(
        home(*command, tmp_path / ("x" * 300 + ".csv")),
        "xxxxx.csv': no file can have such a name; mend it in the command",
    )
    assert home.state() == before
    assert list(home.data.rglob(".*.tmp")) == []


def test_a_pipe_is_refused_by_a_command_of_its_own_and_never_waited_for(tmp_path: Path, home: Any) -> None:
    os.mkfifo(tmp_path / "x.csv")
    found = subprocess.run(
        [MOVIE_PREF, "status"],
        env=home.environment(MOVIE_PREF_LIBRARY=str(tmp_path / "x.csv")),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 2 and "is a device or a pipe" in found.stderr


@pytest.mark.parametrize("command", [("run", "--library"), ("score", "--candidates")], ids=["library", "candidates"])
def test_the_home_of_nobody_is_a_file_that_is_not_there(command: tuple[str, str], home: Any) -> None:
    refused(home(*command, "~nobody_of_that_name/x.csv"), "There is no file", "~nobody_of_that_name/x.csv")
