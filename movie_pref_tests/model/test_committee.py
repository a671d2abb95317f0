"""A committee: what its parts come to, that they add up, and that it comes back from its files."""

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
import xgboost
from scipy.special import logit

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_matrix
from movie_pref.model.committee import BOOSTERS, LINEAR, Committee, Recipe, fit_committee, fit_members
from movie_pref.model.ensemble import merged, tree_depths
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, combined, cross_settled, member_log_odds, out_of_sample, settle
from movie_pref.model.training import COMMITTEE, train_model

LIMITS = Limits(0.35, 0.3, 0.98)
POINTS = [
    {"n_estimators": 20, "max_depth": 3, "learning_rate": 0.2, "subsample": 0.8, "enable_categorical": True},
    {"n_estimators": 12, "max_depth": 5, "learning_rate": 0.1, "enable_categorical": True},
]
RECIPE = Recipe(POINTS, [3, 4], {BOOSTERS: 0.6, LINEAR: 0.3}, intercept=0.25, operating_point=-0.5)


@pytest.fixture(scope="module")
def table(trained):
    values, types = to_matrix(trained.features)
    return values, types, list(trained.features.columns), trained.split["label"].to_numpy()


@pytest.fixture(scope="module")
def committee(table) -> Committee:
    return fit_committee(*table, RECIPE)


# the ensemble


def test_merged_boosters_give_the_weighted_sum_of_margins_and_contributions(table):
    values, types, names, _ = table
    boosters = fit_members(*table, RECIPE).boosters
    whole, start = merged(boosters, [0.7, 0.2])

    matrix = xgboost.DMatrix(values, feature_types=types, feature_names=names, enable_categorical=True)
    margins = [one.predict(matrix, output_margin=True).astype(float) for one in boosters]
    added = [one.predict(matrix, pred_contribs=True).astype(float) for one in boosters]
    found = whole.predict(matrix, pred_contribs=True).astype(float)
    found[:, -1] += start
    np.testing.assert_allclose(
        whole.predict(matrix, output_margin=True) + start, 0.7 * margins[0] + 0.2 * margins[1], atol=1e-5
    )
    np.testing.assert_allclose(found, 0.7 * added[0] + 0.2 * added[1], atol=1e-5)
    assert len(tree_depths(whole)) == 32 and max(tree_depths(whole)[:20]) <= 3


def test_boosters_of_other_columns_are_not_merged(table):
    values, types, names, target = table
    one = fit_members(*table, RECIPE).boosters[0]
    other = fit_members(values[:, 1:], types[1:], names[1:], target, RECIPE).boosters[0]
    with pytest.raises(ValueError, match="all on the same columns"):
        merged([one, other], [0.5, 0.5])
    with pytest.raises(ValueError, match="at least one"):
        merged([], [])


# the committee


def test_a_booster_alone_is_what_xgboost_fits(table):
    values, types, names, target = table
    one = fit_committee(*table, Recipe.alone(POINTS[0], 3))
    frame = pd.DataFrame(values, columns=names)
    expected = xgboost.XGBClassifier(**POINTS[0], feature_types=types, random_state=3, n_jobs=1).fit(frame, target)
    np.testing.assert_allclose(one.predict(values), expected.predict_proba(frame)[:, 1], atol=1e-6)


def test_a_committee_is_the_weighted_sum_of_its_members(table, committee):
    members = fit_members(*table, RECIPE).log_odds(table[0])
    expected = 0.6 * members[BOOSTERS] + 0.3 * members[LINEAR] + 0.25 - 0.5
    np.testing.assert_allclose(committee.log_odds(table[0]), expected, atol=1e-5)


def test_the_contributions_of_a_committee_add_up_to_its_log_odds(table, committee):
    values, types, *_ = table
    found, whole = committee.contributions(values, types), committee.log_odds(values)
    np.testing.assert_allclose(found.sum(axis=1), whole, atol=2e-6)  # float32 adds up the trees
    parts = committee.parts(values, types)
    assert list(parts) == [BOOSTERS, LINEAR]
    np.testing.assert_allclose(parts[BOOSTERS] + parts[LINEAR], found, atol=1e-12)
    members = fit_members(*table, RECIPE)
    np.testing.assert_allclose(parts[LINEAR], 0.3 * members.linear.contributions(values), atol=1e-12)
    of_boosters = 0.6 * members.log_odds(values)[BOOSTERS] + 0.25 - 0.5
    np.testing.assert_allclose(parts[BOOSTERS].sum(axis=1), of_boosters, atol=2e-6)


