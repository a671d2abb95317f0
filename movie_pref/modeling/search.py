"""The hyperparameter grid of the experimental design, the search over it, and the rule that picks the winner."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.modeling.boosting import fit_booster, training_matrix
from movie_pref.modeling.metrics import metric_names, scores
from movie_pref.modeling.preprocess import to_matrix

Grid = Mapping[str, Sequence[Any]]
Folds = Sequence[tuple[np.ndarray, np.ndarray]]

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


class Parameter(NamedTuple):
    """What the experimental design says about one hyperparameter."""

    default: Any
    purpose: str
    priority: str
    justification: str


PARAMETERS = {
    "scale_pos_weight": Parameter(
        1, "Handle class imbalance", "High",
        "Critical for 10:1 class imbalance in movie preferences; ensures model doesn't default to majority class",
    ),
    "max_depth": Parameter(
        6, "Control tree complexity", "High",
        "Captures complex interactions (RT score + IMDB votes + genre) while preventing overfitting on limited preference data",
    ),
    "n_estimators": Parameter(
        100, "Number of boosting rounds", "High",
        "Balances learning capacity with computational efficiency; more trees = better pattern recognition",
    ),
    "min_child_weight": Parameter(
        1, "Minimum leaf sample weight", "High",
        "Prevents unreliable predictions from small sample sizes, critical with 10:1 class imbalance",
    ),
    "learning_rate": Parameter(
        0.3, "Step size for updates", "Medium",
        "Conservative rates prevent overshooting optimal solutions for nuanced preference patterns",
    ),
    "gamma": Parameter(
        0, "Minimum split loss", "Medium",
        "Prevents overfitting to personal quirks while maintaining genuine preference patterns",
    ),
    "reg_alpha": Parameter(
        0, "L1 regularization", "Medium",
        "Feature selection among movie metadata; removes irrelevant features automatically",
    ),
    "subsample": Parameter(
        1.0, "Training sample fraction", "Medium",
        "Regularization technique; especially important with limited personal training data",
    ),
    "max_delta_step": Parameter(
        0, "Maximum delta step", "Low",
        "Additional control for extreme class imbalance; secondary to scale_pos_weight",
    ),
    "colsample_bytree": Parameter(
        1.0, "Feature sampling per tree", "Low",
        "Secondary regularization; less critical given strong feature relevance in movie metadata",
    ),
    "colsample_bylevel": Parameter(
        1.0, "Feature sampling per level", "Low",
        "Tertiary regularization dimension; minimal impact on movie preference modeling",
    ),
    "enable_categorical": Parameter(
        False, "Categorical feature handling", "Low",
        "Required for proper handling of movie genres/languages, but no tuning needed",
    ),
}  # fmt: skip

FLAGGED, RECALL, PRECISION = "flagged_at_0.35", "recall_at_0.35", "average_precision"
PRECISION_BAND = 0.003


def grid_size(grid: Grid) -> int:
    """The number of points of a grid."""
    return math.prod(len(values) for values in grid.values())


def grid_point(grid: Grid, position: int) -> dict[str, Any]:
    """The point at a position of the grid, the last parameter changing fastest.

    Raises
    ------
    IndexError
        The position is outside the grid.
    """
    if not 0 <= position < grid_size(grid):
        raise IndexError(f"position {position} is outside a grid of {grid_size(grid)} points")
    point = {}
    for name, values in reversed(list(grid.items())):
        position, index = divmod(position, len(values))
        point[name] = values[index]
    return {name: point[name] for name in grid}


def grid_search(
    X: pd.DataFrame,
    y: np.ndarray | pd.Series,
    grid: Grid,
    folds: Folds,
    strategy: Literal["sample", "exhaustive"] = "sample",
    points: int = 40,
    n_jobs: int = 1,
    seed: int = 0,
    budget: float = 0.15,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Evaluate points of a grid by cross-validation.

    Parameters
    ----------
    X
        Model columns, one row a movie; category columns are handled natively.
    y
        0/1, one a row.
    grid
        Parameter name to the values tried.
    folds
        (train, test) positions, one pair a fold.
    strategy
        `exhaustive` evaluates every point, `sample` a random `points` of them without repetition.
    n_jobs
        Threads; the result does not depend on it.
    budget
        Largest flagged share of an acceptable winner; it only orders `rank`.
    progress
        Called with (fits done, fits in all) as the work advances.

    Returns
    -------
    DataFrame, a row a point in grid order: `param_*`, `mean_test_<metric>`, `std_test_<metric>` and
    `split<k>_test_<metric>` for each metric, `folds`, `rank` (1 is the winner), `seconds`.
    """
    from joblib import Parallel, delayed

    size = grid_size(grid)
    if strategy == "exhaustive" or points >= size:
        positions = np.arange(size)
    else:
        positions = np.sort(np.random.default_rng(seed).choice(size, points, replace=False))
    chosen = [grid_point(grid, int(position)) for position in positions]
    values, types = to_matrix(X)
    target = np.asarray(y)
    groups = _share_boosters(chosen)
    parts = [groups[start :: max(1, n_jobs)] for start in range(max(1, n_jobs))]
    shards = [(fold, part) for fold in range(len(folds)) for part in parts if part]
    results: dict[tuple[int, int], dict[str, float]] = {}
    work = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator_unordered")(
        delayed(_evaluate)(values, types, target, folds[fold], fold, part, seed) for fold, part in shards
    )
    for found in work:
        results.update(found)
        if progress is not None:
            progress(len(results), len(chosen) * len(folds))
    return _results_table(chosen, results, len(folds), budget, grid)


