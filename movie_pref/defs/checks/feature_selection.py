"""One check for each threshold of the feature-selection flowcharts, and what enforces the outcome."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.breaches import judge, named, withheld
from movie_pref.analysis.nodes import NODES, TESTED
from movie_pref.defs.decorators import Check, check
from movie_pref.defs.metadata import table, verdict
from movie_pref.features.training_table import columns_of, feature_columns
from movie_pref.settings import Settings

WARN = dg.AssetCheckSeverity.WARN
STEP = "threshold"  # all wait for the ledger and read nothing else
SHOWN = ["feature", "other_feature", "value", "threshold", "verdict", "became", "reason"]


def _threshold_check(asset: str) -> Check:
    @check(
        asset,
        "selected_features",
        step=STEP,
        name=NODES[asset].check,
        description=f"Which features breach the threshold of {asset.replace('_', ' ')}"
        + (f" (settings {', '.join(NODES[asset].settings)})" if NODES[asset].settings else "")
        + ", and whether the breach was applied or overruled.",
    )
    def threshold(settings: ResourceParam[Settings], selected_features: pd.DataFrame) -> dg.AssetCheckResult:
        return threshold_verdict(asset, selected_features, settings)

    return threshold


threshold_checks = [_threshold_check(asset) for asset in TESTED]


def threshold_verdict(asset: str, ledger: pd.DataFrame, settings: Settings) -> dg.AssetCheckResult:
    """A node's judgement as a check's result; an overruled breach is a WARN."""
    found = judge(asset, ledger, settings.policy)
    more = {"worst_offender": found.worst, "breaches": table(found.breaches[SHOWN], rows=60)} if found.worst else {}
    return verdict(found.passed, found.says, found.value, found.threshold, severity=WARN, more=more)


@check("selected_features", step=STEP)
def guard_withheld_nothing(settings: ResourceParam[Settings], selected_features: pd.DataFrame) -> dg.AssetCheckResult:
    """Blocks and pairs whose drop costs more than half a corrected paired standard error of average precision are withheld."""
    found = withheld(selected_features)
    return verdict(
        found.empty,
        f"{len(found)} features stay although a threshold speaks against them, since without them the ranking gets worse: "
        f"{named(found['feature'].tolist())}; the first because {found['reason'].iloc[0]}"
        if len(found)
        else "no drop was withheld",
        value=len(found),
        threshold=0,
        severity=WARN,
        more={"withheld": table(found[["feature", "reason"]], rows=60)},
    )


@check("training_table", "selected_features", blocking=True)
def selection_is_enforced(
    settings: ResourceParam[Settings], training_table: pd.DataFrame, selected_features: pd.DataFrame
) -> dg.AssetCheckResult:
    """No feature that was resolved to drop is in the training table, and none resolved to keep is missing."""
    there = set(feature_columns(training_table))
    present = sorted(set(columns_of(selected_features, "drop", settings.text_components)) & there)
    missing = sorted(set(columns_of(selected_features, "keep", settings.text_components)) - there)
    return verdict(
        not present and not missing,
        f"{len(present)} dropped features are in the training table ({', '.join(present[:5]) or 'none'}), "
        f"{len(missing)} kept ones are missing ({', '.join(missing[:5]) or 'none'})",
        value=len(present) + len(missing),
        threshold=0,
    )
