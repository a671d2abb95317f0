"""The target flowchart: what each feature says about the target; which tests apply depends on the target's kind."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.prepared import Prepared
from movie_pref.defs.assets.shared import show_verdicts
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

GROUP = "target_variable_analysis"
NUMERIC = ["pearson_correlation", "spearman_correlation", "numeric_categorical_anova"]
CATEGORICAL = ["numeric_categorical_anova", "cramers_v", "chi_squared"]


def _test(name: str, deps: list[str], words: str) -> dg.AssetsDefinition:
    @node(GROUP, name=name, deps=deps, kinds=("scipy",), description=words)
    def test(
        context: dg.AssetExecutionContext,
        settings: ResourceParam[Settings],
        analysis_rows: Prepared,
    ) -> pd.DataFrame:
        from movie_pref.analysis import target

        rows = target.target_test(analysis_rows, settings, name)
        show_verdicts(context, rows)
        return rows

    return test


pearson_target = _test(
    "pearson_target",
    NUMERIC,
    "Pearson correlation test of continuous features with a continuous target; |r| above the threshold: keep.",
)
spearman_target = _test(
    "spearman_target",
    NUMERIC,
    "Spearman correlation test of continuous features with a continuous target; |r| above the threshold: keep.",
)
anova_numeric_target = _test(
    "anova_numeric_target",
    NUMERIC,
    "ANOVA F-statistic of continuous features over a categorical target; F above the threshold: keep.",
)
anova_categorical_target = _test(
    "anova_categorical_target",
    CATEGORICAL,
    "ANOVA F-statistic of a continuous target over categorical features; F above the threshold: keep.",
)
cramers_v_target = _test(
    "cramers_v_target",
    CATEGORICAL,
    "Cramér's V test of categorical features with a categorical target; V above the threshold: keep.",
)
chi_squared_target = _test(
    "chi_squared_target",
    CATEGORICAL,
    "Chi-squared test of categorical features with a categorical target; p below the threshold: keep.",
)
