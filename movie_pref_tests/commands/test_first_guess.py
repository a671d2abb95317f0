"""A person with few labels or none types `run`, `score` and `explain`: a first guess, said to be one, until a model is trained."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
from movie_pref_tests.command_line import QUICK, Command
from movie_pref_tests.good_run import of_few_columns


@pytest.fixture(scope="module")
def movies() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Labelled movies of the demonstration's owner, and movies to rank."""
    return demo_library()


@pytest.fixture
def command(tmp_path: Path, movies: tuple[pd.DataFrame, pd.DataFrame]) -> Command:
    """The command on a folder of candidates alone: 200 of the owner's movies without their labels."""
    data = tmp_path / "data"
    data.mkdir()
    owned(movies).drop(columns="label").to_parquet(data / "candidates.parquet", index=False)
    return Command(data, {**QUICK, "COLUMNS": "1000"})


def owned(movies: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    likes = movies[0]["label"] == "would_watch"
    return of_few_columns(pd.concat([movies[0][likes].head(40), movies[0][~likes].head(160)], ignore_index=True))


def label(command: Command, movies: tuple[pd.DataFrame, pd.DataFrame], liked: int, disliked: int) -> list[str]:
    """Give so many of the candidates the owner's label, in the store."""
    rows = owned(movies)
    likes = rows["label"] == "would_watch"
    chosen = pd.concat([rows[likes].head(liked), rows[~likes].head(disliked)])
    with LabelStore(load_settings(data=command.data).label_store_url) as store:
        for row in chosen.itertuples():
            store.record(row.imdb_id, row.label, origin="review queue")
    return chosen["imdb_id"].tolist()


def ranking(command: Command) -> pd.DataFrame:
    return pd.read_parquet(command.data / "scored_candidates.parquet")


def test_without_any_label_votes_order_the_candidates(command, movies):
    said = command("run")
    assert said.code == 0, said.out
    assert "the order is by IMDb votes alone, since there is no label" in said.words
    assert "movie-pref review" in said.words and "demonstration" not in said.words
    votes = ranking(command).merge(owned(movies), on="imdb_id")["imdb_votes"].fillna(-1)
    assert len(votes) == 200 and votes.is_monotonic_decreasing


def test_a_few_labels_of_each_kind_give_a_first_guess_that_score_and_explain_know(command, movies):
    said = command("score")
    assert said.code == 0 and "by IMDb votes alone" in said.words
    decided = label(command, movies, 3, 7)
    said = command("score")
    assert said.code == 0, said.out
    assert "A first guess at the ten best of 190 movies" in said.words
    assert "a first guess from 10 labels (3 liked and 7 not liked)" in said.words
    found = ranking(command)
    assert found["model_version"].str.startswith("first guess ").all() and not set(found["imdb_id"]) & set(decided)
    best = found["imdb_id"].iloc[0]
    said = command("explain", best)
    assert (
        said.code == 0 and "Explained by a first guess" in said.words and "from the 10 labels there are" in said.words
    )
    assert "You labelled" in command("explain", decided[0]).words


def test_eight_labels_of_each_kind_train_a_model_without_a_library_file(command, movies):
    labelled_twice = label(command, movies, 7, 12)
    assert "7 liked and 12 not liked" in command("run").words
    decided = label(command, movies, 12, 20)
    said = command("run")
    assert said.code == 0, said.out
    assert "first guess" not in said.words and "The ten best of 168 movies" in said.words
    table = pd.read_parquet(command.data / "02_binomial_classifier_training_data.parquet")
    assert sorted(table["imdb_id"]) == sorted(decided) and table["label"].sum() == 12
    before = ranking(command)
    assert not before["model_version"].str.startswith("first guess").any()
    assert (command.data / "review_queue.parquet").exists()
    with LabelStore(load_settings(data=command.data).label_store_url) as store:
        for imdb_id in [*decided[:8], *set(decided[:8]) & set(labelled_twice)]:
            store.undo(imdb_id)
    said = command("run")  # a guess never takes the place of a model that stands
    assert said.code == 2 and "(4 liked and 20 disliked; it takes 8 of each)" in said.words
    pd.testing.assert_frame_equal(ranking(command), before)


def test_a_library_of_few_labels_is_ranked_with_and_one_without_candidates_is_refused(command, movies):
    library = command.data / "mine.parquet"
    rows = owned(movies)
    likes = rows["label"] == "would_watch"
    pd.concat([rows[likes].head(2), rows[~likes].head(30)]).to_parquet(library, index=False)
    said = command("run", "--library", library)
    assert said.code == 0 and "a first guess from 32 labels (2 liked and 30 not liked)" in said.words
    assert len(ranking(command)) == 168
    (command.data / "candidates.parquet").unlink()
    said = command("run")
    assert said.code == 2 and "too few to learn from" in said.words
