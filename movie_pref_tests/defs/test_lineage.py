"""The asset graph as a Dagster user expects it: what each asset of the panels is made from, and what is said of each."""

import pkgutil
from pathlib import Path

import dagster as dg
import pytest

import movie_pref.defs.checks
from movie_pref.analysis.nodes import BEFORE_THE_TESTS, INTER_TESTS, NODES, RELEVANCE, TESTED
from movie_pref.definitions import build_defs
from movie_pref_tests.defs.graph import CHECKS, COMPLETE_GROUPS, LINEAGE

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


# the design


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs()


def test_assets_groups_and_lineage_are_those_of_the_design(definitions: dg.Definitions) -> None:
    found = {
        spec.key.to_user_string(): (spec.group_name, sorted(dep.asset_key.to_user_string() for dep in spec.deps))
        for spec in definitions.resolve_all_asset_specs()
    }
    of_complete_groups = {name: entry for name, entry in found.items() if entry[0] in COMPLETE_GROUPS}
    assert {**{name: found.get(name) for name in LINEAGE}, **of_complete_groups} == LINEAGE


def test_every_asset_is_described_and_says_what_it_is_made_with(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert [spec.key for spec in specs if not spec.description or len(spec.description) < 30] == []
    assert [spec.key for spec in specs if not spec.kinds] == []


def test_every_check_is_described_and_blocks_where_the_next_step_would_be_wrong(definitions: dg.Definitions) -> None:
    specs = [
        spec
        for spec in definitions.resolve_asset_graph().asset_check_keys
        if spec.asset_key.to_user_string() in LINEAGE
    ]
    nodes = {key: definitions.resolve_asset_graph().get(key) for key in specs}
    found = {(key.asset_key.to_user_string(), key.name): node.blocking for key, node in nodes.items()}
    assert found == CHECKS
    assert [key for key, node in nodes.items() if not node.description] == []


def test_every_file_of_checks_has_tests_that_see_them_fail() -> None:
    files = {found.name for found in pkgutil.iter_modules(movie_pref.defs.checks.__path__)}
    assert {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("checks/test_*.py")} == files