def select_winner(results: pd.DataFrame, budget: float) -> int:
    """The row (index label) of the winner among evaluated points.

    Among the points whose flagged share at 0.35 (mean over folds plus one standard error) stays within `budget`, those
    whose recall at 0.35 is within one paired standard error of the best; of these, those within 0.003 of the highest
    average precision; of these the simplest: fewest trees, least depth, then grid order. Where no point keeps the
    budget, the choice is among those that come closest to it.
    """
    flagged = flagged_bound(results)
    eligible = flagged <= budget if (flagged <= budget).any() else flagged <= flagged.min()
    left = results[eligible]
    left = left[_within_one_error(left)]
    left = left[left[f"mean_test_{PRECISION}"] >= left[f"mean_test_{PRECISION}"].max() - PRECISION_BAND]
    order = [name for name in ("param_n_estimators", "param_max_depth") if name in left]
    return left.assign(_position=left.index).sort_values([*order, "_position"], kind="stable").index[0]


def flagged_bound(results: pd.DataFrame) -> pd.Series:
    """Mean flagged share at 0.35 over the folds plus one standard error of that mean."""
    shares = _splits(results, FLAGGED)
    return shares.mean(axis=1) + _standard_error(shares)


def point_of(results: pd.DataFrame, row: int) -> dict[str, Any]:
    """The hyperparameters of a row of the results, as plain Python values."""
    found = results.loc[row]
    return {name.removeprefix("param_"): _plain(found[name]) for name in results if name.startswith("param_")}


def _within_one_error(results: pd.DataFrame) -> pd.Series:
    recall = _splits(results, RECALL)
    best = recall.loc[recall.mean(axis=1).idxmax()]
    behind = best - recall
    return behind.mean(axis=1) <= _standard_error(behind) + 1e-12


def _standard_error(splits: pd.DataFrame) -> pd.Series:
    """Of the mean over the folds; a single fold gives none, and counts as it stands."""
    return (splits.std(axis=1, ddof=1) / np.sqrt(splits.shape[1])).fillna(0.0)


def _splits(results: pd.DataFrame, metric: str) -> pd.DataFrame:
    return results[[name for name in results if name.startswith("split") and name.endswith(f"_test_{metric}")]]


def _share_boosters(points: list[dict[str, Any]]) -> list[list[tuple[int, dict[str, Any]]]]:
    """Group points that differ in `n_estimators` only: the smaller forests are prefixes of the largest."""
    groups: dict[tuple, list[tuple[int, dict[str, Any]]]] = {}
    for number, point in enumerate(points):
        rest = tuple(value for name, value in point.items() if name != "n_estimators")
        groups.setdefault(rest, []).append((number, point))
    return list(groups.values())


def _evaluate(
    values: np.ndarray,
    types: list[str],
    target: np.ndarray,
    fold: tuple[np.ndarray, np.ndarray],
    number: int,
    groups: list[list[tuple[int, dict[str, Any]]]],
    seed: int,
) -> dict[tuple[int, int], dict[str, float]]:
    """The metrics of some groups of points on one fold, by (point, fold)."""
    train, test = fold
    matrix = training_matrix(values[train], target[train], types)
    found = {}
    for group in groups:
        started = time.perf_counter()
        largest = max(_trees(point) for _, point in group)
        booster = fit_booster(matrix, {**group[0][1], "n_estimators": largest}, seed)
        fitted = time.perf_counter() - started
        for point_number, point in group:
            probability = booster.inplace_predict(values[test], iteration_range=(0, _trees(point)))
            found[point_number, number] = {**scores(target[test], probability), "seconds": fitted / len(group)}
    return found


def _trees(point: dict[str, Any]) -> int:
    return point.get("n_estimators", PARAMETERS["n_estimators"].default)


def _results_table(
    points: list[dict[str, Any]],
    results: dict[tuple[int, int], dict[str, float]],
    folds: int,
    budget: float,
    grid: Grid,
) -> pd.DataFrame:
    columns: dict[str, Any] = {f"param_{name}": [point[name] for point in points] for name in grid}
    for metric in metric_names():
        table = np.array([[results[number, fold][metric] for fold in range(folds)] for number in range(len(points))])
        columns[f"mean_test_{metric}"] = table.mean(axis=1)
        columns[f"std_test_{metric}"] = table.std(axis=1)
        columns.update({f"split{fold}_test_{metric}": table[:, fold] for fold in range(folds)})
    table = pd.DataFrame(columns)
    table["folds"] = folds
    table["rank"] = _ranks(table, budget)
    table["seconds"] = [sum(results[number, fold]["seconds"] for fold in range(folds)) for number in range(len(points))]
    return table


def _ranks(results: pd.DataFrame, budget: float) -> pd.Series:
    """1 for the winner; then the points within budget by recall and average precision, then the others alike."""
    winner = select_winner(results, budget)
    keys = pd.DataFrame(
        {
            "winner": results.index != winner,
            "over_budget": flagged_bound(results) > budget,
            "recall": -results[f"mean_test_{RECALL}"],
            "precision": -results[f"mean_test_{PRECISION}"],
            "position": results.index,
        },
        index=results.index,
    )
    order = keys.sort_values(list(keys.columns)).index
    return pd.Series(np.arange(1, len(results) + 1), index=order).reindex(results.index)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
