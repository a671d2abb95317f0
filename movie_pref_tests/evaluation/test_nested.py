"""The whole way on some rows: a committee and a winner that a movie outside them had no part in."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from movie_pref.evaluation.nested import cross_validated, train_whole
from movie_pref.features.matrix import to_matrix
from movie_pref.features.split import stratified_folds
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.settings import load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(
        data=tmp_path_factory.mktemp("none"), policy="none", folds=3, search="sample", search_points=3,
        committee_boosters=2, jobs=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def seen(unchanging_movies) -> np.ndarray:
    return np.arange(len(unchanging_movies)) % 3 != 0


@pytest.fixture(scope="module")
def whole(unchanging_movies, settings, seen):
    return train_whole(unchanging_movies[seen], settings, load_catalogue())


def probabilities(trained, rows: pd.DataFrame) -> np.ndarray:
    values, _ = to_matrix(trained.model.preprocessing.transform(rows))
    return trained.model.serving.predict(values)


def test_it_gives_the_winner_alone_and_a_committee_of_the_best_points(whole):
    winner, committee = whole["winner"].model, whole["committee"].model
    assert list(whole) == ["winner", "committee"]
    assert (len(winner.recipe.points), winner.recipe.has_linear, winner.recipe.seeds) == (1, False, [0])
    assert (len(committee.recipe.points), committee.recipe.has_linear, committee.recipe.seeds) == (2, True, [0, 1])
    assert committee.recipe.points[0] == winner.recipe.points[0]
    assert all(weight > 0 for weight in committee.recipe.weights.values())
    assert committee.facts["training_rows"] == committee.facts["labelled_rows"] == 200


def test_both_know_the_taste_of_movies_that_they_have_not_seen_and_flag_about_the_budget(
    whole, unchanging_movies, seen, settings
):
    unseen = unchanging_movies[~seen]
    actual = encode_label(unseen["label"])
    budget = settings.budget(encode_label(unchanging_movies.loc[seen, "label"]).mean())
    for one in whole.values():
        found = probabilities(one, unseen)
        assert roc_auc_score(actual, found) > 0.8
        calibrated = one.calibrate(found)
        assert calibrated.mean() == pytest.approx(actual.mean(), abs=0.1)
        assert (found >= 0.35).mean() <= budget + 0.1


def test_two_runs_are_the_same_model(whole, unchanging_movies, settings, seen):
    again = train_whole(unchanging_movies[seen], settings, load_catalogue())
    assert {name: one.model.version for name, one in again.items()} == {
        name: one.model.version for name, one in whole.items()
    }
    assert [one.calibrate for one in again.values()] == [one.calibrate for one in whole.values()]


@pytest.fixture(scope="module")
def few(unchanging_movies) -> tuple[pd.DataFrame, pd.DataFrame]:
    """60 movies, 12 of them liked, in three folds; all of them train."""
    liked = encode_label(unchanging_movies["label"]) == 1
    rows = pd.concat([unchanging_movies[liked].head(12), unchanging_movies[~liked].head(48)]).reset_index(drop=True)
    label = encode_label(rows["label"])
    fold = stratified_folds(rows["imdb_id"], label, 3, 0)
    split = pd.DataFrame({"imdb_id": rows["imdb_id"], "partition": "train", "fold": fold, "label": label})
    return rows, split


def test_what_stands_in_for_a_holdout_predicts_each_movie_without_it(few, settings):
    """Turned labels of a fold move no prediction of that fold, and those of others."""
    rows, sides = few
    turned = sides["fold"] == 1
    mixed = {"would_watch": "would_not_watch", "would_not_watch": "would_watch"}
    # four liked and four disliked movies of the fold change places
    both = pd.concat([sides[turned & (sides["label"] == kind)].head(4) for kind in (0, 1)]).index
    other_rows, other_sides = rows.copy(), sides.copy()
    other_rows.loc[both, "label"] = rows.loc[both, "label"].map(mixed)
    other_sides.loc[both, "label"] = 1 - sides.loc[both, "label"]

    before = cross_validated(rows, sides, settings, load_catalogue())
    after = cross_validated(other_rows, other_sides, settings, load_catalogue())

    assert before["imdb_id"].tolist() == rows["imdb_id"].tolist() and before["probability"].between(0, 1).all()
    for name in ("probability", "calibrated_probability"):
        assert (after.loc[turned, name] == before.loc[turned, name]).all()
        assert (after.loc[~turned, name] != before.loc[~turned, name]).any()


def test_a_favourite_that_the_other_folds_have_none_of_is_predicted_all_the_same(few, settings):
    rows, sides = few[0].copy(), few[1].copy()
    one = int(sides.index[sides["label"] == 1][0])
    rows.loc[one, "label"] = "would_watch_again"
    sides["level"] = sides["label"].where(sides.index != one, 2)
    found = cross_validated(rows, sides, settings, load_catalogue())
    alone = sides["fold"] == sides.loc[one, "fold"]
    assert (found.loc[alone, "probability_again"] == 0).all()  # without it, no movie is one to be watched again
    given = (found["probability_again"] / found["probability"])[~alone].round(9)
    assert given.between(0.05, 0.5).all() and given.nunique() <= 2  # elsewhere a prior, one a fold
    assert found["level"].tolist() == sides["level"].tolist()
    assert "probability_again" not in cross_validated(*few, settings, load_catalogue())


def test_nine_liked_movies_are_enough(unchanging_movies, settings):
    liked = encode_label(unchanging_movies["label"]) == 1
    rows = pd.concat([unchanging_movies[liked].head(9), unchanging_movies[~liked].head(40)])
    for one in train_whole(rows, settings, load_catalogue()).values():
        assert np.isfinite(probabilities(one, unchanging_movies)).all()
        assert len(set(probabilities(one, unchanging_movies))) > 20
