"""What the second question is worth: counted by hand on a few movies."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.evaluation.gates import Contest, again_gate, decide, gates
from movie_pref.evaluation.reports import evaluate
from movie_pref.evaluation.second_question import (
    BY_THE_FIRST,
    PRECISION_AGAIN,
    RECALL_AGAIN,
    Favourites,
    again_report,
    has_second,
)


def predictions():
    """Ten movies; two favourites, of which the first question has one at the sixth place, and both together at the second."""
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.3, 0.2, 0.1, 0.05])
    again = np.array([0.85, 0.1, 0.1, 0.1, 0.1, 0.44, 0.0, 0.0, 0.0, 0.0])
    level = np.array([2, 1, 1, 0, 0, 2, 0, 0, 0, 0])
    return pd.DataFrame(
        {
            "partition": "holdout", "actual": (level > 0).astype(int), "level": level, "probability": probability,
            "calibrated_probability": probability, "probability_again": again,
        }
    )  # fmt: skip


def test_the_second_question_brings_a_favourite_within_the_budget():
    found = again_report(predictions(), budget=0.3, again_weight=1.0)

    # ordered by both: 1.75, 0.9, 0.89, 0.8, …: the third of three is the other favourite
    assert found.loc[RECALL_AGAIN, "value"] == 1.0
    assert found.loc[BY_THE_FIRST, "value"] == 0.5
    assert found.loc[RECALL_AGAIN, "low"] == pytest.approx(0.3424, abs=1e-4)  # Wilson's of 2 of 2
    assert found.loc[PRECISION_AGAIN, "value"] == 1.0  # the two highest answers are the favourites'
    assert (found["liked"] == 2).all()


def test_the_report_has_it_where_there_are_favourites_only():
    rows = predictions()
    report = evaluate(rows, "holdout", 0.35, 50, 0, budget=0.3).set_index("metric")
    without = evaluate(rows.drop(columns=["level", "probability_again"]), "holdout", 0.35, 50, 0)

    assert report.loc[RECALL_AGAIN, ["value", "liked"]].tolist() == [1.0, 2]
    assert report.loc["recall_at_0.35", "liked"] == 4
    assert not without["metric"].str.contains("again").any()
    assert not has_second(rows.assign(level=rows["level"].clip(upper=1)))


def measured(value, low, high, liked=40):
    return pd.DataFrame(
        [
            (400, 100, "recall_at_0.35", 0.9, 0.85, 0.95),
            (400, 100, "flagged_at_0.35", 0.1, 0.08, 0.12),
            (400, liked, RECALL_AGAIN, value, low, high),
        ],
        columns=["movies", "liked", "metric", "value", "low", "high"],
    )


@pytest.mark.parametrize(
    ("recall", "missed", "beyond_doubt"),
    [((0.9, 0.8, 0.95), False, False), ((0.8, 0.7, 0.9), True, False), ((0.5, 0.3, 0.7), True, True)],
)
def test_recall_of_favourites_has_a_floor_of_its_own(recall, missed, beyond_doubt):
    gate = again_gate(measured(*recall), 0.85)

    assert gate is not None and (gate.missed, gate.beyond_doubt) == (missed, beyond_doubt)
    assert len(gates(measured(*recall), 0.85, 0.15, 0.35, 0.85)) == 3
    assert again_gate(measured(*recall).iloc[:2], 0.85) is None


def contest(favourites: Favourites) -> Contest:
    rows = pd.DataFrame(
        {"champion": 0.9, "challenger": 0.9, "difference": 0.0, "low": -0.05, "high": 0.05, "p": 1.0},
        index=["average_precision", "recall_at_0.35"],
    )
    differences = pd.concat([rows, favourites.difference().to_frame().T])
    return Contest(100, 30, differences, pd.DataFrame())


def orders(lost: int):
    """100 movies of which the first twelve are favourites; a challenger ranks some of them last."""
    theirs = -np.arange(100.0)
    ours = np.where(np.arange(100) < lost, -1000.0, theirs)
    return Favourites(np.arange(100) < 12, theirs, ours, budget=0.2)


@pytest.mark.parametrize(("lost", "decision", "p"), [(0, "promoted", 1.0), (4, "promoted", 0.125), (6, "kept", 2 / 64)])
def test_a_challenger_that_loses_favourites_beyond_doubt_is_refused(lost, decision, p):
    """McNemar's exact p of none found that were missed: 2 / 2^lost."""
    found = orders(lost).difference()

    assert found["difference"] == pytest.approx(-lost / 12)
    assert found["p"] == pytest.approx(p)
    assert decide([], contest(orders(lost)), [], 0.35).decision == decision
    if decision == "kept":
        assert "recall again at budget is 0.500 lower" in decide([], contest(orders(lost)), [], 0.35).because
