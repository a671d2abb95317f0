"""How far probabilities are off, and how far right ones seem to be."""

import numpy as np
import pytest

from movie_pref.metrics.calibration_error import calibration_bins, calibration_error, calibration_error_floor

# how far off


def test_the_calibration_error_is_the_mean_gap_of_ten_bins():
    probability = np.array([0.02, 0.04, 0.35, 0.35, 1.0, 1.0, 0.95])  # bins of 2, 2 and 3
    actual = np.array([0, 1, 0, 0, 1, 1, 0])
    gaps = [abs(1 / 2 - 0.03), 0.35, abs(2 / 3 - 2.95 / 3)]

    assert calibration_error(actual, probability) == pytest.approx((2 * gaps[0] + 2 * gaps[1] + 3 * gaps[2]) / 7)
    assert calibration_bins(actual, probability)["movies"].tolist() == [2, 2, 3]


def test_the_floor_is_what_right_probabilities_show_and_wrong_ones_exceed():
    rng = np.random.default_rng(0)
    probability = rng.beta(0.3, 2, 800)
    median, low, high = calibration_error_floor(probability, samples=400)
    right = [calibration_error((rng.random(800) < probability).astype(int), probability) for _ in range(200)]
    wrong = calibration_error((rng.random(800) < probability**2).astype(int), probability)

    assert median == pytest.approx(np.median(right), rel=0.08)
    assert np.mean([low <= error <= high for error in right]) == pytest.approx(0.95, abs=0.05)
    assert wrong > high
    assert calibration_error_floor(probability, samples=400) == (median, low, high)


def test_the_floor_sinks_with_the_number_of_movies():
    few, many = (calibration_error_floor(np.random.default_rng(1).random(n), samples=100)[0] for n in (100, 10_000))

    assert many < few / 5
