"""What each member of a committee adds, against figures by scikit-learn and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from movie_pref.evaluation.members import (
    against_the_winner,
    member_correlation,
    member_weights,
    members_as_read,
    members_compared,
)
from movie_pref.evaluation.plots import member_bars
from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, cross_settled

LIMITS = Limits(0.35, 0.3, 0.98)
POINT = {"n_estimators": 2, "max_depth": 2}
RECIPE = Recipe([POINT, POINT], [0, 1], {BOOSTERS: 0.5, LINEAR: 0.5})


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


WEIGHTS = {"boosters": 0.5, "linear": 0.4, "booster_1": 0.25, "booster_2": 0.25}


def test_a_booster_has_its_share_of_the_boosters_weight():
    assert member_weights(Recipe([POINT, POINT], [0, 1], {BOOSTERS: 0.5, LINEAR: 0.4})) == WEIGHTS


def test_the_table_to_read_has_the_weight_and_what_the_committee_adds_with_its_interval(compared):
    read = members_as_read(compared.reset_index(), WEIGHTS).set_index("member")

    assert list(read.index) == list(compared.index)
    assert read.loc["booster_1", "weight"] == 0.25 and pd.isna(read.loc[WINNER, "weight"])
    added = compared.loc[LINEAR]
    written = f"{added.committee_adds:+.4f} ({added.low:+.4f} to {added.high:+.4f})"
    assert read.loc[LINEAR, "the committee adds (95 %)"] == written
    assert read.loc["committee", "the committee adds (95 %)"] == ""


def test_the_plot_has_each_members_figure_its_interval_and_its_weight(compared):
    left, right = member_bars(compared.reset_index(), WEIGHTS).axes

    expected = compared["average_precision"].iloc[:0:-1]
    assert left.lines[0].get_xdata() == pytest.approx(expected.to_numpy())
    top = compared.loc["committee", "average_precision"]
    segments = left.collections[0].get_segments()
    for segment, name in zip(segments, expected.index, strict=True):
        assert sorted(segment[:, 0]) == pytest.approx(
            [top - compared.loc[name, "high"], top - compared.loc[name, "low"]]
        )
    assert [one.get_text().split("  ")[0] for one in left.get_yticklabels()] == [
        "booster 2", "booster 1", "the search's winner", "logistic regression", "boosters' mean",
    ]  # fmt: skip
    assert [bar.get_width() for bar in right.patches] == [0.25, 0.25, 0.0, 0.4, 0.5]
    assert "not a member" in [text.get_text() for text in right.texts]
