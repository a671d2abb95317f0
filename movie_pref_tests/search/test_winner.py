"""The winner follows the rule of the design, on results made by hand."""

import math

import pandas as pd
import pytest

from movie_pref.search.winner import (
    beyond_the_grid,
    not_distinguishable,
    ranks,
    select_winner,
    winner_by_parameter,
    winner_measures,
)


def results(*points):
    """One row a point: flagged, recall (a list, one a fold), average precision, trees, depth."""
    rows = []
    for flagged, recall, precision, trees, depth in points:
        row = {"param_n_estimators": trees, "param_max_depth": depth}
        for metric, values in (("flagged_at_0.35", flagged), ("recall_at_0.35", recall)):
            row |= {f"split{fold}_test_{metric}": value for fold, value in enumerate(values)}
            row[f"mean_test_{metric}"] = sum(values) / len(values)
        row |= {f"split{fold}_test_average_precision": precision for fold in range(len(recall))}
        rows.append({**row, "mean_test_average_precision": precision, "folds": len(recall)})
    return pd.DataFrame(rows)


STEADY = [0.1, 0.1, 0.1]
BEST = [0.9, 0.8, 0.7]


def test_the_budget_is_kept_with_one_standard_error_to_spare():
    # mean 0.15, deviations -0.05, 0, 0.05: standard error 0.05 / sqrt(3) = 0.0289, so the bound is 0.1789
    table = results(([0.10, 0.15, 0.20], BEST, 0.9, 50, 3), (STEADY, [0.5, 0.5, 0.5], 0.5, 50, 3))

    assert select_winner(table, budget=0.15 + 0.05 / math.sqrt(3) + 1e-9) == 0
    assert select_winner(table, budget=0.15 + 0.05 / math.sqrt(3) - 1e-9) == 1


def test_recall_counts_as_equal_within_one_paired_standard_error_of_the_best():
    # behind the best by -0.05, 0.10, 0.05: mean 0.033, standard error 0.0764 / sqrt(3) = 0.044
    near = [0.95, 0.70, 0.65]
    # behind by 0.02 in every fold: no doubt about that, although the folds differ by 0.2
    far = [0.88, 0.78, 0.68]

    table = results((STEADY, BEST, 0.80, 50, 3), (STEADY, near, 0.85, 50, 3), (STEADY, far, 0.99, 50, 3))

    assert select_winner(table, budget=0.15) == 1


def test_average_precision_counts_as_equal_within_three_thousandths_and_then_the_fewest_trees_win():
    table = results(
        (STEADY, BEST, 0.9000, 200, 3),
        (STEADY, BEST, 0.8971, 100, 7),
        (STEADY, BEST, 0.8969, 50, 3),
    )
    assert select_winner(table, budget=0.15) == 1


def test_of_equal_trees_the_least_depth_wins_and_then_the_order_of_the_grid():
    by_depth = results((STEADY, BEST, 0.9, 100, 5), (STEADY, BEST, 0.899, 100, 3), (STEADY, BEST, 0.9, 200, 2))
    by_order = results((STEADY, BEST, 0.899, 100, 3), (STEADY, BEST, 0.9, 100, 3))

    assert select_winner(by_depth, budget=0.15) == 1
    assert select_winner(by_order, budget=0.15) == 0


def test_where_nobody_keeps_the_budget_the_closest_to_it_wins():
    table = results(
        ([0.5, 0.5, 0.5], [1.0, 1.0, 1.0], 0.95, 50, 3),
        ([0.2, 0.2, 0.2], [0.6, 0.6, 0.6], 0.60, 50, 3),
        ([0.3, 0.3, 0.3], [0.9, 0.9, 0.9], 0.90, 50, 3),
    )
    assert select_winner(table, budget=0.15) == 1


def test_a_point_that_a_race_left_behind_neither_wins_nor_ranks_before_the_others():
    table = results((STEADY, BEST, 0.8, 50, 3), (STEADY, [0.99] * 3, 0.99, 50, 3), (STEADY, BEST, 0.7, 100, 3))
    table.loc[1, ["folds", "split2_test_recall_at_0.35"]] = [2, float("nan")]

    assert select_winner(table, budget=0.15) == 0
    assert ranks(table, budget=0.15).tolist() == [1, 3, 2]


def test_points_that_the_folds_cannot_tell_from_the_winner_are_counted():
    # recall differs by 0.1, -0.1, 0.0: mean 0, far within two errors; by 0.02 each: certainly different
    near, far = [0.8, 0.9, 0.7], [0.88, 0.78, 0.68]
    over = [0.3, 0.3, 0.3]
    table = results(
        (STEADY, BEST, 0.8, 50, 3), (STEADY, near, 0.8, 50, 3), (STEADY, far, 0.8, 50, 3), (over, BEST, 0.8, 50, 3)
    )

    assert not_distinguishable(table, 0, budget=0.15).tolist() == [True, True, False, False]


def test_the_winners_measures_come_with_their_standard_error():
    table = results((STEADY, BEST, 0.8, 50, 3))
    measures = winner_measures(table, 0).set_index("metric")

    assert measures.loc["recall_at_0.35", "mean"] == pytest.approx(0.8)
    assert measures.loc["recall_at_0.35", "standard_error"] == pytest.approx(0.1 / math.sqrt(3))
    rows = winner_by_parameter(table, 0).set_index("parameter")
    assert rows.loc["max_depth", "winner"] == 3 and rows.loc["max_depth", "purpose"] == "Control tree complexity"


@pytest.mark.parametrize(
    ("precision", "begs"),
    [((0.80, 0.85, 0.90), True), ((0.80, 0.92, 0.90), False)],  # by depth 3, 5, 7; the winner has 7
)
def test_an_end_of_the_grid_begs_to_be_extended_while_precision_rises_there(precision, begs):
    table = results(*[(STEADY, BEST, value, 50, depth) for value, depth in zip(precision, (3, 5, 7), strict=True)])
    found = beyond_the_grid(table, 2)

    assert list(found) == (["max_depth"] if begs else [])
    for said in ("max_depth = 7", "0.8500 at 5, 0.9000 at 7") if begs else ():
        assert said in found["max_depth"]
    assert not beyond_the_grid(table, 1)  # in the middle nothing begs


def test_zero_is_a_natural_end_and_does_not_beg():
    table = results(*[(STEADY, BEST, value, 50, 3) for value in (0.9, 0.8, 0.7)])

    assert not beyond_the_grid(table.assign(param_gamma=[0, 0.1, 0.2]), 0)
    assert list(beyond_the_grid(table.assign(param_learning_rate=[0.01, 0.1, 0.2]), 0)) == ["learning_rate"]
