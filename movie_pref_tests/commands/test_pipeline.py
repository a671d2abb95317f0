"""The command `movie-pref` as a person types it, the first run and the help texts in a process of their own."""

import re
import signal
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.library.table_file import is_demo
from movie_pref.ranking.in_percent import in_percents
from movie_pref_tests.command_line import QUICK, Command, Said, says
from movie_pref_tests.good_run import of_few_columns

COMMANDS = ("run", "score", "demo", "rollback", "ui")


def movie_pref(data: Path, *arguments: str | Path, **environment: str) -> Said:
    return Command(data)(*arguments, **environment)


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The first thing that a person types, in a place where there is nothing yet."""
    data = tmp_path_factory.mktemp("demo") / "data"
    return data, Command(data).apart("run")


@dataclass(frozen=True)
class OwnRun:
    """A small library of one's own, as CSV, named in the first run, without candidates.

    It was `stopped` in the search, when that had `finished` some shards (and when each was written), and `said` is what the
    same command said when it was typed again.
    """

    data: Path
    stopped: Said
    finished: dict[Path, int]
    said: Said


@pytest.fixture(scope="module")
def own_run(tmp_path_factory: pytest.TempPathFactory) -> OwnRun:
    folder = tmp_path_factory.mktemp("own")
    own_library().to_csv(folder / "mine.csv", index=False)
    data, words = folder / "data", ("run", "--library", folder / "mine.csv")
    process = Command(data, {"MOVIE_PREF_POLICY": "none"}).start(
        *words, "--search", "exhaustive", MOVIE_PREF_FOLDS=QUICK["MOVIE_PREF_FOLDS"]
    )
    deadline = time.monotonic() + 120
    while len(list(data.rglob("*.shard"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2.5)  # news comes every two seconds
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    finished = {path: path.stat().st_mtime_ns for path in data.rglob("*.shard")}
    return OwnRun(data, Said(process.returncode, out), finished, movie_pref(data, *words, "--search-budget", "10"))


def own_library() -> pd.DataFrame:
    rows, _ = demo_library()
    return of_few_columns(rows.sample(300, random_state=4))


def own_candidates() -> pd.DataFrame:
    _, rows = demo_library()
    return rows.head(25)


# the first run


def test_run_without_a_library_makes_the_demonstration_one_and_says_so(demo_run: tuple[Path, Said]) -> None:
    data, said = demo_run
    assert said.code == 0, said.out
    assert "There is no library yet, so a demonstration one was made: 3,700 labelled movies, 500 to rank." in said.words
    assert "(the demonstration library)" in said.words
    assert is_demo(data / "01_training.parquet") and is_demo(data / "candidates.parquet")


def test_run_shows_the_ten_best_with_title_year_and_probability(demo_run: tuple[Path, Said]) -> None:
    data, said = demo_run
    assert "The ten best of 500 movies you have not seen" in said.words
    best = pd.read_parquet(data / "scored_candidates.parquet").head(10)
    for percent in in_percents(best["probability"]):
        assert re.search(rf"[│┃] +{re.escape(percent)} [│┃]", said.out)
    for row in best.itertuples():
        assert str(row.release_year) in said.out
        assert str(row.media_title).split()[0] in said.words
    assert len(re.findall(r"\d\.\d{1,4}%\s*[│┃]", said.out)) == 10


def test_reasons_are_words_that_a_person_reads(demo_run: tuple[Path, Said]) -> None:
    data, said = demo_run
    assert "_norm" not in said.out and "imdb_votes" not in said.out
    reasons = pd.read_parquet(data / "scored_candidates.parquet")["reasons"].head(10)
    assert (reasons.str.split("; ").map(len) == 3).all()
    assert not reasons.str.contains("_").any()
    assert "IMDb votes" in said.words


def test_run_says_what_deserves_a_look_in_at_most_five_lines_or_that_nothing_does(demo_run: tuple[Path, Said]) -> None:
    assert ("Worth a look" in demo_run[1].out) != ("Nothing needs a look" in demo_run[1].out)
    assert len(re.findall("^  - ", demo_run[1].out, flags=re.MULTILINE)) <= 5


def test_run_names_its_files_and_each_is_there(demo_run: tuple[Path, Said]) -> None:
    data, said = demo_run
    named = [
        line.split()[0] for line in said.out.split("Files in")[1].split("Next")[0].splitlines()[1:] if line.strip()
    ]
    assert len(named) >= 7
    assert [name for name in named if not (data / name).exists()] == []


def test_run_says_what_to_do_next(demo_run: tuple[Path, Said]) -> None:
    ahead = demo_run[1].words.split(" Next ")[1]
    assert "movie-pref ui" in ahead and "movie-pref run --library" in ahead


def test_run_shows_progress_a_line_for_each_long_step_where_there_is_no_terminal(demo_run: tuple[Path, Said]) -> None:
    assert re.search(r"\[\d+/\d+\] [a-z ]+: [\d.]+ s\n", demo_run[1].out)


def test_run_is_recorded_where_the_ui_shows_it_with_telemetry_off(demo_run: tuple[Path, Said]) -> None:
    data, _ = demo_run
    assert "telemetry:\n  enabled: false" in (data / "dagster" / "dagster.yaml").read_text()
    assert (data / "dagster" / "history" / "runs.db").exists()


# score


def test_score_ranks_without_training(demo_run: tuple[Path, Said], tmp_path: Path) -> None:
    data, _ = demo_run
    champion = (data / "model" / "champion.json").read_bytes()
    own_candidates().to_csv(tmp_path / "more.csv", index=False)
    said = movie_pref(data, "score", "--candidates", tmp_path / "more.csv")
    assert said.code == 0, said.out
    assert "The ten best of 25 movies you have not seen" in said.words
    assert (data / "model" / "champion.json").read_bytes() == champion
    remembered = tomllib.loads((data / "settings.toml").read_text())
    assert remembered == {"candidates": str((tmp_path / "more.csv").resolve())}


def test_score_before_any_run_says_what_to_do(tmp_path: Path) -> None:
    said = movie_pref(tmp_path / "data", "score")
    assert said.code == 2
    assert "No model has been promoted" in said.words and "movie-pref run" in said.words


# a library of one's own


def test_own_library_without_candidates_is_learnt_and_remembered(own_run: OwnRun) -> None:
    data, said = own_run.data, own_run.said
    assert said.code == 0, said.out
    assert "there are no movies to rank: name some with --candidates FILE" in said.words
    assert "demonstration" not in said.out
    assert len(pd.read_parquet(data / "scored_candidates.parquet")) == 0
    assert tomllib.loads((data / "settings.toml").read_text()) == {"library": str(data.parent.resolve() / "mine.csv")}
    assert not (data / "01_training.parquet").exists()


def test_blocking_check_that_fails_exits_with_one_and_is_named(own_run: OwnRun, tmp_path: Path) -> None:
    data = own_run.data
    same = pd.concat([own_candidates().head(1)] * 3, ignore_index=True)
    same.assign(imdb_id=["tt0000001", "tt0000002", "tt0000003"]).to_parquet(tmp_path / "same.parquet", index=False)
    said = movie_pref(data, "score", "--candidates", tmp_path / "same.parquet")
    assert said.code == 1, said.out
    assert "ERROR scored_candidates / probabilities_are_usable, which stopped the run" in said.words
    assert "unexpected error" not in said.words
    assert "candidates" not in tomllib.loads((data / "settings.toml").read_text())


def test_bad_input_exits_with_two_and_is_not_remembered(own_run: OwnRun) -> None:
    data = own_run.data
    said = movie_pref(data, "run", "--library", "no such file.parquet")
    assert said.code == 2
    assert "There is no file" in said.words and "no such file.parquet" in said.words
    assert tomllib.loads((data / "settings.toml").read_text()) == {"library": str(data.parent.resolve() / "mine.csv")}


# demo


def test_demo_writes_both_files_and_forgets_other_ones(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings.toml").write_text('library = "elsewhere.parquet"\nthreshold = 0.4\n')
    said = movie_pref(data, "demo")
    assert said.code == 0, said.out
    assert "3,700 labelled movies" in said.words and "500 movies to rank" in said.words
    assert is_demo(data / "01_training.parquet") and is_demo(data / "candidates.parquet")
    assert tomllib.loads((data / "settings.toml").read_text()) == {"threshold": 0.4}


def test_demo_of_three_classes_is_asked_for_and_demo_alone_goes_back_to_two(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for options, labels in ((("--classes", "3"), 3), ((), 2)):
        assert movie_pref(data, "demo", *options).code == 0
        assert pd.read_parquet(data / "01_training.parquet")["label"].nunique() == labels
    assert movie_pref(data, "demo", "--classes", "4").code == 2


@pytest.mark.parametrize("name", ["01_training.parquet", "candidates.parquet"])
def test_demo_leaves_a_file_of_ones_own_alone(name: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    own_candidates().to_parquet(data / name)
    before = (data / name).read_bytes()
    said = movie_pref(data, "demo")
    assert said.code == 2
    assert "is not a demonstration file and is left as it is" in said.words
    assert (data / name).read_bytes() == before
    assert [path.name for path in data.iterdir()] == [name]


# help


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_teaches(command: str, tmp_path: Path) -> None:
    said = Command(tmp_path / "data").apart(command, "--help")
    assert said.code == 0
    assert f"movie-pref {command}" in said.words
    assert not (tmp_path / "data").exists()


def test_help_names_every_command_and_the_exit_codes(tmp_path: Path) -> None:
    said = Command(tmp_path / "data").apart("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert re.search(rf"[│┃] {command} ", said.out)
    assert "0 all well, 1 a blocking check failed, 2 something in the input has to be mended" in said.words


def test_unknown_option_is_refused_with_two(tmp_path: Path) -> None:
    said = Command(tmp_path / "data").apart("run", "--libary", "x.parquet")
    assert said.code == 2
    assert "--library" in said.words


def test_a_search_that_is_stopped_says_the_best_so_far_and_goes_on_where_it_was(own_run: OwnRun) -> None:
    stopped = own_run.stopped
    assert stopped.code == 130, stopped.out
    assert re.search(
        r"Stopped, at search: [\d,]+ of 62,208 fits, \d+ a second, \d+ min left; best so far recall", stopped.out
    ), stopped.out
    assert "type the same command again to go on" in stopped.out
    assert own_run.said.code == 0, own_run.said.out
    assert {path: path.stat().st_mtime_ns for path in own_run.finished} == own_run.finished


def test_candidates_beside_a_library_in_a_database_are_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path))
    monkeypatch.setenv("MOVIE_PREF_LIBRARY", "postgresql://me@host/movies?schema=atp")
    for command in ("run", "score"):
        assert "leave out --candidates" in says(command, "--candidates", "more.parquet", code=2)
