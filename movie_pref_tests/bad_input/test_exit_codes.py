"""The code that each command ends with: 0 fine, 1 a blocking check failed, 2 something has to be mended."""

import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
import typer

from movie_pref.cli import app
from movie_pref.model.champion import Champion, promote
from movie_pref_tests.commands.exports import HEADER, movies
from movie_pref_tests.good_run import compared_folder, good_folder
from movie_pref_tests.sources.online.server import Sites

STORE = {"MOVIE_PREF_OBJECT_STORE": "memory://copy"}  # lasts as long as this process
COPY = {"MOVIE_PREF_OBJECT_STORE": "file://{folder}/copy"}


def nothing(_: Any) -> None:
    """The folder as a run left it."""


def without_a_champion(home: Any) -> None:
    (home.data / "model").rename(home.data / "gone")


def with_a_damaged_ranking(home: Any) -> None:
    (home.data / "scored_candidates.parquet").write_text("no such thing")


def with_candidates_that_are_all_the_same(home: Any) -> None:
    """Nothing can be ranked by probabilities that are one and the same, and a check that blocks says so."""
    same = pd.concat([pd.read_parquet(home.candidates).head(1)] * 3, ignore_index=True)
    same.assign(imdb_id=["tt0000001", "tt0000002", "tt0000003"]).to_parquet(home.candidates, index=False)


def without_files_of_ones_own(home: Any) -> None:
    home.library.unlink()
    home.candidates.unlink()


def with_two_champions(home: Any) -> None:
    champion = Champion.load(home.data / "model")
    promote(champion.model.with_facts(seed=7), home.data / "model", "promoted")


def without_a_split(home: Any) -> None:
    (home.data / "assets" / "data_split.parquet").unlink()


