"""The best single column, which a model must beat."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from movie_pref.evaluation.single_column import above_best_column, best_column, column_ranking
from movie_pref.library.catalogue import Entry

CATALOGUE = {
    "votes": Entry(kind="continuous", unknown=[0.0]),
    "noise": Entry(kind="continuous"),
    "tmdb_id": Entry(kind="identifier"),
    "title": Entry(kind="text"),
}


def ranked_rows(count=400, seed=0):
    """Few votes are liked; zero votes, which means unknown, would come first if it counted."""
    rng = np.random.default_rng(seed)
    votes = rng.integers(1, 1000, count).astype(float)
    actual = (votes < 150).astype(int)
    votes[rng.random(count) < 0.1] = 0.0
    return pd.DataFrame({"votes": votes, "noise": rng.random(count), "tmdb_id": actual, "title": "A"}), actual


def test_the_best_column_is_found_with_its_direction_and_no_identifier():
    rows, actual = ranked_rows()
    found = best_column(rows, actual, CATALOGUE)

    assert (found.name, found.highest_first, found.says) == ("votes", False, "votes, lowest first")
    score = np.where(rows["votes"] > 0, -rows["votes"], -np.inf)
    assert found.average_precision == pytest.approx(
        sk.average_precision_score(actual, np.where(np.isinf(score), -2000, score))
    )


def test_a_library_without_numbers_has_no_best_column():
    rows, actual = ranked_rows()

    assert best_column(rows[["tmdb_id", "title"]], actual, CATALOGUE) is None
    assert best_column(rows.assign(votes=0.0, noise=np.nan), actual, CATALOGUE) is None


def test_nulls_are_ranked_last_in_both_directions():
    values = pd.Series([3.0, np.nan, 1.0, 2.0])

    assert np.argsort(-column_ranking(values, True)).tolist() == [0, 3, 2, 1]
    assert np.argsort(-column_ranking(values, False)).tolist() == [2, 3, 0, 1]


def test_the_column_is_chosen_on_training_rows_and_measured_on_the_holdout():
    rows, actual = ranked_rows()
    rows["imdb_id"] = [f"tt{number:07d}" for number in range(len(rows))]
    side = np.where(np.arange(len(rows)) % 2 == 0, "train", "holdout")
    rows.loc[side == "holdout", "noise"] = actual[side == "holdout"]  # which would be the best there
    predictions = pd.DataFrame(
        {"imdb_id": rows["imdb_id"], "partition": side, "actual": actual, "probability": np.linspace(0, 1, len(rows))}
    )

    column, found = above_best_column(predictions, rows, CATALOGUE)

    held = side == "holdout"
    ranking = column_ranking(rows.loc[held, "votes"].replace(0.0, np.nan), False)
    assert column.name == "votes"
    assert found["champion"] == pytest.approx(sk.average_precision_score(actual[held], ranking))
    assert found["challenger"] == pytest.approx(
        sk.average_precision_score(actual[held], np.linspace(0, 1, len(rows))[held])
    )
    assert found["high"] < 0  # a model that ranks by chance is below it beyond doubt
