"""What the documents name is there: files of this repository, rooms, commands with their options."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from movie_pref.cli import app

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("movie_pref/", "movie_pref_tests/", "docs/", "benchmarks/", "deploy/")
FILE = re.compile(r"[\w.]+\.(py|j2|yaml|js|md)|\w+/")


def missing(text: str, bare_names: bool = True) -> list[str]:
    """The paths in backticks or links that are not there; a bare name belongs to the folder of the one before it."""
    found = []
    for line in text.splitlines():
        folder = ROOT
        for quoted, linked in re.findall(r"`([^`\s]+)`|\]\(([^)#:\s]+)\)", line):
            path = (quoted or linked).removeprefix("../")
            if path.startswith(ROOMS):
                folder = ROOT / path if path.endswith("/") else (ROOT / path).parent
                found += [] if (ROOT / path).exists() else [path]
            elif bare_names and (linked or FILE.fullmatch(path)):
                found += [] if (folder / path).exists() or (ROOT / path).exists() else [path]
    return found


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_that_says_where_things_are_is_there(document: str) -> None:
    assert missing((ROOT / document).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "docs/search.md",
        "docs/nodes.md",
        "docs/document-rows.md",
        "docs/command.md",
        "docs/third-label.md",
        "docs/deployment.md",
        "docs/postgresql.md",
    ],
)
def test_every_file_of_the_code_that_another_document_names_is_there(document: str) -> None:
    """Their bare names are files of the data folder."""
    assert missing((ROOT / document).read_text(encoding="utf-8"), bare_names=False) == []


def test_a_path_that_is_not_there_is_found() -> None:
    text = "`movie_pref/modeling/`: `gates.py`\n`movie_pref/search/`: `grid.py`, `desk.py`; [a page](docs/gone.md), `docs/`"
    assert missing(text) == ["movie_pref/modeling/", "gates.py", "desk.py", "docs/gone.md"]


def test_the_picture_shows_the_rooms_of_the_layers_from_top_to_bottom() -> None:
    layers = re.search(r"\nlayers = \[(.*?)\n\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.DOTALL)
    picture = re.search(r"```mermaid(.*?)```", (ROOT / "docs/architecture.md").read_text(encoding="utf-8"), re.DOTALL)
    assert layers is not None and picture is not None
    rows = re.findall(r'"([^"]+)"', layers[1])
    row_of = {room: number for number, row in enumerate(rows) for room in re.findall(r"\w+", row)}
    shown = re.findall(r"<b>(\w+)</b>", picture[1])
    assert sorted(shown) == sorted(row_of)
    assert [row_of[room] for room in shown] == sorted(row_of.values())


def commands_in(text: str) -> list[str]:
    """What a document tells to type, in its blocks and between backticks."""
    blocks = re.findall(r"^\.venv/bin/movie-pref (.+?)(?:\s+#.*)?$", text, re.MULTILINE)
    return sorted({*blocks, *re.findall(r"`movie-pref ([^`]+)`", text)})


TOLD = [
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/command.md", "docs/third-label.md", "docs/deployment.md", "docs/postgresql.md")
]


@pytest.mark.parametrize("words", sorted({words for text in TOLD for words in commands_in(text)}))
def test_every_command_that_the_documents_tell_is_understood(words: str) -> None:
    group = typer.main.get_command(app)
    name, *options = shlex.split(words)
    if name.startswith("--"):
        assert name in ["--help", *(option for parameter in group.params for option in parameter.opts)]
        return
    command = group.get_command(typer.Context(group), name)  # type: ignore[attr-defined]
    assert command is not None
    command.make_context(name, options)


def test_commands_are_found_in_blocks_and_between_backticks() -> None:
    text = "type `movie-pref demo`:\n```\n.venv/bin/movie-pref run --seed 1   # why\n```\nnot `make run`"
    assert commands_in(text) == ["demo", "run --seed 1"]
    assert len(commands_in((ROOT / "README.md").read_text(encoding="utf-8"))) > 10
