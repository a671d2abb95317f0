"""The data quality panel: nulls, distinct counts and data types, feature by feature."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from movie_pref.analysis.association import adjusted_p
from movie_pref.analysis.contingency import contingency
from movie_pref.analysis.ledger import CAST, CONSIDER, CONSIDER_ROWS, KEEP, Cause, entry, ledger
from movie_pref.analysis.nodes import QUALITY_PANEL as PANEL
from movie_pref.analysis.prepared import Prepared
from movie_pref.library import contract
from movie_pref.settings import Settings


def null_analysis(prepared: Prepared, settings: Settings) -> pd.DataFrame:
    """Null count of each feature (none, low, high) and, where there are nulls, whether they are meaningful.

    `auto` takes nulls for meaningful when missingness and label depend on each other (Pearson's chi-squared).
    """
    found = ledger(_nulls_of(name, prepared, settings) for name in prepared.names)
    return found.assign(adjusted_p=adjusted_p(found["adjusted_p"]))


def distinct_analysis(prepared: Prepared, settings: Settings) -> pd.DataFrame:
    """Distinct count of each feature's known values (of elements, in a list column), and whether it should be so.

    `auto` answers no for a constant, and for a categorical or a list with more levels than are encoded.
    """
    return ledger(_distinct_of(name, prepared, settings) for name in prepared.names)


def dtype_analysis(prepared: Prepared) -> pd.DataFrame:
    """What each column holds against what it should hold, casting where no value is lost, and the family it belongs to."""
    return ledger(_dtype_of(name, prepared) for name in prepared.names)


def is_null(column: pd.Series) -> pd.Series:
    """Whether each cell is null."""
    return column.isna()


def known_values(column: pd.Series) -> pd.Series:
    """The known values of a column, the elements of its lists in one series."""
    known = column.dropna()
    return known.explode().dropna() if any(isinstance(cell, list | np.ndarray) for cell in known) else known


def no_column(name: str, prepared: Prepared, otherwise: str) -> tuple[Cause, str]:
    """Why a feature yields no column of the training table: the cause, and what the preprocessing (or `otherwise`) says."""
    known = known_values(prepared.rows[name])
    levels = int(known[known.astype("str") != ""].nunique())
    cause = Cause.TOO_MANY_LEVELS if levels > prepared.list_level_limit else Cause.NO_COLUMN
    return (
        cause if levels else Cause.NO_VALUE_KNOWN,
        prepared.preprocessor.dropped.get(name, otherwise),
    )


def _nulls_of(name: str, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    missing = is_null(prepared.rows[name])
    empty = _empty(prepared.given[name])
    count, share, n = int(missing.sum()), float(missing.mean()), len(missing)
    as_given = int(is_null(prepared.given[name]).sum())
    shown = f"{count} of {n} are null"
    if count > as_given:
        shown += f" ({as_given} as they stand, {count - as_given} that the catalogue calls unknown)"
    elif empty:
        shown += f" ({empty} more are empty and count as values)"
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "null_analysis",
        "feature": name,
        "family": prepared.family(name),
        "n": n,
    }
    measured: dict[str, Any] = {"statistic": "null_share", "value": share, "threshold": settings.null_share_high}
    if count == 0:
        return entry(**common, **measured, verdict=KEEP, cause=Cause.NO_NULLS, reason=f"{shown}: none")
    size = "high" if share > settings.null_share_high else "low"
    answer = prepared.catalogue[name].nulls_meaningful
    meaningful, evidence, p = (
        (answer == "yes", f"the catalogue says {answer}", None)
        if answer != "auto"
        else _tells(missing, prepared, settings)
    )
    verdict = KEEP if meaningful else CONSIDER if size == "high" else CONSIDER_ROWS
    says = "meaningful" if meaningful else "not meaningful"
    cause = Cause.NULLS_MEANINGFUL if meaningful else Cause.NULLS_NOT_MEANINGFUL
    reason = f"{shown}: {size}, {says} ({evidence})"
    return entry(**common, **measured, verdict=verdict, cause=cause, reason=reason, adjusted_p=p)  # adjusted later


def _tells(missing: pd.Series, prepared: Prepared, settings: Settings) -> tuple[bool, str, float | None]:
    """Whether missingness and target depend on each other, the test behind it, and its p."""
    if prepared.continuous_target:
        from movie_pref.analysis.association import anova_f

        anova = anova_f(prepared.target.to_frame("target"), missing.astype(int).to_frame("missing"))
        p, what = float(anova.p_value.iloc[0, 0]), "ANOVA of the target"
    else:
        tests = contingency(missing.astype(int).to_frame("missing"), prepared.target.astype(int).to_frame("target"))
        p, what = float(tests.p_value.loc["missing", "target"]), "chi-squared with the label"
    if np.isnan(p):
        return False, f"{what} does not apply", None
    return p < settings.chi_squared_p, f"{what} p = {p:.3g}, threshold {settings.chi_squared_p:g}", p


def _empty(column: pd.Series) -> int:
    return int(column.map(lambda cell: isinstance(cell, str | list | np.ndarray) and len(cell) == 0).sum())


def _distinct_of(name: str, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    values = known_values(prepared.rows[name])
    family = prepared.family(name)
    count, n = int(values.nunique()), len(values)
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "distinct_analysis",
        "feature": name,
        "family": family,
        "n": n,
        "statistic": "distinct_count",
        "value": count,
    }
    if n == 0:
        return entry(**common, verdict=CONSIDER, cause=Cause.NO_VALUE_KNOWN, reason="no value is known")
    share = count / n
    limit = min(settings.distinct_share_high * n, settings.list_level_limit)
    high = count > limit
    should = (
        prepared.catalogue[name].distinct_should_be_high if high else prepared.catalogue[name].distinct_should_be_low
    )
    cause, evidence = Cause.DISTINCT_COUNT_DOES_NOT_FIT, "the catalogue says so"
    if should == "auto":
        cause, evidence = _count_in_itself(count, n, family, settings)
        should = "yes" if cause == Cause.DISTINCT_COUNT_FITS else "no"
    elif should == "yes":
        cause = Cause.DISTINCT_COUNT_FITS
    if cause == Cause.TOO_MANY_LEVELS:
        limit = settings.list_level_limit
    size, noun = ("high" if high else "low"), "elements" if family == "categorical_list" else "values"
    special = ", constant" if count == 1 else ", all distinct" if count == n else ""
    reason = (
        f"{count} distinct of {n} {noun} ({share:.1%}){special}: {size}, should it be {size}: {should} ({evidence})"
    )
    return entry(**common, threshold=limit, verdict=KEEP if should == "yes" else CONSIDER, cause=cause, reason=reason)


def _count_in_itself(count: int, n: int, family: str, settings: Settings) -> tuple[Cause, str]:
    """Whether a distinct count is what it should be, and the evidence."""
    if count == 1:
        return Cause.CONSTANT, "a constant tells movies apart in nothing"
    if family in ("categorical", "categorical_list") and count > settings.list_level_limit:
        return Cause.TOO_MANY_LEVELS, f"more levels than the limit of {settings.list_level_limit}"
    if family == "categorical" and count == n:
        return Cause.ALL_DISTINCT, "each movie has a category of its own"
    return Cause.DISTINCT_COUNT_FITS, "nothing speaks against it"


def _dtype_of(name: str, prepared: Prepared) -> dict[str, Any]:
    family = prepared.family(name)
    column = prepared.held[name]
    held = _holds(column)
    wanted = {"continuous": "number", "categorical_list": "list of strings"}.get(family, "text")
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "dtype_analysis",
        "feature": name,
        "family": family,
        "n": int(column.notna().sum()),
    }
    if held in (wanted, "nothing"):
        shown = f"holds {held} as {column.dtype}, sorted into {family}"
        return entry(**common, verdict=KEEP, cause=Cause.TYPE_FITS, reason=shown)
    lost = _lost_by_cast(column, wanted)
    if lost:
        return entry(
            **common,
            verdict=CONSIDER,
            cause=Cause.CAST_LOSES_VALUES,
            reason=f"holds {held} as {column.dtype}, should hold {wanted}; a cast would lose {lost} values",
            statistic="values_lost",
            value=lost,
            threshold=0,
        )
    return entry(
        **common,
        verdict=CAST,
        cause=Cause.CAST_WITHOUT_LOSS,
        reason=f"holds {held} as {column.dtype}, cast to {wanted} without loss, sorted into {family}",
        statistic="values_lost",
        value=0,
        threshold=0,
    )


def _holds(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    known = column.dropna()
    if known.empty:
        return "nothing"
    if isinstance(column.dtype, pd.ArrowDtype) and pa.types.is_nested(column.dtype.pyarrow_dtype):
        return "list of strings"
    if known.map(lambda cell: isinstance(cell, list | np.ndarray | tuple)).all():
        return "list of strings"
    return "text" if known.map(lambda cell: isinstance(cell, str)).all() else "mixed values"


def _lost_by_cast(column: pd.Series, wanted: str) -> int:
    parser = {"number": contract.to_number, "list of strings": contract.to_list}.get(wanted)
    if parser is None:
        return 0
    cast = parser(column)
    fits = (
        pd.to_numeric(cast, errors="coerce").notna()
        if wanted == "number"
        else cast.map(lambda cell: isinstance(cell, list))
    )
    return int((column.notna() & ~fits.astype(bool)).sum())
