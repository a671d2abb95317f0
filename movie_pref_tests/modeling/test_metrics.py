"""Metrics equal scikit-learn's, and intervals are as wide as theory says."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from movie_pref.modeling.metrics import (
    bootstrap_intervals,
    confusion,
    metric_names,
    scores,
    threshold_scores,
    weighted_scores,
)


def by_sklearn(actual, probability, weights=None):
    """The same names, computed by scikit-learn."""
    keywords = {"sample_weight": weights}
    found = {
        "average_precision": sk.average_precision_score(actual, probability, **keywords),
        "roc_auc": sk.roc_auc_score(actual, probability, **keywords),
        "neg_log_loss": -sk.log_loss(actual, probability, labels=[0, 1], **keywords),
    }
    for threshold in (0.35, 0.5):
        flagged = (probability >= threshold).astype(int)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found |= {
                f"recall_at_{threshold}": sk.recall_score(actual, flagged, **keywords),
                f"precision_at_{threshold}": sk.precision_score(actual, flagged, zero_division=0, **keywords),
                f"f1_at_{threshold}": sk.f1_score(actual, flagged, zero_division=0, **keywords),
                f"balanced_accuracy_at_{threshold}": sk.balanced_accuracy_score(actual, flagged, **keywords),
                f"accuracy_at_{threshold}": sk.accuracy_score(actual, flagged, **keywords),
                f"flagged_at_{threshold}": np.average(flagged, weights=weights),
            }
    return found


def assert_equal(found, expected, tolerance=1e-12):
    assert list(found) == metric_names()
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=tolerance), name


def sample(count=500, seed=0):
    rng = np.random.default_rng(seed)
    actual = (rng.random(count) < 0.2).astype(int)
    return actual, np.clip(rng.beta(1, 3, count) + 0.3 * actual, 0, 1)


def test_every_metric_equals_scikit_learns():
    assert_equal(scores(*sample()), by_sklearn(*sample()))


def test_ties_enter_together():
    actual, probability = sample()

    assert_equal(scores(actual, probability.round(1)), by_sklearn(actual, probability.round(1)))


def test_a_probability_exactly_at_the_threshold_is_flagged():
    found = scores(np.array([1, 0, 0, 1]), np.array([0.35, 0.3499999, 0.5, 0.1]))

    assert found["flagged_at_0.35"] == 0.5 and found["recall_at_0.35"] == 0.5
    assert found["flagged_at_0.5"] == 0.25


def test_float32_probabilities_as_xgboost_gives_them():
    actual, probability = sample()
    found = scores(actual, probability.astype(np.float32))
    expected = by_sklearn(actual, probability.astype(np.float32))

    assert_equal({**found, "neg_log_loss": 0}, {**expected, "neg_log_loss": 0})
    assert found["neg_log_loss"] == pytest.approx(expected["neg_log_loss"], abs=1e-7)  # summed in float32 there


@pytest.mark.parametrize("constant", [0.0, 0.1, 0.4, 1.0])
def test_one_probability_for_all_flags_nothing_or_everything(constant):
    actual, _ = sample()
    probability = np.full(len(actual), constant)

    assert_equal(scores(actual, probability), by_sklearn(actual, probability))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.2, 0.35, 0.36, 0.5, 0.9, 1.0])), min_size=2))
def test_any_small_library_equals_scikit_learn(pairs):
    actual, probability = np.array([0, 1] + [a for a, _ in pairs]), np.array([0.3, 0.4] + [p for _, p in pairs])

    assert_equal(scores(actual, probability), by_sklearn(actual, probability))


def test_weights_count_a_row_as_often_as_they_say():
    actual, probability = sample(200)
    probability = probability.round(2)
    weights = np.random.default_rng(1).integers(0, 4, (3, 200)).astype(float)

    found = weighted_scores(actual, probability, weights)

    for row in range(3):
        expected = by_sklearn(actual, probability, weights[row])
        assert_equal({name: values[row] for name, values in found.items()}, expected)


def test_a_decision_without_probabilities():
    found = threshold_scores(np.array([1, 1, 0, 0, 0]), np.array([True, False, True, False, False]))

    assert found == pytest.approx(
        {
            "recall": 1 / 2,
            "precision": 1 / 2,
            "f1": 1 / 2,
            "balanced_accuracy": (1 / 2 + 2 / 3) / 2,
            "accuracy": 3 / 5,
            "flagged": 2 / 5,
        }
    )


def test_confusion_names_each_row():
    found = confusion(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))

    assert found.tolist() == ["tp", "fn", "fp", "tn"]


def test_intervals_are_the_same_every_time_and_hold_the_value():
    one, again = (bootstrap_intervals(*sample(), samples=200, seed=4) for _ in range(2))

    pd.testing.assert_frame_equal(one, again)
    assert (one["low"] <= one["value"]).all() and (one["value"] <= one["high"]).all()
    assert one.index.tolist() == metric_names()
    assert one["value"].to_dict() == scores(*sample())


def test_the_interval_of_recall_is_as_wide_as_a_binomial_one():
    actual = np.repeat([1, 0], [400, 1600])
    probability = np.where(np.arange(2000) < 320, 0.9, 0.1)  # 320 of 400 liked ones are flagged

    found = bootstrap_intervals(actual, probability, samples=2000, seed=0).loc["recall_at_0.35"]

    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert found["value"] == 0.8
    assert found["low"] == pytest.approx(0.8 - half, abs=0.15 * half)
    assert found["high"] == pytest.approx(0.8 + half, abs=0.15 * half)


def test_a_single_liked_movie_has_an_interval_and_one_class_is_an_error_not_a_hang():
    found = bootstrap_intervals(np.array([1] + [0] * 30), np.linspace(1, 0, 31), samples=100)
    assert found.notna().all(axis=None)

    with pytest.raises(ValueError, match="both classes"):
        bootstrap_intervals(np.zeros(30), np.linspace(1, 0, 30), samples=100)
