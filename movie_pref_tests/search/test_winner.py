"""The winner follows the rule of the design, on results made by hand."""

import math

import pandas as pd
import pytest

from movie_pref.search.winner import (
    best_points,
    beyond_the_grid,
    literal_winner,
    not_distinguishable,
    ranks,
    says_of_the_literal_rule,
    select_winner,
    winner_by_parameter,
    winner_measures,
)


def results(*points):
    """One row a point: recall at the budget (a list, one a fold), average precision, trees, depth."""
    rows = []
    for recall, precision, trees, depth in points:
        row = {"param_n_estimators": trees, "param_max_depth": depth}
        row |= {f"split{fold}_test_recall_at_budget": value for fold, value in enumerate(recall)}
        row |= {f"split{fold}_test_average_precision": precision for fold in range(len(recall))}
        row |= {"mean_test_recall_at_budget": sum(recall) / len(recall), "mean_test_average_precision": precision}
        rows.append({**row, "folds": len(recall)})
    return pd.DataFrame(rows)


BEST = [0.9, 0.8, 0.7]


def test_recall_counts_as_equal_within_one_paired_standard_error_of_the_best():
    # behind the best by -0.05, 0.10, 0.05: mean 0.033, standard error 0.0764 / sqrt(3) = 0.044
    near = [0.95, 0.70, 0.65]
    # behind by 0.02 in every fold: no doubt about that, although the folds differ by 0.2
    far = [0.88, 0.78, 0.68]

    assert select_winner(results((BEST, 0.80, 50, 3), (near, 0.85, 50, 3), (far, 0.99, 50, 3))) == 1


def test_among_equal_recalls_the_highest_average_precision_wins_however_large_the_model():
    table = results((BEST, 0.8971, 50, 3), (BEST, 0.9000, 200, 7), (BEST, 0.8999, 100, 3))
    assert select_winner(table) == 1


def test_of_equal_points_the_first_in_grid_order_wins():
    assert select_winner(results((BEST, 0.9, 200, 7), (BEST, 0.9, 50, 3))) == 0


def test_a_point_that_a_race_left_behind_neither_wins_nor_ranks_before_the_others():
    table = results((BEST, 0.8, 50, 3), ([0.99] * 3, 0.99, 50, 3), (BEST, 0.7, 100, 3))
    table.loc[1, ["folds", "split2_test_recall_at_budget"]] = [2, float("nan")]

    assert select_winner(table) == 0
    assert ranks(table).tolist() == [1, 3, 2]
    assert list(best_points(table, 5)) == [0, 2]


def test_points_that_the_folds_cannot_tell_from_the_winner_are_counted():
    # recall differs by 0.1, -0.1, 0.0: mean 0, far within two errors; by 0.02 each: certainly different
    near, far = [0.8, 0.9, 0.7], [0.88, 0.78, 0.68]
    table = results((BEST, 0.8, 50, 3), (near, 0.8, 50, 3), (far, 0.8, 50, 3), (BEST, 0.7, 50, 3))

    assert not_distinguishable(table, 0).tolist() == [True, True, False, False]


def test_the_best_points_are_the_winner_and_then_those_of_highest_average_precision():
    table = results((BEST, 0.80, 50, 3), ([0.5] * 3, 0.95, 50, 3), (BEST, 0.90, 50, 3), (BEST, 0.85, 50, 3))
    assert list(best_points(table, 3)) == [2, 1, 3]


def test_the_literal_rule_of_the_document_is_said_beside_the_winner():
    table = results((BEST, 0.9, 50, 3), ([0.2] * 3, 0.3, 50, 3)).assign(
        **{"mean_test_recall_at_0.35": [0.91, 1.0], "mean_test_flagged_at_0.35": [0.14, 0.987]}
    )
    assert literal_winner(table) == 1 and select_winner(table) == 0
    said = says_of_the_literal_rule(table)
    assert "1.000 by flagging 98.7% of the movies" in said and "0.3000 against the winner's 0.9000" in said
    assert "finds 20.0% of the liked movies against 80.0%" in said


def test_the_winners_measures_come_with_their_standard_error():
    table = results((BEST, 0.8, 50, 3))
    measures = winner_measures(table, 0).set_index("metric")

    assert measures.loc["recall_at_budget", "mean"] == pytest.approx(0.8)
    assert measures.loc["recall_at_budget", "standard_error"] == pytest.approx(0.1 / math.sqrt(3))
    rows = winner_by_parameter(table, 0).set_index("parameter")
    assert rows.loc["max_depth", "winner"] == 3 and rows.loc["max_depth", "purpose"] == "Control tree complexity"


@pytest.mark.parametrize(
    ("precision", "begs"),
    [((0.80, 0.85, 0.90), True), ((0.80, 0.92, 0.90), False)],  # by depth 3, 5, 7; the winner has 7
)
def test_an_end_of_the_grid_begs_to_be_extended_while_precision_rises_there(precision, begs):
    table = results(*[(BEST, value, 50, depth) for value, depth in zip(precision, (3, 5, 7), strict=True)])
    found = beyond_the_grid(table, 2)

    assert list(found) == (["max_depth"] if begs else [])
    for said in ("max_depth = 7", "0.8500 at 5, 0.9000 at 7") if begs else ():
        assert said in found["max_depth"]
    assert not beyond_the_grid(table, 1)  # in the middle nothing begs


def test_zero_is_a_natural_end_and_does_not_beg():
    table = results(*[(BEST, value, 50, 3) for value in (0.9, 0.8, 0.7)])

    assert not beyond_the_grid(table.assign(param_gamma=[0, 0.1, 0.2]), 0)
    assert list(beyond_the_grid(table.assign(param_learning_rate=[0.01, 0.1, 0.2]), 0)) == ["learning_rate"]
