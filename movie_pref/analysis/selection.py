"""Which features stay: the policies, the guard behind the thresholds, and the last row of the ledger for each feature."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from movie_pref.analysis.association import pairs_above
from movie_pref.analysis.column_costs import Evaluator
from movie_pref.analysis.ledger import CONSIDER, CONSIDER_ROWS, DROP, KEEP, NOT_APPLICABLE, entry, ledger
from movie_pref.analysis.nodes import INTER, NODES, QUALITY, QUESTIONS, REDUNDANCY, RELEVANCE, SELECTION, TARGET
from movie_pref.analysis.prepared import Prepared, family
from movie_pref.errors import UserError
from movie_pref.features.preprocessing import text_columns
from movie_pref.metrics.paired import Cost, paired
from movie_pref.settings import Settings

PAIRS_UNDER = {
    "balanced": "not redundant with a feature that is kept",
    "strict": "passes every test between features that applies",
    "none": "policy none: no pair is settled",
}


@dataclass
class Selection:
    """What has been decided so far about the units (numbers, categories, indicators, texts) that a model could read."""

    prepared: Prepared
    settings: Settings
    alive: list[str]
    dropped: dict[str, str] = field(default_factory=dict)
    by: dict[str, set[str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    pairs: list[dict] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def drop(self, units: Iterable[str], nodes: Iterable[str], reason: str) -> None:
        for unit in units:
            self.alive.remove(unit)
            self.dropped[unit] = reason
            self.by.setdefault(unit, set()).update(nodes)

    def note(self, units: Iterable[str], text: str) -> None:
        for unit in units:
            self.notes.setdefault(unit, []).append(text)

    def pin(self, unit: str) -> str:
        return self.prepared.entry(unit).pin

    def columns(self, units: Iterable[str] | None = None) -> list[str]:
        """The columns of the training table that the units (those alive, by default) stand for."""
        units = self.alive if units is None else units
        return [column for unit in units for column in self.prepared.model_columns(unit)]

    @property
    def final_columns(self) -> list[str]:
        """The columns of the training table, the components of texts that are worth embedding among them."""
        components = self.settings.text_components
        return [*self.columns(), *(column for name in self.texts for column in text_columns(name, components))]


def select(
    prepared: Prepared,
    settings: Settings,
    tests: pd.DataFrame,
    matrices: dict[str, pd.DataFrame],
    evaluator: Evaluator | None = None,
) -> Selection:
    """Settle every verdict by the active policy.

    Parameters
    ----------
    tests
        The rows of all analysis nodes up to the target tests.
    matrices
        `pearson_correlation`, `spearman_correlation` and `cramers_v`, features by features.
    evaluator
        Measures what the model loses; made here when not given.

    Raises
    ------
    UserError
        Nothing is left under policy strict.
    """
    made = Selection(prepared, settings, alive=[unit for unit in _units(prepared) if prepared.model_columns(unit)])
    _drop_pinned(made)
    embedded = tests[(tests["node"] == "text_embedding_value") & (tests["verdict"] == KEEP)]
    made.texts = [
        name
        for name in prepared.of("text")
        if made.pin(name) == KEEP or (made.pin(name) != "drop" and name in set(embedded["feature"]))
    ]
    if settings.policy == "none":
        return made
    _drop_by_quality(made, tests)
    if settings.policy == "strict":
        _enforce_every_arrow(made, tests)
        if not made.alive:
            raise UserError(
                "Policy strict leaves no feature: none passes every applicable test; choose the policy balanced, pin features, or loosen thresholds."
            )
        return made
    evaluator = evaluator or Evaluator(
        prepared.columns, prepared.label, settings.folds, settings.cost_repeats, settings.seed, settings.n_jobs
    )
    unsupported = _failing(made, tests, ("category_usefulness",), any_passes=False)
    _drop_block(made, evaluator, "support", unsupported, ("category_usefulness",))
    irrelevant = _failing(made, tests, RELEVANCE, any_passes=True)
    numeric = [unit for unit in irrelevant if family(prepared, unit) == "continuous"]
    _drop_block(made, evaluator, "numeric target tests", numeric, (*RELEVANCE, "target_selection"))
    rest = [unit for unit in irrelevant if unit not in numeric]
    _drop_block(made, evaluator, "categorical target tests", rest, (*RELEVANCE, "target_selection"))
    _settle_pairs(made, evaluator, matrices)
    return made


def selection_rows(made: Selection, tests: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The ledger's rows of `inter_feature_selection`, `target_selection` and `selected_features`, by node."""
    return {
        "inter_feature_selection": ledger(_pair_rows(made)),
        "target_selection": ledger(_target_rows(made, tests)),
        "selected_features": ledger(_final_rows(made)),
    }


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


