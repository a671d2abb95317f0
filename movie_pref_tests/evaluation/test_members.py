"""What each member of a committee adds, against figures by scikit-learn and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from movie_pref.evaluation.members import against_the_winner, member_correlation, members_compared
from movie_pref.model.committee import BOOSTERS, EQUAL, LINEAR, Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, cross_settled

LIMITS = Limits(0.35, 0.3, 0.98)
POINT = {"n_estimators": 2, "max_depth": 2}
RECIPE = Recipe([POINT, POINT], [0, 1], EQUAL)


@pytest.fixture(scope="module")
def members() -> pd.DataFrame:
    """Boosters and a linear member that each know half of a taste, and a winner that knows a little less than a booster."""
    rng = np.random.default_rng(2)
    count = 600
    first, second = rng.normal(0, 1.5, count), rng.normal(0, 1.5, count)
    actual = (rng.uniform(size=count) < 1 / (1 + np.exp(2.5 - first - second))).astype("int64")
    boosters = [first + rng.normal(0, 0.5, count) for _ in range(2)]
    return pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in range(count)], "fold": np.arange(count) % 5, "actual": actual,
            WINNER: first + rng.normal(0, 1.5, count), BOOSTERS: np.mean(boosters, axis=0), LINEAR: second,
            "booster_1": boosters[0], "booster_2": boosters[1],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def compared(members) -> pd.DataFrame:
    return members_compared(members, RECIPE, LIMITS).set_index("member")


def test_the_committee_comes_first_and_every_member_after_it(compared):
    assert list(compared.index) == ["committee", BOOSTERS, LINEAR, WINNER, "booster_1", "booster_2"]
    assert compared.loc["committee", ["committee_adds", "low", "high"]].isna().all()
    assert compared.drop(index="committee").notna().all(axis=None)


def test_the_figures_are_those_of_each_members_own_log_odds(members, compared):
    whole = cross_settled(members, RECIPE, LIMITS)
    for name, found in {"committee": whole, **{name: members[name] for name in compared.index[1:]}}.items():
        assert compared.loc[name, "average_precision"] == pytest.approx(
            average_precision_score(members["actual"], found)
        )
        looked_at = np.argsort(-np.asarray(found))[: int(0.3 * len(members))]
        recall = members["actual"].to_numpy()[looked_at].sum() / members["actual"].sum()
        assert compared.loc[name, "recall_at_budget"] == pytest.approx(recall)


def test_what_the_committee_adds_is_the_difference_within_its_interval(compared):
    added = compared.loc["committee", "average_precision"] - compared["average_precision"].iloc[1:]
    np.testing.assert_allclose(compared["committee_adds"].iloc[1:], added)
    inside = compared.iloc[1:]
    assert ((inside["low"] < inside["committee_adds"]) & (inside["committee_adds"] < inside["high"])).all()
    assert (inside["low"] > 0).all()  # each member knows half


def test_the_interval_is_as_wide_as_resamples_of_the_movies_say(members, compared):
    whole, actual = cross_settled(members, RECIPE, LIMITS), members["actual"].to_numpy()
    rng, drawn = np.random.default_rng(9), []
    for _ in range(800):
        rows = rng.integers(0, len(actual), len(actual))
        after, before = (
            average_precision_score(actual[rows], found[rows]) for found in (whole, members[WINNER].to_numpy())
        )
        drawn.append(after - before)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert compared.loc[WINNER, "low"] == pytest.approx(low, abs=0.02)
    assert compared.loc[WINNER, "high"] == pytest.approx(high, abs=0.02)


def test_the_committee_against_the_winner_is_the_same_difference(members, compared, trained):
    from dataclasses import asdict

    found = against_the_winner(members, trained.model.with_facts(recipe=asdict(RECIPE), **LIMITS._asdict()))
    assert tuple(found) == pytest.approx(tuple(compared.loc[WINNER, ["committee_adds", "low", "high"]]))


def test_the_correlation_is_spearmans_of_the_linear_member_and_each_booster(members):
    found = member_correlation(members).set_index("member")
    assert list(found.index) == list(found.columns) == [LINEAR, "booster_1", "booster_2"]
    assert found.loc["booster_1", "booster_2"] == pytest.approx(
        spearmanr(members["booster_1"], members["booster_2"])[0]
    )
    assert np.diag(found) == pytest.approx([1, 1, 1])
