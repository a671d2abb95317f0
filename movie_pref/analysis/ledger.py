"""The ledger: one table for every verdict, one row per feature and node, in the words of the flowcharts."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

COLUMNS = {
    "panel": "str",
    "node": "str",
    "feature": "str",
    "other_feature": "str",
    "family": "str",
    "statistic": "str",
    "value": "float64",
    "threshold": "float64",
    "n": "int64",
    "verdict": "str",
    "reason": "str",
    "applied": "bool",
}
KEEP, DROP, CONSIDER, CONSIDER_ROWS = "keep", "drop", "consider_dropping", "consider_dropping_rows"
CAST, TO_CATEGORICAL, NOT_APPLICABLE = "cast", "to_categorical", "not_applicable"
VERDICTS = (KEEP, DROP, CONSIDER, CONSIDER_ROWS, CAST, TO_CATEGORICAL, NOT_APPLICABLE)
FAMILIES = ("continuous", "categorical", "categorical_list", "indicator", "text")


def entry(
    panel: str,
    node: str,
    feature: str,
    family: str,
    verdict: str,
    reason: str,
    statistic: str = "",
    value: float | None = None,
    threshold: float | None = None,
    n: int = 0,
    other_feature: str | None = None,
    applied: bool = False,
) -> dict[str, Any]:
    """One row of the ledger. A verdict without a number behind it has no statistic, value or threshold.

    Raises
    ------
    ValueError
        A verdict or a family that the ledger does not know.
    """
    if verdict not in VERDICTS or family not in FAMILIES:
        raise ValueError(f"verdict {verdict!r} of family {family!r}; expected one of {VERDICTS} and of {FAMILIES}")
    return {
        "panel": panel, "node": node, "feature": feature, "other_feature": other_feature, "family": family,
        "statistic": statistic, "value": value, "threshold": threshold, "n": int(n), "verdict": verdict,
        "reason": reason, "applied": applied,
    }  # fmt: skip


def ledger(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table in the ledger's columns and types."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(COLUMNS)
