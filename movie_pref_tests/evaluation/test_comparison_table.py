"""The table of a comparison: differences are paired, and their errors are those of shared rows."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from movie_pref.evaluation.algorithms import BASELINE
from movie_pref.evaluation.comparison_table import better_than_baseline, comparison_table, difference
from movie_pref_tests.evaluation.comparison_samples import BY_NAME, folds_of


def test_the_difference_is_paired_and_its_error_corrected_for_shared_rows():
    ours, theirs = np.array([0.80, 0.90, 0.70, 0.85]), np.array([0.70, 0.85, 0.66, 0.79])
    found = difference(folds_of({"a": ours, BASELINE: theirs}, folds=2), "a")
    plain = ttest_rel(ours, theirs)
    # two folds: as many rows tested as trained on, so the variance is multiplied by 1/4 + 1 instead of 1/4
    assert found.error == pytest.approx(plain.statistic and found.mean / plain.statistic * np.sqrt(5))
    low, high = plain.confidence_interval(0.95)
    assert found.high - found.low == pytest.approx((high - low) * np.sqrt(5))
    assert found.mean == pytest.approx(0.0625) and (found.low + found.high) / 2 == pytest.approx(0.0625)


def test_the_best_of_a_dozen_equal_algorithms_is_seldom_better_than_the_baseline():
    """Folds that share training rows err together, by a quarter of a fold's variance (Nadeau and Bengio)."""
    rng, names = np.random.default_rng(0), [f"algorithm {number}" for number in range(12)]
    chosen = [BY_NAME[BASELINE], *(BY_NAME[BASELINE]._replace(name=name) for name in names)]
    wins = alone = 0
    for _ in range(60):
        drawn = {name: 0.5 + rng.normal(0, 0.01) + rng.normal(0, 0.02, 5) for name in [BASELINE, *names]}
        table = comparison_table(folds_of(drawn), chosen)
        wins += len(better_than_baseline(table)) > 0
        alone += (table["low"] > 0).any()

    assert wins <= 3 < alone
