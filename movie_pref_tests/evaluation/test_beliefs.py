"""What the design believes of the algorithms: a verdict follows from what was measured, and nothing else."""

import numpy as np
import pytest

from movie_pref.evaluation import beliefs
from movie_pref.evaluation.algorithms import AVERAGE, BASELINE, FLOOR
from movie_pref.evaluation.beliefs import BELIEFS, CONFIRMED, REFUTED, UNDECIDED, belief_table
from movie_pref.evaluation.fold_measures import VARIANTS
from movie_pref_tests.evaluation.comparison_samples import BASE, BY_NAME, NOISE, WOBBLE, folds_of, shifted


@pytest.mark.parametrize(
    ("criterion", "by", "noise", "verdict"),
    [
        (beliefs.behind("a", "b"), -0.05, WOBBLE, CONFIRMED),
        (beliefs.behind("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (beliefs.behind("a", "b"), 0.0, WOBBLE, REFUTED),
        (beliefs.behind("a", "b"), 0.05, WOBBLE, REFUTED),
        (beliefs.behind("a", "b"), -0.03, NOISE, UNDECIDED),
        (beliefs.as_good("a", "b"), 0.0, WOBBLE, CONFIRMED),
        (beliefs.as_good("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (beliefs.as_good("a", "b"), -0.05, WOBBLE, REFUTED),
        (beliefs.as_good("a", "b"), 0.0, NOISE, UNDECIDED),
        (beliefs.ahead("a", "b"), 0.05, WOBBLE, CONFIRMED),
        (beliefs.ahead("a", "b"), 0.0, WOBBLE, REFUTED),
        (beliefs.ahead("a", "b"), 0.02, NOISE, UNDECIDED),
    ],
)
def test_a_verdict_follows_from_the_interval(criterion, by, noise, verdict):
    judged = criterion.judge(folds_of({"a": shifted(by, noise), "b": BASE}))
    assert judged.verdict == verdict
    assert f"{by:+.3f}" in judged.measured and "against b" in judged.measured


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(0.0, WOBBLE, CONFIRMED), (-0.05, WOBBLE, CONFIRMED), (0.05, WOBBLE, REFUTED), (0.0, NOISE, UNDECIDED)],
)
def test_columns_that_gain_nothing(by, noise, verdict):
    found = folds_of({"a": shifted(by, noise), "a, numbers only": BASE})
    assert beliefs.gains_nothing("a").judge(found).verdict == verdict


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.30, 0.31, 0.29, 0.30, 0.30], CONFIRMED),
        ([0.80, 0.81, 0.79, 0.80, 0.80], REFUTED),
        ([2.0, 2.1, 1.9, 2.0, 2.0], REFUTED),
        ([0.2, 0.9, 0.3, 1.5, 0.4], UNDECIDED),
    ],
)
def test_much_faster_is_half_the_time_beyond_the_interval(ratios, verdict):
    found = folds_of({"a": BASE, "b": BASE}, {"a": ratios})
    assert beliefs.much_faster("a", "b").judge(found).verdict == verdict


@pytest.mark.parametrize(
    ("by", "noise", "half", "verdict"),
    [
        (-0.05, WOBBLE, -0.05, CONFIRMED),  # behind, and twice the rows bring 0.05
        (-0.05, WOBBLE, 0.002, REFUTED),  # behind, and more rows bring nothing
        (0.0, WOBBLE, -0.05, REFUTED),  # not behind at all
        (-0.05, NOISE, -0.05, UNDECIDED),
    ],
)
def test_wanting_data_is_being_behind_and_still_rising(by, noise, half, verdict):
    mine = shifted(by, noise)
    rows = {"a": mine, "b": BASE, "a, half of the rows": mine + half - WOBBLE, "b, half of the rows": BASE - 0.01}
    judged = beliefs.wants_data("a", "b").judge(folds_of(rows))
    assert judged.verdict == verdict
    assert f"bring it {0 - half:+.3f}" in judged.measured and "and b +0.010" in judged.measured


@pytest.mark.parametrize(
    ("by", "ratio", "verdict"),
    [(-0.05, 5.0, CONFIRMED), (0.0, 5.0, CONFIRMED), (0.05, 5.0, REFUTED), (-0.05, 0.2, REFUTED)],
)
def test_overkill_is_more_time_for_nothing(by, ratio, verdict):
    seconds = {"a": ratio * np.array([1.0, 1.1, 0.9, 1.0, 1.05])}
    assert beliefs.overkill("a", "b").judge(folds_of({"a": shifted(by), "b": BASE}, seconds)).verdict == verdict


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(-0.05, WOBBLE, CONFIRMED), (0.0, WOBBLE, CONFIRMED), (0.05, WOBBLE, REFUTED), (0.0, NOISE, UNDECIDED)],
)
def test_nobody_is_better_than_xgboost(by, noise, verdict):
    variant = VARIANTS[0].name  # a variant is no algorithm, and does not count however good it is
    rows = {BASELINE: BASE, "LightGBM": shifted(by, noise), variant: BASE + 0.1, FLOOR: BASE - 0.2}
    judged = beliefs.none_better().judge(folds_of(rows))
    assert judged.verdict == verdict and judged.measured.startswith("LightGBM:")
    alone = beliefs.none_better().judge(folds_of({BASELINE: BASE}))
    assert alone == ("no other algorithm was measured", UNDECIDED)


def test_every_belief_is_a_sentence_of_the_design(design):
    section = design[design.index("## algorithm selection") : design.index("## feature engineering")]
    assert [belief.words for belief in BELIEFS if belief.words not in section] == []


def test_every_belief_names_what_a_comparison_measures():
    names = {AVERAGE, *BY_NAME, *(variant.name for variant in VARIANTS)}
    assert {name for belief in BELIEFS for name in belief.criterion.needs} <= names
    assert {belief.algorithm for belief in BELIEFS} == set(BY_NAME) - {FLOOR}


def test_every_belief_gets_a_verdict_its_rule_and_what_was_measured(measured):
    found = belief_table(measured.folds)
    assert len(found) == len(BELIEFS) and set(found["verdict"]) <= {CONFIRMED, REFUTED, UNDECIDED}
    assert (found[["measured", "rule"]].map(len) > 10).all(axis=None)
