"""Gates: a value on the wrong side is missed, an interval wholly on the wrong side is missed beyond doubt."""

import pandas as pd
import pytest

from movie_pref.modeling.gates import failed_gates, gates


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
