"""The statistical flowchart: normality and sense of numbers, usefulness of categories, shape and value of texts."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.prepared import Prepared
from movie_pref.defs.assets.shared import show_verdicts
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

GROUP = "statistical_analysis"


@node(GROUP, deps=["dtype_analysis", "numeric_histograms", "numeric_violins"], kinds=("scipy",))
def normality(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """Generally normal distribution? Judged by effect size; the test is shown beside it, before and after a logarithm."""
    from movie_pref.analysis import statistical

    rows = statistical.normality(analysis_rows, settings)
    show_verdicts(context, rows)
    return rows


@node(GROUP)
def distribution_sense(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
    normality: pd.DataFrame,
) -> pd.DataFrame:
    """Does the distribution make sense? If not, consider dropping the feature."""
    from movie_pref.analysis import statistical

    rows = statistical.distribution_sense(analysis_rows, settings, normality)
    show_verdicts(context, rows)
    return rows


@node(GROUP, deps=["dtype_analysis", "text_length_violins", "text_distinct_bar_charts"])
def text_shape(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """How long are the strings, are there many distinct values? Short or few: consider converting to categorical."""
    from movie_pref.analysis.statistical import text_shape as shapes_of

    rows = shapes_of(analysis_rows.with_texts_as_given, settings)
    show_verdicts(context, rows)
    return rows


@node(GROUP, deps=["dtype_analysis", "category_bar_charts", "text_shape"])
def category_usefulness(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """Are the categories useful? One class dominating, too many, only singletons: drop; indicators need support."""
    from movie_pref.analysis import statistical

    rows = statistical.category_usefulness(analysis_rows, settings)
    show_verdicts(context, rows)
    return rows


@node(GROUP, kinds=("scikitlearn", "xgboost"))
def text_embedding_value(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
    text_shape: pd.DataFrame,
) -> pd.DataFrame:
    """Is there sufficient value to perform text embeddings? TF-IDF and truncated SVD, by cross-validated gain."""
    from movie_pref.analysis import statistical

    rows = statistical.text_embedding_value(analysis_rows, settings, text_shape)
    show_verdicts(context, rows)
    return rows
