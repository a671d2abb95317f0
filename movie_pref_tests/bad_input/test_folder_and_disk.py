"""A folder or a disk that cannot be written, and a model or a history that is damaged."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.review.app import build_app
from movie_pref.settings import load_settings
from movie_pref_tests.bad_input.spoiling import readable, refused
from movie_pref_tests.mounts import small_disk
from movie_pref_tests.review.asking import ask


@pytest.mark.parametrize("command", ["run", "demo", "score"])
def test_file_in_the_place_of_the_data_folder_is_named(command: str, home: Any) -> None:
    shutil.rmtree(home.data)
    home.data.write_text("not a folder")
    refused(home(command), str(home.data))
    assert home.data.read_text() == "not a folder"


@pytest.mark.parametrize("name", ["assets", "dagster"])
def test_file_in_the_place_of_a_folder_below_is_named_and_nothing_is_lost(name: str, home: Any) -> None:
    shutil.rmtree(home.data / name)
    (home.data / name).write_text("not a folder")
    before = home.state()
    refused(home("run"), str(home.data / name), "move it away")
    kept = home.state()
    assert {path: kept[path] for path in before if path.startswith(("model", "scored"))} == {
        path: digest for path, digest in before.items() if path.startswith(("model", "scored"))
    }


def test_folder_without_permission_is_named(home: Any) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not bind the superuser")
    before = home.state()
    home.data.chmod(0o500)
    try:
        refused(home("run"), str(home.data), "change the permissions")
        assert home.state() == before
    finally:
        home.data.chmod(0o700)


@pytest.mark.parametrize("part", ["champion.json", "serving.json", "model.json", "preprocessing.json"])
def test_damaged_model_is_refused_and_a_run_is_the_remedy(part: str, home: Any) -> None:
    (path,) = (
        (home.data / "model").rglob(part) if part == "champion.json" else list((home.data / "model").rglob(part))[:1]
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    ranking = (home.data / "scored_candidates.parquet").read_bytes()
    sentence = refused(home("score"), "damaged", "movie-pref run")
    assert "Stack trace" not in sentence and ".cc:" not in sentence
    assert (home.data / "scored_candidates.parquet").read_bytes() == ranking


@pytest.fixture(name="small_disk")
def disk_of_one_mebibyte(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of one MiB; one that fills up while a run works: `movie_pref_tests/faults/test_disk_full.py`."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        yield disk


def test_disk_that_is_too_small_is_said_before_anything_starts(small_disk: Path, home: Any) -> None:
    said = type(home)(small_disk / "data").apart("run", "--library", home.library, "--candidates", home.candidates)
    refused(said, "The disk is full", str(small_disk / "data"), "free some space")
    readable(small_disk)


def test_disk_too_small_for_the_demonstration_library_is_said(small_disk: Path, home: Any) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 700_000)
    refused(type(home)(small_disk / "data")("demo"), "The disk is full", "01_training.parquet")
    assert list((small_disk / "data").iterdir()) == []


@pytest.mark.parametrize("damage", ["no database", "no room"])
def test_history_that_cannot_be_written_is_said(damage: str, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.state()
    if damage == "no database":
        (home.data / "dagster" / "history" / "runs.db").write_bytes(b"this is no database" * 100)
    else:
        shutil.rmtree(home.data / "dagster" / "history" / "runs")
        (home.data / "dagster" / "history" / "runs").write_text("no folder")
    refused(home("score"), str(home.data / "dagster"))
    assert home.state() == before


@pytest.mark.parametrize(
    "name",
    [
        "scored_candidates.parquet",
        "review_queue.parquet",
        "assets/candidates.parquet",
        "assets/movies_only.parquet",
        "model/champion.json",
        "01_training.parquet",
    ],
)
@pytest.mark.parametrize("spoilt", [b"PAR1", b"{"])
def test_a_damaged_file_of_the_folder_is_a_sentence_wherever_it_is_read(name: str, spoilt: bytes, home: Any) -> None:
    unseen = pd.read_parquet(home.data / "scored_candidates.parquet")["imdb_id"].iloc[0]
    (home.data / name).write_bytes(spoilt)
    for words in (("status",), ("report",), ("explain", unseen), ("export", "--csv", home.data / "out.csv")):
        said = home(*words)
        if said.code:
            refused(said, Path(name).name)
    page = build_app(load_settings(data=home.data))
    page.state.review.watch.look()
    for path in ("/", "/list", "/models", "/numbers", "/status", f"/movie/{unseen}", f"/movie/{unseen}/why"):
        assert ask(page, "GET", path).status in (200, 422), path
