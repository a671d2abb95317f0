"""What a model must reach on the holdout, judged by the interval and not by the value alone."""

from typing import NamedTuple

import pandas as pd


class Gate(NamedTuple):
    """One requirement: the value and its interval, the limit, and whether it is missed or missed beyond doubt."""

    name: str
    value: float
    low: float
    high: float
    limit: float
    missed: bool
    beyond_doubt: bool
    says: str


def gates(report: pd.DataFrame, recall_floor: float, budget: float, threshold: float) -> list[Gate]:
    """Recall at least the floor, share flagged at most the budget.

    Parameters
    ----------
    report
        `metric`, `value`, `low`, `high` of the holdout.

    A gate is missed beyond doubt when the whole interval lies on the wrong side.
    """
    rows = report.set_index("metric")
    recall, flagged = rows.loc[f"recall_at_{threshold:g}"], rows.loc[f"flagged_at_{threshold:g}"]
    return [
        Gate(
            "recall", recall["value"], recall["low"], recall["high"], recall_floor,
            recall["value"] < recall_floor, recall["high"] < recall_floor,
            f"recall at {threshold:g} is {recall['value']:.3f} ({recall['low']:.3f} to {recall['high']:.3f}), the floor {recall_floor:.3f}",
        ),
        Gate(
            "flagged", flagged["value"], flagged["low"], flagged["high"], budget,
            flagged["value"] > budget, flagged["low"] > budget,
            f"{flagged['value']:.1%} of the movies are flagged ({flagged['low']:.1%} to {flagged['high']:.1%}), the budget is {budget:.1%}",
        ),
    ]  # fmt: skip


def failed_gates(report: pd.DataFrame, recall_floor: float, budget: float, threshold: float) -> list[str]:
    """What a model misses beyond doubt, in words."""
    return [gate.says for gate in gates(report, recall_floor, budget, threshold) if gate.beyond_doubt]
