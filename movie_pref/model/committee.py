"""A committee: boosters and a linear member whose log-odds are added up with weights; one booster alone is one, too.

The boosters are merged into one ensemble and the linear member adds up over columns, so that the log-odds of a movie are
still a sum of contributions, one a model column, exactly.
"""

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import xgboost
from scipy.special import expit

from movie_pref.model.ensemble import merged
from movie_pref.model.linear_fit import fit_linear
from movie_pref.model.linear_member import LinearMember
from movie_pref.search.boosting import fit_booster, training_matrix

BOOSTERS, LINEAR = "boosters", "linear"
BOOSTER_FILE, REST_FILE = ".json", "_linear.json"


@dataclass(frozen=True)
class Recipe:
    """What a model is made of, as plain values: grid points with a seed each, and how much each kind of member counts.

    `weights` multiply the mean log-odds of the boosters and the linear member's log-odds; `intercept` (of the weights)
    and `operating_point` are added. A kind of weight 0 is not fitted.
    """

    points: list[dict[str, Any]]
    seeds: list[int]
    weights: dict[str, float] = field(default_factory=lambda: {BOOSTERS: 1.0, LINEAR: 0.0})
    intercept: float = 0.0
    operating_point: float = 0.0

    @classmethod
    def alone(cls, point: dict[str, Any], seed: int) -> Self:
        """The recipe of a single booster."""
        return cls([point], [seed])

    @property
    def has_linear(self) -> bool:
        return bool(self.weights[LINEAR])

    @property
    def trees(self) -> int:
        """The trees of all boosters."""
        return sum(point["n_estimators"] for point in self.points) if self.weights[BOOSTERS] else 0


