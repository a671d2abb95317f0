"""What a model must reach on the holdout; judged by its interval, so that luck neither blocks nor passes it."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import verdict
from movie_pref.evaluation.gates import FEWEST_LIKED, Gate, again_gate, flagged_gate, recall_gate
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.settings import Settings


@check("holdout_report")
def recall_reaches_the_floor(settings: ResourceParam[Settings], holdout_report: pd.DataFrame) -> dg.AssetCheckResult:
    """Recall at the threshold on the holdout; an ERROR only when the whole interval lies below the floor."""
    return _gate_verdict(recall_gate(holdout_report, settings.recall_floor, settings.threshold))


@check("holdout_report")
def would_watch_again_is_found(settings: ResourceParam[Settings], holdout_report: pd.DataFrame) -> dg.AssetCheckResult:
    """Recall of the movies labelled would_watch_again at the review budget; an ERROR only when the whole interval lies
    below the floor. Without that label there is nothing to find."""
    gate = again_gate(holdout_report, settings.again_recall_floor)
    if gate is None:
        return verdict(
            True, "no holdout movie is would_watch_again", value="none", threshold=settings.again_recall_floor
        )
    return _gate_verdict(gate)


@check("holdout_report", "out_of_fold_predictions")
def flagged_share_within_budget(
    settings: ResourceParam[Settings], holdout_report: pd.DataFrame, out_of_fold_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """Share of holdout movies flagged; an ERROR only when the whole interval lies above the review budget."""
    budget = settings.budget(out_of_fold_predictions["actual"].mean())
    return _gate_verdict(flagged_gate(holdout_report, budget, settings.threshold))


@check("holdout_report", "out_of_fold_predictions", "movies_only")
def average_precision_above_the_best_column(
    settings: ResourceParam[Settings],
    holdout_report: pd.DataFrame,
    out_of_fold_predictions: pd.DataFrame,
    movies_only: pd.DataFrame,
) -> dg.AssetCheckResult:
    """The model ranks the holdout better than the best single column, which is chosen on the training rows; an ERROR only
    when the paired interval lies wholly below zero, and enough liked movies are behind it."""
    from movie_pref.evaluation.judged import judged_rows
    from movie_pref.evaluation.single_column import above_best_column
    from movie_pref.library.catalogue import own_catalogue

    catalogue = own_catalogue(settings.data)
    ours = float(holdout_report.set_index("metric").loc["average_precision", "value"])
    judged = judged_rows(out_of_fold_predictions, movies_only)
    column, found = above_best_column(judged.rows, movies_only, catalogue)
    if column is None or found is None:
        return verdict(True, "the library has no number to rank by", value=ours, threshold="none")
    return verdict(
        found["difference"] >= 0,
        f"average precision is {found['challenger']:.3f}, ranking by one column ({column.says}) gives {found['champion']:.3f}: "
        f"{found['difference']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})",
        value=found["challenger"],
        threshold=found["champion"],
        severity=dg.AssetCheckSeverity.ERROR
        if found["high"] < 0 and found["liked"] >= FEWEST_LIKED
        else dg.AssetCheckSeverity.WARN,
        more={"difference": found["difference"], "interval_low": found["low"], "interval_high": found["high"]},
    )


@check("holdout_report")
def calibration_error_near_its_floor(holdout_report: pd.DataFrame) -> dg.AssetCheckResult:
    """The calibration error after calibration is one that right probabilities would show on as many movies in 97.5 of
    100 libraries."""
    rows = holdout_report.set_index("metric")
    found = float(rows.loc["calibration_error_calibrated", "value"])
    before = float(rows.loc["calibration_error", "value"])
    floor, limit = rows.loc["calibration_error_calibrated_floor", ["value", "high"]]
    return verdict(
        found <= limit,
        f"the calibration error is {found:.4f} after calibration and {before:.4f} before it; right probabilities would show "
        f"{floor:.4f}, and seldom more than {limit:.4f}, on {rows['movies'].iloc[0]} movies",
        value=found,
        threshold=limit,
        severity=dg.AssetCheckSeverity.WARN,
        more={"floor": floor, "before_calibration": before},
    )


@check("champion_model")
def challenger_took_the_place_of_the_champion(settings: ResourceParam[Settings]) -> dg.AssetCheckResult:
    """The model trained last is the champion; WARN when it was refused and scoring goes on with the one before."""
    from movie_pref.model.pointer import read_pointer

    pointer = read_pointer(DataFolder(settings.data).model) or {}
    compared = {name: found for name, found in pointer.get("compared", {}).items() if isinstance(found, dict)}
    refused = pointer.get("decision") == "kept"
    return verdict(
        pointer.get("champion") is not None and not refused,
        f"the model {pointer.get('challenger')} was refused and {pointer.get('champion')} stays the champion: {pointer.get('because')}"
        if refused
        else f"{pointer.get('champion')} is the champion ({pointer.get('decision')}): {pointer.get('because')}",
        value=pointer.get("decision", "nothing was promoted"),
        threshold="first or promoted",
        severity=dg.AssetCheckSeverity.WARN,
        more={
            f"{name}_{part}": found[part] for name, found in compared.items() for part in ("difference", "low", "high")
        },
    )


def _gate_verdict(gate: Gate) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if gate.beyond_doubt else dg.AssetCheckSeverity.WARN
    return verdict(
        not gate.missed,
        gate.says,
        gate.value,
        gate.limit,
        severity,
        more={"interval_low": gate.low, "interval_high": gate.high},
    )


@check("preference_rules")
def rules_are_learnt(preference_rules: pd.DataFrame) -> dg.AssetCheckResult:
    """Every preference rule of the design that covers enough movies is learnt; WARN names those that are not."""
    from movie_pref.evaluation.preference_rules import LEARNT, NOT_LEARNT, TOO_FEW, by_rule

    verdicts = by_rule(preference_rules)
    missed = verdicts.index[verdicts == NOT_LEARNT]
    statements = preference_rules.drop_duplicates("rule").set_index("rule")["statement"]
    learnt, judged = int((verdicts == LEARNT).sum()), int((verdicts != TOO_FEW).sum())
    says = f"{learnt} of {judged} rules that cover enough movies are learnt"
    if len(missed):
        says += f"; not learnt: {'; '.join(statements[missed])}"
    return verdict(
        not len(missed),
        says,
        value=learnt,
        threshold=judged,
        severity=dg.AssetCheckSeverity.WARN,
        more={"too_few_movies": ", ".join(verdicts.index[verdicts == TOO_FEW]) or "none"},
    )


@check("algorithm_comparison")
def no_algorithm_is_clearly_better(algorithm_comparison: pd.DataFrame) -> dg.AssetCheckResult:
    """No other algorithm's average precision is above XGBoost's beyond doubt, corrected for how many were measured (Holm);
    WARN names those."""
    from movie_pref.evaluation.algorithms import BASELINE
    from movie_pref.evaluation.comparison_table import better_than_baseline

    others = algorithm_comparison[algorithm_comparison["algorithm"] != BASELINE].dropna(subset=["low"])
    better = better_than_baseline(algorithm_comparison)
    if others.empty:
        return verdict(
            True, "no other algorithm was measured", value="none", threshold=0.0, severity=dg.AssetCheckSeverity.WARN
        )
    ahead = others[others["difference"] > 0]
    nearest = ahead.loc[ahead["adjusted_p"].idxmin()] if len(ahead) else others.loc[others["low"].idxmax()]
    said = "; ".join(
        f"{row.algorithm} {row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f}, adjusted p {row.adjusted_p:.2g})"
        for row in (better if len(better) else nearest.to_frame().T).itertuples()
    )
    return verdict(
        better.empty,
        f"better than {BASELINE} beyond doubt: {said}"
        if len(better)
        else f"none of {len(others)} other algorithms is better than {BASELINE} beyond doubt; the nearest is {said}",
        value=float(nearest["adjusted_p"]),
        threshold=1 - CONFIDENCE,
        severity=dg.AssetCheckSeverity.WARN,
        more={"algorithm": nearest["algorithm"], "difference": float(nearest["difference"])},
    )
