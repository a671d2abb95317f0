"""Tests between features and against the target: values against scipy, and which test applies to which target."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from movie_pref.analysis import inter_feature, target
from movie_pref.analysis.prepared import prepare
from movie_pref.errors import UserError
from movie_pref.library.catalogue import Entry, load_catalogue, neutral

CONTINUOUS_NODES = ["pearson_target", "spearman_target", "anova_categorical_target"]
CATEGORICAL_NODES = ["anova_numeric_target", "cramers_v_target", "chi_squared_target"]


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def v_by_formula(table: pd.DataFrame) -> float:
    """Bias-corrected Cramér's V, from Bergsma's paper."""
    n, (r, k) = table.to_numpy().sum(), table.shape
    chi = stats.chi2_contingency(table, correction=False).statistic
    phi = max(0, chi / n - (r - 1) * (k - 1) / (n - 1))
    return np.sqrt(phi / (min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1))


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


# --- which tests apply to which target


@pytest.fixture
def rated(planted):
    liked = planted["label"] == "would_watch"
    rng = np.random.default_rng(5)
    planted["rating"] = (2.5 + planted["rt_score"] / 50 + liked + rng.normal(0, 0.3, 600)).round(1)
    return planted


def against_target(rows, settings):
    return target.target_tests(prepare(rows, settings, neutral(load_catalogue())), settings)


def test_a_star_rating_is_tested_by_correlation_and_anova_over_categories(rated, settings_for, row_of):
    found = against_target(rated, settings_for(target="rating"))

    for node in CONTINUOUS_NODES:
        assert (found[node].loc[found[node]["n"] > 0, "verdict"] != "not_applicable").any()
    for node in CATEGORICAL_NODES:
        assert (found[node]["verdict"] == "not_applicable").all()
        assert found[node]["reason"].str.contains("categorical target only|more levels|known").all()
    for node, method in (("pearson_target", "pearson"), ("spearman_target", "spearman")):
        row = row_of(found[node], node, "rt_score")
        assert row["value"] == close(rated["rt_score"].corr(rated["rating"], method=method))
        assert (row["threshold"], row["verdict"]) == (0.3, "keep")
    f = stats.f_oneway(*(group["rating"] for _, group in rated.groupby("original_language")))
    assert row_of(found["anova_categorical_target"], "anova_categorical_target", "original_language")["value"] == close(
        f.statistic
    )


def test_a_label_is_tested_the_other_way_round(planted, settings_for):
    found = against_target(planted, settings_for())

    for node in CONTINUOUS_NODES:
        assert (found[node]["verdict"] == "not_applicable").all()
        assert (found[node]["reason"].str.len() > 0).all()
    for node in CATEGORICAL_NODES:
        assert (found[node]["verdict"] != "not_applicable").any()


def test_a_rating_that_is_the_target_is_no_feature(rated, settings_for):
    catalogue = {**load_catalogue(), "rating": Entry(kind="continuous")}

    assert "rating" in prepare(rated, settings_for(), catalogue).names
    assert "rating" not in prepare(rated, settings_for(target="rating"), catalogue).names


def test_a_rating_that_is_not_there_is_one_sentence(planted, settings_for, one_sentence):
    with pytest.raises(UserError) as caught:
        against_target(planted, settings_for(target="rating"))
    one_sentence(caught, "'rating'", "target")


# --- what cannot be tested


def test_categories_without_a_value_or_with_too_many_levels_say_why_in_every_test(planted, settings_for, row_of):
    planted["production_status"] = None
    planted["original_language"] = [f"l{number}" for number in range(600)]
    settings = settings_for()
    own = prepare(planted, settings, neutral(load_catalogue()))
    tables = {
        "cramers_v": inter_feature.cramers_v(own, settings).rows,
        "chi_squared": inter_feature.chi_squared(own, settings).rows,
        "numeric_categorical_anova": inter_feature.numeric_categorical_anova(own, settings).rows,
        **{node: rows for node, rows in target.target_tests(own, settings).items() if node in CATEGORICAL_NODES[1:]},
    }
    for node, rows in tables.items():
        for name, why in (("production_status", "no value is known"), ("original_language", "limit of 500")):
            row = row_of(rows, node, name)
            assert row["verdict"] == "not_applicable" and why in row["reason"]
