"""The inter-feature flowchart: how the features hang together. What follows is decided in `inter_feature_selection`."""

import dagster as dg
from dagster import ResourceParam

from movie_pref.analysis.inter_feature import Relation
from movie_pref.analysis.prepared import Prepared
from movie_pref.defs.assets.shared import show_matrix, show_verdicts
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

GROUP = "inter_feature_analysis"


def _correlation(method: str, words: str) -> dg.AssetsDefinition:
    @node(
        GROUP,
        name=f"{method}_correlation",
        deps=["distribution_sense"],
        kinds=("scipy",),
        description=f"{words} correlation matrix of the continuous features. |r| above the threshold: one of the pair is redundant.",
    )
    def correlation(
        context: dg.AssetExecutionContext,
        settings: ResourceParam[Settings],
        analysis_rows: Prepared,
    ) -> Relation:
        from movie_pref.analysis import inter_feature, plots

        found = inter_feature.correlation(analysis_rows, settings, method)
        show_verdicts(context, found.rows)
        show_matrix(context, settings, found.matrix, plots.heat_map, settings.correlation_limit, signed=True)
        return found

    return correlation


pearson_correlation = _correlation("pearson", "Pearson")
spearman_correlation = _correlation("spearman", "Spearman")


@node(GROUP, deps=["distribution_sense", "category_usefulness"], kinds=("scipy",))
def numeric_categorical_anova(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> Relation:
    """ANOVA F-statistic of each continuous feature over each categorical one; F above the threshold: keep."""
    from movie_pref.analysis import inter_feature, plots

    found = inter_feature.numeric_categorical_anova(analysis_rows, settings)
    show_verdicts(context, found.rows)
    show_matrix(context, settings, found.matrix, plots.rectangular_map, settings.anova_f_limit)
    return found


@node(GROUP, deps=["category_usefulness"], kinds=("scipy",))
def cramers_v(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> Relation:
    """Cramér's V test, bias-corrected, of all pairs of categories and indicators; above the threshold: redundant."""
    from movie_pref.analysis import inter_feature, plots

    found = inter_feature.cramers_v(analysis_rows, settings)
    show_verdicts(context, found.rows)
    show_matrix(context, settings, found.matrix, plots.heat_map, settings.cramers_v_limit, signed=False)
    return found


@node(GROUP, deps=["category_usefulness"], kinds=("scipy",))
def chi_squared(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> Relation:
    """Chi-squared test of all pairs of categories and indicators; p below the threshold: keep."""
    from movie_pref.analysis import inter_feature, plots

    found = inter_feature.chi_squared(analysis_rows, settings)
    show_verdicts(context, found.rows)
    show_matrix(context, settings, found.matrix, plots.heat_map, settings.chi_squared_p, signed=False, below=True)
    return found
