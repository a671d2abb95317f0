"""Drift: distances equal scipy's, unknown values left out, nulls counted apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from movie_pref.evaluation.drift import COLUMNS, drifted, feature_drift
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


def test_what_is_beyond_its_floor_comes_first_the_furthest_before_others(movies, candidates):
    found = feature_drift(movies, candidates, CATALOGUE)

    beyond = found["distance"] > found["floor"]
    assert beyond.is_monotonic_decreasing and 0 < beyond.sum() < len(found)
    assert found.loc[beyond, "distance"].is_monotonic_decreasing
    assert list(found) == COLUMNS
    assert found["distance"].between(0, 1).all()


def test_no_candidates_are_no_error(movies, candidates):
    assert feature_drift(movies, candidates.iloc[:0], CATALOGUE)["library"].notna().all()


@pytest.mark.parametrize("rows", [25, 50, 400])
def test_samples_of_one_kind_seldom_count_as_drifted(rows):
    """Sixty languages in as few as 25 movies, two numbers and their nulls: the truth is that nothing differs."""
    rng, alarms = np.random.default_rng(1), 0
    for _ in range(60):
        parts = [
            pd.DataFrame(
                {
                    "original_language": rng.integers(0, 60, size).astype(str),
                    "metascore": np.where(rng.random(size) < 0.5, np.nan, rng.normal(50, 10, size)),
                    "runtime": rng.integers(60, 200, size).astype(float),
                }
            )
            for size in (rows, 2 * rows)
        ]
        found = feature_drift(*parts, CATALOGUE)
        assert rows == 400 or found.set_index("feature").loc["original_language", "distance"] > 0.3
        alarms += len(drifted(found, 0.3)) > 0

    assert alarms <= 3  # 5 %


def test_a_shift_beyond_the_floor_is_drift():
    rng = np.random.default_rng(2)
    library = pd.DataFrame({"runtime": rng.normal(100, 10, 50), "original_language": ["en", "fr"] * 25})
    candidates = pd.DataFrame({"runtime": rng.normal(130, 10, 30), "original_language": ["en", "fr"] * 15})

    found = drifted(feature_drift(library, candidates, CATALOGUE), 0.3)

    assert found["feature"].tolist() == ["runtime"]
    assert found["distance"].iloc[0] > 0.8 > found["floor"].iloc[0]


def test_a_small_shift_of_many_movies_is_beyond_the_floor_but_within_the_limit():
    rng = np.random.default_rng(3)
    parts = [pd.DataFrame({"runtime": rng.normal(mean, 10, 5000)}) for mean in (100, 103)]

    found = feature_drift(*parts, CATALOGUE)

    assert found["distance"].iloc[0] > found["floor"].iloc[0]
    assert drifted(found, 0.3).empty
