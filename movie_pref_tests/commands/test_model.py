"""`movie-pref explain` and `movie-pref report` as a person types them, on one small run."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.ranking.in_percent import in_percent
from movie_pref_tests.command_line import QUICK, Command, Said
from movie_pref_tests.good_run import good_folder


def command(data: Path) -> Command:
    return Command(data, {**QUICK, "MOVIE_PREF_JOBS": "1"})


def movie_pref(data: Path, *arguments: str | Path) -> Said:
    return command(data)(*arguments)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that learnt from 300 labelled movies and ranked 25 candidates."""
    learnt, said = good_folder(tmp_path_factory)
    assert "reports/report.html" in said.out
    data = Path(shutil.copytree(learnt, tmp_path_factory.mktemp("run") / "data"))
    unseen = pd.read_parquet(data / "candidates.parquet").head(25)
    unseen.loc[0, "media_title"] = "<script>alert(1)</script> [bold] $5 七人"
    unseen.to_parquet(data / "candidates.parquet", index=False)
    said = movie_pref(data, "score")
    assert said.code == 0, said.out
    return data


def a_movie(data: Path, partition: str) -> str:
    split = pd.read_parquet(data / "assets" / "data_split.parquet")
    return split.loc[split["partition"] == partition, "imdb_id"].iloc[0]


def figures(said: Said) -> list[float]:
    """The log-odds of the table, its last row the margin."""
    return [float(number) for number in re.findall(r"│ +([+-]\d+\.\d{3}) │", said.out)]


# explain


def test_a_candidate_is_explained_with_its_rank_and_the_parts_add_up(data: Path) -> None:
    row = pd.read_parquet(data / "scored_candidates.parquet").iloc[2]
    said = movie_pref(data, "explain", row["imdb_id"])
    assert said.code == 0, said.out
    assert f"{row['media_title']} ({row['release_year']}), {row['imdb_id']}" in said.words
    assert f"rank 3 of 25, probability {in_percent(row['probability'])}:" in said.words
    assert "threshold of 35%, so it is" in said.words
    assert "fitted on every labelled movie; this one was not among them" in said.words
    base = float(re.search(r"starts at ([+-][\d.]+) log-odds", said.words)[1])  # type: ignore[index]
    *parts, margin = figures(said)
    assert len(parts) == 13 and base + sum(parts) == pytest.approx(margin, abs=0.001 * 14)
    for reason in row["reasons"].split("; "):
        assert reason in said.words
    plot = data / "reports" / f"explain_{row['imdb_id']}.png"
    assert f"Plot: {plot}" in said.words
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_title_that_looks_like_markup_is_shown_as_it_is(data: Path) -> None:
    ranking = pd.read_parquet(data / "scored_candidates.parquet")
    strange = ranking.loc[ranking["media_title"].str.startswith("<script>"), "imdb_id"].iloc[0]
    said = command(data).apart("explain", strange, "--count", "3")  # which would show a warning too
    assert said.code == 0 and "Warning" not in said.out, said.out
    assert "<script>alert(1)</script> [bold] $5 七人" in said.words
    assert len(figures(said)) == 5


@pytest.mark.parametrize("partition", ["holdout", "validation"])
def test_a_labelled_movie_outside_training_is_explained_by_the_booster_that_its_prediction_is_from(
    data: Path, partition: str
) -> None:
    imdb_id = a_movie(data, partition)
    predicted = pd.read_parquet(data / "03_binomial_classifier_results.parquet").set_index("imdb_id").loc[imdb_id]
    said = movie_pref(data, "explain", imdb_id)
    assert said.code == 0, said.out
    assert f"probability {in_percent(predicted['probability'])}" in said.words
    assert f"it belongs to {partition}, and that model has not seen it" in said.words
    assert "rank" not in said.words


def test_a_training_movie_is_explained_by_a_model_that_has_not_seen_it(data: Path) -> None:
    imdb_id = a_movie(data, "train")
    predicted = pd.read_parquet(data / "03_binomial_classifier_results.parquet").set_index("imdb_id").loc[imdb_id]
    said = movie_pref(data, "explain", imdb_id)
    assert said.code == 0, said.out
    assert f"probability {in_percent(predicted['probability'])}" in said.words
    assert "it is a training movie, so the champion has" in said.words
    assert "this model is fitted on the training movies of the other folds" in said.words


def test_an_identifier_that_no_movie_has_is_one_sentence_with_the_nearest(data: Path) -> None:
    known = pd.read_parquet(data / "scored_candidates.parquet").iloc[0]
    digit = "0" if known["imdb_id"][-1] != "0" else "1"
    said = movie_pref(data, "explain", known["imdb_id"][:-1] + digit)
    assert said.code == 2
    assert f"{known['imdb_id']}, {known['media_title']!r} ({known['release_year']})" in said.words
    assert said.out.count("\n") == 1


def test_a_title_is_explained_as_its_movie_is_and_a_mistyped_one_gets_the_nearest(data: Path) -> None:
    known = pd.read_parquet(data / "scored_candidates.parquet").iloc[1]
    said = movie_pref(data, "explain", f"{known['media_title'].upper()} ({known['release_year']})")
    assert said.code == 0, said.out
    assert f"{known['media_title']} ({known['release_year']}), {known['imdb_id']}" in said.words
    said = movie_pref(data, "explain", known["media_title"][:-1] + "#x")
    assert said.code == 2 and f"{known['imdb_id']}, {known['media_title']!r}" in said.words
    assert (
        "An imdb_id is tt and 7 or 8 digits, as in tt0111161, and '111' was given"
        in movie_pref(data, "explain", "111").words
    )


# report


def test_the_report_of_the_run_is_there_and_is_written_anew(data: Path) -> None:
    page = data / "reports" / "report.html"
    before = page.read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in before and "<script" not in before
    assert "is not there yet" not in before
    page.unlink()
    said = movie_pref(data, "report")
    assert (said.code, said.out.strip()) == (0, str(page.resolve()))
    assert page.read_text() == before


def test_score_writes_the_report_anew(data: Path) -> None:
    _, unseen = demo_library()
    unseen.tail(7).to_parquet(data.parent / "others.parquet", index=False)
    assert movie_pref(data, "score", "--candidates", data.parent / "others.parquet").code == 0
    assert "The best 7 of 7." in (data / "reports" / "report.html").read_text()


@pytest.mark.parametrize("arguments", [("report",), ("explain", "tt0111161")], ids=" ".join)
def test_before_any_run_both_say_what_to_do(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = movie_pref(tmp_path / "data", *arguments)
    assert said.code == 2
    assert "No model has been promoted" in said.words and "movie-pref run" in said.words
    assert not (tmp_path / "data" / "reports").exists()


@pytest.mark.parametrize("name", ["explain", "report"])
def test_help_teaches(name: str, tmp_path: Path) -> None:
    said = command(tmp_path / "data").apart(name, "--help")
    assert said.code == 0
    assert f"movie-pref {name}" in said.words
