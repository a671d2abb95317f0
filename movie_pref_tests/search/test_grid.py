"""The production grid is the design's, and its points are numbered and share boosters as the search relies on."""

import itertools

import numpy as np
import pytest

from movie_pref.search.grid import PRODUCTION_GRID, Space


def test_the_production_grid_is_the_one_of_the_experimental_design():
    documented = {
        "scale_pos_weight": [1, 5, 9, 15],
        "max_depth": [3, 5, 7],
        "n_estimators": [50, 100, 200],
        "min_child_weight": [1, 3, 5],
        "learning_rate": [0.01, 0.1, 0.2],
        "gamma": [0, 0.1, 0.2],
        "reg_alpha": [0, 0.01, 0.1, 1.0],
        "subsample": [0.8, 1.0],
        "max_delta_step": [0, 1, 5],
        "colsample_bytree": [0.8, 1.0],
        "colsample_bylevel": [0.8, 1.0],
        "enable_categorical": [True],
    }
    assert list(PRODUCTION_GRID.items()) == list(documented.items())
    assert Space(PRODUCTION_GRID).size == 4 * 3 * 3 * 3 * 3 * 3 * 4 * 2 * 3 * 2 * 2 == 93_312


def test_points_are_numbered_with_the_last_parameter_changing_fastest():
    space = Space({"a": [1, 2], "b": ["x", "y", "z"]})

    assert [tuple(space.point(position).values()) for position in range(6)] == list(itertools.product([1, 2], "xyz"))
    production = Space(PRODUCTION_GRID)
    assert tuple(production.point(93_311).values()) == tuple(values[-1] for values in PRODUCTION_GRID.values())
    for outside in (-1, 6):
        with pytest.raises(IndexError, match="6 points"):
            space.point(outside)


def test_the_points_of_a_booster_differ_in_the_number_of_trees_only_and_cover_the_grid_once():
    grid = {"max_depth": [3, 5], "n_estimators": [50, 100, 200], "gamma": [0, 0.1]}
    space = Space(grid)
    covered = [space.points_of(booster) for booster in range(space.boosters)]

    assert space.boosters == 4 and sorted(np.concatenate(covered)) == list(range(12))
    for booster, positions in enumerate(covered):
        points = [space.point(int(position)) for position in positions]
        assert [point.pop("n_estimators") for point in points] == [50, 100, 200]
        assert points == [space.booster_params(booster)] * 3
        assert space.booster_of(positions).tolist() == [booster] * 3


def test_a_grid_without_a_number_of_trees_takes_xgboosts_default():
    space = Space({"max_depth": [3, 5]})

    assert (space.trees, space.boosters, space.size) == ([100], 2, 2)
    assert space.points_of(1).tolist() == [1] and space.booster_params(1) == {"max_depth": 5}
    assert Space({"n_estimators": [5, 9]}).points_of(0).tolist() == [0, 1]
