"""Which test against the target applies to which target, and what it gives."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from movie_pref.analysis import inter_feature, target
from movie_pref.analysis.prepared import prepare
from movie_pref.errors import UserError
from movie_pref.library.catalogue import Entry, load_catalogue, neutral
from movie_pref_tests.analysis.by_scipy import close

CONTINUOUS_NODES = ["pearson_target", "spearman_target", "anova_categorical_target"]
CATEGORICAL_NODES = ["anova_numeric_target", "cramers_v_target", "chi_squared_target"]


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


@pytest.fixture
def three_labels(planted):
    """Liked movies of a high Rotten Tomatoes score are to be watched again."""
    liked = planted["label"] == "would_watch"
    high = planted["rt_score"] > planted.loc[liked, "rt_score"].median()
    planted.loc[liked & high, "label"] = "would_watch_again"
    return planted


def test_three_labels_are_tested_over_all_three_and_in_their_order(three_labels, settings_for, row_of):
    found = against_target(three_labels, settings_for())
    level = three_labels["label"].map({"would_not_watch": 0, "would_watch": 1, "would_watch_again": 2})
    score, language = three_labels["rt_score"], three_labels["original_language"]

    f = stats.f_oneway(*(score[level == one].dropna() for one in (0, 1, 2)))
    row = row_of(found["anova_numeric_target"], "anova_numeric_target", "rt_score")
    assert row["value"] == close(f.statistic) and "over the three labels" in row["reason"]

    known = score.notna()
    rho = stats.spearmanr(score[known], level[known])
    row = row_of(found["spearman_target"], "spearman_target", "rt_score")
    assert row["value"] == close(rho.statistic) and "on the order of the three labels" in row["reason"]

    chi = stats.chi2_contingency(pd.crosstab(language, level), correction=False)
    row = row_of(found["chi_squared_target"], "chi_squared_target", "original_language")
    assert row["value"] == close(chi.pvalue) and "of a table with three labels" in row["reason"]
    assert (found["pearson_target"]["verdict"] == "not_applicable").all()  # the labels are no numbers


def test_what_only_tells_favourites_apart_is_kept_where_there_are_favourites(planted, settings_for, row_of):
    """A number that says nothing of liking, but which of the liked movies are favourites."""
    liked = (planted["label"] == "would_watch").to_numpy()
    runtime = np.random.default_rng(3).permutation(np.linspace(80, 120, len(planted)))
    favourite = liked & (runtime > np.median(runtime[liked]))
    rows = planted.assign(runtime=runtime)
    two = against_target(rows, settings_for())["anova_numeric_target"]
    three = against_target(rows.assign(label=rows["label"].mask(favourite, "would_watch_again")), settings_for())[
        "anova_numeric_target"
    ]

    assert row_of(three, "anova_numeric_target", "runtime")["value"] > 4
    assert row_of(two, "anova_numeric_target", "runtime")["value"] < 4


def test_a_rating_that_is_the_target_is_no_feature(rated, settings_for):
    catalogue = {**load_catalogue(), "rating": Entry(kind="continuous")}

    assert "rating" in prepare(rated, settings_for(), catalogue).names
    assert "rating" not in prepare(rated, settings_for(target="rating"), catalogue).names


def test_a_rating_that_is_not_there_is_one_sentence(planted, settings_for, one_sentence):
    with pytest.raises(UserError) as caught:
        against_target(planted, settings_for(target="rating"))
    one_sentence(caught, "'rating'", "target")


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
