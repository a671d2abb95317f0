"""What a threshold says of its features: which breach it, what became of each breach, and whether a rule overruled it.

Belongs here: judging the resolved ledger node by node, by verdicts and causes. How a check shows it is in `defs/checks`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import pandas as pd

from movie_pref.analysis.ledger import CONSIDER, CONSIDER_ROWS, DROP, KEEP, NOT_APPLICABLE, TO_CATEGORICAL, Cause
from movie_pref.analysis.nodes import ADVICE, NODES, QUESTIONS, REDUNDANCY, RELEVANCE

BREACHES = [DROP, CONSIDER, CONSIDER_ROWS, TO_CATEGORICAL]
NAMED = 5  # features that a sentence names


class Became(StrEnum):
    """What became of a breach, in the words of a check."""

    DROPPED = "dropped"
    ROWS_DROPPED = "dropped with the training rows that lack it"
    NEXT_QUESTION = "asked the next question"
    ADVICE = "kept, since under policy balanced this test only advises"
    DROPPED_ELSEWHERE = "dropped by another node already"
    OTHER_MEMBER = "kept, since the other of the pair was dropped or did not get that far"
    POLICY_NONE = "kept, since policy none drops nothing"
    PINNED = "kept, since it is pinned by the catalogue"
    WITHHELD = "kept, since the drop was withheld by the guard"
    ANOTHER_TEST = "kept, since another test passed"
    UNCONFIRMED = "kept, since rows are dropped only when the catalogue confirms it"
    KEPT = "kept by the policy"


OVERRULED = [Became.POLICY_NONE, Became.PINNED, Became.WITHHELD, Became.ANOTHER_TEST, Became.UNCONFIRMED, Became.KEPT]


class Judgement(NamedTuple):
    """What a node's threshold says: whether no breach was overruled, in words, and the most extreme row.

    `breaches` has the rows of the ledger that breach, those that were overruled first, with a column `became`.
    """

    passed: bool
    says: str
    value: float | str
    threshold: float | str
    worst: str
    breaches: pd.DataFrame


def judge(node: str, ledger: pd.DataFrame, policy: str) -> Judgement:
    """A node's breaches in the resolved ledger; it passes when each was applied or settled and none overruled."""
    rows = ledger[ledger["node"] == node]
    judged = int((rows["verdict"] != NOT_APPLICABLE).sum())
    breaches = became(node, ledger, policy)
    settled = ~breaches["became"].isin(OVERRULED)
    overruled = breaches[~settled]
    breaches = pd.concat([overruled, breaches[settled]])
    if breaches.empty:
        says = f"none of {judged} features breaches" if judged else "the test applies to no feature"
        tested = rows.dropna(subset=["value"])
        if tested.empty:
            return Judgement(True, says, "not applicable", "not applicable", "", breaches)
        extreme = most_extreme(tested, node)
        return Judgement(True, says, extreme["value"], extreme["threshold"], "", breaches)
    worst = most_extreme(breaches if overruled.empty else overruled, node)
    measured = pd.notna(worst["value"])
    number = f" with {worst['statistic']} {worst['value']:.4g} against {worst['threshold']:.4g}" if measured else ""
    says = f"{len(breaches)} of {judged} features breach, worst {worst['feature']}{number}; {_ends(breaches)}"
    return Judgement(
        overruled.empty,
        says,
        worst["value"] if measured else worst["reason"],
        worst["threshold"] if pd.notna(worst["threshold"]) else "none",
        worst["feature"],
        breaches,
    )


def became(node: str, ledger: pd.DataFrame, policy: str) -> pd.DataFrame:
    """The rows of a node that breach its threshold, with what became of each as `became`."""
    rows = ledger[ledger["node"] == node]
    breaches = rows[rows["verdict"].isin(BREACHES) | (rows["cause"] == Cause.NOT_GENERALLY_NORMAL)]
    last = ledger[ledger["node"] == "selected_features"].set_index("feature")[["verdict", "cause"]]
    passing = set(ledger.loc[ledger["node"].isin(RELEVANCE) & (ledger["verdict"] == KEEP), "feature"])
    found = [_became(node, row, last, passing, policy) for _, row in breaches.iterrows()]
    return breaches.assign(became=pd.Series(found, index=breaches.index, dtype="str"))


def _became(node: str, row: pd.Series, last: pd.DataFrame, passing: set[str], policy: str) -> Became:
    if node in QUESTIONS:
        return Became.NEXT_QUESTION
    if row["applied"]:
        return Became.ROWS_DROPPED if row["verdict"] == CONSIDER_ROWS else Became.DROPPED
    if _is(last, row["feature"], "verdict", DROP):
        return Became.DROPPED_ELSEWHERE
    if policy == "none":
        return Became.POLICY_NONE
    if node in ADVICE and policy == "balanced":
        return Became.ADVICE
    if row["verdict"] == CONSIDER_ROWS:
        return Became.UNCONFIRMED
    if _is(last, row["feature"], "cause", Cause.PINNED_KEEP):
        return Became.PINNED
    if node in REDUNDANCY and _is(last, row["other_feature"], "verdict", DROP):
        return Became.OTHER_MEMBER
    if node in RELEVANCE and row["feature"] in passing:
        return Became.ANOTHER_TEST
    members = [row["feature"], row["other_feature"]] if node in REDUNDANCY else [row["feature"]]
    if any(_is(last, name, "cause", Cause.WITHHELD_BY_GUARD) for name in members):
        return Became.WITHHELD
    return Became.KEPT


def _is(last: pd.DataFrame, feature: object, column: str, word: str) -> bool:
    return feature in last.index and last.loc[feature, column] == word


def _ends(breaches: pd.DataFrame) -> str:
    """What became of the breaches, in words: each end with how many and the first few."""
    ends = breaches.groupby("became", sort=False)["feature"]
    return "; ".join(f"{len(names)} {end} ({named(names.tolist())})" for end, names in ends)


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def most_extreme(rows: pd.DataFrame, node: str) -> pd.Series:
    """The row furthest on the wrong side: the lowest value where a high one keeps, else the highest."""
    if rows["value"].isna().all():
        return rows.iloc[0]
    size = rows["value"].abs()
    if node == "category_usefulness":  # shares and supports are in one table; a scalar that is dominated comes first
        scalars = rows[rows["statistic"] == "dominant_share"]
        return scalars.loc[scalars["value"].idxmax()] if len(scalars) else rows.loc[size.idxmin()]
    return rows.loc[size.idxmin() if NODES[node].bad_end == "low" else size.idxmax()]


def withheld(ledger: pd.DataFrame) -> pd.DataFrame:
    """The last words on features that stay only because the guard withheld their drop."""
    return ledger[(ledger["node"] == "selected_features") & (ledger["cause"] == Cause.WITHHELD_BY_GUARD)]
