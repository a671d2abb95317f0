"""Gates: a value on the wrong side is missed, an interval wholly on the wrong side is missed beyond doubt."""

import pandas as pd
import pytest

from movie_pref.evaluation.gates import decide, failed_gates, gates


def report(recall, flagged, threshold=0.35):
    return pd.DataFrame(
        [(f"recall_at_{threshold:g}", *recall), (f"flagged_at_{threshold:g}", *flagged)],
        columns=["metric", "value", "low", "high"],
    )


GOOD_RECALL, GOOD_SHARE = (0.90, 0.86, 0.95), (0.12, 0.10, 0.14)


@pytest.mark.parametrize(
    ("recall", "missed", "beyond_doubt"),
    [
        ((0.90, 0.80, 0.96), False, False),
        ((0.85, 0.80, 0.90), False, False),  # exactly the floor
        ((0.84, 0.78, 0.88), True, False),
        ((0.70, 0.60, 0.85), True, False),  # the interval reaches the floor
        ((0.70, 0.60, 0.84), True, True),
    ],
)
def test_recall_must_reach_the_floor(recall, missed, beyond_doubt):
    gate, _ = gates(report(recall, GOOD_SHARE), recall_floor=0.85, budget=0.15, threshold=0.35)

    assert (gate.missed, gate.beyond_doubt) == (missed, beyond_doubt)
    assert (gate.value, gate.low, gate.high, gate.limit) == (*recall, 0.85)


@pytest.mark.parametrize(
    ("flagged", "missed", "beyond_doubt"),
    [
        ((0.12, 0.10, 0.16), False, False),
        ((0.15, 0.12, 0.18), False, False),  # exactly the budget
        ((0.16, 0.14, 0.18), True, False),
        ((0.20, 0.15, 0.25), True, False),
        ((0.20, 0.16, 0.25), True, True),
    ],
)
def test_the_share_flagged_must_stay_within_the_budget(flagged, missed, beyond_doubt):
    _, gate = gates(report(GOOD_RECALL, flagged), recall_floor=0.85, budget=0.15, threshold=0.35)

    assert (gate.missed, gate.beyond_doubt) == (missed, beyond_doubt)


def test_only_what_is_missed_beyond_doubt_fails_and_is_said_with_its_numbers():
    limits = {"recall_floor": 0.85, "budget": 0.15, "threshold": 0.35}

    assert failed_gates(report(GOOD_RECALL, GOOD_SHARE), **limits) == []
    assert failed_gates(report((0.7, 0.6, 0.86), (0.16, 0.14, 0.18)), **limits) == []
    assert failed_gates(report((0.7, 0.6, 0.8), (0.5, 0.45, 0.55)), **limits) == [
        "recall at 0.35 is 0.700 (0.600 to 0.800), the floor 0.850",
        "50.0% of the movies are flagged (45.0% to 55.0%), the budget is 15.0%",
    ]


def test_another_threshold_reads_its_own_metrics():
    found = gates(report(GOOD_RECALL, GOOD_SHARE, threshold=0.5), recall_floor=0.95, budget=0.1, threshold=0.5)

    assert [gate.missed for gate in found] == [True, True]


# which of two stays


def differences(precision=(0.0, -0.05, 0.05), recall=(0.0, -0.1, 0.1)):
    return pd.DataFrame(
        [precision, recall], index=["average_precision", "recall_at_0.35"], columns=["difference", "low", "high"]
    )


@pytest.mark.parametrize(
    ("found", "decision"),
    [
        (differences(), "promoted"),  # equal
        (differences((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), "promoted"),  # the same model again
        (differences((0.1, 0.05, 0.15)), "promoted"),
        (differences((-0.1, -0.2, 0.0)), "promoted"),  # the interval touches zero
        (differences((-0.1, -0.2, -0.001)), "kept"),
        (differences(recall=(-0.1, -0.2, -0.001)), "kept"),
        (differences((0.1, 0.05, 0.15), (-0.1, -0.2, -0.001)), "kept"),  # better in one, worse in the other
    ],
)
def test_a_challenger_is_refused_when_it_is_worse_beyond_doubt_in_either_metric(found, decision):
    assert decide([], found, [], threshold=0.35).decision == decision


def test_a_refusal_names_the_metric_the_difference_and_the_interval():
    found = decide([], differences((-0.3, -0.4, -0.2), (-0.5, -0.7, -0.3)), [], 0.35, movies=60)

    assert found.because == (
        "on the 60 holdout movies its average precision is 0.300 lower (0.200 to 0.400) and its recall at 0.35 is "
        "0.500 lower (0.300 to 0.700) than the champion's"
    )


@pytest.mark.parametrize(
    ("failed", "champion_failed", "decision"),
    [
        ([], [], "promoted"),
        (["recall is low"], [], "kept"),
        (["recall is low"], ["recall is low"], "promoted"),
        ([], ["recall is low"], "promoted"),
    ],
)
def test_a_failing_challenger_leaves_a_champion_that_does_not_fail(failed, champion_failed, decision):
    found = decide(failed, differences(), champion_failed, 0.35)

    assert (found.decision, found.failed) == (decision, failed)
    assert ("recall is low" in found.because) == (decision == "kept")


def test_what_cannot_be_compared_is_promoted_and_says_so():
    found = decide([], None, [], 0.35)

    assert found.decision == "promoted" and "too few movies in common" in found.because
