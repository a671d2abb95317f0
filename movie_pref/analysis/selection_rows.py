"""What the selection writes into the ledger: its own rows, the last word on each feature, and which verdicts were applied."""

from typing import Any

import pandas as pd

from movie_pref.analysis.data_quality import no_column
from movie_pref.analysis.ledger import CONSIDER, CONSIDER_ROWS, DROP, KEEP, NOT_APPLICABLE, Cause, entry, ledger
from movie_pref.analysis.linear_only import linear_only
from movie_pref.analysis.nodes import INTER, QUALITY, RELEVANCE, SELECTION, TARGET
from movie_pref.analysis.prepared import family
from movie_pref.analysis.selection_so_far import Selection, Why, units

LEFT = "it is not shown to tell nothing of the target, so the linear member of the committee reads it all the same"
PAIRS_UNDER = {
    "balanced": Why(Cause.NOT_REDUNDANT, "not redundant with a feature that is kept"),
    "strict": Why(Cause.PASSES, "passes every test between features that applies"),
    "none": Why(Cause.POLICY_NONE, "policy none: no pair is settled"),
}
PINS = {
    KEEP: Why(Cause.PINNED_KEEP, "pinned to keep by the catalogue"),
    DROP: Why(Cause.PINNED_DROP, "pinned to drop by the catalogue"),
}


