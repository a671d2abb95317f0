"""`movie-pref status` as a person and as a program reads it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.command_line import MOVIE_PREF, Command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def movie_pref(tmp_path: Path, movies: pd.DataFrame) -> Command:
    """The command on a half-made folder: a library, one label, a queue of two, one open question; nothing was trained."""
    data = tmp_path / "data"
    data.mkdir()
    movies.to_parquet(data / "01_training.parquet")
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        store.record("tt0000003", "would_watch")
    queue = {
        "imdb_id": ["tt0000003", "tt0000004"],
        "media_title": ["A", "B"],
        "probability": [0.4, 0.3],
        "current_label": ["would_not_watch", None],
        "reason": "random",
        "priority": [1.0, 0.5],
    }
    pd.DataFrame(queue).to_parquet(data / "review_queue.parquet")
    (data / "import_questions.csv").write_text(
        "title,year,uri,suggestions,reason\nHeat,1995,,tt0113277,two of a name\n"
    )
    return Command(data)


def test_a_half_made_folder_is_told_and_left_as_it_is(movie_pref: Command) -> None:
    before = {path: path.read_bytes() for path in movie_pref.data.rglob("*")}
    said = movie_pref("status")
    assert said.code == 0, said.out
    for words in (
        "300 rows, ",
        "1 movie: 0 learnt, 1 not yet",
        "Champion none yet Ranking none yet",
        "1 movie to decide on",  # the other one was decided
        "9 labels until the next retrain",
        "1 open question of an import",
        "Next movie-pref run, because there is no champion yet",
    ):
        assert words in said.words
    assert {path: path.read_bytes() for path in movie_pref.data.rglob("*")} == before


def test_json_is_one_object_whose_keys_are_documented(movie_pref: Command) -> None:
    command = [MOVIE_PREF, "status", "--json"]
    done = subprocess.run(command, env=movie_pref.environment(), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    documented = (ROOT / "docs/command.md").read_text(encoding="utf-8").split("## status")[1].split("## export")[0]
    assert re.findall(r"^\| `(\w+)` \|", documented, re.MULTILINE) == list(found)
    for part in ("library", "labels", "waiting", "next"):
        for key in found[part]:
            assert f"`{key}`" in documented
    assert found["waiting"] == {"removals": 0, "labels_until_retrain": 9, "review_queue": 1, "import_questions": 1}


def test_a_damaged_part_is_a_sentence_and_the_rest_is_told(movie_pref: Command) -> None:
    (movie_pref.data / "review_queue.parquet").write_text("no such thing")
    said = movie_pref("status")
    assert said.code == 2
    assert "300 rows" in said.words and "an unknown number of movies to decide on" in said.words
    assert len(said.complaints) == 1 and "review_queue.parquet" in said.complaints[0]


def test_nothing_that_is_slow_to_import_is_imported(movie_pref: Command) -> None:
    code = (
        "import sys; from movie_pref_tests.command_line import typed; said = typed('status'); assert said.code == 0, said.out;"
        "print([name for name in ('xgboost', 'sklearn', 'scipy', 'dagster', 'matplotlib') if name in sys.modules])"
    )
    environment = movie_pref.environment(PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
