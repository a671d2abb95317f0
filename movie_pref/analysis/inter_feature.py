"""The inter-feature panel: how features hang together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from movie_pref.analysis.association import (
    adjusted_p,
    anova_f,
    correlation_p,
    numeric_correlation,
    strongest_partner,
)
from movie_pref.analysis.contingency import minus_log_p
from movie_pref.analysis.data_quality import no_column
from movie_pref.analysis.ledger import DROP, KEEP, NOT_APPLICABLE, Cause, entry, ledger
from movie_pref.analysis.nodes import INTER
from movie_pref.analysis.prepared import Prepared, family
from movie_pref.files import whole_file
from movie_pref.settings import Settings


@dataclass(frozen=True)
class Relation:
    """A test of all pairs: the rows of the ledger, one a feature with its strongest partner, and the whole matrix."""

    rows: pd.DataFrame
    matrix: pd.DataFrame

    def save(self, path: Path) -> list[Path]:
        """Write the rows into a Parquet file, and the matrix into one of its own beside it, which is named."""
        for frame, target in ((self.matrix, _matrix_file(path)), (self.rows, path)):
            with whole_file(target) as temporary:
                frame.to_parquet(temporary)
        return [_matrix_file(path)]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The test that `save` wrote."""
        return cls(pd.read_parquet(path), pd.read_parquet(_matrix_file(path)))


def _matrix_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}_matrix.parquet")


def correlation(prepared: Prepared, settings: Settings, method: str) -> Relation:
    """Pearson's or Spearman's correlation matrix of the continuous features; |r| above the limit is redundant."""
    matrix, n = numeric_correlation(prepared.numeric, method)
    best, adjusted = strongest_partner(matrix), _adjusted_pairs(correlation_p(matrix, n))
    limit = settings.correlation_limit
    rows = []
    for name in matrix.index:
        partner, value = best.loc[name, "partner"], best.loc[name, "value"]
        common: dict[str, Any] = {
            "panel": INTER,
            "node": f"{method}_correlation",
            "feature": name,
            "family": "continuous",
        }
        if pd.isna(partner):
            rows.append(
                entry(
                    **common,
                    verdict=NOT_APPLICABLE,
                    cause=Cause.NOT_TESTED,
                    reason="no other feature varies together with it in 3 rows",
                )
            )
            continue
        above = abs(value) > limit
        rows.append(
            entry(
                **common,
                other_feature=partner,
                statistic=f"{method}_r",
                value=float(value),
                threshold=limit,
                n=int(n.loc[name, partner]),
                verdict=DROP if above else KEEP,
                cause=Cause.REDUNDANT if above else Cause.NOT_REDUNDANT,
                reason=f"r = {value:.3f} with {partner}, its strongest partner: {'redundant' if above else 'not redundant'}",
                adjusted_p=float(adjusted.loc[name, partner]),
            )
        )
    return Relation(ledger(rows), matrix)


def numeric_categorical_anova(prepared: Prepared, settings: Settings) -> Relation:
    """ANOVA F of each continuous feature over the groups of each categorical feature and indicator."""
    groups = pd.concat([prepared.scalars, prepared.indicators], axis=1)
    tests = anova_f(prepared.numeric, groups)
    limit = settings.anova_f_limit
    adjusted = tests.p_value.copy()
    adjusted[:] = adjusted_p(pd.Series(adjusted.to_numpy().ravel())).to_numpy().reshape(adjusted.shape)
    rows = []
    for matrix, n, p in ((tests.f, tests.n, adjusted), (tests.f.T, tests.n.T, adjusted.T)):
        for name in matrix.index:
            values = matrix.loc[name].dropna()
            common: dict[str, Any] = {
                "panel": INTER,
                "node": "numeric_categorical_anova",
                "feature": name,
                "family": family(prepared, name),
            }
            if values.empty:
                why = "no partner makes two groups that vary"
                rows.append(entry(**common, verdict=NOT_APPLICABLE, cause=Cause.NOT_TESTED, reason=why))
                continue
            partner = values.idxmax()
            rows.append(
                entry(
                    **common,
                    other_feature=str(partner),
                    statistic="anova_f",
                    value=float(values[partner]),
                    threshold=limit,
                    n=int(n.loc[name, partner]),
                    verdict=KEEP if values[partner] > limit else DROP,
                    cause=Cause.DEPENDENT if values[partner] > limit else Cause.INDEPENDENT,
                    reason=f"F = {values[partner]:.1f} with {partner}, its strongest partner",
                    adjusted_p=float(p.loc[name, partner]),
                )
            )
    rows += untested(prepared, INTER, "numeric_categorical_anova")
    return Relation(ledger(rows), tests.f)


