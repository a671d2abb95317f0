"""The target panel: what each feature says about the target."""

from typing import Any

import pandas as pd

from movie_pref.analysis.inter_feature import untested
from movie_pref.analysis.ledger import DROP, KEEP, NOT_APPLICABLE, Cause, entry, ledger
from movie_pref.analysis.nodes import NODES, RELEVANCE, TARGET, Node
from movie_pref.analysis.prepared import Prepared, family
from movie_pref.settings import Settings

_REASONS = {
    "pearson_r": "correlation_reason",
    "spearman_r": "correlation_reason",
    "anova_f": "anova_reason",
    "cramers_v": "contingency_reason",
    "chi_squared_p": "contingency_reason",
}
# whose p is beside each statistic
_TEST = {
    "pearson_r": "pearson",
    "spearman_r": "spearman",
    "anova_f": "anova",
    "cramers_v": "chi_squared",
    "chi_squared_p": "chi_squared",
}


# what each statistic makes of three labels in their order
_OF_THREE = {
    "spearman_r": ", on the order of the three labels",
    "anova_f": ", over the three labels",
    "cramers_v": ", of a table with three labels",
    "chi_squared_p": ", of a table with three labels",
}


def target_tests(prepared: Prepared, settings: Settings) -> dict[str, pd.DataFrame]:
    """The six tests against the target, by node; those that the target's kind rules out say `not_applicable`."""
    return {node: target_test(prepared, settings, node) for node in RELEVANCE}


def target_test(prepared: Prepared, settings: Settings, node: str) -> pd.DataFrame:
    """One test against the target: a row for each feature that it could apply to."""
    table = prepared.number_scores if NODES[node].tests == "numbers" else prepared.category_scores
    rows = _target_rows(prepared, settings, NODES[node], table)
    if NODES[node].tests == "categories":
        rows += untested(prepared, TARGET, node)
    return ledger(rows)


def _target_rows(prepared: Prepared, settings: Settings, node: Node, table: pd.DataFrame) -> list[dict[str, Any]]:
    statistic, limit, test = node.statistic, getattr(settings, node.settings[0]), _TEST[node.statistic]
    rows = []
    for name, found in table.iterrows():
        common: dict[str, Any] = {
            "panel": TARGET,
            "node": node.name,
            "feature": str(name),
            "family": family(prepared, str(name)),
            "n": int(found["n"]),
        }
        value = found[statistic]
        if pd.isna(value):
            rows.append(
                entry(**common, verdict=NOT_APPLICABLE, cause=Cause.NOT_TESTED, reason=str(found[_REASONS[statistic]]))
            )
            continue
        keeps = abs(value) > limit if node.bad_end == "low" else value < limit
        adjusted = float(found[f"{test}_adjusted"])
        shown = f"{statistic} = {value:.3g}, p {found[f'{test}_p']:.3g}, adjusted for {int(table[f'{test}_p'].notna().sum())} tests {adjusted:.3g}"
        rows.append(
            entry(
                **common,
                statistic=statistic,
                value=float(value),
                threshold=limit,
                verdict=KEEP if keeps else DROP,
                cause=Cause.TELLS_THE_TARGET if keeps else Cause.DOES_NOT_TELL_THE_TARGET,
                reason=f"{shown}{_over(prepared, statistic)}: {'tells' if keeps else 'does not tell'} the target apart",
                adjusted_p=adjusted,
            )
        )
    return rows


def _over(prepared: Prepared, statistic: str) -> str:
    return _OF_THREE.get(statistic, "") if prepared.target_kind == "ordinal" else ""