def selection_rows(made: Selection, tests: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The ledger's rows of `inter_feature_selection`, `target_selection` and `selected_features`, by node."""
    return {
        "inter_feature_selection": ledger(_pair_rows(made)),
        "target_selection": ledger(_target_rows(made, tests)),
        "selected_features": _with_what_is_left(final_rows(made), tests, made),
    }


def final_rows(made: Selection) -> pd.DataFrame:
    """The ledger's rows of `selected_features`: the last word on each feature."""
    rows = [_final(made, unit, unit in made.alive, _last_word(made, unit)) for unit in units(made.prepared)]
    for name in made.prepared.of("categorical_list"):
        left = [unit for unit in made.alive if made.prepared.list_of.get(unit) == name]
        rows.append(_final(made, name, bool(left), _of_a_list(made, name, len(left))))
    for name in made.prepared.of("text"):
        rows.append(_final(made, name, name in made.texts, _of_a_text(made, name)))
    return ledger(rows)


def _with_what_is_left(final: pd.DataFrame, tests: pd.DataFrame, made: Selection) -> pd.DataFrame:
    """The last words, with a note at what only the linear member reads."""
    left = final["feature"].isin(linear_only(final, tests, made.settings))
    return final.assign(reason=final["reason"].mask(left, final["reason"] + f"; {LEFT}"))


def mark_applied(made: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `applied` set: a drop that took effect, or a keep of a feature that was kept."""
    parent = made.prepared.list_of
    kept = set(made.alive) | set(made.texts) | {parent[unit] for unit in made.alive if unit in parent}
    effects = {(name, node) for unit, nodes in made.by.items() for node in nodes for name in (unit, parent.get(unit))}
    columnless = {name for name in made.prepared.names if not made.prepared.model_columns(name)} - set(made.texts)

    def applied(feature: str, node: str, verdict: str, before: bool) -> bool:
        if verdict in (DROP, CONSIDER):
            return (feature, node) in effects or (feature in columnless and node in QUALITY)
        if verdict == CONSIDER_ROWS:
            return made.settings.policy != "none" and made.prepared.entry(feature).drop_rows
        return feature in kept if verdict == KEEP else before

    columns = (rows[name] for name in ("feature", "node", "verdict", "applied"))
    found = [applied(*row) for row in zip(*columns, strict=True)]
    return rows.assign(applied=found).astype({"applied": "bool"})


def _pair_rows(made: Selection) -> list[dict]:
    return [
        entry(
            INTER, "inter_feature_selection", unit, family(made.prepared, unit),
            n=len(made.prepared.given), **_pair_verdict(made, unit),
        )
        for unit in units(made.prepared)
    ]  # fmt: skip


def _pair_verdict(made: Selection, unit: str) -> dict[str, Any]:
    """What the redundancy tests made of one unit, as the rest of its row."""
    lost = [pair for pair in made.pairs if pair["dropped"] == unit]
    won = [pair for pair in made.pairs if pair["kept"] == unit]
    if lost:
        pair = lost[-1]
        return {
            "other_feature": pair["kept"], "statistic": "ap_cost", "value": pair["cost"].mean,
            "threshold": pair["cost"].limit, "verdict": DROP, "reason": pair["reason"], "applied": not pair["withheld"],
            "cause": Cause.WITHHELD_BY_GUARD if pair["withheld"] else Cause.REDUNDANT,
        }  # fmt: skip
    if "inter_feature_selection" in made.by.get(unit, set()):
        cause, reason = made.dropped[unit]
        return {"verdict": DROP, "cause": cause, "reason": reason, "applied": True}
    if unit not in made.alive:
        reason = f"already dropped: {made.dropped[unit].says if unit in made.dropped else 'it yields no column'}"
        return {"verdict": NOT_APPLICABLE, "cause": Cause.ALREADY_DROPPED, "reason": reason}
    if won:
        other, reason = won[-1]["dropped"], f"kept over {won[-1]['dropped']}: {won[-1]['reason']}"
        cause = Cause.KEPT_OVER_PARTNER
        return {"other_feature": other, "verdict": KEEP, "cause": cause, "reason": reason, "applied": True}
    cause, reason = PAIRS_UNDER[made.settings.policy]
    return {"verdict": KEEP, "cause": cause, "reason": reason, "applied": True}


def _target_rows(made: Selection, tests: pd.DataFrame) -> list[dict]:
    relevant = tests[tests["node"].isin(RELEVANCE) & (tests["verdict"] != NOT_APPLICABLE)]
    by_feature: dict[str, list[tuple[str, str]]] = {}
    for feature, node, verdict in zip(*(relevant[name] for name in ("feature", "node", "verdict")), strict=True):
        by_feature.setdefault(str(feature), []).append((node, verdict))
    return [
        entry(
            TARGET, "target_selection", unit, family(made.prepared, unit), n=len(made.prepared.given),
            **_target_verdict(made, unit, by_feature.get(unit, [])),
        )
        for unit in units(made.prepared)
    ]  # fmt: skip


def _target_verdict(made: Selection, unit: str, found: list[tuple[str, str]]) -> dict[str, Any]:
    """What the tests against the target (node and verdict of each) made of one unit, as the rest of its row."""
    if not found:
        reason = "no test against the target applies"
        return {"verdict": NOT_APPLICABLE, "cause": Cause.NOT_TESTED, "reason": reason}
    passed = [node for node, verdict in found if verdict == KEEP]
    failed = [node for node, verdict in found if verdict == DROP]
    enough = not failed if made.settings.policy == "strict" else bool(passed)
    reason = f"passes {', '.join(passed) or 'none'}; fails {', '.join(failed) or 'none'}"
    if made.spared.get(unit):
        reason += "; " + "; ".join(made.spared[unit])
    dropped_here = "target_selection" in made.by.get(unit, set())
    return {
        "verdict": KEEP if enough else DROP,
        "cause": Cause.TELLS_THE_TARGET if enough else Cause.DOES_NOT_TELL_THE_TARGET,
        "reason": reason,
        "applied": unit in made.alive if enough else dropped_here,
    }


def _last_word(made: Selection, unit: str) -> Why:
    if unit not in made.alive:
        return (
            made.dropped[unit] if unit in made.dropped else Why(*no_column(unit, made.prepared, "it yields no column"))
        )
    if made.pin(unit) == KEEP:
        return PINS[KEEP]
    if made.settings.policy == "none":
        return Why(Cause.POLICY_NONE, "policy none: nothing is dropped")
    if made.spared.get(unit):
        return Why(Cause.WITHHELD_BY_GUARD, "; ".join(made.spared[unit]))
    return Why(Cause.PASSES, f"passes under policy {made.settings.policy}")


def _of_a_list(made: Selection, name: str, left: int) -> Why:
    total = len(made.prepared.preprocessor.indicator_columns(name))
    if not total:
        return Why(*no_column(name, made.prepared, "no element is known"))
    cause = Cause.INDICATORS_KEPT if left else Cause.NO_INDICATOR_KEPT
    pin = made.pin(name)
    return Why(PINS[pin].cause if pin in PINS else cause, f"{left} of its {total} indicators are kept")


def _of_a_text(made: Selection, name: str) -> Why:
    if made.pin(name) in PINS:
        return PINS[made.pin(name)]
    if name in made.dropped:
        return made.dropped[name]
    if name in made.texts:
        return Why(Cause.WORTH_EMBEDDING, "its components are worth their place: see text_embedding_value")
    return Why(Cause.NOT_WORTH_EMBEDDING, "not worth embedding: see text_embedding_value")


def _final(made: Selection, name: str, kept: bool, why: Why) -> dict:
    return entry(
        SELECTION,
        "selected_features",
        name,
        family(made.prepared, name),
        KEEP if kept else DROP,
        *why,
        n=len(made.prepared.given),
        applied=True,
    )