def cramers_v(prepared: Prepared, settings: Settings) -> Relation:
    """Cramér's V (Bergsma 2013) between categorical features and indicators; above the limit a pair is redundant."""
    limit = settings.cramers_v_limit

    def judge(value: float) -> tuple[str, Cause]:
        return (DROP, Cause.REDUNDANT) if value > limit else (KEEP, Cause.NOT_REDUNDANT)

    return _pairwise(prepared, prepared.pairs.cramers_v, "cramers_v", "cramers_v", limit, judge)


def chi_squared(prepared: Prepared, settings: Settings) -> Relation:
    """Pearson's chi-squared p between categorical features and indicators; dependence is read as a reason to keep."""
    limit = settings.chi_squared_p

    def judge(value: float) -> tuple[str, Cause]:
        return (KEEP, Cause.DEPENDENT) if value < limit else (DROP, Cause.INDEPENDENT)

    return _pairwise(prepared, prepared.pairs.p_value, "chi_squared", "chi_squared_p", limit, judge)


def _pairwise(
    prepared: Prepared,
    matrix: pd.DataFrame,
    node: str,
    statistic: str,
    limit: float,
    judge: Callable[[float], tuple[str, Cause]],
) -> Relation:
    found = prepared.pairs
    adjusted = _adjusted_pairs(found.p_value)
    strength = minus_log_p(found) if node == "chi_squared" else matrix  # a p may be too small to be a number above 0
    best = strongest_partner(strength)
    rows = []
    for name in matrix.index:
        partner = best.loc[name, "partner"]
        common: dict[str, Any] = {"panel": INTER, "node": node, "feature": name, "family": family(prepared, name)}
        if pd.isna(partner):
            why = "it or every partner shows fewer than 2 levels"
            rows.append(entry(**common, verdict=NOT_APPLICABLE, cause=Cause.NOT_TESTED, reason=why))
            continue
        value = float(matrix.loc[name, partner])
        verdict, cause = judge(value)
        reason = f"{statistic} = {value:.3g} with {partner}, its strongest partner: {cause.replace('_', ' ')}"
        if node == "chi_squared":
            reason += f" (adjusted p {adjusted.loc[name, partner]:.3g})"
        rows.append(
            entry(
                **common,
                other_feature=partner,
                statistic=statistic,
                value=value,
                threshold=limit,
                n=int(found.n.loc[name, partner]),
                verdict=verdict,
                cause=cause,
                reason=reason,
                adjusted_p=float(adjusted.loc[name, partner]),
            )
        )
    rows += untested(prepared, INTER, node)
    return Relation(ledger(rows), matrix)


def untested(prepared: Prepared, panel: str, node: str) -> list[dict[str, Any]]:
    """Rows for the scalar categorical features that have no known value, or too many levels to be tested."""
    tested = prepared.scalars.columns
    otherwise = f"more levels than the limit of {prepared.list_level_limit}"
    return [
        entry(panel, node, name, "categorical", NOT_APPLICABLE, *no_column(name, prepared, otherwise))
        for name in prepared.of("categorical")
        if name not in tested
    ]


def _adjusted_pairs(p: pd.DataFrame) -> pd.DataFrame:
    """Benjamini-Hochberg over the pairs, each counted once."""
    upper = np.triu_indices(len(p), 1)
    values = adjusted_p(pd.Series(p.to_numpy()[upper])).to_numpy()
    full = np.full(p.shape, np.nan)
    full[upper] = values
    full.T[upper] = values
    return pd.DataFrame(full, index=p.index, columns=p.columns)