@dataclass(frozen=True)
class Members:
    """The members of a committee, fitted on the same rows and not added up yet.

    The boosters read the columns at the places `tree_columns`, the linear member all.
    """

    boosters: list[xgboost.Booster]
    linear: LinearMember | None
    tree_columns: list[int]

    def log_odds(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """The log-odds of each kind of member, float64, shape (rows,): the boosters' mean, and the linear member's."""
        found: dict[str, np.ndarray] = {}
        if self.boosters:
            found[BOOSTERS] = np.mean(self.margins(values), axis=0)
        if self.linear is not None:
            found[LINEAR] = self.linear.log_odds(values)
        return found

    def margins(self, values: np.ndarray) -> np.ndarray:
        """The log-odds of each booster, float64, shape (boosters, rows)."""
        read = columns_at(values, self.tree_columns)
        margins = [booster.inplace_predict(read, predict_type="margin") for booster in self.boosters]
        return np.array(margins, dtype=np.float64)


def columns_at(values: np.ndarray, places: list[int]) -> np.ndarray:
    """The columns at these places, without a copy where that is all of them."""
    return values if len(places) == values.shape[1] else values[:, places]


def tree_columns(names: list[str], linear_only: Collection[str]) -> list[int]:
    """The places of the columns that the boosters read: all where the selection has left them none of their own."""
    found = [place for place, name in enumerate(names) if name not in linear_only]
    return found or list(range(len(names)))


def fit_members(
    values: np.ndarray,
    types: list[str],
    names: list[str],
    target: np.ndarray,
    recipe: Recipe,
    linear_only: Collection[str] = (),
) -> Members:
    """Fit the boosters and the linear member of a recipe on the same rows, each on one thread.

    Parameters
    ----------
    values
        float32, rows x columns; NaN is null, a category its code.
    types
        `float` or `c` (category) for each column.
    names
        Of the columns.
    target
        0/1, one a row.
    linear_only
        Names of columns that the boosters do not read.
    """
    boosters, places = [], tree_columns(names, linear_only)
    if recipe.weights[BOOSTERS]:
        read = ([one[place] for place in places] for one in (types, names))
        matrix = training_matrix(columns_at(values, places), target, *read)
        boosters = [fit_booster(matrix, point, seed) for point, seed in zip(recipe.points, recipe.seeds, strict=True)]
    linear = fit_linear(values, types, names, target) if recipe.has_linear else None
    return Members(boosters, linear, places)


class Committee:
    """Fitted members and their weights, as one model: `log_odds = start + ensemble + weight of the linear member * linear`.

    What is kept is the merged ensemble, in which the weights are already and which reads the columns at the places
    `tree_columns`, and the linear member with its weight.
    """

    def __init__(
        self,
        ensemble: xgboost.Booster | None,
        tree_columns: list[int],
        start: float,
        linear: LinearMember | None,
        weight: float,
    ) -> None:
        self.ensemble, self.tree_columns, self.start = ensemble, tree_columns, start
        self.linear, self.weight = linear, weight
        self._content: dict[str, bytes] | None = None

    @classmethod
    def of(cls, members: Members, recipe: Recipe) -> Self:
        """The members added up by the weights of the recipe."""
        ensemble, start = None, recipe.intercept + recipe.operating_point
        if members.boosters:
            each = recipe.weights[BOOSTERS] / len(members.boosters)
            ensemble, begins = merged(members.boosters, [each] * len(members.boosters))
            start += begins
        return cls(ensemble, members.tree_columns, start, members.linear, recipe.weights[LINEAR])

    def use_threads(self, threads: int) -> None:
        """How many threads score."""
        if self.ensemble is not None:
            self.ensemble.set_param({"nthread": threads})

    def log_odds(self, values: np.ndarray) -> np.ndarray:
        """The log-odds of movies, float64, shape (rows,).

        Parameters
        ----------
        values
            Model columns, float32, shape (rows, columns); NaN is null, a category its code.
        """
        found = np.full(len(values), self.start)
        with ThreadPoolExecutor(1) as beside:  # the linear member has one thread, and the trees leave it room
            linear = None if self.linear is None else beside.submit(self.linear.log_odds, values)
            if self.ensemble is not None:
                found += self.ensemble.inplace_predict(columns_at(values, self.tree_columns), predict_type="margin")
            if linear is not None:
                found += self.weight * linear.result()
        return found

    def predict(self, values: np.ndarray) -> np.ndarray:
        """The probabilities of movies, float64, shape (rows,)."""
        return expit(self.log_odds(values))

    def parts(self, values: np.ndarray, types: list[str]) -> dict[str, np.ndarray]:
        """What each kind of member adds, column by column, shape (rows, columns + 1); the last is where it starts.

        All of it adds up to the log-odds. Of the boosters these are the SHAP values of their trees (Lundberg and Lee
        2017, XGBoost's `pred_contribs`), of the linear member each column's terms less their mean in training.
        """
        found = {}
        if self.ensemble is not None:
            read, kinds = columns_at(values, self.tree_columns), [types[place] for place in self.tree_columns]
            names = self.ensemble.feature_names
            matrix = xgboost.DMatrix(read, feature_types=kinds, feature_names=names, enable_categorical=True)
            found[BOOSTERS] = np.zeros((len(values), values.shape[1] + 1))
            found[BOOSTERS][:, [*self.tree_columns, -1]] = self.ensemble.predict(matrix, pred_contribs=True)
            found[BOOSTERS][:, -1] += self.start
        if self.linear is not None:
            found[LINEAR] = self.weight * self.linear.contributions(values)
            found[LINEAR][:, -1] += 0.0 if BOOSTERS in found else self.start
        return found

    def contributions(self, values: np.ndarray, types: list[str]) -> np.ndarray:
        """What each model column adds to the log-odds, shape (rows, columns + 1); the last is where all start."""
        parts = list(self.parts(values, types).values())
        if parts:
            return np.sum(parts, axis=0)
        found = np.zeros((len(values), len(types) + 1))  # no members: the same of every movie
        found[:, -1] = self.start
        return found

    # keeping

    def content(self) -> dict[str, bytes]:
        """The files of a model by what ends their name: XGBoost's own JSON, and the linear member's.

        Of one that was read, these are the files that it was read from.
        """
        if self._content is None:
            rest = {
                "start": self.start,
                "weight": self.weight,
                "tree_columns": self.tree_columns,
                "linear": self.linear and self.linear.to_dict(),
            }
            trees = {} if self.ensemble is None else {BOOSTER_FILE: bytes(self.ensemble.save_raw("json"))}
            self._content = {**trees, REST_FILE: json.dumps(rest, indent=1).encode()}
        return self._content

    @classmethod
    def read(cls, folder: Path, name: str) -> Self:
        """What `content` gave, from the files that begin with `name`.

        Raises
        ------
        OSError, ValueError, KeyError, TypeError, xgboost.core.XGBoostError
            A file is missing or damaged.
        """
        files = {end: folder / f"{name}{end}" for end in (BOOSTER_FILE, REST_FILE)}
        content = {end: path.read_bytes() for end, path in files.items() if end == REST_FILE or path.exists()}
        rest = json.loads(content[REST_FILE])
        linear = None if rest["linear"] is None else LinearMember.from_dict(rest["linear"])
        # by its path: XGBoost ends the process over damaged bytes
        ensemble = xgboost.Booster(model_file=str(files[BOOSTER_FILE])) if BOOSTER_FILE in content else None
        places = [int(place) for place in rest["tree_columns"]]
        found = cls(ensemble, places, float(rest["start"]), linear, float(rest["weight"]))
        found._content = content
        return found


def fit_committee(
    values: np.ndarray,
    types: list[str],
    names: list[str],
    target: np.ndarray,
    recipe: Recipe,
    linear_only: Collection[str] = (),
) -> Committee:
    """Fit the members of a recipe on the same rows and add them up (see `fit_members`)."""
    return Committee.of(fit_members(values, types, names, target, recipe, linear_only), recipe)
