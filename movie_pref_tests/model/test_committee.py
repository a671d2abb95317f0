"""A committee: what its parts come to, that they add up, and that it comes back from its files."""

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
import xgboost
from scipy.special import logit

from movie_pref.features.preprocessing import Chosen
from movie_pref.model.committee import BOOSTERS, LINEAR, Committee, Recipe, fit_committee, fit_members
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, combined, cross_settled, member_log_odds, out_of_sample, settle
from movie_pref.model.training import COMMITTEE, train_model
from movie_pref_tests.model.committees import LIMITS, POINTS, RECIPE


@pytest.fixture(scope="module")
def committee(table) -> Committee:
    return fit_committee(*table, RECIPE)


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


def test_without_a_member_every_movie_has_the_start_and_no_contribution(table):
    values, types, *_ = table
    found = Committee(None, [], -1.5, None, 0.0).contributions(values, types)
    assert found.shape == (len(values), len(types) + 1)
    assert (found[:, -1] == -1.5).all() and (found[:, :-1] == 0).all()


def test_what_only_the_linear_member_reads_does_not_reach_the_trees(table, tmp_path):
    values, types, names, target = table
    place = next(place for place, name in enumerate(names) if name.endswith("_norm") and (values[:, place] > 0.1).any())
    one = fit_committee(*table, RECIPE, linear_only=[names[place]])
    other = values.copy()
    other[:, place] = np.where(values[:, place] > 0.1, 0.0, 1.0)

    here, there = one.parts(values, types), one.parts(other, types)
    np.testing.assert_array_equal(here[BOOSTERS], there[BOOSTERS])
    assert not here[BOOSTERS][:, place].any()
    assert np.abs(here[LINEAR] - there[LINEAR]).max() > 0.01
    assert one.ensemble.feature_names == [*names[:place], *names[place + 1 :]]
    np.testing.assert_allclose(one.contributions(values, types).sum(axis=1), one.log_odds(values), atol=2e-6)
    without = np.delete(values, place, axis=1), *(one[:place] + one[place + 1 :] for one in (types, names)), target
    expected = fit_members(*without, RECIPE).log_odds(without[0])[BOOSTERS]
    found = fit_members(*table, RECIPE, linear_only=[names[place]]).log_odds(values)[BOOSTERS]
    np.testing.assert_array_equal(found, expected)
    for end, content in one.content().items():
        (tmp_path / f"one{end}").write_bytes(content)
    np.testing.assert_array_equal(Committee.read(tmp_path, "one").log_odds(values), one.log_odds(values))


def test_where_the_selection_leaves_the_trees_nothing_they_read_what_the_linear_member_reads(table):
    names = table[2]
    members = fit_members(*table, RECIPE, linear_only=names)
    assert members.tree_columns == list(range(len(names)))


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
        trained.rows,
        trained.split,
        recipes,
        trained.preprocessing,
        lambda rows: Chosen([], trained.preprocessing.catalogue, []),
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
