"""Every statistic against another library, or exact fractions: on the real library and on generated columns."""

from fractions import Fraction
from math import isnan, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_array

from movie_pref.analysis import contingency as kernel
from movie_pref.analysis.association import (
    adjusted_p,
    anova_f,
    categorical_target,
    correlation_p,
    correlation_reason,
    numeric_correlation,
    numeric_target,
    pairs_above,
    strongest_partner,
)
from movie_pref.analysis.contingency import contingency, cramers_v

steady = settings(derandomize=True, deadline=None, max_examples=80)

low_counts = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning", "ignore:The inplace")


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


# --- references -------------------------------------------------------------------------------------------------------


def complete(*columns) -> list[pd.Series]:
    """The columns on the rows where all are known and finite."""
    frame = pd.concat([pd.Series(c).reset_index(drop=True) for c in columns], axis=1, keys=range(len(columns)))
    frame = frame.replace([np.inf, -np.inf], np.nan).dropna()
    return [frame[i] for i in frame]


def exact_r(x, y) -> float:
    """Pearson's r in exact fractions; NaN where it does not apply."""
    x, y = ([Fraction(float(v)) for v in c] for c in complete(x, y))
    if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
        return nan
    x, y = [v - sum(x) / len(x) for v in x], [v - sum(y) / len(y) for v in y]
    xy = sum(a * b for a, b in zip(x, y, strict=True))
    return (1 if xy > 0 else -1) * sqrt(xy * xy / (sum(a * a for a in x) * sum(b * b for b in y)))


def exact_f(x, group) -> float:
    """One-way F in exact fractions; NaN where it does not apply."""
    x, group = complete(x, group)
    groups = [[Fraction(float(v)) for v in x[group == g]] for g in group.unique()]
    n, k = len(x), len(groups)
    means = [sum(g) / len(g) for g in groups]
    within = sum((v - mean) ** 2 for g, mean in zip(groups, means, strict=True) for v in g)
    if k < 2 or n <= k or within <= (Fraction(max(x)) - Fraction(min(x))) ** 2 / 10**280:
        return nan
    grand = sum(sum(g) for g in groups) / n
    between = sum(len(g) * (mean - grand) ** 2 for g, mean in zip(groups, means, strict=True))
    return float(between / (k - 1) / (within / (n - k)))


def exact_v(table: np.ndarray) -> float:
    """Bergsma's V in exact fractions, from a table without empty rows and columns and with n above both sides."""
    row, column, n = table.sum(axis=1).tolist(), table.sum(axis=0).tolist(), int(table.sum())
    cells = ((table[i, j].item(), Fraction(a * b, n)) for i, a in enumerate(row) for j, b in enumerate(column))
    phi = sum((o - e) ** 2 / e for o, e in cells) / n - Fraction((len(row) - 1) * (len(column) - 1), n - 1)
    sides = [k - Fraction((k - 1) ** 2, n - 1) for k in table.shape]
    return sqrt(max(phi, 0) / (min(sides) - 1))


