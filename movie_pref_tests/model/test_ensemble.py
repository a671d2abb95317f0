"""Boosters merged into one: margins, contributions and depths."""

import numpy as np
import pytest
import xgboost

from movie_pref.model.committee import fit_members
from movie_pref.model.ensemble import merged, tree_depths
from movie_pref_tests.model.committees import RECIPE


def test_merged_boosters_give_the_weighted_sum_of_margins_and_contributions(table):
    values, types, names, _ = table
    boosters = fit_members(*table, RECIPE).boosters
    whole, start = merged(boosters, [0.7, 0.2])

    matrix = xgboost.DMatrix(values, feature_types=types, feature_names=names, enable_categorical=True)
    margins = [one.predict(matrix, output_margin=True).astype(float) for one in boosters]
    added = [one.predict(matrix, pred_contribs=True).astype(float) for one in boosters]
    found = whole.predict(matrix, pred_contribs=True).astype(float)
    found[:, -1] += start
    np.testing.assert_allclose(
        whole.predict(matrix, output_margin=True) + start, 0.7 * margins[0] + 0.2 * margins[1], atol=1e-5
    )
    np.testing.assert_allclose(found, 0.7 * added[0] + 0.2 * added[1], atol=1e-5)
    depths = tree_depths(bytes(whole.save_raw("json")))
    assert len(depths) == 32 and max(depths[:20]) <= 3


def test_boosters_of_other_columns_are_not_merged(table):
    values, types, names, target = table
    one = fit_members(*table, RECIPE).boosters[0]
    other = fit_members(values[:, 1:], types[1:], names[1:], target, RECIPE).boosters[0]
    with pytest.raises(ValueError, match="all on the same columns"):
        merged([one, other], [0.5, 0.5])
    with pytest.raises(ValueError, match="at least one"):
        merged([], [])
