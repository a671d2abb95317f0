"""A cost is a mean of paired differences, with an error that knows of shared rows."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.metrics.paired import Cost, holm, paired


def test_the_error_over_folds_that_share_rows_is_nadeau_and_bengios():
    before, after = np.array([0.5, 0.7, 0.6, 0.9]), np.array([0.4, 0.65, 0.5, 0.8])
    # differences 0.1, 0.05, 0.1, 0.1: variance 0.000625; folds of a fifth: 1 tested row to 4 trained on
    assert paired(before, after, overlap=1 / 4).error == pytest.approx(np.sqrt(0.000625 * (1 / 4 + 1 / 4)))


def test_a_cost_is_the_mean_of_paired_differences_and_its_standard_error():
    before, after = np.array([0.5, 0.7, 0.9]), np.array([0.4, 0.7, 0.7])
    cost = paired(before, after)

    assert cost.mean == pytest.approx(0.1)
    assert cost.error == pytest.approx(pd.Series(before - after).sem())
    assert cost.too_high and Cost(0.1, 0.19).too_high and not Cost(0.1, 0.2).too_high and not Cost(-0.1, 0.0).too_high


def test_p_values_are_adjusted_as_statsmodels_does():
    from statsmodels.stats.multitest import multipletests

    p = np.array([0.04, 0.001, 0.2, 0.013, 0.04])

    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])
    assert np.isnan(holm(np.array([0.01, np.nan]))).tolist() == [False, True]
    assert holm(np.array([0.01, np.nan]))[0] == 0.01
