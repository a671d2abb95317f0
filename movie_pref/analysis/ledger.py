"""The ledger: one table for every verdict, one row per feature and node, in the words of the flowcharts.

Belongs here: its columns and the words that programs ask for. `reason` is a sentence for people, which may be worded
anew at any time; whoever decides something by a row asks its `verdict` and its `cause`.
"""

from collections.abc import Iterable
from enum import StrEnum
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
    "cause": "str",
    "reason": "str",
    "applied": "bool",
    "adjusted_p": "float64",
}
KEEP, DROP, CONSIDER, CONSIDER_ROWS = "keep", "drop", "consider_dropping", "consider_dropping_rows"
CAST, TO_CATEGORICAL, NOT_APPLICABLE = "cast", "to_categorical", "not_applicable"
VERDICTS = (KEEP, DROP, CONSIDER, CONSIDER_ROWS, CAST, TO_CATEGORICAL, NOT_APPLICABLE)
FAMILIES = ("continuous", "categorical", "categorical_list", "indicator", "text")


class Cause(StrEnum):
    """Why a verdict is what it is."""

    # data quality
    NO_NULLS = "no_nulls"
    NULLS_MEANINGFUL = "nulls_meaningful"
    NULLS_NOT_MEANINGFUL = "nulls_not_meaningful"
    DISTINCT_COUNT_FITS = "distinct_count_fits"
    DISTINCT_COUNT_DOES_NOT_FIT = "distinct_count_does_not_fit"  # the catalogue says so
    CONSTANT = "constant"
    ALL_DISTINCT = "all_distinct"
    TOO_MANY_LEVELS = "too_many_levels"
    TYPE_FITS = "type_fits"
    CAST_WITHOUT_LOSS = "cast_without_loss"
    CAST_LOSES_VALUES = "cast_loses_values"
    # distributions, categories, texts
    GENERALLY_NORMAL = "generally_normal"
    NOT_GENERALLY_NORMAL = "not_generally_normal"
    DISTRIBUTION_MAKES_SENSE = "distribution_makes_sense"
    DISTRIBUTION_MAKES_NO_SENSE = "distribution_makes_no_sense"  # the catalogue says so
    ONE_VALUE_DOMINATES = "one_value_dominates"
    USEFUL = "useful"
    NOT_USEFUL = "not_useful"  # the catalogue says so
    ONLY_SINGLETONS = "only_singletons"
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    READS_AS_CATEGORY = "reads_as_category"
    READS_AS_TEXT = "reads_as_text"
    WORTH_EMBEDDING = "worth_embedding"
    NOT_WORTH_EMBEDDING = "not_worth_embedding"
    # tests between features and against the target
    REDUNDANT = "redundant"
    NOT_REDUNDANT = "not_redundant"
    DEPENDENT = "dependent"
    INDEPENDENT = "independent"
    TELLS_THE_TARGET = "tells_the_target"
    DOES_NOT_TELL_THE_TARGET = "does_not_tell_the_target"
    NOT_TESTED = "not_tested"
    # what yields no column of the training table
    NO_VALUE_KNOWN = "no_value_known"
    NO_COLUMN = "no_column"
    # what the policy made of it
    PASSES = "passes"
    POLICY_NONE = "policy_none"
    PINNED_KEEP = "pinned_keep"
    PINNED_DROP = "pinned_drop"
    WITHHELD_BY_GUARD = "withheld_by_guard"
    FAILS_A_TEST = "fails_a_test"  # under policy strict
    ALREADY_DROPPED = "already_dropped"
    KEPT_OVER_PARTNER = "kept_over_partner"
    INDICATORS_KEPT = "indicators_kept"
    NO_INDICATOR_KEPT = "no_indicator_kept"


def entry(
    panel: str,
    node: str,
    feature: str,
    family: str,
    verdict: str,
    cause: Cause,
    reason: str,
    statistic: str = "",
    value: float | None = None,
    threshold: float | None = None,
    n: int = 0,
    other_feature: str | None = None,
    applied: bool = False,
    adjusted_p: float | None = None,
) -> dict[str, Any]:
    """One row of the ledger. A verdict without a number behind it has no statistic, value or threshold.

    `adjusted_p` is the p of the row's test, adjusted (Benjamini-Hochberg) for all tests of its node; null where there is none.

    Raises
    ------
    ValueError
        A verdict, a cause or a family that the ledger does not know.
    """
    if verdict not in VERDICTS or family not in FAMILIES:
        raise ValueError(f"verdict {verdict!r} of family {family!r}; expected one of {VERDICTS} and of {FAMILIES}")
    return {
        "panel": panel, "node": node, "feature": feature, "other_feature": other_feature, "family": family,
        "statistic": statistic, "value": value, "threshold": threshold, "n": int(n), "verdict": verdict,
        "cause": Cause(cause).value, "reason": reason, "applied": applied, "adjusted_p": adjusted_p,
    }  # fmt: skip


def ledger(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table in the ledger's columns and types."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(COLUMNS)
