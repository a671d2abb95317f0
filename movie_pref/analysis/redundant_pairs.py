"""Redundant pairs: which member of each the model misses less.

Belongs here: finding and settling pairs, strongest first. `selection` says when.
"""

import pandas as pd

from movie_pref.analysis.association import pairs_above
from movie_pref.analysis.column_costs import Evaluator
from movie_pref.analysis.ledger import KEEP, Cause
from movie_pref.analysis.nodes import NODES, REDUNDANCY
from movie_pref.analysis.prepared import Prepared
from movie_pref.analysis.selection_so_far import Selection
from movie_pref.metrics.paired import Cost, paired


def settle_pairs(made: Selection, evaluator: Evaluator, matrices: dict[str, pd.DataFrame]) -> None:
    """Of each redundant pair still there, strongest first, drop the member that the model misses less.

    One threshold holds for all pairs: half a paired standard error. What the pairs dropped so far cost together must stay
    within a whole one, against the table before the first of them: dozens of small losses add up. Costs are measured on the
    first draw of the folds: two columns that say the same leave little to measure, and pairs would take most of a run.
    """
    evaluator = evaluator.of_first_draw()
    start = made.columns()
    for pair in _redundant_pairs(made, matrices):
        a, b = pair["a"], pair["b"]
        if a not in made.alive or b not in made.alive or made.pin(a) == made.pin(b) == KEEP:
            continue
        before = made.columns()
        without = {unit: evaluator.scores_without(before, made.prepared.model_columns(unit)) for unit in (a, b)}
        costs = {unit: paired(evaluator.scores(before), scores, evaluator.overlap) for unit, scores in without.items()}
        loser = _cheaper(made, a, b, paired(without[b], without[a], evaluator.overlap))
        together = paired(evaluator.scores(start), without[loser], evaluator.overlap)
        winner = b if loser == a else a
        shown = (
            f"{pair['statistic']} = {pair['value']:.3f}; removing {a} costs {costs[a]}, removing {b} costs {costs[b]}"
        )
        nodes = [pair["node"], "inter_feature_selection"]
        record = {**pair, "dropped": loser, "kept": winner, "cost": costs[loser], "withheld": False}
        if made.settings.guard and (costs[loser].too_high or together.beyond_an_error):
            record["withheld"] = True
            record["reason"] = f"{shown}; more than half a paired standard error: withheld"
            if not costs[loser].too_high:
                record["cost"] = together
                record["reason"] = (
                    f"{shown}; with the pairs dropped before it costs {together}, more than one paired standard error: withheld"
                )
            made.withhold(f"{a} ~ {b}", [loser], record["reason"])
        else:
            record["reason"] = shown
            made.drop([loser], nodes, Cause.REDUNDANT, f"redundant with {winner}: {shown}")
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
