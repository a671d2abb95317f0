"""Which features stay: the policies, and the guard behind the thresholds.

Belongs here: what is dropped in which order. Pairs are settled in `redundant_pairs`, the rows for the ledger are made in
`selection_rows`.
"""

import pandas as pd

from movie_pref.analysis.column_costs import Evaluator
from movie_pref.analysis.ledger import CONSIDER, DROP, KEEP, NOT_APPLICABLE, Cause
from movie_pref.analysis.nodes import INTER, QUALITY, QUESTIONS, RELEVANCE, TARGET
from movie_pref.analysis.prepared import Prepared, family
from movie_pref.analysis.redundant_pairs import settle_pairs
from movie_pref.analysis.selection_so_far import Selection, Why, units
from movie_pref.errors import UserError
from movie_pref.settings import Settings


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
    made = Selection(prepared, settings, alive=[unit for unit in units(prepared) if prepared.model_columns(unit)])
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
    _drop_in_blocks(made, tests, evaluator)
    settle_pairs(made, evaluator, matrices)
    return made


def _drop_pinned(made: Selection) -> None:
    pinned = [unit for unit in made.alive if made.pin(unit) == "drop"]
    made.drop(pinned, ["selected_features"], Cause.PINNED_DROP, "pinned to drop by the catalogue")


def _drop_by_quality(made: Selection, tests: pd.DataFrame) -> None:
    """Drops of whole features by the data quality and the statistical panel."""
    failed = tests[
        tests["node"].isin(QUALITY) & tests["verdict"].isin([DROP, CONSIDER]) & (tests["family"] != "indicator")
    ]
    for feature, rows in failed.groupby("feature", sort=False):
        failing = [
            unit for unit in made.alive if feature in (unit, made.prepared.list_of.get(unit)) and made.pin(unit) != KEEP
        ]
        first = rows.iloc[0]
        why = Why(Cause(first["cause"]), f"{first['node']}: {first['reason']}")
        made.drop(failing, rows["node"], *why)
        if feature in made.texts and made.pin(feature) != KEEP:
            made.texts.remove(feature)
            made.dropped[feature] = why


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
                Cause.FAILS_A_TEST,
                f"policy strict: fails {', '.join(dict.fromkeys(rows['node']))}",
            )


def _drop_in_blocks(made: Selection, tests: pd.DataFrame, evaluator: Evaluator) -> None:
    """Drops of single units under balanced: support, then the target tests of numbers, then those of the rest."""
    support = ("category_usefulness",)
    unsupported = _failing(made, tests, support, any_passes=False)
    _drop_block(made, evaluator, "support", unsupported, support, Cause.UNSUPPORTED)
    irrelevant = _failing(made, tests, RELEVANCE, any_passes=True)
    numeric = [unit for unit in irrelevant if family(made.prepared, unit) == "continuous"]
    rest = [unit for unit in irrelevant if unit not in numeric]
    nodes = (*RELEVANCE, "target_selection")
    for name, block in (("numeric target tests", numeric), ("categorical target tests", rest)):
        _drop_block(made, evaluator, name, block, nodes, Cause.DOES_NOT_TELL_THE_TARGET)


def _drop_block(
    made: Selection, evaluator: Evaluator, name: str, block: list[str], nodes: tuple[str, ...], cause: Cause
) -> None:
    """Drop units together, unless the guard finds that this costs more than half a paired standard error."""
    if not block:
        return
    left = [unit for unit in made.alive if unit not in block]
    if not made.settings.guard:
        made.drop(block, nodes, cause, f"{name}; the guard is off")
        return
    cost = evaluator.cost(made.columns(), made.columns(left))
    shown = f"dropping the {len(block)} of the block '{name}' costs {cost} average precision"
    if cost.too_high:
        made.withhold(name, block, f"{shown}, more than half a paired standard error: withheld")
    else:
        made.drop(block, nodes, cause, f"{name}: {shown}")