def _units(prepared: Prepared) -> list[str]:
    return [*prepared.of("continuous"), *prepared.of("categorical"), *prepared.indicators]


def _drop_pinned(made: Selection) -> None:
    pinned = [unit for unit in made.alive if made.pin(unit) == "drop"]
    made.drop(pinned, ["selected_features"], "pinned to drop by the catalogue")


def _drop_by_quality(made: Selection, tests: pd.DataFrame) -> None:
    """Drops of whole features by the data quality and the statistical panel."""
    failed = tests[
        tests["node"].isin(QUALITY) & tests["verdict"].isin([DROP, CONSIDER]) & (tests["family"] != "indicator")
    ]
    for feature, rows in failed.groupby("feature", sort=False):
        units = [
            unit for unit in made.alive if feature in (unit, made.prepared.list_of.get(unit)) and made.pin(unit) != KEEP
        ]
        first = rows.iloc[0]
        reason = f"{first['node']}: {first['reason']}"
        made.drop(units, rows["node"], reason)
        if feature in made.texts and made.pin(feature) != KEEP:
            made.texts.remove(feature)
            made.dropped[feature] = reason


def _failing(made: Selection, tests: pd.DataFrame, nodes: tuple[str, ...], any_passes: bool) -> list[str]:
    """Units alive and not pinned that fail these nodes: every applicable one, or with `any_passes=False` any of them."""
    applicable = tests[tests["node"].isin(nodes) & (tests["verdict"] != NOT_APPLICABLE)]
    passes = (applicable["verdict"] == KEEP).groupby(applicable["feature"])
    good = passes.any() if any_passes else passes.all()
    return [unit for unit in made.alive if unit in good.index and not good[unit] and made.pin(unit) != KEEP]


def _enforce_every_arrow(made: Selection, tests: pd.DataFrame) -> None:
    nodes = [node for node in dict.fromkeys(tests["node"]) if node not in QUESTIONS]
    failed = tests[tests["node"].isin(nodes) & tests["verdict"].isin([DROP, CONSIDER])]
    for unit in list(made.alive):
        rows = failed[failed["feature"] == unit]
        if len(rows) and made.pin(unit) != KEEP:
            inter = {"inter_feature_selection"} if (rows["panel"] == INTER).any() else set()
            target = {"target_selection"} if (rows["panel"] == TARGET).any() else set()
            made.drop(
                [unit],
                {*rows["node"], *inter, *target},
                f"policy strict: fails {', '.join(dict.fromkeys(rows['node']))}",
            )


def _drop_block(made: Selection, evaluator: Evaluator, name: str, units: list[str], nodes: tuple[str, ...]) -> None:
    """Drop units together, unless the guard finds that this costs more than one paired standard error."""
    if not units:
        return
    left = [unit for unit in made.alive if unit not in units]
    if not made.settings.guard:
        made.drop(units, nodes, f"{name}; the guard is off")
        return
    cost = evaluator.cost(made.columns(), made.columns(left))
    shown = f"dropping the {len(units)} of the block '{name}' costs {cost} average precision"
    if cost.too_high:
        made.withheld[name] = f"{shown}, more than one paired standard error: withheld"
        made.note(units, made.withheld[name])
        for unit in units:
            made.by.setdefault(unit, set())
    else:
        made.drop(units, nodes, f"{name}: {shown}")


