"""Chi-squared and Cramér's V against other libraries, or exact fractions: on the real library and generated columns."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_array

from movie_pref.analysis import contingency as kernel
from movie_pref.analysis.association import (
    pairs_above,
)
from movie_pref.analysis.contingency import Contingency, contingency, cramers_v, minus_log_p
from movie_pref_tests.analysis.references import check_pair, close, low_counts, steady


def test_contingency_of_the_real_library_equals_scipys(indicators, categoricals):
    ours = contingency(indicators, categoricals)
    everything = pd.concat([indicators, categoricals], axis=1)
    pairs = np.array(np.triu_indices(indicators.shape[1], 1)).T
    sample = np.random.default_rng(0).permutation(pairs)[:500]
    named = [(indicators.columns[i], indicators.columns[j]) for i, j in sample]
    named += [(a, b) for a in categoricals for b in everything]
    named += [*pairs_above(ours.cramers_v, 0.75)[["a", "b"]].itertuples(index=False)]
    for a, b in named:
        check_pair(ours, a, b, everything[a], everything[b])
    for part in (ours.cramers_v, ours.chi_squared, ours.p_value, ours.n, ours.dof):
        assert part.equals(part.T)
    assert (ours.reason == "").equals(ours.chi_squared.notna())


@low_counts
def test_contingency_of_the_real_library_equals_that_of_two_more_libraries(movies, categoricals):
    pingouin = pytest.importorskip("pingouin")
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    frame = categoricals.assign(label=movies["label"].astype(str))
    ours = contingency(pd.DataFrame(index=frame.index), frame)
    expected = tables.Table.from_data(frame[["original_language", "label"]], shift_zeros=False)
    expected = expected.test_nominal_association()
    assert ours.chi_squared.loc["original_language", "label"] == close(expected.statistic)
    assert ours.p_value.loc["original_language", "label"] == close(expected.pvalue)
    _, _, table = pingouin.chi2_independence(frame, "production_status", "label", correction=False)
    assert ours.chi_squared.loc["production_status", "label"] == close(table.loc[0, "chi2"])


def test_sparse_and_plain_indicators_agree(indicators, categoricals):
    plain = contingency(indicators, categoricals)
    sparse = contingency(csr_array(indicators.to_numpy()), categoricals, names=list(indicators))
    numbers = contingency(indicators.astype("uint8"), categoricals)
    for other in (sparse, numbers):
        pd.testing.assert_frame_equal(plain.chi_squared, other.chi_squared, check_names=False)
        pd.testing.assert_frame_equal(plain.cramers_v, other.cramers_v, check_names=False)


@steady
@given(st.data())
def test_contingency_equals_scipy_and_exact_fractions(data):
    rows = data.draw(st.integers(0, 30))
    index = pd.RangeIndex(rows)

    def columns(prefix, kinds):
        some = data.draw(st.lists(st.sampled_from(kinds), max_size=4))
        drawn = {f"{prefix}{i}": data.draw(st.lists(k, min_size=rows, max_size=rows)) for i, k in enumerate(some)}
        return pd.DataFrame(drawn, index=index)

    rare = st.integers(0, 9).map(lambda i: i == 0)
    indicators = columns("i", [st.booleans(), rare, st.just(True), st.just(False)]).astype(bool)
    few, many = st.sampled_from(["a", "b", None]), st.integers(0, 40)
    categoricals = columns("c", [st.sampled_from("abc"), few, many, st.none()])
    ours = contingency(indicators, categoricals)
    everything = pd.concat([indicators, categoricals], axis=1)
    for a in everything:
        for b in everything:
            check_pair(ours, a, b, everything[a], everything[b])
    assert ((ours.cramers_v >= 0) & (ours.cramers_v <= 1) | (ours.dof == 0)).all(axis=None)


@pytest.mark.parametrize(
    ("table", "squared"),
    [
        ([[30, 10], [10, 30]], Fraction(75, 312)),  # chi-squared 20, n 80: (20/80 - 1/79) / (1 - 1/79)
        ([[20, 0], [0, 20], [10, 10]], Fraction(112, 174)),  # chi-squared 40, n 60: (2/3 - 2/59) / (58/59)
        ([[10, 20], [30, 40]], 0),  # chi-squared / n is 1/126, less than the 1/99 expected of independence
        ([[1, 2], [0, 3]], 0),  # chi-squared / n is exactly the 1/5 of independence; rounding must not make it 1e-8
        ([[7, 0], [0, 5]], 1),
        ([[1, 0], [0, 2]], 1),
        ([[1, 0], [0, 1]], 1),  # 0 / 0; the limit of perfect dependence
        ([[1, 0], [1, 0], [0, 1]], Fraction(1, 2)),  # as many levels as rows of data: the limit 1/2
    ],
)
def test_bias_corrected_v_by_hand(table, squared):
    table = np.array(table)
    chi = stats.chi2_contingency(table, correction=False).statistic
    assert cramers_v(chi, table.sum(), *table.shape) == close(sqrt(squared))
    a, b = (np.repeat(side.ravel(), table.ravel()) for side in np.indices(table.shape))
    ours = contingency(pd.DataFrame(index=range(len(a))), pd.DataFrame({"a": a, "b": b}))
    assert ours.cramers_v.loc["a", "b"] == close(sqrt(squared))


@pytest.mark.parametrize("rows", [2, 3, 4, 1000])
def test_identical_and_opposite_indicators_are_perfectly_dependent(rows):
    flag = np.arange(rows) % 2 == 0
    ours = contingency(pd.DataFrame({"a": flag, "same": flag, "not": ~flag}))
    assert ours.cramers_v.to_numpy() == close(np.ones((3, 3)))
    assert ours.chi_squared.to_numpy() == close(np.full((3, 3), rows))


def test_indicators_without_rows_or_levels():
    for frame in (pd.DataFrame({"a": [], "b": []}, dtype=bool), pd.DataFrame({"a": [True], "b": [False]})):
        ours = contingency(frame, pd.DataFrame({"c": ["x"] * len(frame)}, dtype=str))
        assert ours.cramers_v.isna().all(axis=None) and (ours.n == len(frame)).all(axis=None)
        assert (ours.reason == "fewer than 2 levels in the rows with both values").all(axis=None)
    assert contingency(pd.DataFrame(index=range(3))).cramers_v.shape == (0, 0)


@pytest.mark.parametrize("density", [0.01, 0.5])
def test_counts_are_exact_over_blocks_and_words(monkeypatch, density):
    monkeypatch.setattr(kernel, "_BLOCK", 100)
    values = np.random.default_rng(0).random((997, 20)) < density
    codes = np.arange(997) % 3 - 1
    together, by_level, among_levels, _ = kernel._cooccurrence(pd.DataFrame(values), [codes])
    assert (together == values.T.astype(int) @ values).all()
    assert (by_level == np.array([values[codes == level].sum(axis=0) for level in (0, 1)])).all()
    assert (among_levels.toarray() == np.diag([332, 332])).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: contingency(pd.DataFrame({"a": [0, 2]})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(pd.DataFrame({"a": [0, np.inf]})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(pd.DataFrame({"a": pd.array([True, None])})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(csr_array([[1, 2]]), names=["a", "b"]), ValueError, "other values than 0 and 1"),
        (lambda: contingency(csr_array([[1, 0]])), ValueError, "0 names for 2 sparse indicator columns"),
        (lambda: contingency(pd.DataFrame({"a": [0]}), pd.DataFrame({"a": [0]})), ValueError, "names occur twice"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_p_values_too_small_to_be_a_number_keep_their_order():
    """Two p that are 0 as numbers would tie, and the strongest partner would go by name."""
    chi = pd.DataFrame([[5.0, 1600.0, 2500.0, np.nan, 40.0]])
    dof = pd.DataFrame([[1, 1, 1, 0, 3]])
    p = pd.DataFrame(stats.chi2.sf(chi, np.maximum(dof, 1)))
    found = minus_log_p(Contingency(chi * 0, chi, p, dof * 0 + 2700, dof)).iloc[0]

    assert p.iloc[0, 1] == p.iloc[0, 2] == 0
    assert found[0] == pytest.approx(-stats.chi2.logsf(5, 1)) and found[4] == pytest.approx(-stats.chi2.logsf(40, 3))
    # of one degree of freedom it is twice the tail of a normal at the root
    for place, value in ((1, 40.0), (2, 50.0)):
        assert found[place] == pytest.approx(-np.log(2) - stats.norm.logsf(value), rel=1e-4)
    assert np.isnan(found[3])
