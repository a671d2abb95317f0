"""Where the verdicts are settled: target selection, inter-feature selection, the resolved ledger, and its ablation."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.inter_feature import Relation
from movie_pref.analysis.nodes import BEFORE_THE_TESTS, INTER, INTER_TESTS, RELEVANCE, SELECTION, TARGET
from movie_pref.analysis.prepared import Prepared
from movie_pref.cores import Background
from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import picture, table
from movie_pref.settings import Settings


@node(SELECTION, kinds=("xgboost",))
def settled_verdicts(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    background: ResourceParam[Background],
    analysis_rows: Prepared,
    null_analysis: pd.DataFrame,
    distinct_analysis: pd.DataFrame,
    dtype_analysis: pd.DataFrame,
    normality: pd.DataFrame,
    distribution_sense: pd.DataFrame,
    category_usefulness: pd.DataFrame,
    text_shape: pd.DataFrame,
    text_embedding_value: pd.DataFrame,
    pearson_correlation: Relation,
    spearman_correlation: Relation,
    numeric_categorical_anova: Relation,
    cramers_v: Relation,
    chi_squared: Relation,
    pearson_target: pd.DataFrame,
    spearman_target: pd.DataFrame,
    anova_numeric_target: pd.DataFrame,
    anova_categorical_target: pd.DataFrame,
    cramers_v_target: pd.DataFrame,
    chi_squared_target: pd.DataFrame,
) -> pd.DataFrame:
    """The verdicts of all nodes, settled together by the active policy, block by block and pair by pair.

    The three nodes of the charts that settle something are parts of this table: which features say enough about the
    target, which of a redundant pair goes, and the final word.
    """
    from movie_pref.analysis.all_panels import settle

    relations = [pearson_correlation, spearman_correlation, numeric_categorical_anova, cramers_v, chi_squared]
    tests = [
        null_analysis, distinct_analysis, dtype_analysis, normality, distribution_sense, category_usefulness,
        text_shape, text_embedding_value, *(relation.rows for relation in relations), pearson_target, spearman_target,
        anova_numeric_target, anova_categorical_target, cramers_v_target, chi_squared_target,
    ]  # fmt: skip
    matrices = {node: relation.matrix for node, relation in zip(INTER_TESTS, relations, strict=True)}
    context.log.info("measuring what the model loses without each block and pair")
    free = settings.model_copy(update={"jobs": background.left(settings.n_jobs)})
    made, ledger = settle(analysis_rows, free, pd.concat(tests, ignore_index=True), matrices)
    context.add_output_metadata(
        {
            "policy": settings.policy,
            "withheld_by_the_guard": table(
                pd.DataFrame({"block or pair": list(made.withheld), "cost": list(made.withheld.values())})
            ),
        }
    )
    return ledger


@node(TARGET, deps=RELEVANCE)
def target_selection(context: dg.AssetExecutionContext, settled_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Which features say enough about the target: under balanced any applicable test passes, under strict every one."""
    return _rows_of("target_selection", context, settled_verdicts)


@node(INTER, deps=[*INTER_TESTS, "target_selection"])
def inter_feature_selection(context: dg.AssetExecutionContext, settled_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Of each redundant pair, drop the member whose removal costs the model less cross-validated average precision."""
    return _rows_of("inter_feature_selection", context, settled_verdicts)


def _rows_of(node: str, context: dg.AssetExecutionContext, ledger: pd.DataFrame) -> pd.DataFrame:
    rows = ledger[ledger["node"] == node].reset_index(drop=True)
    context.add_output_metadata({"verdicts": table(rows, rows=100)})
    return rows


@node(SELECTION, deps=[*BEFORE_THE_TESTS, "target_selection", "inter_feature_selection"])
def selected_features(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], settled_verdicts: pd.DataFrame
) -> pd.DataFrame:
    """The ledger, resolved: every verdict of every node, and one row per feature that holds the final word."""
    final = settled_verdicts[settled_verdicts["node"] == "selected_features"]
    units = final[~final["family"].isin(["categorical_list", "text"])]
    context.add_output_metadata(
        {
            "policy": settings.policy,
            "final_word": table(final[final["family"] != "indicator"][["feature", "family", "verdict", "reason"]]),
            "kept": int((units["verdict"] == "keep").sum()),
            "dropped": int((units["verdict"] == "drop").sum()),
        }
    )
    return settled_verdicts


@node(SELECTION, kinds=("xgboost",), deps=["selected_features"])
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
