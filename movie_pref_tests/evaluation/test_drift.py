"""Drift: distances equal scipy's, unknown values left out, nulls counted apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from movie_pref.evaluation.drift import feature_drift
from movie_pref.library.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def drift(library, candidates):
    return feature_drift(pd.DataFrame(library), pd.DataFrame(candidates), CATALOGUE).set_index("feature")


def test_a_library_does_not_differ_from_itself(movies):
    found = feature_drift(movies, movies.sample(frac=1, random_state=0), CATALOGUE)

    assert (found["distance"] == 0).all()
    assert len(found) == 12  # ten numbers, two categories


def test_the_distance_of_a_number_is_the_kolmogorov_smirnov_statistic_of_the_known_values(movies, candidates):
    found = feature_drift(movies, candidates, CATALOGUE).set_index("feature")

    for name, unknown in (("imdb_votes", None), ("runtime", 0)):
        known = [part.loc[part[name].notna() & (part[name] != unknown), name] for part in (movies, candidates)]
        nulls = [1 - len(k) / len(p) for k, p in zip(known, (movies, candidates), strict=True)]
        expected = max(ks_2samp(*known).statistic, abs(nulls[0] - nulls[1]))
        assert found.loc[name, "distance"] == pytest.approx(expected)
        assert found.loc[name, ["library_null", "candidates_null"]].tolist() == pytest.approx(nulls)


def test_the_distance_of_a_category_is_the_total_variation():
    found = drift({"original_language": ["en", "en", "en", "fr"]}, {"original_language": ["en", "en", "ja", "fr"]})

    # shares 3/4, 1/4, 0 against 1/2, 1/4, 1/4
    assert found.loc["original_language", "distance"] == pytest.approx(0.25)
    assert found.loc["original_language", "library"] == "en"


def test_a_column_that_is_null_far_more_often_drifts():
    found = drift({"metascore": [50.0] * 10}, {"metascore": [50.0] * 3 + [np.nan] * 7})

    assert found.loc["metascore", "distance"] == pytest.approx(0.7)
    assert found.loc["metascore", ["library_null", "candidates_null"]].tolist() == pytest.approx([0, 0.7])


def test_a_column_without_any_known_value_and_an_absent_one_are_no_error():
    found = drift({"metascore": [50.0], "budget": [1.0]}, {"metascore": [np.nan], "rt_score": [3.0]})

    assert found.index.tolist() == ["metascore"]
    assert found.loc["metascore", "distance"] == 1


def test_the_largest_distance_comes_first(movies, candidates):
    found = feature_drift(movies, candidates, CATALOGUE)

    assert found["distance"].is_monotonic_decreasing
    assert list(found) == ["feature", "distance", "library", "candidates", "library_null", "candidates_null"]
    assert found["distance"].between(0, 1).all()


def test_no_candidates_are_no_error(movies, candidates):
    assert feature_drift(movies, candidates.iloc[:0], CATALOGUE)["library"].notna().all()
