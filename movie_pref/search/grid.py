"""The hyperparameter grid of the experimental design, and how its points are numbered and share boosters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from movie_pref.search.parameters import PARAMETERS

Grid = Mapping[str, Sequence[Any]]
TREES = "n_estimators"

PRODUCTION_GRID: dict[str, list[Any]] = {
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


class Space:
    """A grid's points, numbered with the last parameter changing fastest, and the boosters that they share.

    Points that differ in `n_estimators` only share one booster: the smaller sizes are the beginning of the largest.
    Boosters are numbered like the points of the grid without `n_estimators`.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.names = list(grid)
        self.shape = tuple(len(values) for values in grid.values())
        self.size = math.prod(self.shape)
        self.trees = [int(value) for value in grid.get(TREES, [PARAMETERS[TREES].default])]
        self._rest = tuple(count for name, count in zip(self.names, self.shape, strict=True) if name != TREES)
        self.boosters = math.prod(self._rest)

    def point(self, position: int) -> dict[str, Any]:
        """The parameters of a point.

        Raises
        ------
        IndexError
            The position is outside the grid.
        """
        if not 0 <= position < self.size:
            raise IndexError(f"position {position} is outside a grid of {self.size} points")
        levels = np.unravel_index(position, self.shape)
        return {name: values[int(level)] for (name, values), level in zip(self.grid.items(), levels, strict=True)}

    def levels(self, positions: np.ndarray) -> np.ndarray:
        """The index of each parameter's value, points x parameters."""
        return np.column_stack(np.unravel_index(positions, self.shape))

    def booster_of(self, positions: np.ndarray) -> np.ndarray:
        """The booster that serves each point."""
        levels = self.levels(positions)
        rest = [levels[:, number] for number, name in enumerate(self.names) if name != TREES]
        return np.ravel_multi_index(tuple(rest), self._rest) if rest else np.zeros(len(levels), dtype=np.int64)

    def points_of(self, booster: int) -> np.ndarray:
        """The points that a booster serves, in the order of `trees`."""
        rest = [int(level) for level in np.unravel_index(booster, self._rest)]
        if TREES not in self.grid:
            return np.array([np.ravel_multi_index(tuple(rest), self.shape)])
        axis = self.names.index(TREES)
        levels = [(*rest[:axis], number, *rest[axis:]) for number in range(len(self.trees))]
        return np.array([np.ravel_multi_index(level, self.shape) for level in levels])

    def booster_params(self, booster: int) -> dict[str, Any]:
        """The parameters that a booster's points have in common."""
        shared = self.point(int(self.points_of(booster)[0]))
        return {name: value for name, value in shared.items() if name != TREES}
