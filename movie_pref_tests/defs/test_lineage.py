"""The asset graph as a Dagster user expects it: what each asset of the panels is made from, and what is said of each."""

import dagster as dg
import pytest

from movie_pref.analysis.nodes import BEFORE_THE_TESTS, INTER_TESTS, NODES, RELEVANCE, TESTED
from movie_pref.definitions import build_defs

ROWS = "analysis_rows"
NUMBERS = {"pearson_correlation", "spearman_correlation", "numeric_categorical_anova"}
CATEGORIES = {"numeric_categorical_anova", "cramers_v", "chi_squared"}
# asset of a panel -> what it is made from: the training rows, and the arrows of the charts
MADE_FROM = {
    "null_analysis": {ROWS},
    "distinct_analysis": {ROWS, "null_analysis"},
    "dtype_analysis": {ROWS, "distinct_analysis"},
    "numeric_histograms": {ROWS, "dtype_analysis"},
    "numeric_violins": {ROWS, "dtype_analysis"},
    "category_bar_charts": {ROWS, "dtype_analysis"},
    "text_length_violins": {ROWS, "dtype_analysis"},
    "text_distinct_bar_charts": {ROWS, "dtype_analysis"},
    "normality": {ROWS, "dtype_analysis", "numeric_histograms", "numeric_violins"},
    "distribution_sense": {ROWS, "normality"},
    "text_shape": {ROWS, "dtype_analysis", "text_length_violins", "text_distinct_bar_charts"},
    "category_usefulness": {ROWS, "dtype_analysis", "category_bar_charts", "text_shape"},
    "text_embedding_value": {ROWS, "text_shape"},
    "pearson_correlation": {ROWS, "distribution_sense"},
    "spearman_correlation": {ROWS, "distribution_sense"},
    "numeric_categorical_anova": {ROWS, "distribution_sense", "category_usefulness"},
    "cramers_v": {ROWS, "category_usefulness"},
    "chi_squared": {ROWS, "category_usefulness"},
    "pearson_target": {ROWS, *NUMBERS},
    "spearman_target": {ROWS, *NUMBERS},
    "anova_numeric_target": {ROWS, *NUMBERS},
    "anova_categorical_target": {ROWS, *CATEGORIES},
    "cramers_v_target": {ROWS, *CATEGORIES},
    "chi_squared_target": {ROWS, *CATEGORIES},
    "settled_verdicts": {ROWS, *TESTED},
    "target_selection": {"settled_verdicts", *RELEVANCE},
    "inter_feature_selection": {"settled_verdicts", "target_selection", *INTER_TESTS},
    "selected_features": {"settled_verdicts", "target_selection", "inter_feature_selection", *BEFORE_THE_TESTS},
    "selection_ablation": {"movies_only", "data_split", "selected_features"},
}


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in build_defs().resolve_all_asset_specs()}


def test_each_asset_of_the_panels_declares_what_it_is_made_from(specs):
    found = {name: {dep.asset_key.to_user_string() for dep in specs[name].deps} for name in MADE_FROM}
    assert found == MADE_FROM


def test_a_node_of_the_table_is_an_asset_in_the_group_of_its_panel(specs):
    assert {name: specs[name].group_name for name in NODES} == {name: node.panel for name, node in NODES.items()}


def test_no_asset_hangs_on_another_in_one_step():
    """Each can be materialized alone: none is part of an operation that makes several."""
    assert [found.op.name for found in build_defs().resolve_asset_graph().assets_defs if len(found.keys) > 1] == []


def test_every_asset_has_a_description_an_owner_a_kind_and_a_version_of_its_code(specs):
    for name, spec in specs.items():
        assert spec.description and spec.owners == ["team:movie_pref"] and spec.kinds and spec.code_version, name
