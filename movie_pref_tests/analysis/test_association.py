"""Every statistic against another library, or exact fractions: on the real library and on generated columns."""

from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

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
from movie_pref.analysis.contingency import contingency
from movie_pref_tests.analysis.references import (
    close,
    complete,
    exact_f,
    exact_r,
    frames,
    low_counts,
    numeric_columns,
    steady,
)

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
        (lambda: anova_f(pd.DataFrame({"x": [1]}), pd.DataFrame({"g": [1, 2]})), ValueError, "rows differ"),
        (lambda: anova_f(pd.DataFrame({"x": [1]}), pd.DataFrame({"g": [1]}, index=[5])), ValueError, "rows differ"),
        (lambda: numeric_target(pd.DataFrame({"x": [1]}), pd.Series([1]), "text"), ValueError, "kind is 'text'"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
