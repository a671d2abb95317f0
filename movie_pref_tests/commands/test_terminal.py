"""What is printed at a terminal, in a narrow one, and in a pipe."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from rich.cells import cell_len

from movie_pref.cli import app
from movie_pref.commands.terminal import in_paragraphs, plain
from movie_pref_tests.command_line import MOVIE_PREF, Command, typed


def names(group: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [before] if before else []
    for name, command in group.commands.items():
        found += names(command, (*before, name)) if hasattr(command, "commands") else [(*before, name)]
    return found


def at_a_terminal(columns: int, command: Command, *words: str, **environment: str) -> str:
    """What the command writes to a terminal of so many columns."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(sys.__stdin__.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))  # type: ignore[union-attr]
        os.execve(MOVIE_PREF, [MOVIE_PREF, *words], command.environment(TERM="xterm-256color", **environment))
    said = b""
    while True:
        try:
            said += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
    os.waitpid(child, 0)
    return said.decode().replace("\r\n", "\n")


@pytest.fixture
def movie_pref(tmp_path: Path, movies: pd.DataFrame) -> Command:
    data = tmp_path / "data"
    data.mkdir()
    movies.loc[0, "media_title"] = "Red \x1b[31mAlert\x07\u202e"
    movies.to_parquet(data / "01_training.parquet")
    return Command(data)


def test_text_is_never_markup_and_steers_no_terminal() -> None:
    assert plain("[bold]a\x1b[31m\nb\u202e\x9b") == "\\[bold]a\\x1b[31m b\\u202e\\x9b"
    assert plain("بچه\u200cهای 七人") == "بچه\u200cهای 七人"  # a joiner is a letter's own


def test_a_help_text_ends_its_lines_where_its_paragraphs_do() -> None:
    assert in_paragraphs("One\n    sentence.\n\n    Another\n    one.\n    ") == "One sentence.\n\nAnother one."


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("name", [(), *names(typer.main.get_command(app))], ids=" ".join)
def test_each_help_fits_and_names_quiet(name: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    said = typed(*name, "--help")
    assert said.code == 0
    assert max(cell_len(line) for line in said.out.splitlines()) <= columns
    assert "--quiet" in said.out or name in {("labels",), ("folder",)}  # which are groups


def test_a_narrow_terminal_breaks_sentences_between_words_and_keeps_colours_out_if_asked(movie_pref: Command) -> None:
    said = at_a_terminal(60, movie_pref, "label", "tt0000001", "would_watch", NO_COLOR="1")
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in said.splitlines()]
    assert max(map(len, lines)) <= 60
    assert "until the next retrain (or 24 hours). The UI starts it (movie-pref ui), or run" in " ".join(lines)
    assert not re.search(r"\x1b\[(3|4|9|10)\d", said)
    assert "\x1b[31mAlert" not in said and "Red \\x1b[31mAlert" in said
    assert "\x1b[1;31mmovie-pref:" in at_a_terminal(120, movie_pref, "label", "tt0000001")


def test_a_pipe_has_sentences_on_one_line_and_no_control_characters(movie_pref: Command) -> None:
    said = movie_pref.apart("label", "tt0000001", "would_watch", COLUMNS="60")
    assert said.code == 0 and len(said.out.splitlines()) == 2
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", said.out)


def test_a_wide_table_is_a_list_where_it_has_no_room(movie_pref: Command) -> None:
    movie_pref("label", "tt0000001", "would_watch", "--note", "a friend says so")
    wide = movie_pref.apart("label", "tt0000001", "--history")
    narrow = movie_pref.apart("label", "tt0000001", "--history", COLUMNS="60")
    assert "│ a friend says so │" in wide.out and "│" not in narrow.out
    assert "  note: a friend says so" in narrow.out


@pytest.mark.parametrize("words", [("--version",), ("--show-completion", "bash")])
def test_version_and_completion(words: tuple[str, ...], movie_pref: Command) -> None:
    # which shell it is asked from is found by its process, and the tests may have none above them
    said = movie_pref.apart(*words, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert said.code == 0, said.out
    assert re.search(r"movie-pref \d+\.\d+|_movie_pref_completion", said.words)


def test_what_needs_no_table_waits_for_no_library_of_tables_models_or_runs() -> None:
    tables = {"pandas", "numpy", "pyarrow", "sqlalchemy"}
    heavy = tables | {"dagster", "psutil", "xgboost", "sklearn", "matplotlib", "starlette"}
    code = f"import sys, movie_pref.cli; print(sorted({heavy!r} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
