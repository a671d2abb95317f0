"""Of two features that say the same, which one goes, and when both stay."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis.ledger import Cause, entry, ledger
from movie_pref.analysis.prepared import prepare
from movie_pref.analysis.selection import select
from movie_pref.analysis.selection_rows import mark_applied, selection_rows
from movie_pref.metrics.paired import paired
from movie_pref_tests.analysis.answers import with_answers

NAMES = ["rt_score", "metascore", "imdb_rating", "tmdb_rating"]
PAIR = [("rt_score", "metascore", 0.9)]
SMALL, LARGE, NOISY = [0.01, 0.02, 0.01], [0.05, 0.06, 0.05], [-0.1, 0.1, 0.02]


class Worth:
    """An evaluator by whose scores each column is worth a fixed amount in each of three folds."""

    folds = [None] * 3
    overlap = 1 / 2

    def __init__(self, **worth):
        self.worth = {f"{name}_norm": np.array(value) for name, value in worth.items()}
        self.asked = []

    def of_first_draw(self):
        return self

    def scores(self, columns):
        return 0.5 + sum((self.worth.get(name, np.zeros(3)) for name in columns), np.zeros(3))

    def scores_without(self, columns, removed):
        self.asked.append(tuple(removed))
        return self.scores([name for name in columns if name not in set(removed)])

    def cost(self, before, after):
        return paired(self.scores(before), self.scores(after), self.overlap)


@pytest.fixture
def settle(planted, settings_for):
    """The selection among four numbers with given correlations, worths, nulls and pins, and its ledger rows."""

    def run(pairs, worth, nulls=None, pins=None, **settings):
        rows = planted.assign(**{name: np.arange(600.0) for name in NAMES})[["imdb_id", "label", *NAMES]]
        for name, count in (nulls or {}).items():
            rows.loc[: count - 1, name] = np.nan
        matrix = pd.DataFrame(np.eye(4), index=NAMES, columns=NAMES)
        for a, b, r in pairs:
            matrix.loc[a, b] = matrix.loc[b, a] = r
        tests = [
            entry("inter_feature_analysis", "pearson_correlation", name, "continuous", "drop", Cause.REDUNDANT, "r")
            for name in NAMES
        ]
        matrices = {"pearson_correlation": matrix, "spearman_correlation": matrix * 0, "cramers_v": pd.DataFrame()}
        prepared = prepare(
            rows, settings_for(), with_answers(**{name: {"pin": pin} for name, pin in (pins or {}).items()})
        )
        evaluator = Worth(**worth)
        made = select(prepared, settings_for(**settings), ledger(tests), matrices, evaluator)
        return made, selection_rows(made, ledger(tests)), mark_applied(made, ledger(tests)), evaluator

    return run


@pytest.mark.parametrize(
    ("worth", "nulls", "dropped"),
    [
        ({"rt_score": LARGE, "metascore": SMALL}, {}, "metascore"),
        ({"rt_score": SMALL, "metascore": LARGE}, {}, "rt_score"),
        ({"rt_score": SMALL, "metascore": LARGE}, {"metascore": 50}, "rt_score"),  # costs come before values
        ({"rt_score": NOISY, "metascore": [0.0, 0.0, 0.0]}, {"rt_score": 50}, "rt_score"),  # within one error
        ({"rt_score": NOISY, "metascore": [0.0, 0.0, 0.0]}, {"metascore": 50}, "metascore"),
        ({}, {}, "metascore"),  # then by name
        ({}, {"rt_score": 1}, "rt_score"),
    ],
)
def test_the_member_that_costs_less_goes_then_that_with_fewer_values_then_by_name(settle, worth, nulls, dropped):
    made, rows, _, _ = settle(PAIR, worth, nulls, guard=False)

    assert list(made.dropped) == [dropped]
    row = rows["inter_feature_selection"].set_index("feature").loc[dropped]
    assert row["reason"].count("costs") == 2  # both costs are shown
    assert row["verdict"] == "drop" and row["applied"]


@pytest.mark.parametrize(("pinned", "dropped"), [(["metascore"], ["rt_score"]), (["rt_score", "metascore"], [])])
def test_a_pinned_member_stays_whatever_it_costs(settle, pinned, dropped):
    worth = {"rt_score": LARGE, "metascore": SMALL}
    made, _, _, _ = settle(PAIR, worth, pins=dict.fromkeys(pinned, "keep"), guard=False)

    assert list(made.dropped) == dropped


def test_the_strongest_pair_comes_first_and_a_dropped_member_settles_the_next(settle):
    pairs = [("rt_score", "metascore", -0.9), ("metascore", "imdb_rating", 0.95), ("imdb_rating", "tmdb_rating", 0.86)]
    made, rows, tests, evaluator = settle(pairs, {"imdb_rating": SMALL, "rt_score": SMALL, "tmdb_rating": LARGE})

    assert evaluator.asked[:2] == [("imdb_rating_norm",), ("metascore_norm",)]
    assert list(made.dropped) == ["metascore"]
    assert [pair["value"] for pair in made.pairs] == [0.95, 0.86]  # -0.9 fell with metascore
    assert tests.set_index("feature")["applied"].to_dict()["rt_score"] is False
    kept = rows["inter_feature_selection"].set_index("feature").loc["rt_score"]
    assert (kept["verdict"], kept["applied"]) == ("keep", True)


def test_a_withheld_pair_keeps_both(settle):
    made, rows, tests, _ = settle(PAIR, {"rt_score": LARGE, "metascore": SMALL})

    assert made.dropped == {} and "metascore ~ rt_score" in made.withheld
    row = rows["inter_feature_selection"].set_index("feature").loc["metascore"]
    assert (row["verdict"], row["applied"], row["value"]) == ("drop", False, pytest.approx(np.mean(SMALL)))
    assert not tests["applied"].any()


def test_a_chain_of_pairs_may_not_lose_together_what_none_of_them_loses_alone(settle):
    """The error is the deviation times the root of 1/3 + 1/2. Alone 0.004 ± 0.0091 and 0.004 ± 0.0091; what makes one
    dear makes the other cheap in the same folds, so that together they are 0.008 ± 0."""
    up, down = [-0.006, 0.004, 0.014], [0.014, 0.004, -0.006]
    pairs = [("rt_score", "metascore", 0.95), ("imdb_rating", "tmdb_rating", 0.9)]
    made, rows, _, _ = settle(pairs, {"rt_score": LARGE, "metascore": up, "imdb_rating": down, "tmdb_rating": LARGE})

    assert list(made.dropped) == ["metascore"]
    row = rows["inter_feature_selection"].set_index("feature").loc["imdb_rating"]
    assert not row["applied"] and row["value"] == pytest.approx(0.008)
    assert "with the pairs dropped before it costs" in row["reason"]


@pytest.mark.parametrize(("r", "redundant"), [(0.85, False), (0.8500001, True), (-0.86, True)])
def test_a_pair_is_redundant_above_the_threshold_on_either_side(settle, r, redundant):
    made, _, _, _ = settle([("rt_score", "metascore", r)], {})

    assert bool(made.dropped) == redundant
