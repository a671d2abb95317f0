"""Metrics equal scikit-learn's."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from movie_pref.metrics.scores import (
    confusion,
    metric_names,
    movies_for_recall,
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


def test_movies_to_look_at_are_counted_from_the_top_of_the_ranking():
    actual = np.array([0, 1, 1, 0, 1, 1, 0, 0])
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.2, 0.1, 0.05])  # liked at ranks 2, 3, 5 and 6

    found = movies_for_recall(actual, probability, np.ones((1, 8)), levels=(0.25, 0.5, 0.75, 0.76, 1))

    counts = [found[f"movies_for_recall_{level:g}"][0] for level in (0.25, 0.5, 0.75, 0.76, 1)]
    assert counts == [2, 3, 5, 6, 6]
    assert found["share_for_recall_0.76"][0] == 6 / 8


def test_movies_of_equal_probability_are_looked_at_together():
    found = movies_for_recall(np.array([1, 0, 0, 1]), np.array([0.5, 0.5, 0.5, 0.4]), np.ones((1, 4)), levels=(0.5,))

    assert found["movies_for_recall_0.5"] == [3]


def test_movies_to_look_at_with_weights_are_those_of_the_repeated_rows():
    actual, probability = sample(80, seed=5)
    weights = np.random.default_rng(1).multinomial(80, np.full(80, 1 / 80), size=6)
    found = movies_for_recall(actual, probability, weights)

    for row, counts in enumerate(weights):
        repeated = np.repeat(np.arange(80), counts)
        expected = movies_for_recall(actual[repeated], probability[repeated], np.ones((1, 80)))
        assert {name: values[row] for name, values in found.items()} == {
            name: values[0] for name, values in expected.items()
        }
