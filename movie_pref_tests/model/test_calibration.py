"""Calibrated probabilities: the sigmoid is found again, keeps the ranking, and never sees the row that it calibrates."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from movie_pref.model.calibration import (
    Isotonic,
    Sigmoid,
    calibrator_of,
    choose_calibration,
    cross_fitted,
    fit_isotonic,
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

    assert found.slope == pytest.approx(slope, rel=0.06)
    assert found.intercept == pytest.approx(intercept, abs=0.08)


def test_calibrated_probabilities_mean_what_they_say():
    probability, actual = simulated(0.5, -1.0)
    calibrated = fit_sigmoid(probability, actual)(probability)

    for low, high in [(0.1, 0.2), (0.2, 0.4), (0.4, 0.7)]:
        inside = (calibrated >= low) & (calibrated < high)
        assert actual[inside].mean() == pytest.approx(calibrated[inside].mean(), abs=0.03)
        assert inside.sum() > 500


def test_the_ranking_never_changes():
    probability, actual = simulated(0.6, -0.8, count=500)

    calibrated = fit_sigmoid(probability, actual)(np.sort(probability))

    assert (np.diff(calibrated) > 0).all()
    assert ((calibrated > 0) & (calibrated < 1)).all()


def test_the_formula_is_the_one_that_is_stated():
    assert Sigmoid(2.0, -1.0)(np.array([0.5, 0.8])) == pytest.approx(
        [1 / (1 + np.exp(1)), 1 / (1 + np.exp(-(2 * np.log(4) - 1)))]
    )


def test_probabilities_that_run_the_wrong_way_stay_as_they_are():
    probability, actual = simulated(1.0, 0.0, count=2000)

    assert fit_sigmoid(1 - probability, actual) == Sigmoid(1.0, 0.0)
    np.testing.assert_allclose(fit_sigmoid(1 - probability, actual)(probability), probability, atol=1e-9)


@pytest.mark.parametrize("constant", [0.0, 0.3, 0.5, 1.0])
def test_probabilities_without_signal_keep_a_slope_that_cannot_turn_the_ranking(constant):
    _, actual = simulated(1.0, 0.0, count=2000)
    found = fit_sigmoid(np.full(2000, constant), actual)

    assert found.slope > 0
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
    found = cross_fitted(probability, actual, fold)

    for number in range(5):
        margin = logit(probability.to_numpy())[:, None]
        others = (fold != number).to_numpy()
        model = LogisticRegression(C=np.inf).fit(margin[others], actual[others])
        expected = model.predict_proba(margin[~others])[:, 1]
        np.testing.assert_allclose(found[~others], expected, atol=1e-3)


# the other map, and the choice


def bent(count=6000, seed=0):
    """Probabilities that no sigmoid can mend: what happens is a staircase of them."""
    rng = np.random.default_rng(seed)
    probability = rng.random(count)
    truth = np.select([probability < 0.3, probability < 0.8], [0.02, 0.4], 0.95)
    index = pd.Index(np.arange(count))
    values = probability, (rng.random(count) < truth).astype(int), np.arange(count) % 5
    return [pd.Series(found, index=index) for found in values]


def test_isotonic_steps_are_slopes_so_that_no_two_movies_get_the_same_probability():
    probability, actual, _ = bent()
    calibrate = fit_isotonic(probability.to_numpy(), actual.to_numpy())
    found = calibrate(np.linspace(0, 1, 1001))

    assert (np.diff(found) > 0).all() and found.min() > 0 and found.max() < 1
    assert found[150] == pytest.approx(0.02, abs=0.02)
    assert found[550] == pytest.approx(0.4, abs=0.05)


def test_isotonic_knots_are_the_means_of_scikit_learns_steps():
    found = fit_isotonic(np.array([0.1, 0.3, 0.4, 0.6, 0.9]), np.array([0, 1, 0, 1, 1]))  # steps: 0, 1/2, 1

    assert found.x == pytest.approx((0, 0.1, 0.35, 0.75, 1))
    assert found.y == pytest.approx((0.05, 0.1, 0.1 + 0.8 / 2, 0.9, 0.95))


@pytest.mark.parametrize("values", [[0.5] * 6, [0.0] * 3 + [1.0] * 3, [0.9, 0.8, 0.7, 0.3, 0.2, 0.1]], ids=str)
def test_isotonic_is_increasing_even_where_nothing_can_be_learnt(values):
    found = fit_isotonic(np.array(values), np.array([0, 0, 0, 1, 1, 1]))(np.linspace(0, 1, 51))

    assert (np.diff(found) > 0).all() and found.min() > 0 and found.max() < 1


def test_the_sigmoid_stays_unless_isotonic_is_clearly_better():
    probability, actual = simulated(0.6, -0.8, count=3000)
    fold = pd.Series(np.arange(3000) % 5)
    usual = choose_calibration(pd.Series(probability), pd.Series(actual), fold)
    unusual = choose_calibration(*bent())

    assert (usual.name, usual.fit) == ("sigmoid", fit_sigmoid)
    assert usual.difference < 2 * usual.error
    assert (unusual.name, unusual.fit) == ("isotonic", fit_isotonic)
    assert unusual.difference > 2 * unusual.error
    assert f"{unusual.difference:+.4f} ± {unusual.error:.4f}" in unusual.says


def test_a_calibrator_comes_back_from_its_facts():
    isotonic = Isotonic((0.0, 0.4, 1.0), (0.01, 0.2, 0.99))

    assert calibrator_of({"slope": 0.8, "intercept": -0.2}) == Sigmoid(0.8, -0.2)
    assert calibrator_of(isotonic._asdict()) == isotonic


def test_a_map_that_gives_what_happened_no_chance_is_not_taken(monkeypatch):
    """The log loss of the saturated sigmoid is infinite, and a comparison with infinity is false."""
    rng = np.random.default_rng(0)
    actual = (rng.random(600) < 0.3).astype(int)
    probability = np.where(actual == 1, rng.uniform(0.95, 1, 600), rng.uniform(0, 0.05, 600))
    actual[0], probability[0] = 0, 1 - 1e-9  # the model is certain, and wrong
    monkeypatch.setattr("movie_pref.model.calibration.fit_sigmoid", lambda *_: Sigmoid(5.0, 0.0))

    chosen = choose_calibration(pd.Series(probability), pd.Series(actual), pd.Series(np.arange(600) % 5))

    assert Sigmoid(5.0, 0.0)(probability[:1]) == 1  # so that nothing is left for what happened
    assert chosen.name == "isotonic"
    assert np.isfinite([chosen.difference, chosen.error]).all() and chosen.difference < 2 * chosen.error
