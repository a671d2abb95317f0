"""Intervals hold the truth as often as they say, and are none where there is nothing to go by."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, norm
from sklearn import metrics as sk

from movie_pref.metrics.intervals import (
    influences,
    intervals,
    mcnemar_p,
    mean_loss_interval,
    paired_differences,
    row_log_losses,
    wilson,
)
from movie_pref.metrics.scores import metric_names, scores, weighted_scores
from movie_pref.metrics.workload import fewest_liked, share_intervals


def sample(count=500, seed=0):
    rng = np.random.default_rng(seed)
    actual = (rng.random(count) < 0.2).astype(int)
    return actual, np.clip(rng.beta(1, 3, count) + 0.3 * actual, 0, 1)


@pytest.mark.parametrize(("hits", "total"), [(0, 1), (1, 1), (0, 40), (3, 40), (38, 40), (40, 40), (600, 4000)])
def test_the_interval_of_a_share_is_wilsons(hits, total):
    expected = binomtest(hits, total).proportion_ci(method="wilson")

    assert wilson(hits, total) == pytest.approx((expected.low, expected.high))


def test_a_share_of_nothing_may_be_anything():
    assert wilson(0, 0) == (0, 1)


@pytest.mark.parametrize("found", [0.1, 0.9])
def test_one_liked_movie_says_little_of_recall(found):
    """By hand, Wilson's of 1 in 1: 1 / (1 + 1.96 squared) to 1, of 0 in 1 the mirror image; a bootstrap gives no width."""
    row = intervals(np.array([1] + [0] * 59), np.array([found] + [0.2] * 59)).loc["recall_at_0.35"]

    narrowest = 1 / (1 + 1.959964**2)
    assert (row["low"], row["high"]) == pytest.approx((narrowest, 1) if found > 0.35 else (0, 1 - narrowest))


def test_influences_are_the_derivatives_by_the_weight_of_each_row():
    rng = np.random.default_rng(0)
    actual = (rng.random(60) < 0.3).astype(int)
    probability = np.clip(0.3 * actual + 0.7 * rng.random(60), 0.01, 0.99).round(1)  # with ties
    step = 1e-5 * np.eye(60)
    more, less = (weighted_scores(actual, probability, np.ones((60, 60)) + sign * step) for sign in (1, -1))

    found = influences(actual, probability)

    assert list(found) == metric_names()
    for name, influence in found.items():
        np.testing.assert_allclose(influence, (more[name] - less[name]) / 2e-5, atol=1e-9)


def test_every_metric_has_its_value_between_its_ends():
    found = intervals(*sample())

    assert found["value"].to_dict() == scores(*sample())
    assert found.index.tolist() == metric_names()
    assert (found["low"] < found["value"]).all() and (found["value"] < found["high"]).all()


def test_a_perfect_order_of_few_movies_is_not_certain():
    found = intervals(np.array([1] * 5 + [0] * 95), np.linspace(1, 0, 100)).loc["average_precision"]

    assert found["value"] == found["high"] == 1
    assert found["low"] == pytest.approx(binomtest(5, 5).proportion_ci(method="wilson").low)


def test_one_class_is_an_error():
    with pytest.raises(ValueError, match="both classes"):
        intervals(np.zeros(30), np.linspace(1, 0, 30))


def test_row_losses_are_those_whose_mean_is_the_log_loss():
    actual, probability = sample()

    assert row_log_losses(actual, probability).mean() == pytest.approx(sk.log_loss(actual, probability))


def test_one_liked_movie_bounds_no_loss():
    assert np.isnan(mean_loss_interval(np.array([3.0, 0.1, 0.1]), liked=1)).all()


# how often they hold the truth


def simulated(rows, liked, apart, runs, seed=0):
    """Runs of movies whose scores are normal, liked ones `apart` higher, as probabilities."""
    rng = np.random.default_rng(seed)
    for _ in range(runs):
        actual = (rng.random(rows) < liked).astype(int)
        score = rng.normal(size=rows) + apart * actual
        yield actual, 1 / (1 + np.exp(-(np.log(liked / (1 - liked)) + apart * score - apart**2 / 2)))


@pytest.mark.parametrize(("rows", "liked", "apart"), [(400, 0.05, 2.5), (400, 0.2, 1.5), (4000, 0.1, 2.5)])
def test_intervals_of_average_precision_and_recall_hold_the_truth(rows, liked, apart):
    grid = np.linspace(-8, apart + 8, 200_001)
    above = norm.sf(grid - apart)
    precision = liked * above / (liked * above + (1 - liked) * norm.sf(grid))
    at = (np.log(0.35 / 0.65) - np.log(liked / (1 - liked)) + apart**2 / 2) / apart
    truth = {
        "average_precision": np.trapezoid(precision * norm.pdf(grid - apart), grid),
        "recall_at_0.35": norm.sf(at - apart),
    }
    held = dict.fromkeys(truth, 0)
    for actual, probability in simulated(rows, liked, apart, 400):
        found = intervals(actual, probability, (0.35,))
        for name, value in truth.items():
            held[name] += found.loc[name, "low"] <= value <= found.loc[name, "high"]

    for name, count in held.items():  # 93 to 97 %, and two standard errors of 400 runs
        assert 0.93 - 0.025 <= count / 400 <= 0.97 + 0.025, (name, count)


