"""`movie-pref export` as a person types it."""

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.command_line import MOVIE_PREF, Command


@pytest.fixture
def movie_pref(tmp_path: Path) -> Command:
    """The command on a folder with a ranking of 60 movies, 55 of them flagged."""
    data = tmp_path / "data"
    data.mkdir()
    ids = [f"tt{number:07d}" for number in range(1, 61)]
    pd.DataFrame(
        {
            "imdb_id": ids, "media_title": "A", "release_year": 2000, "probability": 0.5, "calibrated_probability": 0.5,
            "prediction": [1] * 55 + [0] * 5, "rank": range(1, 61), "reasons": None, "model_version": "a", "scored_at": pd.Timestamp("2026-01-01T00:00Z"),
        }
    ).astype({"reasons": "str"}).to_parquet(data / "scored_candidates.parquet")  # fmt: skip
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        store.record("tt0000001", "would_watch")
    return Command(data)


def test_each_form_has_its_own_extent_and_says_so(movie_pref: Command, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.txt" for name in ("csv", "letterboxd", "trakt", "radarr")}
    said = movie_pref("export", *[word for name, path in files.items() for word in (f"--{name}", path)])
    assert said.code == 0, said.out
    for words in (
        "csv.txt: 59 movies, all of the ranking, for a spreadsheet",
        "letterboxd.txt: 54 movies, all of the movies above the threshold, for the import on your watchlist",
        "trakt.txt: 54 movies, all of the movies above the threshold",
        "radarr.txt: 50 movies, the best 50 of the movies above the threshold",
    ):
        assert words in said.words
    assert [len(path.read_text().splitlines()) for path in (files["csv"], files["letterboxd"], files["trakt"])] == [
        60,
        55,
        55,
    ]
    assert json.loads(files["radarr"].read_text())[0]["imdb_id"] == "tt0000002"  # the first has a label by now


@pytest.mark.parametrize(
    ("options", "movies"),
    [(["--all"], 59), (["--above-threshold"], 50), (["--top", "3"], 3), (["--all", "--top", "57"], 57)],
)
def test_the_standard_output_has_the_form_and_nothing_else(
    movie_pref: Command, options: list[str], movies: int
) -> None:
    command = [MOVIE_PREF, "export", "--radarr", "-", *options]
    done = subprocess.run(command, env=movie_pref.environment(), capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)) == movies
    assert f"the standard output: {movies} movies" in done.stderr


def test_a_reader_that_has_enough_is_no_mistake(movie_pref: Command) -> None:
    command = f"'{MOVIE_PREF}' export --csv - | true"
    done = subprocess.run(command, shell=True, env=movie_pref.environment(), capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say in which form to export"),
        (["--csv", "a.csv", "--trakt", "a.csv"], "Two forms were to be written to"),
        (["--csv", "{data}/candidates.parquet"], "holds your movies"),
        (["--csv", "{data}"], "a folder of that name is there"),
        (["--csv", "~nobody-of-this-name/x.csv"], "No file can be written to ~nobody-of-this-name/x.csv"),
        (["--csv", "{data}/" + "x" * 300], "File name too long"),
        (["--csv", "{data}/" + "x" * 250], "the name is too long"),  # for the one that is written first
        (["--csv", "/dev/null"], "is a device or a pipe"),
        (["--csv", "/proc/nowhere/x.csv"], "no folder can be made at /proc/nowhere"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(movie_pref: Command, options: list[str], sentence: str) -> None:
    before = sorted(movie_pref.data.parent.rglob("*"))
    said = movie_pref("export", *[option.format(data=movie_pref.data) for option in options])
    assert said.code == 2 and sentence in said.words
    assert sorted(movie_pref.data.parent.rglob("*")) == before