def _settle_pairs(made: Selection, evaluator: Evaluator, matrices: dict[str, pd.DataFrame]) -> None:
    """Of each redundant pair still there, strongest first, drop the member that the model misses less.

    Dozens of pairs hold a category or an indicator, each of which hardly moves the model: one draw of the folds decides
    them, all draws decide a pair of numbers.
    """
    numbers = set(made.prepared.of("continuous"))
    for pair in _redundant_pairs(made, matrices):
        a, b = pair["a"], pair["b"]
        if a not in made.alive or b not in made.alive or made.pin(a) == made.pin(b) == KEEP:
            continue
        before = made.columns()
        measure = evaluator if {a, b} <= numbers else evaluator.once
        without = {unit: measure.scores_without(before, made.prepared.model_columns(unit)) for unit in (a, b)}
        costs = {unit: paired(measure.scores(before), scores) for unit, scores in without.items()}
        loser = _cheaper(made, a, b, paired(without[b], without[a]))
        winner = b if loser == a else a
        shown = (
            f"{pair['statistic']} = {pair['value']:.3f}; removing {a} costs {costs[a]}, removing {b} costs {costs[b]}"
        )
        nodes = [pair["node"], "inter_feature_selection"]
        record = {**pair, "dropped": loser, "kept": winner, "cost": costs[loser], "withheld": False}
        if made.settings.guard and costs[loser].too_high:
            record["withheld"] = True
            record["reason"] = f"{shown}; more than one paired standard error: withheld"
            made.withheld[f"{a} ~ {b}"] = record["reason"]
            made.note([loser], record["reason"])
        else:
            record["reason"] = shown
            made.drop([loser], nodes, f"redundant with {winner}: {shown}")
        made.pairs.append(record)


def _redundant_pairs(made: Selection, matrices: dict[str, pd.DataFrame]) -> list[dict]:
    found: dict[tuple[str, str], dict] = {}
    for node in REDUNDANCY:
        limit = getattr(made.settings, NODES[node].settings[0])
        alive = [unit for unit in matrices[node].index if unit in made.alive]
        for row in pairs_above(matrices[node].loc[alive, alive], limit).itertuples():
            pair = {
                "a": row.a,
                "b": row.b,
                "value": float(row.value),
                "node": node,
                "statistic": NODES[node].statistic,
                "threshold": limit,
            }
            known = found.get((row.a, row.b))
            if known is None or abs(known["value"]) < abs(pair["value"]):
                found[row.a, row.b] = pair
    return sorted(found.values(), key=lambda pair: (-round(abs(pair["value"]), 12), pair["a"], pair["b"]))


def _cheaper(made: Selection, a: str, b: str, difference: Cost) -> str:
    """The member to drop: that whose removal costs less; within one standard error the one with fewer observed values.

    `difference` is the cost of removing a less the cost of removing b.
    """
    if made.pin(a) == KEEP or made.pin(b) == KEEP:
        return b if made.pin(a) == KEEP else a
    if abs(difference.mean) > difference.error:
        return a if difference.mean < 0 else b
    observed = {unit: _observed(made.prepared, unit) for unit in (a, b)}
    return min((a, b), key=lambda unit: (observed[unit], unit))


def _observed(prepared: Prepared, unit: str) -> int:
    return int(prepared.rows[prepared.list_of.get(unit, unit)].notna().sum())