@pytest.mark.parametrize(("rows", "liked", "level"), [(400, 0.2, 0.9), (400, 0.2, 0.95), (4000, 0.1, 0.99)])
def test_intervals_of_the_movies_to_look_at_hold_the_truth(rows, liked, level):
    """The bootstrap's held it in 51 % of the cases for 99 % recall."""
    truth = liked * level + (1 - liked) * norm.sf(norm.isf(level) + 2)
    found = [share_intervals(*drawn, (level,))[level] for drawn in simulated(rows, liked, 2, 300)]
    held = [one.low <= truth <= one.high for one in found if not np.isnan(one.low)]

    assert len(held) > 250 and 0.93 - 0.025 <= np.mean(held) <= 0.97 + 0.025


def test_too_few_liked_movies_do_not_bound_how_many_to_look_at():
    assert [fewest_liked(level) for level in (0.9, 0.95, 0.99)] == [29, 59, 299]
    actual = np.array([1] * 40 + [0] * 360)
    found = share_intervals(actual, np.random.default_rng(0).random(400))

    assert np.isnan(found[0.99]).all() and np.isnan(found[0.95]).all()
    assert 0 < found[0.9].low < found[0.9].high <= 1


def test_movies_to_look_at_lie_within_their_interval_and_ties_are_looked_at_together():
    actual = np.array([1] * 60 + [0] * 60)
    found = share_intervals(actual, np.full(120, 0.5), (0.9,))[0.9]

    assert found.high == 1 and found.low <= 1


# pairs


def test_mcnemars_test_by_hand():
    assert mcnemar_p(0, 0) == 1
    assert mcnemar_p(0, 5) == pytest.approx(2 / 2**5)
    assert mcnemar_p(1, 5) == pytest.approx(2 * (1 + 6) / 2**6)
    assert mcnemar_p(3, 3) == 1


def test_an_equal_model_differs_by_nothing_and_a_shuffled_one_is_worse_beyond_doubt():
    actual, probability = sample()
    shuffled = np.random.default_rng(3).permutation(probability)

    equal = paired_differences(actual, probability, probability)
    worse = paired_differences(actual, probability, shuffled)

    assert (equal["difference"] == 0).all() and (equal["low"] <= 0).all() and (equal["high"] >= 0).all()
    assert equal.loc["average_precision", ["low", "high"]].tolist() == [0, 0]
    assert equal.loc["recall_at_0.35", "p"] == 1 and equal.loc["recall_at_0.35", "high"] > 0
    assert worse.loc["average_precision", "high"] < 0 and worse.loc["recall_at_0.35", "p"] < 0.001
    assert worse["champion"].to_dict() == scores(actual, probability)
    assert worse["challenger"].to_dict() == scores(actual, shuffled)


def test_the_p_of_recall_is_of_the_liked_movies_that_only_one_finds():
    actual = np.array([1] * 12 + [0] * 50)
    champion = np.where(np.arange(62) < 10, 0.9, 0.1)  # finds 10 of 12
    challenger = np.where((np.arange(62) >= 6) & (np.arange(62) < 12), 0.9, 0.1)  # finds 6, 2 of them new

    found = paired_differences(actual, champion, challenger).loc["recall_at_0.35"]

    assert found["p"] == pytest.approx(mcnemar_p(2, 6))
    assert found["difference"] == pytest.approx(-4 / 12)


def test_a_paired_interval_is_narrower_than_that_of_one_figure():
    actual, probability = sample()
    near = np.clip(probability + np.random.default_rng(4).normal(0, 0.01, len(actual)), 0, 1)

    paired = paired_differences(actual, probability, near).loc["average_precision"]
    alone = intervals(actual, probability).loc["average_precision"]

    assert paired["high"] - paired["low"] < 0.4 * (alone["high"] - alone["low"])


def test_more_confidence_is_a_wider_interval():
    actual, probability = sample()
    other = np.random.default_rng(5).permutation(probability)
    widths = [
        (found["high"] - found["low"]).dropna()
        for found in (paired_differences(actual, probability, other, confidence=one) for one in (0.95, 0.995))
    ]

    assert (widths[1] > widths[0]).all()


def test_intervals_of_paired_differences_hold_the_truth():
    """Two models of equal worth that err apart, with 20 liked movies among 400: the truth is 0."""
    rng = np.random.default_rng(6)
    held = pd.Series(0, index=["average_precision", "roc_auc", "recall_at_0.35"])
    for _ in range(400):
        actual = (rng.random(400) < 0.08).astype(int)
        common = rng.normal(size=400) + 2 * actual
        ours, theirs = (1 / (1 + np.exp(3 - 2 * (common + 0.4 * rng.normal(size=400)))) for _ in range(2))
        found = paired_differences(actual, ours, theirs, (0.35,)).loc[held.index]
        held += (found["low"] <= 0) & (found["high"] >= 0)

    assert (held / 400 >= 0.93 - 0.025).all()
    assert (held[["average_precision", "roc_auc"]] / 400 <= 0.97 + 0.025).all()
