"""How much each kind of member counts: Platt's scaling beside scikit-learn, and shares that few labels leave as they were."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from movie_pref.model.committee import BOOSTERS, LINEAR
from movie_pref.model.weights import member_shares, member_weights, platt


def unseen(signal: float, noise: float, count: int, seed: int) -> tuple[np.ndarray, pd.DataFrame]:
    """Log-odds of a good member and of one that knows nothing, and the labels that follow the first."""
    rng = np.random.default_rng(seed)
    good = rng.normal(0, signal, count)
    label = (rng.uniform(size=count) < 1 / (1 + np.exp(-good))).astype(int)
    return label, pd.DataFrame({BOOSTERS: good, LINEAR: rng.normal(0, noise, count)})


def test_platts_scaling_is_logistic_regression_on_the_log_odds():
    label, members = unseen(2.0, 1.0, 4000, 0)
    slope, intercept = platt(members[BOOSTERS].to_numpy() * 3 + 1, label)
    expected = LogisticRegression(C=1e6).fit(members[[BOOSTERS]].to_numpy() * 3 + 1, label)
    assert slope == pytest.approx(expected.coef_[0, 0], rel=0.02)
    assert intercept == pytest.approx(expected.intercept_[0], abs=0.03)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_platts_scaling_stays_finite_where_the_classes_part(scale):
    margins = np.array([-3.0, -2.0, 2.0, 3.0]) * scale
    slope, intercept = platt(margins, np.array([0, 0, 1, 1]))
    assert np.isfinite([slope, intercept]).all() and slope > 0
    # Platt's targets are 3/4 and 1/4; so few labels leave the slope of standardised log-odds near 1
    standardised = margins / margins.std()
    assert slope * margins[3] / standardised[3] == pytest.approx(1, abs=0.15)
    assert intercept == pytest.approx(0, abs=1e-3)


def test_a_member_that_says_the_same_of_all_movies_has_their_share():
    label = np.array([1] * 10 + [0] * 30)
    slope, intercept = platt(np.full(40, 2.5), label)
    # by hand: the mean of Platt's targets, (10 * 11/12 + 30 * 1/32) / 40
    assert 1 / (1 + np.exp(-(slope * 2.5 + intercept))) == pytest.approx((10 * 11 / 12 + 30 / 32) / 40, abs=1e-4)


def test_a_member_is_never_turned_round():
    label, members = unseen(2.0, 1.0, 2000, 4)
    slope, _ = platt(-members[BOOSTERS].to_numpy(), label)
    assert 0 < slope < 0.1


def test_few_labels_leave_the_shares_near_those_from_before_and_many_lean_to_the_better_member():
    few, many = (unseen(1.5, 1.5, count, 1) for count in (20, 4000))
    before = np.array([0.25, 0.75])
    near = member_shares(few[1].to_numpy(), few[0], before)
    far = member_shares(many[1].to_numpy(), many[0], before)
    assert near.sum() == pytest.approx(1) and abs(near[0] - 0.25) < 0.2
    assert far[0] > 0.9


def test_equal_members_keep_their_shares_from_before_however_many():
    label, members = unseen(1.5, 1.5, 500, 5)
    same = members[[BOOSTERS, BOOSTERS, BOOSTERS]].to_numpy()
    assert member_shares(same, label, np.array([0.2, 0.3, 0.5])) == pytest.approx([0.2, 0.3, 0.5], abs=1e-3)


def test_the_shares_are_those_of_a_plain_search_along_the_line_between_the_members():
    """With many rows the pull to other shares counts for nothing: the least log loss by SciPy and scikit-learn."""
    rng = np.random.default_rng(6)
    truth = rng.normal(0, 2, 20_000)
    label = (rng.uniform(size=20_000) < 1 / (1 + np.exp(-truth))).astype(int)
    members = np.column_stack([truth + rng.normal(0, 1, 20_000), truth + rng.normal(0, 1.5, 20_000)])

    def loss(share):
        mixed = members @ [share, 1 - share]
        fitted = LogisticRegression(C=1e6).fit(mixed[:, None], label)
        return log_loss(label, fitted.predict_proba(mixed[:, None])[:, 1])

    expected = minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-3}).x
    assert member_shares(members, label, np.array([0.25, 0.75]))[0] == pytest.approx(expected, abs=0.02)


def test_a_member_that_knows_nothing_hardly_counts():
    label, members = unseen(2.0, 1.0, 4000, 2)
    weights, _ = member_weights(members, label)
    assert weights[BOOSTERS] > 10 * abs(weights[LINEAR])


def test_weights_and_intercept_make_calibrated_log_odds_of_uncalibrated_ones():
    """A member three times too sure and shifted by two comes out as the probabilities that made the labels."""
    label, members = unseen(2.0, 1.0, 20_000, 7)
    twisted = pd.DataFrame({BOOSTERS: 3 * members[BOOSTERS] + 2, LINEAR: 3 * members[BOOSTERS] + 2})
    weights, intercept = member_weights(twisted, label)
    found = weights[BOOSTERS] * twisted[BOOSTERS] + weights[LINEAR] * twisted[LINEAR] + intercept
    assert np.abs(found - members[BOOSTERS]).max() < 0.4
    assert np.abs(found - members[BOOSTERS]).mean() < 0.06
