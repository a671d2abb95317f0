"""The feature-selection panels as assets: what a run under policy balanced leaves."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from movie_pref.analysis.ledger import COLUMNS
from movie_pref.analysis.nodes import NODES, TESTED
from movie_pref.definitions import build_defs
from movie_pref.demo.library import demo_library
from movie_pref.settings import load_settings
from movie_pref_tests.job_runner import Ran, materialize, upstream_of

# asset -> panel
PANELS = {
    "null_analysis": "data_quality_analysis",
    "distinct_analysis": "data_quality_analysis",
    "dtype_analysis": "data_quality_analysis",
    "numeric_histograms": "visualization",
    "numeric_violins": "visualization",
    "category_bar_charts": "visualization",
    "text_length_violins": "visualization",
    "text_distinct_bar_charts": "visualization",
    "normality": "statistical_analysis",
    "distribution_sense": "statistical_analysis",
    "category_usefulness": "statistical_analysis",
    "text_shape": "statistical_analysis",
    "text_embedding_value": "statistical_analysis",
    "pearson_correlation": "inter_feature_analysis",
    "spearman_correlation": "inter_feature_analysis",
    "numeric_categorical_anova": "inter_feature_analysis",
    "cramers_v": "inter_feature_analysis",
    "chi_squared": "inter_feature_analysis",
    "inter_feature_selection": "inter_feature_analysis",
    "pearson_target": "target_variable_analysis",
    "spearman_target": "target_variable_analysis",
    "anova_numeric_target": "target_variable_analysis",
    "anova_categorical_target": "target_variable_analysis",
    "cramers_v_target": "target_variable_analysis",
    "chi_squared_target": "target_variable_analysis",
    "target_selection": "target_variable_analysis",
    "settled_verdicts": "feature_selection",
    "selected_features": "feature_selection",
    "selection_ablation": "feature_selection",
}


@pytest.fixture(scope="module")
def selected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A run up to the training table, and the ablation, on 700 movies; the data folder, and what the run said."""
    folder = tmp_path_factory.mktemp("selection")
    labelled, candidates = demo_library()
    labelled.sample(700, random_state=1).to_parquet(folder / "01_training.parquet", index=False)
    candidates.head(20).to_parquet(folder / "candidates.parquet", index=False)
    settings = load_settings(data=folder, folds=2, jobs=1, ablation_repeats=1)
    ran = materialize(settings, *upstream_of("training_table", plots=True))
    materialize(settings, "selection_ablation")
    return folder, ran


@pytest.fixture(scope="module")
def folder(selected: tuple[Path, Ran]) -> Path:
    return selected[0]


@pytest.fixture(scope="module")
def decisions(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "feature_decisions.parquet")


def test_each_node_of_the_charts_is_an_asset_in_its_panel() -> None:
    specs = build_defs().resolve_all_asset_specs()
    found = {spec.key.to_user_string(): spec.group_name for spec in specs if spec.group_name in set(PANELS.values())}
    assert found == PANELS


def test_ledger_holds_one_row_a_feature_and_node_of_every_panel(decisions: pd.DataFrame) -> None:
    assert list(decisions) == list(COLUMNS)
    assert set(decisions["node"]) == set(NODES)
    assert not decisions.duplicated(["node", "feature"]).any()
    assert decisions["verdict"].notna().all() and (decisions["reason"].str.len() > 0).all()
    assert {name: PANELS[name] for name in set(decisions["node"])} == dict(
        zip(decisions["node"], decisions["panel"], strict=True)
    )


def test_training_table_has_exactly_the_features_that_the_ledger_keeps(folder: Path, decisions: pd.DataFrame) -> None:
    final = decisions[
        (decisions["node"] == "selected_features") & ~decisions["family"].isin(["categorical_list", "text"])
    ]
    kept = final[final["verdict"] == "keep"]
    expected = set(kept["feature"].where(kept["family"] != "continuous", kept["feature"] + "_norm"))
    table = pd.read_parquet(folder / "02_binomial_classifier_training_data.parquet")
    assert set(table.columns[4:]) == expected
    assert 0 < len(expected) < len(final)


def test_a_feature_that_is_dropped_says_why_and_by_whom(decisions: pd.DataFrame) -> None:
    final = decisions[decisions["node"] == "selected_features"].set_index("feature")
    assert final.loc["production_companies", "verdict"] == "drop"
    assert "limit of 500" in final.loc["production_companies", "reason"]
    assert final.loc["production_status", "verdict"] == "drop"
    rare = decisions[
        (decisions["node"] == "category_usefulness") & (decisions["statistic"] == "support") & decisions["applied"]
    ]
    dropped = rare[rare["verdict"] == "drop"]
    assert (dropped["value"] < 10).all() and (final.loc[dropped["feature"], "verdict"] == "drop").all()


def test_every_panel_writes_its_plots_and_matrices(folder: Path) -> None:
    for name, group in PANELS.items():
        if group == "visualization":
            assert (folder / "reports" / name / "contact_sheet.png").stat().st_size < 200_000
    assert len(list((folder / "reports" / "numeric_histograms").glob("*.png"))) == 11
    for name in (
        "pearson_correlation",
        "spearman_correlation",
        "cramers_v",
        "chi_squared",
        "numeric_categorical_anova",
    ):
        assert (folder / "reports" / f"{name}.png").exists()
        assert not pd.read_parquet(folder / "assets" / f"{name}_matrix.parquet").empty


def test_every_threshold_was_judged_with_value_and_threshold(selected: tuple[Path, Ran]) -> None:
    for asset in TESTED:
        found = selected[1].checks[asset, NODES[asset].check]
        assert {"value", "threshold"} <= set(found.metadata) and found.description
        assert found.passed or found.severity == dg.AssetCheckSeverity.WARN


def test_ablation_compares_the_three_policies(folder: Path) -> None:
    found = pd.read_parquet(folder / "assets" / "selection_ablation.parquet").set_index("policy")
    assert list(found.index) == ["none", "balanced", "strict"]
    assert found.loc["none", "difference"] == 0 and found.loc["none", "columns"] > found.loc["balanced", "columns"] > 0
    assert found.loc["none", "average_precision"] > 0.4
