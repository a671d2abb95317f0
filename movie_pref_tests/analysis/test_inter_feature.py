"""Tests between features and against the target: values against scipy, and which test applies to which target."""

import pandas as pd
import pytest
from scipy import stats

from movie_pref_tests.analysis.by_scipy import close, v_by_formula


@pytest.fixture
def has_us(planted):
    return planted["origin_country"].map(lambda cell: isinstance(cell, list) and "US" in cell)


# --- values


@pytest.mark.parametrize("node", ["pearson", "spearman"])
def test_correlations_name_the_strongest_partner(planted, neutral_analysis, row_of, node):
    row = row_of(neutral_analysis.ledger, f"{node}_correlation", "metascore")
    r = planted["metascore"].corr(planted["rt_score"], method=node)

    assert (row["other_feature"], row["statistic"], row["threshold"], row["n"]) == ("rt_score", f"{node}_r", 0.85, 600)
    assert row["value"] == close(r) and row["verdict"] == "drop"
    assert row_of(neutral_analysis.ledger, f"{node}_correlation", "release_year")["verdict"] == "keep"


def test_anova_of_a_number_over_the_label_is_scipys(planted, neutral_analysis, row_of):
    row = row_of(neutral_analysis.ledger, "anova_numeric_target", "imdb_rating")
    known = planted.dropna(subset="imdb_rating")
    f = stats.f_oneway(*(group["imdb_rating"] for _, group in known.groupby("label")))

    assert (row["statistic"], row["threshold"], row["n"]) == ("anova_f", 10, len(known))
    assert row["value"] == close(f.statistic) and row["verdict"] == "keep"


def test_anova_between_features_is_scipys(planted, neutral_analysis, row_of):
    f = stats.f_oneway(*(group["rt_score"] for _, group in planted.groupby("original_language")))

    assert neutral_analysis.matrices["numeric_categorical_anova"].loc["rt_score", "original_language"] == close(
        f.statistic
    )
    row = row_of(neutral_analysis.ledger, "numeric_categorical_anova", "rt_score")
    assert row["value"] == close(neutral_analysis.matrices["numeric_categorical_anova"].loc["rt_score"].max())


def test_chi_squared_and_cramers_v_with_the_label_are_scipys_and_the_formulas(
    planted, has_us, neutral_analysis, row_of
):
    table = pd.crosstab(has_us, planted["label"])
    p = row_of(neutral_analysis.ledger, "chi_squared_target", "origin_country_us")
    v = row_of(neutral_analysis.ledger, "cramers_v_target", "origin_country_us")

    assert p["value"] == close(stats.chi2_contingency(table, correction=False).pvalue)
    assert v["value"] == close(v_by_formula(table))
    assert (p["threshold"], v["threshold"], v["family"]) == (0.05, 0.3, "indicator")
    assert "adjusted" in p["reason"]


def test_cramers_v_between_features_finds_the_redundant_indicators(planted, has_us, neutral_analysis, row_of):
    too = planted["production_countries"].map(lambda cell: isinstance(cell, list) and "US" in cell)
    row = row_of(neutral_analysis.ledger, "cramers_v", "origin_country_us")

    assert (row["other_feature"], row["verdict"]) == ("production_country_us", "drop")
    assert row["value"] == close(v_by_formula(pd.crosstab(has_us, too))) and row["value"] > 0.75
    table = pd.crosstab(planted["original_language"], has_us)
    p = neutral_analysis.matrices["chi_squared"].loc["original_language", "origin_country_us"]
    assert p == close(stats.chi2_contingency(table, correction=False).pvalue)
