"""What a model must reach on the holdout, and which of two stays; judged by the interval, not by the value alone."""

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
    """Both requirements; `report` has `metric`, `value`, `low`, `high` of the holdout.

    A gate is missed beyond doubt when the whole interval lies on the wrong side.
    """
    return [recall_gate(report, recall_floor, threshold), flagged_gate(report, budget, threshold)]


def recall_gate(report: pd.DataFrame, floor: float, threshold: float) -> Gate:
    """Recall at the threshold is at least the floor."""
    value, low, high = _measured(report, f"recall_at_{threshold:g}")
    says = f"recall at {threshold:g} is {value:.3f} ({low:.3f} to {high:.3f}), the floor {floor:.3f}"
    return Gate("recall", value, low, high, floor, value < floor, high < floor, says)


def flagged_gate(report: pd.DataFrame, budget: float, threshold: float) -> Gate:
    """The share flagged at the threshold is at most the budget."""
    value, low, high = _measured(report, f"flagged_at_{threshold:g}")
    says = f"{value:.1%} of the movies are flagged ({low:.1%} to {high:.1%}), the budget is {budget:.1%}"
    return Gate("flagged", value, low, high, budget, value > budget, low > budget, says)


def _measured(report: pd.DataFrame, metric: str) -> tuple[float, float, float]:
    value, low, high = report.set_index("metric").loc[metric, ["value", "low", "high"]]
    return value, low, high


def failed_gates(report: pd.DataFrame, recall_floor: float, budget: float, threshold: float) -> list[str]:
    """What a model misses beyond doubt, in words."""
    return [gate.says for gate in gates(report, recall_floor, budget, threshold) if gate.beyond_doubt]


class Decision(NamedTuple):
    """What became of a challenger: `first`, `promoted` or `kept` (the champion stays), and why, in a sentence.

    `failed` is what the new champion misses beyond doubt, for which it is marked provisional.
    """

    decision: str
    because: str
    failed: list[str]


def deciding_metrics(threshold: float) -> list[str]:
    """The metrics in which a challenger must not be worse beyond doubt."""
    return ["average_precision", f"recall_at_{threshold:g}"]


def decide(
    failed: list[str], differences: pd.DataFrame | None, champion_failed: list[str], threshold: float, movies: int = 0
) -> Decision:
    """Whether a challenger takes the place of a champion with which it was compared.

    It is refused when the 95 % interval of its difference to the champion, in average precision or in recall at the
    threshold, lies wholly below zero; and when it misses a gate beyond doubt that a champion stands which misses none.
    Otherwise it is promoted, an equal one too: it has seen the newer labels. Where both miss gates, it is promoted
    provisionally.

    Parameters
    ----------
    failed, champion_failed
        What each misses beyond doubt on the holdout (`failed_gates`), under today's limits.
    differences
        `difference`, `low`, `high` by metric (`metrics.paired_differences`); None where nothing could be compared.
    movies
        How many holdout movies both were measured on.
    """
    if differences is None:
        return Decision("promoted", "it and the champion hold out too few movies in common to be compared", failed)
    rows = differences.loc[deciding_metrics(threshold)]
    worse = [
        f"{name.replace('_', ' ')} is {-row['difference']:.3f} lower ({-row['high']:.3f} to {-row['low']:.3f})"
        for name, row in rows.iterrows()
        if row["high"] < 0
    ]
    if worse:
        return Decision(
            "kept", f"on the {movies} holdout movies its {' and its '.join(worse)} than the champion's", failed
        )
    if failed and not champion_failed:
        return Decision("kept", f"it fails where the champion does not: {'; '.join(failed)}", failed)
    compared = ", ".join(
        f"{name.replace('_', ' ')} {row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        for name, row in rows.iterrows()
    )
    return Decision(
        "promoted", f"it is not worse than the champion beyond doubt on the {movies} holdout movies: {compared}", failed
    )
