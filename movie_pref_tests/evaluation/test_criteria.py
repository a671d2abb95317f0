"""The rules by which a belief is decided: a verdict follows from what was measured, and nothing else."""

import numpy as np
import pytest

from movie_pref.evaluation import criteria
from movie_pref.evaluation.algorithms import BASELINE, FLOOR
from movie_pref.evaluation.comparison_table import difference
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.criteria import CONFIRMED, REFUTED, UNDECIDED
from movie_pref.evaluation.fold_measures import VARIANTS
from movie_pref_tests.evaluation.comparison_samples import BASE, NOISE, WOBBLE, folds_of, shifted


@pytest.mark.parametrize(
    ("criterion", "by", "noise", "verdict"),
    [
        (criteria.behind("a", "b"), -0.05, WOBBLE, CONFIRMED),
        (criteria.behind("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (criteria.behind("a", "b"), 0.0, WOBBLE, REFUTED),
        (criteria.behind("a", "b"), 0.05, WOBBLE, REFUTED),
        (criteria.behind("a", "b"), -0.03, NOISE, UNDECIDED),
        (criteria.as_good("a", "b"), 0.0, WOBBLE, CONFIRMED),
        (criteria.as_good("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (criteria.as_good("a", "b"), -0.05, WOBBLE, REFUTED),
        (criteria.as_good("a", "b"), 0.0, NOISE, UNDECIDED),
        (criteria.ahead("a", "b"), 0.05, WOBBLE, CONFIRMED),
        (criteria.ahead("a", "b"), 0.0, WOBBLE, REFUTED),
        (criteria.ahead("a", "b"), 0.02, NOISE, UNDECIDED),
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
    assert criteria.gains_nothing("a").judge(found).verdict == verdict


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
    assert criteria.much_faster("a", "b").judge(found).verdict == verdict


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
    judged = criteria.wants_data("a", "b").judge(folds_of(rows))
    assert judged.verdict == verdict
    assert f"bring it {0 - half:+.3f}" in judged.measured and "and b +0.010" in judged.measured


@pytest.mark.parametrize(
    ("by", "ratio", "verdict"),
    [(-0.05, 5.0, CONFIRMED), (0.0, 5.0, CONFIRMED), (0.05, 5.0, REFUTED), (-0.05, 0.2, REFUTED)],
)
def test_overkill_is_more_time_for_nothing(by, ratio, verdict):
    seconds = {"a": ratio * np.array([1.0, 1.1, 0.9, 1.0, 1.05])}
    assert criteria.overkill("a", "b").judge(folds_of({"a": shifted(by), "b": BASE}, seconds)).verdict == verdict


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(-0.05, WOBBLE, CONFIRMED), (0.0, WOBBLE, CONFIRMED), (0.05, WOBBLE, REFUTED), (0.0, NOISE, UNDECIDED)],
)
def test_nobody_is_better_than_xgboost(by, noise, verdict):
    # a variant or a contrast is no algorithm, and does not count however good it is
    apart = dict.fromkeys((VARIANTS[0].name, CONTRASTS[0].names[0]), BASE + 0.1)
    rows = {BASELINE: BASE, "LightGBM": shifted(by, noise), **apart, FLOOR: BASE - 0.2}
    judged = criteria.none_better().judge(folds_of(rows))
    assert judged.verdict == verdict and judged.measured.startswith("LightGBM:")
    alone = criteria.none_better().judge(folds_of({BASELINE: BASE}))
    assert alone[:2] == ("no other algorithm was measured", UNDECIDED)


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.80, 0.81, 0.79, 0.80, 0.80], CONFIRMED),
        ([1.20, 1.21, 1.19, 1.20, 1.20], REFUTED),
        ([0.5, 1.4, 0.7, 1.6, 0.8], UNDECIDED),  # a clock that jumps
    ],
)
def test_faster_and_fewer_rounds_are_ratios_below_one_beyond_the_interval(ratios, verdict):
    found = folds_of({"a": BASE, "b": BASE}, {"a": ratios})
    assert criteria.faster("a", "b").judge(found).verdict == verdict
    found = with_figure(folds_of({"a": BASE, "b": BASE}), "rounds", a=40 * np.array(ratios), b=40.0)
    judged = criteria.fewer_rounds("a", "b").judge(found)
    assert judged.verdict == verdict and "b 40;" in judged.measured


