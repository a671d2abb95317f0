"""What became of a breach, by verdicts and causes and never by a sentence."""

from typing import Any

import pandas as pd
import pytest

from movie_pref.analysis import data_quality, inter_feature, selection_rows, statistical, target
from movie_pref.analysis.all_panels import analyse
from movie_pref.analysis.breaches import Became, became, judge, withheld
from movie_pref.analysis.ledger import Cause, entry, ledger
from movie_pref.analysis.nodes import TESTED

PAIR, TARGET_TEST, ADVICE = "pearson_correlation", "anova_numeric_target", "chi_squared"


def row(node: str, feature: str, verdict: str, cause: Cause, other: str | None = None, **more: Any) -> dict[str, Any]:
    return entry("panel", node, feature, "continuous", verdict, cause, "why", other_feature=other, **more)


def final(feature: str, verdict: str, cause: Cause) -> dict[str, Any]:
    return row("selected_features", feature, verdict, cause)


KEPT, REDUNDANT = final("a", "keep", Cause.PASSES), row(PAIR, "a", "drop", Cause.REDUNDANT, "b")
FAILS = row(TARGET_TEST, "a", "drop", Cause.DOES_NOT_TELL_THE_TARGET)
GUARDED = final("a", "keep", Cause.WITHHELD_BY_GUARD)


@pytest.mark.parametrize(
    ("rows", "policy", "end", "passes"),
    [
        ([{**REDUNDANT, "applied": True}, final("a", "drop", Cause.REDUNDANT)], "balanced", Became.DROPPED, True),
        ([REDUNDANT, final("a", "drop", Cause.UNSUPPORTED)], "balanced", Became.DROPPED_ELSEWHERE, True),
        ([REDUNDANT, KEPT, final("b", "drop", Cause.REDUNDANT)], "balanced", Became.OTHER_MEMBER, True),
        ([REDUNDANT, KEPT, final("b", "keep", Cause.WITHHELD_BY_GUARD)], "balanced", Became.WITHHELD, False),
        ([REDUNDANT, GUARDED, final("b", "keep", Cause.PASSES)], "balanced", Became.WITHHELD, False),
        ([REDUNDANT, final("a", "keep", Cause.PINNED_KEEP)], "balanced", Became.PINNED, False),
        ([REDUNDANT, final("a", "keep", Cause.POLICY_NONE)], "none", Became.POLICY_NONE, False),
        ([FAILS, row("spearman_target", "a", "keep", Cause.TELLS_THE_TARGET), KEPT], "balanced", Became.ANOTHER_TEST, False),
        ([FAILS, GUARDED], "balanced", Became.WITHHELD, False),
        ([row(ADVICE, "a", "drop", Cause.INDEPENDENT), KEPT], "balanced", Became.ADVICE, True),
        ([row(ADVICE, "a", "drop", Cause.INDEPENDENT), final("a", "keep", Cause.PINNED_KEEP)], "strict", Became.PINNED, False),
        ([row("null_analysis", "a", "consider_dropping_rows", Cause.NULLS_NOT_MEANINGFUL), KEPT], "balanced", Became.UNCONFIRMED, False),
        ([row("null_analysis", "a", "consider_dropping_rows", Cause.NULLS_NOT_MEANINGFUL, applied=True), KEPT], "balanced", Became.ROWS_DROPPED, True),
        ([row("normality", "a", "keep", Cause.NOT_GENERALLY_NORMAL), KEPT], "balanced", Became.NEXT_QUESTION, True),
        ([row("text_shape", "a", "to_categorical", Cause.READS_AS_CATEGORY, applied=True), KEPT], "balanced", Became.NEXT_QUESTION, True),
    ],
)  # fmt: skip
def test_each_end_of_a_breach_is_told_and_only_an_overruled_one_fails(rows, policy, end, passes):
    node, table = rows[0]["node"], ledger(rows)
    assert became(node, table, policy)["became"].tolist() == [end]
    found = judge(node, table, policy)
    assert found.passed == passes and end in found.says and "(a)" in found.says


def test_the_worst_is_among_the_overruled_ones_with_its_own_threshold():
    rows = [
        {**REDUNDANT, "value": 0.99, "threshold": 0.9, "applied": True},
        row(PAIR, "c", "drop", Cause.REDUNDANT, "d", statistic="pearson_r", value=-0.95, threshold=0.85),
        final("a", "drop", Cause.REDUNDANT),
        final("c", "keep", Cause.PINNED_KEEP),
    ]
    found = judge(PAIR, ledger(rows), "balanced")
    assert (found.worst, found.value, found.threshold) == ("c", -0.95, 0.85)
    assert found.breaches["feature"].tolist() == ["c", "a"]


def decisions(table: pd.DataFrame) -> list:
    found = [judge(node, table, "balanced") for node in TESTED]
    return [withheld(table)["feature"].tolist()] + [
        (one.passed, one.says, one.worst, one.breaches.drop(columns="reason").to_csv()) for one in found
    ]


def test_no_check_reads_a_sentence(neutral_analysis):
    table = neutral_analysis.ledger
    reworded = table.assign(reason=[f"zebra {number}" for number in range(len(table))])
    assert decisions(reworded) == decisions(table)


def test_no_verdict_hangs_on_a_sentence(planted, settings_for, monkeypatch):
    settings, columns = settings_for(guard=False), ["node", "feature", "verdict", "cause", "applied", "value"]
    expected = analyse(planted, settings).ledger[columns]
    for module in (data_quality, inter_feature, selection_rows, statistical, target):
        monkeypatch.setattr(
            module, "entry", lambda *given, **more: {**entry(*given, **more), "reason": "withheld, pinned"}
        )
    found = analyse(planted, settings).ledger
    assert found["reason"].str.startswith("withheld, pinned").all()
    pd.testing.assert_frame_equal(found[columns], expected)
