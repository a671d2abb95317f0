"""A model comes back from its folder unchanged, and one that is damaged or is not what it says is refused."""

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.champion import Champion, promote
from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe
from movie_pref.model.model import Model
from movie_pref.model.training import train_model
from movie_pref.ranking.scoring import score
from movie_pref_tests.model.committees import LIMITS, RECIPE

PARTS = (
    "evaluated.json",
    "evaluated_linear.json",
    "serving.json",
    "serving_linear.json",
    "preprocessing.json",
    "model.json",
)


def test_a_saved_model_comes_back_with_the_same_scores_facts_and_version(trained, candidates, tmp_path):
    trained.model.save(tmp_path / "one")
    again = Model.read(tmp_path / "one")

    assert again.version == trained.model.version
    assert again.facts == trained.model.facts
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(PARTS)
    promotion = {"champion": again.version}
    pd.testing.assert_frame_equal(
        score(Champion(again, promotion), candidates).drop(columns="scored_at"),
        score(Champion(trained.model, promotion), candidates).drop(columns="scored_at"),
    )


def test_the_folder_holds_json_only(trained, tmp_path):
    trained.model.save(tmp_path / "one")

    for path in (tmp_path / "one").iterdir():
        json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "null", None], ids=str)
def test_a_damaged_or_missing_file_is_one_sentence(champion, tmp_path, one_sentence, part, content):
    path = tmp_path / "model" / champion.version / part
    path.unlink()
    if content is not None:
        path.write_text(content)

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "movie-pref run")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("evaluated.json", lambda content: swap(content, "base_weights")),
        ("serving.json", lambda content: swap(content, "split_conditions")),
        ("evaluated_linear.json", lambda content: content.update(start=0.5)),
        ("serving_linear.json", lambda content: content.update(weight=1.0)),
        ("preprocessing.json", lambda content: content["numeric"]["imdb_votes"].update(max=1.0)),
        ("preprocessing.json", lambda content: content["catalogue"]["budget"].update(unknown=[])),
        ("model.json", lambda content: content.update(threshold=0.01)),
        ("model.json", lambda content: content["calibration"].update(slope=2.0)),
        ("model.json", lambda content: content["metrics"]["average_precision"].update(value=0.99)),
        ("model.json", lambda content: content.update(provisional=[])),
        ("model.json", lambda content: content["settings"].update(holdout_share=0.4)),
        ("model.json", lambda content: content.update(library_fingerprint="another")),
        ("model.json", lambda content: content.pop("metrics")),
        ("model.json", lambda content: content.update(remark="a fact more")),
        ("model.json", lambda content: content.update(version="000000000000")),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(trained, tmp_path, one_sentence, part, change):
    facts = {
        "metrics": {"average_precision": {"value": 0.5, "low": 0.4, "high": None}},
        "provisional": ["recall is low"],
        "settings": {"holdout_share": 0.15},
    }
    model = trained.model.with_facts(**facts)
    promote(model, tmp_path / "model", "first")
    assert Champion.load(tmp_path / "model").model.facts == model.facts
    path = tmp_path / "model" / model.version / part
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "not the one it says it is")


def swap(content, name):
    """Change one number of the first tree."""
    content["learner"]["gradient_booster"]["model"]["trees"][0][name][0] += 0.5


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"n_estimators": 30}, "n_estimators is 30 in all, and evaluated has 25 trees"),
        ({"max_depth": 2}, "max_depth is 2, and a tree of evaluated has the depth 3"),
    ],
)
def test_a_model_made_by_other_settings_than_it_claims_is_refused(trained, tmp_path, one_sentence, claims, says):
    """Even where its version was computed again to fit."""
    promote(
        trained.model.with_facts(recipe=asdict(Recipe.alone({**trained.params, **claims}, 3))),
        tmp_path / "model",
        "first",
    )

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "other settings than it claims", says)


def test_a_model_whose_columns_are_not_those_of_its_preprocessing_is_refused(trained, tmp_path, one_sentence):
    from dataclasses import replace

    fewer = Preprocessor(columns=trained.preprocessing.columns[:-1]).fit(trained.rows[trained.training])
    replace(trained.model, preprocessing=fewer).save(tmp_path / "one")

    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")

    one_sentence(caught, "other columns than its preprocessing makes")


@pytest.fixture(scope="module")
def model(trained) -> Model:
    return train_model(
        trained.features, trained.split["label"], trained.training, trained.preprocessing, RECIPE, LIMITS, seed=3
    )


def test_a_committee_comes_back_from_its_folder(trained, model, tmp_path):
    model.save(tmp_path / "one")
    again = Model.read(tmp_path / "one")
    values, _ = to_matrix(trained.features)

    assert (again.version, again.recipe) == (model.version, RECIPE)
    np.testing.assert_array_equal(again.serving.log_odds(values), model.serving.log_odds(values))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content["linear"]["coefficients"].__setitem__(0, 9.0), "not the one it says it is"),
        (lambda content: content.update(linear=None), "not the one it says it is"),
        (lambda content: content["linear"]["numbers"][0]["knots"].pop(), "incomplete or damaged"),
        (lambda content: content["linear"]["means"].pop(), "incomplete or damaged"),
        (lambda content: content["linear"]["main"].append(99), "incomplete or damaged"),
        (lambda content: content.update(start=None), "incomplete or damaged"),
        (lambda content: content.update(weight=0.31), "not the one it says it is"),
    ],
)
def test_a_linear_member_that_was_tampered_with_is_refused(model, tmp_path, one_sentence, change, says):
    model.save(tmp_path / "one")
    path = tmp_path / "one" / "serving_linear.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))

    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")
    one_sentence(caught, says)


def test_a_linear_member_that_is_missing_is_refused(model, tmp_path, one_sentence):
    model.save(tmp_path / "one")
    (tmp_path / "one" / "evaluated_linear.json").unlink()
    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")
    one_sentence(caught, "incomplete or damaged")


def test_boosters_that_are_missing_are_refused(model, tmp_path, one_sentence):
    model.save(tmp_path / "one")
    (tmp_path / "one" / "serving.json").unlink()
    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")
    one_sentence(caught, "not the one it says it is")


def test_a_committee_of_other_members_than_its_recipe_is_refused(model, tmp_path, one_sentence):
    alone = replace(
        model, facts={**model.facts, "recipe": {**model.facts["recipe"], "weights": {BOOSTERS: 1.0, LINEAR: 0.0}}}
    )
    alone.save(tmp_path / "one")
    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")
    one_sentence(caught, "other members than its recipe")
