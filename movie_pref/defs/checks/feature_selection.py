"""One check for each threshold of the feature-selection flowcharts, and what enforces the outcome."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.breaches import BREACHES, NEXT_QUESTION, OTHER_MEMBER, most_extreme
from movie_pref.analysis.nodes import ADVICE, NODES, REDUNDANCY, TESTED
from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import table, verdict
from movie_pref.features.training_table import columns_of, feature_columns
from movie_pref.settings import Settings

WARN = dg.AssetCheckSeverity.WARN


def _threshold_check(asset: str) -> dg.AssetChecksDefinition:
    @check(
        asset,
        "selected_features",
        name=NODES[asset].check,
        description=f"Which features breach the threshold of {asset.replace('_', ' ')}"
        + (f" (settings {', '.join(NODES[asset].settings)})" if NODES[asset].settings else "")
        + ", and whether the breach was applied or overruled.",
    )
    def threshold(settings: ResourceParam[Settings], selected_features: pd.DataFrame) -> dg.AssetCheckResult:
        return judge(asset, selected_features, settings)

    return threshold


threshold_checks = [_threshold_check(asset) for asset in TESTED]


def judge(asset: str, ledger: pd.DataFrame, settings: Settings) -> dg.AssetCheckResult:
    """A node's breaches: the worst offender with its statistic and threshold, and what came of each."""
    rows = ledger[ledger["node"] == asset]
    breaches = rows[rows["verdict"].isin([*BREACHES, "to_categorical"])]
    if asset == "normality":
        breaches = rows[rows["reason"].str.startswith("not generally normal")]
    judged = int((rows["verdict"] != "not_applicable").sum())
    if breaches.empty:
        tested = rows.dropna(subset=["value"])
        return verdict(
            True,
            f"none of {judged} features breaches" if judged else "the test applies to no feature",
            value=most_extreme(tested, asset)["value"] if len(tested) else "not applicable",
            threshold=tested["threshold"].iloc[0] if len(tested) else "not applicable",
            severity=WARN,
        )
    worst = most_extreme(breaches, asset)
    breaches = breaches.sort_values("applied", ascending=False, kind="stable")
    applied = int(breaches["applied"].sum())
    statistic = worst["statistic"] or "verdict"
    number = (
        f" with {statistic} {worst['value']:.4g} against {worst['threshold']:.4g}" if pd.notna(worst["value"]) else ""
    )
    overruled = len(breaches) - applied
    says = f"{len(breaches)} of {judged} features breach, worst {worst['feature']}{number}"
    if asset in NEXT_QUESTION:
        says += f"; {NEXT_QUESTION[asset]}"
        overruled = 0
    else:
        says += f"; {applied} applied"
    if overruled:
        says += f", {overruled} overruled ({_rule(asset, breaches, ledger, settings)})"
    return verdict(
        False,
        says,
        value=worst["value"] if pd.notna(worst["value"]) else worst["reason"],
        threshold=worst["threshold"] if pd.notna(worst["threshold"]) else "none",
        severity=WARN,
        more={
            "worst_offender": worst["feature"],
            "breaches": table(
                breaches[["feature", "other_feature", "value", "threshold", "verdict", "applied", "reason"]], rows=60
            ),
        },
    )


def _rule(asset: str, breaches: pd.DataFrame, ledger: pd.DataFrame, settings: Settings) -> str:
    """The rule that overruled a node's breaches."""
    if settings.policy == "none":
        return "policy none drops nothing"
    if asset in ADVICE and settings.policy == "balanced":
        return "under balanced these two only advise"
    if asset == "null_analysis" and (breaches["verdict"] == "consider_dropping_rows").all():
        return "rows are dropped only when the catalogue confirms it"
    final = ledger[ledger["node"] == "selected_features"].set_index("feature")
    reasons = final.loc[
        [name for name in breaches.loc[~breaches["applied"], "feature"] if name in final.index], "reason"
    ]
    rules = {
        "withheld by the guard": reasons.str.contains("withheld").any(),
        "pinned by the catalogue": reasons.str.contains("pinned").any(),
        OTHER_MEMBER if asset in REDUNDANCY else "another test passed": (
            (final.loc[reasons.index, "verdict"] == "keep") & ~reasons.str.contains("withheld|pinned")
        ).any(),
        "dropped by another node already": (final.loc[reasons.index, "verdict"] == "drop").any(),
    }
    return ", ".join(rule for rule, holds in rules.items() if holds) or "by the policy"


@check("selected_features")
def guard_withheld_nothing(settings: ResourceParam[Settings], selected_features: pd.DataFrame) -> dg.AssetCheckResult:
    """Blocks and pairs whose drop costs more than one paired standard error of average precision are withheld."""
    final = selected_features[selected_features["node"] == "selected_features"]
    withheld = final[(final["verdict"] == "keep") & final["reason"].str.contains("withheld")]
    return verdict(
        withheld.empty,
        f"{len(withheld)} features stay although a threshold speaks against them: {withheld['reason'].iloc[0]}"
        if len(withheld)
        else "no drop was withheld",
        value=len(withheld),
        threshold=0,
        severity=WARN,
        more={"withheld": table(withheld[["feature", "reason"]], rows=60)},
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
