"""Gates: a value on the wrong side is missed, an interval wholly on the wrong side is missed beyond doubt."""

import pandas as pd
import pytest

from movie_pref.evaluation.gates import FEWEST_LIKED, Contest, decide, failed_gates, gates, strongest


def report(recall, flagged, threshold=0.35, liked=400):
    return pd.DataFrame(
        [(4000, liked, f"recall_at_{threshold:g}", *recall), (4000, liked, f"flagged_at_{threshold:g}", *flagged)],
        columns=["movies", "liked", "metric", "value", "low", "high"],
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
        ((0.16, 0.14, 0.18), False, False),  # as often as not by chance, where the operating point is right
        ((0.20, 0.15, 0.25), False, False),
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


@pytest.mark.parametrize(("liked", "blocks"), [(1, False), (FEWEST_LIKED - 1, False), (FEWEST_LIKED, True)])
def test_nothing_blocks_on_fewer_liked_movies_than_are_stated(liked, blocks):
    found = gates(report((0.1, 0.0, 0.2), (0.9, 0.8, 1.0), liked=liked), recall_floor=0.85, budget=0.15, threshold=0.35)

    assert [gate.missed for gate in found] == [True, True]
    assert [gate.beyond_doubt for gate in found] == [blocks, blocks]


def test_an_interval_alone_does_not_block_where_the_exact_test_is_not_sure():
    """Of 7 liked movies, 3 or fewer are found by chance in 1.2 % of cases where recall is 0.85, 4 or fewer in 7.4 %."""
    limits = {"recall_floor": 0.85, "budget": 0.15, "threshold": 0.35}
    four, three = (gates(report((k / 7, 0.1, 0.84), GOOD_SHARE, liked=7), **limits)[0] for k in (4, 3))

    assert four.missed and not four.beyond_doubt
    assert three.beyond_doubt


def test_another_threshold_reads_its_own_metrics():
    found = gates(report(GOOD_RECALL, GOOD_SHARE, threshold=0.5), recall_floor=0.95, budget=0.05, threshold=0.5)

    assert [gate.missed for gate in found] == [True, True]


# which of two stays


def contest(precision=(0.0, -0.05, 0.05), recall=(0.0, 1.0), liked=40, confidence=0.95):
    """`precision` is difference, low and high, `recall` the difference and McNemar's p."""
    found = pd.DataFrame(
        [(*precision, float("nan")), (recall[0], recall[0] - 0.1, recall[0] + 0.1, recall[1])],
        index=["average_precision", "recall_at_0.35"],
        columns=["difference", "low", "high", "p"],
    )
    return Contest(60, liked, found, pd.DataFrame(), confidence)


@pytest.mark.parametrize(
    ("found", "decision"),
    [
        (contest(), "promoted"),  # equal
        (contest((0.0, 0.0, 0.0)), "promoted"),  # the same model again
        (contest((0.1, 0.05, 0.15)), "promoted"),
        (contest((-0.1, -0.2, 0.0)), "promoted"),  # the interval touches zero
        (contest((-0.1, -0.2, -0.001)), "kept"),
        (contest(recall=(-0.1, 0.049)), "kept"),
        (contest(recall=(-0.1, 0.051)), "promoted"),
        (contest(recall=(0.1, 0.001)), "promoted"),  # better beyond doubt
        (contest((0.1, 0.05, 0.15), (-0.1, 0.001)), "kept"),  # better in one, worse in the other
    ],
)
def test_a_challenger_is_refused_when_it_is_worse_beyond_doubt_in_either_metric(found, decision):
    assert decide([], found, [], threshold=0.35).decision == decision


def test_nothing_is_refused_on_one_liked_movie():
    """Found and missed by luck: a bootstrap would be sure of it."""
    found = decide([], contest((-0.5, -0.6, -0.4), (-1.0, 0.0), liked=1), [], 0.35)

    assert found.decision == "promoted" and "hold out 1 liked movies in common, fewer than the 5" in found.because


def test_a_refusal_names_the_metric_the_difference_and_how_sure_it_is():
    found = decide([], contest((-0.3, -0.4, -0.2), (-0.5, 0.0021)), [], 0.35)

    assert found.because == (
        "on the 60 holdout movies its average precision is 0.300 lower (0.200 to 0.400) and its recall at 0.35 is "
        "0.500 lower (McNemar's p 0.0021) than the champion's"
    )


def test_a_challenger_no_worse_than_the_champion_is_refused_for_the_best_before_it():
    found = decide([], contest(), [], 0.35, best=contest((-0.1, -0.19, -0.01)))

    assert found.decision == "kept" and "lower (0.010 to 0.190) than the best's of the last champions" in found.because
    assert decide([], contest(), [], 0.35, best=contest((-0.1, -0.2, 0.01))).decision == "promoted"


def test_the_best_before_is_judged_by_the_confidence_that_allows_for_its_being_picked():
    worse = {"recall": (-0.1, 0.02)}

    assert decide([], contest(), [], 0.35, best=contest(**worse)).decision == "kept"
    assert decide([], contest(), [], 0.35, best=contest(**worse, confidence=0.995)).decision == "promoted"


def test_the_strongest_is_that_which_the_challenger_is_furthest_behind():
    found = {"a": contest((0.1, 0, 0.2)), "b": contest((-0.2, -0.3, 0)), "c": contest((-0.1, -0.4, -0.05))}

    assert strongest(found) == "b"


@pytest.mark.parametrize(
    ("failed", "champion_failed", "decision"),
    [
        ([], [], "promoted"),
        (["recall is low"], [], "kept"),
        (["recall is low"], ["recall is low"], "promoted"),
        ([], ["recall is low"], "promoted"),
    ],
)
@pytest.mark.parametrize("found", [contest(), None], ids=["compared", "not comparable"])
def test_a_failing_challenger_leaves_a_champion_that_does_not_fail(found, failed, champion_failed, decision):
    made = decide(failed, found, champion_failed, 0.35)

    assert (made.decision, made.failed) == (decision, failed)
    assert ("recall is low" in made.because) == (decision == "kept")


def test_what_cannot_be_compared_is_promoted_and_says_so():
    found = decide([], None, [], 0.35)

    assert found.decision == "promoted" and "hold out 0 liked movies in common" in found.because
