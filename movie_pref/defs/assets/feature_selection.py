"""Where the verdicts are settled: target selection, inter-feature selection, the resolved ledger, and its ablation."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.nodes import BEFORE_THE_TESTS, INTER, INTER_TESTS, REDUNDANCY, RELEVANCE, TARGET
from movie_pref.data_folder import DataFolder
from movie_pref.defs.assets.shared import stored_rows
from movie_pref.defs.decorators import node, nodes
from movie_pref.defs.metadata import picture, table
from movie_pref.settings import Settings

GROUP = "feature_selection"


@nodes(
    target_selection=(
        TARGET,
        "Which features say enough about the target: under balanced any applicable test passes, under strict every one.",
    ),
    inter_feature_selection=(
        INTER,
        "Of each redundant pair, drop the member whose removal costs the model less cross-validated average precision.",
    ),
    selected_features=(
        GROUP,
        "The ledger, resolved: every verdict of every node, and one row per feature that holds the final word.",
    ),
    made_from={
        "target_selection": list(RELEVANCE),
        "inter_feature_selection": [*INTER_TESTS, "target_selection"],
        "selected_features": [*BEFORE_THE_TESTS, "target_selection", "inter_feature_selection"],
    },
)
def settled_features(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    null_analysis: pd.DataFrame,
    distinct_analysis: pd.DataFrame,
    dtype_analysis: pd.DataFrame,
    normality: pd.DataFrame,
    distribution_sense: pd.DataFrame,
    category_usefulness: pd.DataFrame,
    text_shape: pd.DataFrame,
    text_embedding_value: pd.DataFrame,
    pearson_correlation: pd.DataFrame,
    spearman_correlation: pd.DataFrame,
    numeric_categorical_anova: pd.DataFrame,
    cramers_v: pd.DataFrame,
    chi_squared: pd.DataFrame,
    pearson_target: pd.DataFrame,
    spearman_target: pd.DataFrame,
    anova_numeric_target: pd.DataFrame,
    anova_categorical_target: pd.DataFrame,
    cramers_v_target: pd.DataFrame,
    chi_squared_target: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Settle the verdicts by the active policy; all three are decided together, block by block."""
    from movie_pref.analysis.selection import select
    from movie_pref.analysis.selection_rows import mark_applied, selection_rows

    tests = pd.concat(
        [
            null_analysis, distinct_analysis, dtype_analysis, normality, distribution_sense, category_usefulness,
            text_shape, text_embedding_value, pearson_correlation, spearman_correlation, numeric_categorical_anova,
            cramers_v, chi_squared, pearson_target, spearman_target, anova_numeric_target, anova_categorical_target,
            cramers_v_target, chi_squared_target,
        ],
        ignore_index=True,
    )  # fmt: skip
    matrices = {name: DataFolder(settings.data).made(f"{name}_matrix") for name in REDUNDANCY}
    prepared = stored_rows(settings)
    context.log.info("measuring what the model loses without each block and pair")
    made = select(prepared, settings, tests, matrices)
    rows = selection_rows(made, tests)
    for name in ("target_selection", "inter_feature_selection"):
        context.add_output_metadata({"verdicts": table(rows[name], rows=100)}, output_name=name)
    final = rows["selected_features"]
    units = final[~final["family"].isin(["categorical_list", "text"])]
    context.add_output_metadata(
        {
            "policy": settings.policy,
            "final_word": table(final[final["family"] != "indicator"][["feature", "family", "verdict", "reason"]]),
            "kept": int((units["verdict"] == "keep").sum()),
            "dropped": int((units["verdict"] == "drop").sum()),
            "withheld_by_the_guard": table(
                pd.DataFrame({"block or pair": list(made.withheld), "cost": list(made.withheld.values())})
            ),
        },
        output_name="selected_features",
    )
    resolved = pd.concat([mark_applied(made, tests), *rows.values()], ignore_index=True)
    return rows["target_selection"], rows["inter_feature_selection"], resolved


@node(GROUP, kinds=("xgboost",), deps=["selected_features"])
def selection_ablation(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """What each policy costs: average precision of balanced, strict and none, with the selection inside the folds."""
    from movie_pref.evaluation.ablation import ablation
    from movie_pref.evaluation.plots import policy_bars
    from movie_pref.library.catalogue import own_catalogue

    rows = data_split.loc[data_split["partition"] == "train", ["imdb_id"]].merge(movies_only, on="imdb_id")
    found = ablation(rows, settings, own_catalogue(settings.data), context.log.info)
    context.add_output_metadata(
        {
            "policies": table(found),
            "bars": picture(policy_bars(found), DataFolder(settings.data).plot("selection_ablation")),
        }
    )
    return found