def table_of(a, b) -> np.ndarray:
    a, b = (pd.factorize(c)[0] for c in complete(a, b))
    table = np.zeros((a.max(initial=-1) + 1, b.max(initial=-1) + 1), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    return table


def check_pair(result, a: str, b: str, x, y) -> None:
    """One pair of a Contingency against scipy and exact fractions."""
    table = table_of(x, y)
    got = {part: getattr(result, part).loc[a, b] for part in ("chi_squared", "p_value", "cramers_v", "n", "dof")}
    assert got["n"] == table.sum()
    if min(table.shape) < 2:
        assert got["dof"] == 0 and all(isnan(got[part]) for part in ("chi_squared", "p_value", "cramers_v"))
        return
    expected = stats.chi2_contingency(table, correction=False)
    assert got["chi_squared"] == close(expected.statistic)
    assert got["p_value"] == pytest.approx(expected.pvalue, rel=1e-8, abs=0)
    assert got["dof"] == expected.dof
    if max(table.shape) < table.sum():
        assert got["cramers_v"] == close(exact_v(table))


# --- the real library -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "reference"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_correlations_of_the_real_library_equal_scipys(numeric, method, reference):
    r, n = numeric_correlation(numeric, method)
    p = correlation_p(r, n)
    for a in numeric:
        for b in numeric:
            x, y = complete(numeric[a], numeric[b])
            assert n.loc[a, b] == len(x)
            assert r.loc[a, b] == close(reference(x, y)[0])
            if a != b:
                assert p.loc[a, b] == pytest.approx(reference(x, y)[1], rel=1e-7, abs=1e-300)
    assert r.equals(r.T) and n.equals(n.T) and (np.diag(r) == 1).all()


def test_correlation_of_the_real_library_equals_pingouins(numeric):
    pingouin = pytest.importorskip("pingouin")
    for method in ("pearson", "spearman"):
        r, _ = numeric_correlation(numeric, method)
        expected = pingouin.corr(numeric["rt_score"], numeric["metascore"], method=method)
        assert r.loc["rt_score", "metascore"] == close(expected["r"].iloc[0])


def test_anova_of_the_real_library_equals_scipys(numeric, indicators, categoricals):
    groups = pd.concat([indicators.iloc[:, ::4], categoricals], axis=1)
    ours = anova_f(numeric, groups)
    for a in numeric:
        for b in groups:
            x, group = complete(numeric[a], groups[b])
            samples = [x[group == g] for g in group.unique()]
            assert (ours.n.loc[a, b], ours.k.loc[a, b]) == (len(x), len(samples))
            if len(samples) > 1:
                f, p = stats.f_oneway(*samples)
                assert ours.f.loc[a, b] == close(f)
                assert ours.p_value.loc[a, b] == pytest.approx(p, rel=1e-7, abs=1e-300)
            assert isnan(ours.f.loc[a, b]) == (ours.reason.loc[a, b] != "")


@low_counts
def test_anova_of_the_real_library_equals_that_of_three_more_libraries(movies, numeric, categoricals):
    pingouin = pytest.importorskip("pingouin")
    statsmodels = pytest.importorskip("statsmodels.stats.oneway")
    from sklearn.feature_selection import f_classif

    ours = anova_f(numeric, categoricals.assign(label=movies["label"]))
    full = numeric.dropna(axis=1)
    f, p = f_classif(full, movies["label"])
    assert ours.f.loc[full.columns, "label"].to_numpy() == close(f)
    assert ours.p_value.loc[full.columns, "label"].to_numpy() == close(p)
    data = pd.DataFrame({"x": numeric["imdb_rating"], "g": categoricals["original_language"]}).dropna()
    mine = ours.f.loc["imdb_rating", "original_language"]
    assert mine == close(pingouin.anova(data, dv="x", between="g")["F"].iloc[0])
    data = data[data.groupby("g")["x"].transform("size") > 1]  # statsmodels needs a variance in every group
    mine = anova_f(data[["x"]], data[["g"]]).f.iloc[0, 0]
    assert mine == close(statsmodels.anova_oneway(data["x"], data["g"], use_var="equal").statistic)


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


def test_targets_of_the_real_library(movies, numeric, indicators, categoricals):
    label, votes = movies["label"], movies["imdb_votes"]
    by_label = numeric_target(numeric, label, "categorical")
    by_votes = numeric_target(numeric, votes, "continuous")
    for name in numeric:
        x, y = complete(numeric[name], votes)
        assert by_votes.loc[name, ["pearson_r", "spearman_r"]].tolist() == close(
            [stats.pearsonr(x, y)[0], stats.spearmanr(x, y)[0]]
        )
        x, y = complete(numeric[name], label)
        assert by_label.loc[name, "anova_f"] == close(stats.f_oneway(*(x[y == c] for c in y.unique()))[0])
    tables = categorical_target(indicators, categoricals, label, "categorical")
    whole = contingency(indicators, categoricals.assign(target=label))
    for ours, expected in (("cramers_v", whole.cramers_v), ("chi_squared_p", whole.p_value), ("n", whole.n)):
        assert tables[ours].to_numpy() == close(expected["target"].to_numpy()[:-1])
    levels = categorical_target(indicators, categoricals, votes, "continuous")
    expected = anova_f(votes.to_frame(), pd.concat([indicators, categoricals], axis=1))
    assert levels["anova_f"].to_numpy() == close(expected.f.loc["imdb_votes"].to_numpy())


# --- generated columns ------------------------------------------------------------------------------------------------


@st.composite
def numeric_columns(draw, rows: int):
    """Numbers on a grid (so ties are common), with an offset and a scale that ruin careless sums; nulls, infinities."""
    grids = [(0, 1), (1e9, 1e-3), (1e9, 1), (-1e6, 0.1), (0, 1e200), (0, 1e-200), (0.1, 0)]
    offset, step = draw(st.sampled_from(grids))
    cell = st.integers(-5, 5).map(lambda k: offset + k * step)
    odd = st.sampled_from([nan, np.inf, -np.inf, 1e12 * max(step, 1e-3)])
    return draw(st.lists(st.one_of(cell, cell, cell, odd), min_size=rows, max_size=rows))


@st.composite
def frames(draw):
    """(numeric, groups): up to 25 rows."""
    rows = draw(st.integers(0, 25))
    numeric = {f"x{i}": draw(numeric_columns(rows)) for i in range(draw(st.integers(1, 4)))}
    kinds = [st.booleans(), st.sampled_from(["a", "b", "c", None]), st.sampled_from([0.0, 1.0, nan, np.inf])]
    chosen = draw(st.lists(st.sampled_from([*kinds, st.just("a")]), max_size=3))
    groups = {f"g{i}": draw(st.lists(kind, min_size=rows, max_size=rows)) for i, kind in enumerate(chosen)}
    index = pd.RangeIndex(rows)
    return pd.DataFrame(numeric, index=index, dtype=float), pd.DataFrame(groups, index=index)


@steady
@given(frames())
def test_correlations_equal_exact_fractions_and_scipy(data):
    frame, _ = data
    (pearson, n), (spearman, _) = (numeric_correlation(frame, method) for method in ("pearson", "spearman"))
    for a in frame:
        for b in frame:
            x, y = complete(frame[a], frame[b])
            assert n.loc[a, b] == len(x)
            assert pearson.loc[a, b] == close(exact_r(frame[a], frame[b]))
            if isnan(pearson.loc[a, b]):
                assert isnan(spearman.loc[a, b])
            else:
                assert spearman.loc[a, b] == close(stats.spearmanr(x, y)[0])
    reason = correlation_reason(pearson, n)
    assert ((reason == "") == pearson.notna().to_numpy()).all()
    assert not np.isinf(pearson).any(axis=None)


@steady
@given(frames())
def test_anova_equals_exact_fractions(data):
    frame, groups = data
    ours = anova_f(frame, groups)
    for a in frame:
        for b in groups:
            x, group = complete(frame[a], groups[b])
            assert (ours.n.loc[a, b], ours.k.loc[a, b]) == (len(x), group.nunique())
            f = exact_f(frame[a], groups[b])
            assert ours.f.loc[a, b] == close(f)
            assert isnan(ours.f.loc[a, b]) == isnan(ours.p_value.loc[a, b]) == (ours.reason.loc[a, b] != "")
            if not isnan(f):
                assert ours.p_value.loc[a, b] == close(stats.f.sf(f, group.nunique() - 1, len(x) - group.nunique()))


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


@steady
@given(st.data())
def test_every_nan_against_a_target_has_its_reason(data):
    frame, groups = data.draw(frames())
    number = pd.Series(data.draw(numeric_columns(len(frame))), index=frame.index, dtype=float)
    label = pd.Series(data.draw(st.lists(st.sampled_from(["y", "n", None]), min_size=len(frame), max_size=len(frame))))
    flags = pd.DataFrame({"flag": label == "y", "all": True}, index=frame.index)
    for table in (
        numeric_target(frame, number, "continuous"),
        numeric_target(frame, label, "categorical"),
        categorical_target(flags, groups, number, "continuous"),
        categorical_target(flags, groups, label, "categorical"),
    ):
        tests = {"correlation": ["pearson_r", "pearson_p", "spearman_r", "spearman_p"], "anova": ["anova_f", "anova_p"]}
        tests["contingency"] = ["cramers_v", "chi_squared", "chi_squared_p"]
        for test, columns in tests.items():
            if f"{test}_reason" in table:
                missing = table[columns].isna()
                assert (missing.all(axis=1) == (table[f"{test}_reason"] != "")).all()
                assert (missing.any(axis=1) == missing.all(axis=1)).all()
        assert table["n"].notna().all()


# --- corners ----------------------------------------------------------------------------------------------------------


def test_a_constant_whose_variance_rounds_to_noise_has_no_correlation_and_no_f():
    frame = pd.DataFrame({"constant": [0.1] * 999, "ulp": [0.1 + 0.2, 0.3, 0.3] * 333, "x": np.arange(999.0)})
    r, n = numeric_correlation(frame, "pearson")
    assert r.loc[["constant", "ulp"]].isna().all(axis=None)
    assert set(correlation_reason(r, n)[0]) == {"constant on the rows with both values"}
    assert r.loc["x", "x"] == 1
    tests = anova_f(frame, pd.DataFrame({"half": frame["x"] < 500}))
    assert tests.reason["half"].tolist() == ["constant on the rows with both values"] * 2 + [""]


def test_a_column_constant_only_where_the_other_is_known():
    frame = pd.DataFrame({"a": [1, 1, 1, 1, 7.0], "b": [1, 2, 3, 5, nan]})
    r, n = numeric_correlation(frame, "spearman")
    assert isnan(r.loc["a", "b"]) and n.loc["a", "b"] == 4 and r.loc["a", "a"] == 1


def test_a_large_offset_costs_no_digits():
    x = np.random.default_rng(0).normal(size=(2000, 2)) @ [[1, 0.5], [0, 1]]
    near, _ = numeric_correlation(pd.DataFrame(x), "pearson")
    moved = np.round(x, 6) + 1e9
    far, _ = numeric_correlation(pd.DataFrame(moved), "pearson")
    assert far.loc[0, 1] == close(stats.pearsonr(*(moved - 1e9).T)[0])
    assert far.loc[0, 1] == pytest.approx(near.loc[0, 1], abs=1e-6)
    group = pd.DataFrame({"g": x[:, 1] > 0})
    expected = stats.f_oneway(*((moved[group["g"] == g, 0] - 1e9) for g in (False, True)))[0]
    assert anova_f(pd.DataFrame(moved), group).f.loc[0, "g"] == close(expected)


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([1, 1, 2, 2], "aabb", "no variance within groups"),
        ([0.1, 0.1, 0.3, 0.3], "aabb", "no variance within groups"),
        ([3, 3, 3, 3], "aabb", "constant on the rows with both values"),
        ([1, 2, 3, 4], "aaaa", "fewer than 2 groups with values"),
        ([1, 2, nan, np.inf], "aabb", "fewer than 2 groups with values"),
        ([1, 2, 3, 4], "abcd", "no more rows than groups"),
        ([1], "a", "fewer than 2 groups with values"),
        ([], "", "fewer than 2 groups with values"),
        ([1, 2, 3, 4], "aabb", ""),
    ],
)
def test_anova_says_why_it_does_not_apply(values, groups, reason):
    tests = anova_f(pd.DataFrame({"x": values}, dtype=float), pd.DataFrame({"g": list(groups)}))
    assert tests.reason.loc["x", "g"] == reason
    assert tests.f.isna().loc["x", "g"] == tests.p_value.isna().loc["x", "g"] == (reason != "")


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