def _pair_rows(made: Selection) -> list[dict]:
    rows = []
    for unit in _units(made.prepared):
        common: dict[str, Any] = {
            "panel": INTER,
            "node": "inter_feature_selection",
            "feature": unit,
            "family": family(made.prepared, unit),
            "n": len(made.prepared.given),
        }
        lost = [pair for pair in made.pairs if pair["dropped"] == unit]
        won = [pair for pair in made.pairs if pair["kept"] == unit]
        if lost:
            pair = lost[-1]
            rows.append(
                entry(
                    **common,
                    other_feature=pair["kept"],
                    statistic="ap_cost",
                    value=pair["cost"].mean,
                    threshold=pair["cost"].error,
                    verdict=DROP,
                    reason=pair["reason"],
                    applied=not pair["withheld"],
                )
            )
        elif "inter_feature_selection" in made.by.get(unit, set()):
            rows.append(entry(**common, verdict=DROP, reason=made.dropped[unit], applied=True))
        elif unit not in made.alive:
            rows.append(
                entry(
                    **common,
                    verdict=NOT_APPLICABLE,
                    reason=f"already dropped: {made.dropped.get(unit, 'it yields no column')}",
                )
            )
        else:
            reason = (
                f"kept over {won[-1]['dropped']}: {won[-1]['reason']}" if won else PAIRS_UNDER[made.settings.policy]
            )
            rows.append(
                entry(
                    **common,
                    other_feature=won[-1]["dropped"] if won else None,
                    verdict=KEEP,
                    reason=reason,
                    applied=True,
                )
            )
    return rows


def _target_rows(made: Selection, tests: pd.DataFrame) -> list[dict]:
    rows = []
    relevant = tests[tests["node"].isin(RELEVANCE) & (tests["verdict"] != NOT_APPLICABLE)]
    by_feature = {str(feature): found for feature, found in relevant.groupby("feature", sort=False)}
    for unit in _units(made.prepared):
        found = by_feature.get(unit, relevant.iloc[:0])
        common: dict[str, Any] = {
            "panel": TARGET,
            "node": "target_selection",
            "feature": unit,
            "family": family(made.prepared, unit),
            "n": len(made.prepared.given),
        }
        passed = list(found.loc[found["verdict"] == KEEP, "node"])
        failed = list(found.loc[found["verdict"] == DROP, "node"])
        if found.empty:
            rows.append(entry(**common, verdict=NOT_APPLICABLE, reason="no test against the target applies"))
            continue
        enough = not failed if made.settings.policy == "strict" else bool(passed)
        reason = f"passes {', '.join(passed) or 'none'}; fails {', '.join(failed) or 'none'}"
        if made.notes.get(unit):
            reason += "; " + "; ".join(made.notes[unit])
        dropped_here = "target_selection" in made.by.get(unit, set())
        rows.append(
            entry(
                **common,
                verdict=KEEP if enough else DROP,
                reason=reason,
                applied=unit in made.alive if enough else dropped_here,
            )
        )
    return rows


def _final_rows(made: Selection) -> list[dict]:
    rows = []
    for unit in _units(made.prepared):
        kept = unit in made.alive
        rows.append(_final(made, unit, kept, _final_reason(made, unit, kept)))
    for name in made.prepared.of("categorical_list"):
        left = [unit for unit in made.alive if made.prepared.list_of.get(unit) == name]
        total = len(made.prepared.preprocessor.indicator_columns(name))
        reason = (
            f"{len(left)} of its {total} indicators are kept"
            if total
            else made.prepared.preprocessor.dropped.get(name, "no element is known")
        )
        rows.append(_final(made, name, bool(left), reason))
    for name in made.prepared.of("text"):
        kept = name in made.texts
        worth = f"{'its components are worth their place' if kept else 'not worth embedding'}: see text_embedding_value"
        pinned = {KEEP: "pinned to keep by the catalogue", "drop": "pinned to drop by the catalogue"}
        rows.append(_final(made, name, kept, pinned.get(made.pin(name), made.dropped.get(name, worth))))
    return rows


def _final_reason(made: Selection, unit: str, kept: bool) -> str:
    if not kept:
        return made.dropped.get(unit, made.prepared.preprocessor.dropped.get(unit, "it yields no column"))
    if made.pin(unit) == KEEP:
        return "pinned to keep by the catalogue"
    if made.settings.policy == "none":
        return "policy none: nothing is dropped"
    return "; ".join(made.notes[unit]) if made.notes.get(unit) else f"passes under policy {made.settings.policy}"


def _final(made: Selection, name: str, kept: bool, reason: str) -> dict:
    return entry(
        SELECTION,
        "selected_features",
        name,
        family(made.prepared, name),
        KEEP if kept else DROP,
        reason,
        n=len(made.prepared.given),
        applied=True,
    )
