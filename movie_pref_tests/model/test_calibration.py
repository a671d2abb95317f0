"""Calibrated probabilities: the sigmoid is found again, keeps the ranking, and never sees the row that it calibrates."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.metrics import log_loss

from movie_pref.model.calibration import (
    STIFFNESS,
    Calibrator,
    bends_of,
    cross_fitted,
    fit_calibration,
    fit_sigmoid,
)


def simulated(slope, intercept, count=20_000, seed=0):
    """Probabilities of a model that is off by exactly this sigmoid, and what then happened."""
    rng = np.random.default_rng(seed)
    margin = rng.normal(-1, 2, count)
    return expit(margin), (rng.random(count) < expit(slope * margin + intercept)).astype(int)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.6, -0.8), (1.7, 0.5)])
def test_the_sigmoid_that_made_the_data_is_found_again(slope, intercept):
    found = fit_sigmoid(*simulated(slope, intercept))

    assert found.slopes == pytest.approx((slope,), rel=0.06)
    assert found.intercept == pytest.approx(intercept, abs=0.08)


def test_calibrated_probabilities_mean_what_they_say():
    probability, actual = simulated(0.5, -1.0)
    calibrated = fit_calibration(probability, actual)(probability)

    for low, high in [(0.1, 0.2), (0.2, 0.4), (0.4, 0.7)]:
        inside = (calibrated >= low) & (calibrated < high)
        assert actual[inside].mean() == pytest.approx(calibrated[inside].mean(), abs=0.03)
        assert inside.sum() > 500


def test_the_ranking_never_changes():
    probability, actual = simulated(0.6, -0.8, count=500)

    calibrated = fit_calibration(probability, actual)(np.sort(probability))

    assert (np.diff(calibrated) > 0).all()
    assert ((calibrated > 0) & (calibrated < 1)).all()


def test_the_formula_is_the_one_that_is_stated():
    assert Calibrator(-1.0, (2.0,))(np.array([0.5, 0.8])) == pytest.approx(
        [1 / (1 + np.exp(1)), 1 / (1 + np.exp(-(2 * np.log(4) - 1)))]
    )


def test_probabilities_that_run_the_wrong_way_stay_as_they_are():
    probability, actual = simulated(1.0, 0.0, count=2000)

    assert fit_sigmoid(1 - probability, actual) == Calibrator()
    np.testing.assert_allclose(fit_sigmoid(1 - probability, actual)(probability), probability, atol=1e-9)


@pytest.mark.parametrize("constant", [0.0, 0.3, 0.5, 1.0])
def test_probabilities_without_signal_keep_a_slope_that_cannot_turn_the_ranking(constant):
    _, actual = simulated(1.0, 0.0, count=2000)
    found = fit_sigmoid(np.full(2000, constant), actual)

    assert min(found.slopes) > 0
    assert np.isfinite(found(np.array([0.0, constant, 1.0]))).all()


def folded():
    probability, actual = simulated(0.6, -0.8, count=600)
    index = pd.Index(np.arange(600) * 3 + 7)
    return [pd.Series(values, index=index) for values in (probability, actual, np.arange(600) % 5)]


def test_a_row_is_calibrated_by_the_other_folds_only():
    probability, actual, fold = folded()
    before = cross_fitted(probability, actual, fold)

    after = cross_fitted(probability, actual.where(fold != 2, 1 - actual), fold)

    assert (after[fold == 2] == before[fold == 2]).all()
    assert (after[fold != 2] != before[fold != 2]).all()


def test_it_equals_scikit_learns_logistic_regression_fitted_on_the_other_folds():
    from sklearn.linear_model import LogisticRegression

    probability, actual, fold = folded()
    found = cross_fitted(probability, actual, fold, fit_sigmoid)

    for number in range(5):
        margin = logit(probability.to_numpy())[:, None]
        others = (fold != number).to_numpy()
        model = LogisticRegression(C=np.inf).fit(margin[others], actual[others])
        expected = model.predict_proba(margin[~others])[:, 1]
        np.testing.assert_allclose(found[~others], expected, atol=1e-3)


# the bends


def bent(count=6000, seed=0):
    """Probabilities that no sigmoid can mend: what happens is a staircase of them."""
    rng = np.random.default_rng(seed)
    probability = rng.random(count)
    truth = np.select([probability < 0.3, probability < 0.8], [0.02, 0.4], 0.95)
    index = pd.Index(np.arange(count))
    values = probability, (rng.random(count) < truth).astype(int), np.arange(count) % 5
    return [pd.Series(found, index=index) for found in values]


def test_bends_are_drawn_as_the_formula_says():
    calibrate = Calibrator(0.5, (1.0, 2.0, 0.5), (-1.0, 1.0))

    found = logit(calibrate(expit(np.array([-3.0, -1.0, 0.0, 1.0, 4.0]))))

    np.testing.assert_allclose(found, [-2.5, -0.5, 1.5, 3.5, 5.0], atol=1e-9)


def test_bends_mend_what_a_straight_map_cannot_and_say_by_how_much():
    probability, actual, fold = bent()
    straight, found = (cross_fitted(probability, actual, fold, fit) for fit in (fit_sigmoid, fit_calibration))
    lowered = log_loss(actual, straight) - log_loss(actual, found)

    assert lowered > 0.01
    assert found[(probability > 0.4) & (probability < 0.7)].mean() == pytest.approx(0.4, abs=0.06)
    assert f"by {lowered:+.4f}" in bends_of(probability, actual, fold)


def test_what_is_straight_stays_nearly_straight():
    found = fit_calibration(*simulated(0.6, -0.8, count=3000))

    assert np.array(found.slopes) == pytest.approx(0.6, rel=0.25)


def test_the_fit_is_the_minimum_that_is_stated():
    """Against SciPy's Nelder-Mead on the same loss, written out."""
    probability, actual = simulated(0.7, -0.5, count=400)
    straight, found = fit_sigmoid(probability, actual), fit_calibration(probability, actual)

    def loss(calibrate):
        of_straight = np.array(calibrate.slopes) / straight.slopes[0]
        return log_loss(actual, calibrate(probability), normalize=False) + STIFFNESS * (np.diff(of_straight) ** 2).sum()

    def at(numbers):
        return Calibrator(float(numbers[0]), tuple(numbers[1:]), found.knots)

    other = minimize(
        lambda numbers: loss(at(numbers)), [found.intercept + 0.1, *(0.9 * np.array(found.slopes))],
        method="Nelder-Mead", options={"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-7, "fatol": 1e-9},
    )  # fmt: skip
    assert loss(found) == pytest.approx(other.fun, abs=1e-4)


@pytest.mark.parametrize(
    "values", [[0.5] * 6, [0.0] * 3 + [1.0] * 3, [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], [0, 0, 0, 1, 1, 1 - 1e-12]], ids=str
)
def test_it_increases_even_where_nothing_can_be_learnt(values):
    found = fit_calibration(np.array(values), np.array([0, 0, 0, 1, 1, 1]))(np.linspace(0.001, 0.999, 51))

    assert (np.diff(found) > 0).all() and found.min() >= 0 and found.max() <= 1


def test_a_calibrator_comes_back_from_its_facts():
    for one in (Calibrator(), Calibrator(-0.2, (0.8, 1.1), (0.3,))):
        assert Calibrator.of(json.loads(json.dumps(one.to_dict()))) == one
