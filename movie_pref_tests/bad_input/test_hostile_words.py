"""Titles, genres and names of columns that mean harm, in all that is printed, exported and told to Dagster."""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from dagster import MarkdownMetadataValue

from movie_pref.defs.home import HOME, open_history
from movie_pref_tests.bad_input.hostile_words import STEERING, hostile_folder
from movie_pref_tests.command_line import Command, Said
from movie_pref_tests.good_run import AS_TYPED


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    return hostile_folder(tmp_path_factory)


@pytest.fixture
def command(learnt: tuple[Path, Said], tmp_path: Path) -> Command:
    return Command(Path(shutil.copytree(learnt[0], tmp_path / "data")), AS_TYPED)


def steers(said: Said) -> list[str]:
    return [letter for letter in said.out if letter in STEERING]


def test_nothing_that_is_printed_steers_the_terminal(
    learnt: tuple[Path, Said], command: Command, tmp_path: Path
) -> None:
    unseen = pd.read_parquet(command.data / "scored_candidates.parquet")["imdb_id"].tolist()
    seen = pd.read_parquet(command.data / "01_training.parquet")["imdb_id"].tolist()
    rating = "Date,Name,Year,Letterboxd URI,Rating\n2024-02-01,\x1b[2JAlpha,1999,https://boxd.it/a,4.5\n"
    (tmp_path / "ratings.csv").write_text(rating)
    typed = [
        ("score",), ("status",), ("report",), *(("explain", one) for one in (*unseen[:3], *seen[:3])), ("removals",),
        *(("label", one, "would_watch") for one in unseen[:15]), ("label", unseen[0], "--undo"), ("score", "--candidates", command.data / "candidates.parquet"),
    ]  # fmt: skip
    assert not steers(learnt[1])
    for words in typed:
        said = command(*words)
        assert said.code == 0 and not steers(said), (words, said.out[-500:])
    for words in (
        ("explain", "window"),
        ("label", "\x1b[2J", "would_watch"),
        ("label", unseen[1], "\x1b]0;x\x07"),
        ("score", "--candidates", "\x1b[2J.csv"),
    ):
        said = command(*words)
        assert said.code == 2 and not steers(said), words
    assert not steers(command("import", tmp_path / "ratings.csv", "--yes"))


def test_no_exported_cell_is_a_formula_and_every_row_is_one_line(command: Command, tmp_path: Path) -> None:
    forms = [word for form in ("csv", "letterboxd", "trakt") for word in (f"--{form}", tmp_path / f"{form}.csv")]
    assert command("export", *forms, "--radarr", tmp_path / "radarr.json", "--all").code == 0
    for path in tmp_path.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        rows = list(csv.reader(text.splitlines()))
        assert len({len(row) for row in rows}) == 1 and len(rows) == 41
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
        assert not any(letter in text for letter in "\x1b\x07\x00\x9b\u2028\u2029\r")
    assert len(json.loads((tmp_path / "radarr.json").read_text())) == 40


def test_no_markdown_for_dagster_holds_a_word_of_the_library(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its UI would ask evil.example for a picture; text and tables are shown as they are."""
    monkeypatch.setenv(HOME, str(command.data / "dagster"))
    with open_history(command.data / "dagster") as instance:
        run = instance.get_runs(limit=1)[0]
        events = [one.dagster_event for one in instance.all_logs(run.run_id) if one.dagster_event is not None]
    told = [event.step_materialization_data.materialization for event in events if event.is_step_materialization]
    judged = [
        event.asset_check_evaluation_data for event in events if event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    values = [value for one in (*told, *judged) for value in one.metadata.values()]
    pages = [value.value for value in values if isinstance(value, MarkdownMetadataValue)]
    assert len(told) > 30 and len(judged) > 30 and len(pages) > 5
    assert not any(word in page for page in pages for word in ("hacked", "evil.example"))
    assert not any(word in (one.description or "") for one in (*told, *judged) for word in ("<script", "evil.example"))
    assert any("evil.example" in str(value) for value in values)
