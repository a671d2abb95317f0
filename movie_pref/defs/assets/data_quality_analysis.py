"""The data quality flowchart: null analysis, distinct analysis, data type analysis."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.prepared import Prepared
from movie_pref.defs.assets.shared import show_verdicts
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

GROUP = "data_quality_analysis"


@node(GROUP)
def null_analysis(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """Null count (none, low, high): are the null values meaningful? If not, consider dropping the feature or the rows.

    Values that the feature catalogue calls unknown count as null; both counts are shown.
    """
    from movie_pref.analysis import data_quality

    rows = data_quality.null_analysis(analysis_rows, settings)
    show_verdicts(context, rows)
    return rows


@node(GROUP, deps=["null_analysis"])
def distinct_analysis(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """Distinct count: should it be high, should it be low? If not, consider dropping the feature."""
    from movie_pref.analysis import data_quality

    rows = data_quality.distinct_analysis(analysis_rows, settings)
    show_verdicts(context, rows)
    return rows


@node(GROUP, deps=["distinct_analysis"])
def dtype_analysis(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> pd.DataFrame:
    """Verify data type, cast to the correct type, and sort features into continuous, categorical, list and text."""
    from movie_pref.analysis import data_quality

    rows = data_quality.dtype_analysis(analysis_rows)
    show_verdicts(context, rows)
    return rows