def test_adjusted_p_equals_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = pd.Series([0.01, nan, 0.04, 0.03, 0.5, 0.04], index=list("abcdef"))
    adjusted = adjusted_p(p)
    assert adjusted.dropna().to_numpy() == close(multitest.multipletests(p.dropna(), method="fdr_bh")[1])
    assert adjusted.isna().tolist() == p.isna().tolist() and adjusted.index.equals(p.index)
    assert adjusted_p(pd.Series([nan, nan])).isna().all()
    assert adjusted_p(pd.Series([], dtype=float)).empty


MATRIX = pd.DataFrame(
    [[1, 0.5, -0.9, nan], [0.5, 1, 0.5, nan], [-0.9, 0.5, 1, nan], [nan, nan, nan, nan]],
    index=list("cbad"),
    columns=list("cbad"),
)


def test_the_strongest_partner_goes_by_size_then_name():
    best = strongest_partner(MATRIX)
    assert best.index.tolist() == list("cbad")
    assert best["partner"].tolist()[:3] == ["a", "a", "c"] and pd.isna(best["partner"]["d"])
    assert best["value"].tolist() == close([-0.9, 0.5, -0.9, nan])
    almost = pd.DataFrame({"b": [0.5], "c": [0.5 + 1e-15]}, index=["a"])
    assert strongest_partner(almost)["partner"].tolist() == ["b"]
    rectangle = strongest_partner(pd.DataFrame({"g": [1, nan], "h": [3, nan]}, index=["x", "y"]))
    assert rectangle.loc["x"].tolist() == ["h", 3] and rectangle.loc["y"].isna().all()