@pytest.mark.parametrize(
    ("weights", "parts"),
    [({BOOSTERS: 0.0, LINEAR: 0.8}, [LINEAR]), ({BOOSTERS: 0.8, LINEAR: 0.0}, [BOOSTERS])],
    ids=["linear alone", "boosters alone"],
)
def test_a_committee_of_one_kind_adds_up_and_comes_back_from_its_files(table, tmp_path, weights, parts):
    values, types, *_ = table
    recipe = replace(RECIPE, weights=weights)
    one = fit_committee(*table, recipe)
    for end, content in one.content().items():
        (tmp_path / f"one{end}").write_bytes(content)
    again = Committee.read(tmp_path, "one")

    members = fit_members(*table, recipe).log_odds(values)
    assert list(members) == list(one.parts(values, types)) == parts
    np.testing.assert_allclose(one.log_odds(values), 0.8 * members[parts[0]] - 0.25, atol=2e-6)
    np.testing.assert_allclose(one.contributions(values, types).sum(axis=1), one.log_odds(values), atol=2e-6)
    np.testing.assert_array_equal(again.contributions(values, types), one.contributions(values, types))
    assert again.content() == one.content()
    assert (one.ensemble is None) == (parts == [LINEAR]) and recipe.trees == (0 if parts == [LINEAR] else 32)


def test_a_recipe_comes_back_from_json_and_says_what_it_is_made_of():
    assert Recipe(**json.loads(json.dumps(asdict(RECIPE)))) == RECIPE
    assert (RECIPE.trees, RECIPE.has_linear) == (32, True)
    alone = Recipe.alone(POINTS[1], 7)
    assert (alone.points, alone.seeds, alone.trees, alone.has_linear) == ([POINTS[1]], [7], 12, False)


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


# settled out of fold


@pytest.fixture(scope="module")
def members(trained) -> pd.DataFrame:
    recipes = {WINNER: Recipe.alone(POINTS[0], 3), COMMITTEE: RECIPE}
    return member_log_odds(trained.rows, trained.split, recipes, trained.preprocessing)


def test_every_training_movie_has_the_log_odds_of_every_member(trained, members):
    assert list(members) == ["imdb_id", "fold", "actual", WINNER, BOOSTERS, LINEAR, "booster_1", "booster_2"]
    assert members.notna().all(axis=None) and len(members) == trained.training.sum()
    np.testing.assert_allclose(members[BOOSTERS], members[["booster_1", "booster_2"]].mean(axis=1))


def test_the_operating_point_flags_the_budget_of_the_rows_it_was_settled_on(members):
    settled = settle(members, RECIPE, Limits(0.35, 0.2, 2.0))
    flagged = (1 / (1 + np.exp(-combined(members, settled.recipe))) >= 0.35).mean()
    assert flagged == pytest.approx(0.2, abs=1 / len(members)) and settled.point.by == "budget"


def test_across_folds_each_movie_is_settled_on_the_other_folds(members):
    found = cross_settled(members, RECIPE, LIMITS)
    test = (members["fold"] == 2).to_numpy()
    turned = members.assign(actual=np.where(test, 1 - members["actual"], members["actual"]))
    np.testing.assert_array_equal(cross_settled(turned, RECIPE, LIMITS)[test], found[test])


def test_of_a_selection_that_leaves_no_column_only_the_share_of_liked_movies_is_known(trained):
    recipes = {WINNER: Recipe.alone(POINTS[0], 3), COMMITTEE: RECIPE}
    found = member_log_odds(
        trained.rows, trained.split, recipes, trained.preprocessing, lambda rows: ([], trained.preprocessing.catalogue)
    )
    assert list(found) == ["imdb_id", "fold", "actual", WINNER, BOOSTERS, LINEAR, "booster_1", "booster_2"]
    for number in range(5):
        of_fold = found["fold"] == number
        share = found.loc[~of_fold, "actual"].mean()
        np.testing.assert_allclose(found.loc[of_fold, [WINNER, BOOSTERS, LINEAR, "booster_1"]], logit(share))


def test_a_model_of_a_committee_predicts_out_of_sample_with_and_without_its_members_given(trained, members):
    settled = settle(members, RECIPE, LIMITS)
    model = train_model(
        trained.features, trained.split["label"], trained.training, trained.preprocessing, settled.recipe, LIMITS, 3
    )
    given = out_of_sample(trained.rows, trained.split, model, members=members)
    pd.testing.assert_frame_equal(out_of_sample(trained.rows, trained.split, model), given)
    inside = given.loc[trained.training, "probability"].to_numpy()
    np.testing.assert_allclose(logit(inside), cross_settled(members, RECIPE, LIMITS), atol=1e-9)