def with_an_export(home: Any) -> None:
    lines = [
        f'tt{1_000_000 + one},{1 + one % 10},2024-03-01,"Film {one}",,Movie,6.5,,2001,,9000,,' for one in range(40)
    ]
    (home.data.parent / "ratings.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def with_an_export_of_names(home: Any) -> None:
    """Films that have to be looked up, and nowhere to do it: they are kept until there is."""
    lines = [f"2024-03-01,Film Of No Library {one},2001,https://boxd.it/{one},4.0" for one in range(20)]
    text = "\n".join(["Date,Name,Year,Letterboxd URI,Rating", *lines])
    (home.data.parent / "ratings.csv").write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """A command with what follows its name, the code that it ends with, and what is done to the folder before."""

    command: str
    words: tuple[str, ...]
    code: int
    before: Callable[[Any], None] = nothing
    settings: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join((self.command, *self.words, f"ends with {self.code}"))


ROWS = [
    Row("run", (), 0),
    Row("run", (), 1, with_candidates_that_are_all_the_same),
    Row("run", ("--library", "nowhere.parquet"), 2),
    Row("status", (), 0),
    Row("status", (), 2, with_a_damaged_ranking),
    Row("score", (), 0),
    Row("score", (), 1, with_candidates_that_are_all_the_same),
    Row("score", (), 2, without_a_champion),
    Row("compare", (), 0),
    Row("compare", (), 2, without_a_split),
    Row("demo", (), 0, without_files_of_ones_own),
    Row("demo", (), 2),
    Row("export", ("--csv", "-"), 0),
    Row("export", (), 2),
    Row("explain", ("{ranked}",), 0),
    Row("explain", ("no such movie",), 2),
    Row("report", (), 0),
    Row("report", (), 2, without_a_champion),
    Row("rollback", (), 0, with_two_champions),
    Row("rollback", (), 2),
    Row("label", ("{ranked}", "would_watch"), 0),
    Row("label", ("{ranked}", "would_wacht"), 2),
    Row("review", ("--port", "0", "--no-browser"), 0),
    Row("review", (), 2, settings={"MOVIE_PREF_THRESHOLD": "2"}),
    Row("removals", (), 0),
    Row("removals", ("--yes",), 2),
    Row("folder push", (), 0, settings=COPY),
    Row("folder push", (), 2),
    Row("folder pull", (), 0, lambda home: home("folder", "push", **_of(COPY, home)), COPY),
    Row("folder pull", (), 2),
    Row("folder status", (), 0, settings=COPY),
    Row("folder status", (), 2),
    Row("migrate", ("--help",), 0),  # what it copies is in commands/test_migrating.py, with a server
    Row("migrate", ("--to", "here"), 2),
    Row("folder push", (), 0, settings=STORE),
    Row("folder push", (), 2),
    Row("folder status", (), 0, settings=STORE),
    Row("folder status", (), 2, settings={"MOVIE_PREF_OBJECT_STORE": "nope://bucket/folder"}),
    Row("folder pull", (), 0, lambda home: home("folder", "push", **STORE), STORE),
    Row("folder pull", (), 2, settings={"MOVIE_PREF_OBJECT_STORE": "memory://empty"}),
    Row("ui", ("--help",), 0),  # how it ends is Dagster's own affair
    Row("ui", (), 2, settings={"MOVIE_PREF_THRESHOLD": "2"}),
    Row("import", ("{folder}/ratings.csv", "--yes"), 0, with_an_export),
    Row("import", ("{folder}/ratings.csv", "--yes"), 2, with_an_export_of_names, {"TMDB_API_KEY": ""}),
    Row("import", ("{folder}/nowhere.csv",), 2),
    Row("metadata", (), 0, settings={"MOVIE_PREF_QUESTIONS_PER_SECOND": "1000"}),
    Row("metadata", (), 2, without_files_of_ones_own),
    Row("labels export", ("{folder}/labels.csv",), 0),
    Row("labels export", ("{folder}/labels.txt",), 2),
    Row(
        "labels restore",
        ("{folder}/labels.csv",),
        0,
        lambda home: home("labels", "export", home.data.parent / "labels.csv"),
    ),
    Row("labels restore", ("{folder}/labels.csv",), 2),
]
SERVES = "review"
MADE_BY = {("run", 0): good_folder, ("compare", 0): compared_folder}  # folders that others look at as well


def _of(settings: Mapping[str, str], home: Any) -> dict[str, str]:
    """Settings with the folder that the data folder lies in."""
    return {name: value.format(folder=home.data.parent) for name, value in settings.items()}


STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@pytest.fixture
def sites() -> Iterator[dict[str, str]]:
    server = Sites(movies(10))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.environment
    server.shutdown()
    server.server_close()


@pytest.mark.timeout(900)  # the first of them waits for a run, and two are one
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_command_ends_with_the_code_that_its_help_promises(
    row: Row, request: pytest.FixtureRequest, sites: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = request.getfixturevalue("lean_home" if row.command == "run" else "home")
    row.before(home)
    folder, ranked = home.data.parent, ""
    if "{ranked}" in row.words:
        ranked = pd.read_parquet(home.data / "scored_candidates.parquet")["imdb_id"].iloc[0]
    words = [*row.command.split(), *(word.format(folder=folder, ranked=ranked) for word in row.words)]
    settings = _of(row.settings, home) | (sites if row.command == "metadata" else {})
    if row.command == SERVES and row.code == 0:
        process = home.start(*words, **settings)
        assert process.stdout is not None and "The review page is at" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0, out
        return
    made_by = MADE_BY.get((row.command, row.code))
    said = made_by(tmp_path_factory)[1] if made_by else home(*words, **settings)
    assert said.code == row.code, said.out
    complains = row.code == 2 and row.before is not with_an_export_of_names  # which is told the ways to go on instead
    assert (len(said.complaints) > 0) == complains, said.out
    assert not STEERS.search(said.out), "what goes into a pipe steers no terminal"


@pytest.mark.parametrize("row", [row for row in ROWS if row.command in ("score", "label") and row.code == 0], ids=str)
def test_quiet_leaves_the_results_and_nothing_that_helps(row: Row, home: Any) -> None:
    ranked = pd.read_parquet(home.data / "scored_candidates.parquet")["imdb_id"].iloc[0]
    words = [row.command, *(word.format(ranked=ranked) for word in row.words)]
    loud, quiet = home(*words), home(*words, "--quiet")
    assert home("--quiet", *words).out == quiet.out
    helps = {"score": "Worth a look", "label": "until the next retrain"}[row.command]
    results = {"score": "The ten best of 40 movies", "label": "would_watch ("}[row.command]
    assert helps in loud.words and helps not in quiet.words
    assert results in loud.words and results in quiet.words


def registered(group: Any, name: str = "") -> set[str]:
    """The names of every command of a group and of the groups in it."""
    found = set()
    for one, command in group.commands.items():
        found |= registered(command, f"{one} ") if hasattr(command, "commands") else {name + one}
    return found


def test_every_command_that_is_registered_has_rows_for_0_and_2() -> None:
    codes = {
        name: {row.code for row in ROWS if row.command == name} for name in registered(typer.main.get_command(app))
    }
    assert {row.command for row in ROWS} == set(codes)
    assert [name for name, known in codes.items() if not {0, 2} <= known] == []
