"""Normality against scipy, pandas and statsmodels, and its degenerate input."""

from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from movie_pref.analysis.distribution import normality

steady = settings(derandomize=True, deadline=None, max_examples=100)


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def check(values: pd.Series, row: dict, prefix: str = "") -> None:
    """A row against pandas (moments) and scipy (test)."""
    assert row["n"] == len(values)
    assert row[f"{prefix}skewness"] == close(values.skew())
    assert row[f"{prefix}excess_kurtosis"] == close(values.kurt())
    if len(values) >= 20:
        assert [row[f"{prefix}k2"], row[f"{prefix}p_value"]] == close([*stats.normaltest(values)])


def test_the_real_library(numeric):
    for name in numeric:
        known = numeric[name].dropna().astype(float)  # log1p of int16 is float32
        row = normality(numeric[name])
        check(known, row)
        check(np.log1p(known), row, "log1p_")
    assert normality(numeric["metascore"])["generally_normal"]
    votes = normality(numeric["imdb_votes"])
    assert not votes["generally_normal"] and votes["log1p_generally_normal"]


def test_the_omnibus_test_equals_statsmodels(numeric):
    omni_normtest = pytest.importorskip("statsmodels.stats.stattools").omni_normtest
    row = normality(numeric["metascore"])
    assert [row["k2"], row["p_value"]] == close([*omni_normtest(numeric["metascore"].dropna())])


@steady
@given(st.lists(st.one_of(st.integers(-9, 99).map(float), st.sampled_from([nan, np.inf, -np.inf])), max_size=40))
def test_a_verdict_is_yes_no_or_has_a_reason(cells):
    row = normality(pd.Series(cells, dtype=float))
    known = pd.Series([c for c in cells if np.isfinite(c)], dtype=float)
    assert row["n"] == len(known)
    for prefix in ("", "log1p_"):
        if row[f"{prefix}reason"]:
            assert row[f"{prefix}generally_normal"] is None and isnan(row[f"{prefix}skewness"])
        else:
            assert isinstance(row[f"{prefix}generally_normal"], bool) and not isnan(row[f"{prefix}excess_kurtosis"])
        assert isnan(row[f"{prefix}k2"]) == isnan(row[f"{prefix}p_value"]) == (row[f"{prefix}test_reason"] != "")
        assert not np.isinf([v for v in row.values() if isinstance(v, float)]).any()
    applies = len(known) >= 3 and known.min() < known.max()
    assert (row["reason"] == "") == applies
    assert (row["log1p_reason"] == "") == (applies and known.min() >= 0)
    if applies and len(known) > 3:
        check(known, row)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "fewer than 3 values"),
        ([None, None, None], "fewer than 3 values"),
        ([1, 2, nan, np.inf], "fewer than 3 values"),
        ([0.1] * 1000, "the values are constant"),
        ([0.1 + 0.2, 0.3, 0.3], "the values are constant"),
    ],
)
def test_degenerate_input_is_not_applicable(values, reason):
    row = normality(pd.Series(values))
    assert (row["reason"], row["log1p_reason"]) == (reason, reason)
    assert row["generally_normal"] is None and row["log1p_generally_normal"] is None


def test_few_values_have_moments_but_no_test():
    row = normality(pd.Series(range(19)))
    assert row["reason"] == "" and row["generally_normal"] and row["test_reason"] == "the test needs 20 values"
    row = normality(pd.Series(range(20)))
    assert row["test_reason"] == "" and row["k2"] > 0


def test_each_moment_alone_can_refuse():
    heavy_tails = normality(pd.Series([-99, *range(-9, 10), 99]))
    assert heavy_tails["skewness"] == close(0) and heavy_tails["excess_kurtosis"] > 2
    assert not heavy_tails["generally_normal"]
    leaning = normality(pd.Series([0] * 8 + [1] * 2))
    assert leaning["skewness"] > 1 and abs(leaning["excess_kurtosis"]) <= 2
    assert not leaning["generally_normal"]


def test_the_logarithm_wants_no_value_below_zero():
    assert normality(pd.Series([-0.5, 1, 2]))["log1p_reason"] == "some values are below 0"
    assert normality(pd.Series([0, 1, 2]))["log1p_reason"] == ""


def test_thresholds_are_arguments():
    values = pd.Series(np.random.default_rng(0).exponential(size=500))
    assert not normality(values)["generally_normal"]
    assert normality(values, max_skewness=9, max_excess_kurtosis=99)["generally_normal"]


def test_a_normal_sample_of_thousands_with_a_blemish_stays_generally_normal():
    values = pd.Series(np.random.default_rng(0).standard_t(12, size=20_000))
    row = normality(values)
    assert row["p_value"] < 1e-6 and row["generally_normal"]


def test_offsets_and_scales_change_nothing():
    values = pd.Series(np.random.default_rng(0).integers(0, 1000, size=300).astype(float))
    plain = normality(values)
    for moved in (values + 1e9, values * 1e300, values * 1e-200):
        row = normality(moved)
        for key in ("skewness", "excess_kurtosis", "k2", "p_value"):
            assert row[key] == close(plain[key])


def test_text_is_refused():
    with pytest.raises(TypeError, match="not numeric: title"):
        normality(pd.Series(["a"], name="title"))
