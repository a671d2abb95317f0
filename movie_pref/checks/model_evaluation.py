"""What a model must reach on the holdout; judged by its interval, so that luck neither blocks nor passes it."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.metadata import verdict
from movie_pref.modeling.gates import gates
from movie_pref.nodes import check
from movie_pref.settings import Settings


@check("holdout_report", "out_of_fold_predictions")
def recall_reaches_the_floor(
    settings: ResourceParam[Settings], holdout_report: pd.DataFrame, out_of_fold_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """Recall at the threshold on the holdout; an ERROR only when the whole interval lies below the floor."""
    return _gate(0, settings, holdout_report, out_of_fold_predictions)


@check("holdout_report", "out_of_fold_predictions")
def flagged_share_within_budget(
    settings: ResourceParam[Settings], holdout_report: pd.DataFrame, out_of_fold_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """Share of holdout movies flagged; an ERROR only when the whole interval lies above the review budget."""
    return _gate(1, settings, holdout_report, out_of_fold_predictions)


def _gate(number: int, settings: Settings, report: pd.DataFrame, predictions: pd.DataFrame) -> dg.AssetCheckResult:
    budget = settings.budget(predictions["actual"].mean())
    gate = gates(report, settings.recall_floor, budget, settings.threshold)[number]
    severity = dg.AssetCheckSeverity.ERROR if gate.beyond_doubt else dg.AssetCheckSeverity.WARN
    return verdict(
        not gate.missed,
        gate.says,
        gate.value,
        gate.limit,
        severity,
        more={"interval_low": gate.low, "interval_high": gate.high},
    )