@pytest.mark.parametrize(("by", "verdict"), [(-0.02, CONFIRMED), (0.0, REFUTED), (0.02, REFUTED)])
def test_a_lower_loss(by, verdict):
    found = with_figure(folds_of({"a": BASE, "b": BASE}), "lowest_loss", a=0.3 + by + WOBBLE, b=0.3)
    judged = criteria.lower_loss("a", "b", "lowest_loss").judge(found)
    assert judged.verdict == verdict and f"lowest loss {by:+.3f}" in judged.measured


@pytest.mark.parametrize(
    ("by", "noise", "splits", "verdict"),
    [
        (0.0, WOBBLE, 0.5, CONFIRMED),
        (0.0, WOBBLE, 1.5, REFUTED),  # as good, and with more splits
        (-0.05, WOBBLE, 0.5, REFUTED),  # what it left out was of use
        (0.0, NOISE, 0.5, UNDECIDED),
    ],
)
def test_pruning_leaves_out_splits_that_are_of_no_use(by, noise, splits, verdict):
    found = folds_of({"a": shifted(by, noise), "b": BASE})
    found = with_figure(found, "splits", a=1000 * splits * (1 + WOBBLE), b=1000.0)
    judged = criteria.fewer_splits_as_good("a", "b").judge(found)
    assert judged.verdict == verdict and f"with {splits:g} times" in judged.measured


@pytest.mark.parametrize(
    ("by", "gap", "verdict"), [(0.0, 0.05, CONFIRMED), (0.0, 0.2, REFUTED), (-0.05, 0.05, REFUTED)]
)
def test_a_balance_is_a_smaller_gap_for_no_worse_ranking(by, gap, verdict):
    found = folds_of({"a": shifted(by), "b": BASE})  # log loss of 0.5 on new rows
    found = with_figure(found, "training_loss", a=0.5 - gap + WOBBLE, b=0.4)
    assert criteria.fits_less_and_ranks_as_well("a", "b").judge(found).verdict == verdict


@pytest.mark.parametrize(
    ("mine", "theirs", "noise", "verdict"),
    [
        (0.01, 0.06, WOBBLE, CONFIRMED),
        (0.06, 0.01, WOBBLE, REFUTED),
        (0.06, 0.06, WOBBLE, REFUTED),
        (0.01, 0.06, NOISE, UNDECIDED),
    ],
)
def test_losing_less_is_a_difference_of_differences(mine, theirs, noise, verdict):
    rows = {"a": BASE, "a, spoilt": BASE - mine + noise, "b": BASE - 0.3, "b, spoilt": BASE - 0.3 - theirs}
    judged = criteria.loses_less("a", "b", "spoilt").judge(folds_of(rows))
    assert judged.verdict == verdict
    assert f"it loses {mine:+.3f}" in judged.measured and f"b {theirs:+.3f}" in judged.measured


@pytest.mark.parametrize(("mine", "theirs", "verdict"), [(0.01, 0.06, CONFIRMED), (0.06, 0.06, REFUTED)])
def test_gaining_less_from_categories_than_another(mine, theirs, verdict):
    rows = {"a": BASE + mine + WOBBLE, "a, numbers only": BASE, "b": BASE + theirs, "b, numbers only": BASE}
    judged = criteria.gains_less("a", "b").judge(folds_of(rows))
    assert judged.verdict == verdict and f"they bring it {mine:+.3f}" in judged.measured


@pytest.mark.parametrize(
    ("by", "ratio", "verdict"),
    [(0.0, 0.5, CONFIRMED), (0.0, 2.0, REFUTED), (-0.05, 0.5, REFUTED), (0.05, 0.5, CONFIRMED)],
)
def test_an_alternative_is_as_good_and_faster(by, ratio, verdict):
    seconds = {"a": ratio * np.array([1.0, 1.1, 0.9, 1.0, 1.05])}
    found = folds_of({"a": shifted(by), "b": BASE}, seconds)
    assert criteria.as_good_and_faster("a", "b").judge(found).verdict == verdict


def test_the_p_of_a_verdict_is_that_of_the_interval_which_decides():
    """At the end of the 95 % interval it is 0.05."""
    reach = difference(folds_of({"a": shifted(0, NOISE), "b": BASE}), "a", "b").high
    for by, verdict in ((-1.001 * reach, CONFIRMED), (-0.999 * reach, UNDECIDED)):
        judged = criteria.behind("a", "b").judge(folds_of({"a": shifted(by, NOISE), "b": BASE}))
        assert (judged.verdict, judged.p) == (verdict, pytest.approx(0.05, abs=0.001))


def with_figure(folds, column, **values):
    """The folds with a figure of each name."""
    found = folds.assign(**{column: np.nan})
    for name, figures in values.items():
        found.loc[found["name"] == name, column] = figures
    return found
