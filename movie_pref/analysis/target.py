"""The target panel: what each feature says about the target."""

from typing import Any

import pandas as pd

from movie_pref.analysis.association import adjusted_p, categorical_target, numeric_target
from movie_pref.analysis.inter_feature import untested
from movie_pref.analysis.ledger import DROP, KEEP, NOT_APPLICABLE, entry, ledger
from movie_pref.analysis.prepared import Prepared, family, scalars
from movie_pref.settings import Settings

TARGET = "target_variable_analysis"


def target_tests(prepared: Prepared, settings: Settings) -> dict[str, pd.DataFrame]:
    """The six tests against the target, by node; those that the target's kind rules out say `not_applicable`."""
    kind: Any = prepared.target_kind
    numeric = numeric_target(prepared.numeric, prepared.target, kind)
    indicators = prepared.indicators
    categorical = categorical_target(indicators, scalars(prepared), prepared.target, kind)
    numeric["anova_adjusted"] = adjusted_p(numeric["anova_p"])
    categorical["chi_squared_adjusted"] = adjusted_p(categorical["chi_squared_p"])
    t = settings
    tests = [
        ("pearson_target", numeric, "pearson_r", "correlation_reason", t.target_correlation, True, "pearson_p"),
        ("spearman_target", numeric, "spearman_r", "correlation_reason", t.target_correlation, True, "spearman_p"),
        ("anova_numeric_target", numeric, "anova_f", "anova_reason", t.anova_f_limit, True, "anova_p"),
        ("anova_categorical_target", categorical, "anova_f", "anova_reason", t.anova_f_limit, True, "anova_p"),
        ("cramers_v_target", categorical, "cramers_v", "contingency_reason", t.target_cramers_v, True, "chi_squared_p"),
        ("chi_squared_target", categorical, "chi_squared_p", "contingency_reason", t.chi_squared_p, False, "chi_squared_adjusted"),
    ]  # fmt: skip
    return {node: _target_rows(prepared, node, *rest) for node, *rest in tests}


def _target_rows(
    prepared: Prepared,
    node: str,
    table: pd.DataFrame,
    statistic: str,
    reason: str,
    limit: float,
    high_keeps: bool,
    p: str,
) -> pd.DataFrame:
    rows = []
    for name, found in table.iterrows():
        common: dict[str, Any] = {
            "panel": TARGET,
            "node": node,
            "feature": str(name),
            "family": family(prepared, str(name)),
            "n": int(found["n"]),
        }
        value = found[statistic]
        if pd.isna(value):
            rows.append(entry(**common, verdict=NOT_APPLICABLE, reason=str(found[reason])))
            continue
        keeps = abs(value) > limit if high_keeps else value < limit
        shown = f"{statistic} = {value:.3g}, {p.replace('_', ' ')} {found[p]:.3g}"
        rows.append(
            entry(
                **common,
                statistic=statistic,
                value=float(value),
                threshold=limit,
                verdict=KEEP if keeps else DROP,
                reason=f"{shown}: {'tells' if keeps else 'does not tell'} the target apart",
            )
        )
    if statistic in ("cramers_v", "chi_squared_p") or node == "anova_categorical_target":
        rows += untested(prepared, TARGET, node)
    return ledger(rows)