def test_pairs_above_come_once_strongest_first():
    expected = [("a", "c", -0.9), ("a", "b", 0.5), ("b", "c", 0.5)]
    assert [*pairs_above(MATRIX, 0.4).itertuples(index=False, name=None)] == expected
    assert [*pairs_above(MATRIX, 0.5).itertuples(index=False, name=None)] == expected[:1]
    assert pairs_above(MATRIX, 2).columns.tolist() == ["a", "b", "value"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: numeric_correlation(pd.DataFrame({"t": ["a"]}), "pearson"), TypeError, "not numeric: t;"),
        (lambda: numeric_correlation(pd.DataFrame({"x": [1]}), "kendall"), ValueError, "'kendall'; expected 'pearson'"),
        (lambda: contingency(pd.DataFrame({"a": [0, 2]})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(pd.DataFrame({"a": [0, np.inf]})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(pd.DataFrame({"a": pd.array([True, None])})), ValueError, "other values than 0 and 1"),
        (lambda: contingency(csr_array([[1, 2]]), names=["a", "b"]), ValueError, "other values than 0 and 1"),
        (lambda: contingency(csr_array([[1, 0]])), ValueError, "0 names for 2 sparse indicator columns"),
        (lambda: contingency(pd.DataFrame({"a": [0]}), pd.DataFrame({"a": [0]})), ValueError, "names occur twice"),
        (lambda: anova_f(pd.DataFrame({"x": [1]}), pd.DataFrame({"g": [1, 2]})), ValueError, "rows differ"),
        (lambda: anova_f(pd.DataFrame({"x": [1]}), pd.DataFrame({"g": [1]}, index=[5])), ValueError, "rows differ"),
        (lambda: numeric_target(pd.DataFrame({"x": [1]}), pd.Series([1]), "text"), ValueError, "kind is 'text'"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
