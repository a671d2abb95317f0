"""The second question: learnt from liked movies alone, answered of every movie by a model that has not seen its label."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_matrix
from movie_pref.model.champion import Champion, promote
from movie_pref.model.model import Model
from movie_pref.model.second_question import SecondQuestion, answer, given_liked
from movie_pref.ranking.scoring import score
from movie_pref.settings import load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(
        data=tmp_path_factory.mktemp("none"), search="race", search_budget=60, committee_boosters=2, jobs=1
    )


def with_favourites(trained, count=None, seed=0):
    """The split of `trained`, in which liked movies of many votes are to be watched again; only so many where a count is given."""
    votes = trained.rows["imdb_votes"].fillna(0)
    liked = trained.split["label"] == 1
    again = liked & (votes > votes[liked].median())
    if count is not None:
        kept = again[again & (trained.split["partition"] == "train")].index[:count]
        again = again & again.index.isin(kept)
    return trained.split.assign(level=trained.split["label"] + again.astype(int))


def asked(trained, split, settings):
    return answer(trained.rows, split, trained.features, trained.preprocessing, settings)


@pytest.fixture(scope="module")
def found(trained, settings):
    return asked(trained, with_favourites(trained), settings)


def test_it_tells_liked_movies_apart_that_it_has_not_seen(trained, found):
    split = with_favourites(trained)
    liked = (split["level"] > 0).to_numpy()

    assert found.asked and found.learnt
    answers = found.unseen["given_liked"].to_numpy()
    assert len(answers) == len(split) and ((answers > 0) & (answers < 1)).all()
    assert roc_auc_score(split.loc[liked, "level"] == 2, answers[liked]) > 0.8
    assert answers[liked].mean() == pytest.approx((split.loc[liked, "level"] == 2).mean(), abs=0.12)
    assert found.model.facts["liked"] == liked.sum()
    assert f"{(split['level'] == 2).sum()} of them would_watch_again" in found.says


def test_what_is_not_liked_teaches_nothing(trained, found, settings):
    """Other movies that are not liked, in features and order: the answers of liked ones stay as they are."""
    split = with_favourites(trained)
    disliked = (split["level"] == 0).to_numpy()
    features = trained.features.copy()
    columns = [name for name in features if name.endswith("_norm")]
    features.loc[disliked, columns] = 0.5

    again = answer(trained.rows, split, features, trained.preprocessing, settings)

    assert again.model.version == found.model.version


def test_the_answer_of_a_movie_does_not_depend_on_its_own_label(trained, found, settings):
    split = with_favourites(trained)
    inside = (split["partition"] == "train") & (split["level"] > 0) & (split["fold"] == 0)
    turned = split.assign(level=split["level"].where(~inside, 3 - split["level"]))

    again = answer(trained.rows, turned, trained.features, trained.preprocessing, settings)

    same_points = again.model.recipe.points == found.model.recipe.points  # the search looks at all training rows
    if same_points:
        one, other = (each.unseen.loc[inside.to_numpy(), "given_liked"] for each in (found, again))
        np.testing.assert_allclose(one, other, rtol=1e-6)
    assert (
        again.unseen.loc[~inside.to_numpy(), "given_liked"]
        .ne(found.unseen.loc[~inside.to_numpy(), "given_liked"])
        .any()
    )


def test_without_the_third_label_there_is_no_second_question(trained, settings):
    found = asked(trained, with_favourites(trained, 0), settings)

    assert not found.asked
    assert found.added_to(trained.model) is trained.model
    assert "no movie is would_watch_again" in found.says


def test_it_is_kept_and_read_again(found, tmp_path):
    found.save(tmp_path / "again_model")
    read = SecondQuestion.read(tmp_path / "again_model")

    assert read.model.version == found.model.version
    pd.testing.assert_frame_equal(read.unseen, found.unseen)


# within the model that ranks


def test_a_model_with_a_second_question_is_another_version_and_comes_back_whole(trained, found, tmp_path):
    model = found.added_to(trained.model)
    model.save(tmp_path / "model")
    read = Model.read(tmp_path / "model")

    assert read.version == model.version != trained.model.version
    assert read.again is not None and read.again.version == found.model.version


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("model.json", lambda content: content.update(again=3)),
        ("preprocessing.json", lambda content: content["numeric"]["imdb_votes"].update(max=1.0)),
        ("serving_linear.json", lambda content: content.update(weight=1.0)),
    ],
)
def test_a_second_question_that_was_tampered_with_is_refused(trained, found, tmp_path, file, change):
    found.added_to(trained.model).save(tmp_path / "model")
    path = tmp_path / "model" / "again" / file
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))

    with pytest.raises(UserError, match="movie-pref run"):
        Model.read(tmp_path / "model")


def test_a_second_question_that_was_taken_away_is_refused(trained, found, tmp_path):
    found.added_to(trained.model).save(tmp_path / "model")
    shutil.rmtree(tmp_path / "model" / "again")

    with pytest.raises(UserError, match="not the one it says it is"):
        Model.read(tmp_path / "model")


@pytest.fixture
def both(trained, found, tmp_path):
    promote(found.added_to(trained.model), tmp_path / "model", "first")
    return Champion.load(tmp_path / "model")


def test_candidates_are_ordered_by_both_answers(trained, found, both):
    rows = trained.rows.drop(columns="label")
    scored = score(both, rows)

    values, _ = to_matrix(trained.preprocessing.transform(rows))
    probability = both.model.serving.predict(values)
    again = probability * given_liked(found.model, found.model.serving, values)
    expected = pd.DataFrame({"imdb_id": rows["imdb_id"], "by": probability + again, "again": again})
    expected = expected.sort_values(["by", "imdb_id"], ascending=[False, True])
    assert scored["imdb_id"].tolist() == expected["imdb_id"].tolist()
    np.testing.assert_allclose(scored["probability_again"], expected["again"])
    assert (scored["probability_again"] <= scored["probability"]).all()
    assert scored["reasons_again"].str.len().gt(0).mean() > 0.9
    assert set(scored["prediction_again"]) == {0, 1}


def test_a_weight_of_nothing_gives_the_order_of_two_labels(trained, both, champion):
    rows = trained.rows.drop(columns="label")
    alone = score(champion, rows)

    assert score(both, rows, again_weight=0.0)["imdb_id"].tolist() == alone["imdb_id"].tolist()
    assert not [name for name in alone if name.endswith("_again")]


def test_the_share_so_far_changes_no_order_and_calls_no_movie_one_to_watch_again(trained, settings, champion):
    prior = asked(trained, with_favourites(trained, 5), settings)
    rows = trained.rows.drop(columns="label")
    with_prior = Champion(replace(champion.model, again=prior.model), champion.promotion)

    scored = score(with_prior, rows)

    assert scored["imdb_id"].tolist() == score(champion, rows)["imdb_id"].tolist()
    assert (scored["prediction_again"] == 0).all()
