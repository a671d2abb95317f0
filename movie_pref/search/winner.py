"""The rule that picks a search's winner, what the winner is sure of, and the order of all other points.

Only points that were evaluated on every fold take part; a race leaves others behind with fewer.
"""

from typing import Any

import numpy as np
import pandas as pd

from movie_pref.metrics.budget import AT_BUDGET
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.parameters import grid_row

RECALL, PRECISION = AT_BUDGET, "average_precision"
LITERAL = "recall_at_0.35"  # what the document maximises
# how far a parameter can go at all, or makes sense to; None where nothing stops it
NATURAL_ENDS: dict[str, tuple[float | None, float | None]] = {
    "scale_pos_weight": (1, None), "max_depth": (1, None), "n_estimators": (1, None), "min_child_weight": (0, None),
    "learning_rate": (None, 1), "gamma": (0, None), "reg_alpha": (0, None), "max_delta_step": (0, None),
}  # fmt: skip


def select_winner(results: pd.DataFrame) -> int:
    """The row (index label) of the winner among evaluated points.

    Among the points whose recall at the review budget is within one paired standard error of the best, the one of
    highest average precision; of equal ones the first in grid order. Small models get no preference.
    """
    whole = fully_evaluated(results)
    near = whole[_within_one_error(whole)]
    return near.sort_index()[f"mean_test_{PRECISION}"].idxmax()


def best_points(results: pd.DataFrame, count: int) -> pd.Index:
    """The rows (index labels) of the `count` fully evaluated points of highest average precision, the winner first."""
    winner = select_winner(results)
    others = fully_evaluated(results).drop(index=winner).sort_index()
    order = others.sort_values(f"mean_test_{PRECISION}", ascending=False, kind="stable").index
    return pd.Index([winner, *order[: count - 1]])


def literal_winner(results: pd.DataFrame) -> int:
    """The row that the document's rule to the letter picks: the highest recall at 0.35, whatever that flags."""
    return int(fully_evaluated(results).sort_index()[f"mean_test_{LITERAL}"].idxmax())


def says_of_the_literal_rule(results: pd.DataFrame) -> str:
    """What the highest recall at 0.35 would have picked, beside the winner, in a sentence."""
    literal, winner = results.loc[literal_winner(results)], results.loc[select_winner(results)]
    flagged, precision, recall = "mean_test_flagged_at_0.35", f"mean_test_{PRECISION}", f"mean_test_{RECALL}"
    return (
        f"The highest recall at 0.35 alone would have picked a point that reaches {literal[f'mean_test_{LITERAL}']:.3f} by flagging "
        f"{literal[flagged]:.1%} of the movies; its average precision is {literal[precision]:.4f} against the winner's {winner[precision]:.4f}, "
        f"and looking at the review budget it finds {literal[recall]:.1%} of the liked movies against {winner[recall]:.1%}."
    )


def fully_evaluated(results: pd.DataFrame) -> pd.DataFrame:
    """The points that were evaluated on as many folds as any."""
    return results[results["folds"] == results["folds"].max()]


def standard_error(values: pd.DataFrame) -> pd.Series:
    """Of the mean over the folds (columns); a single fold gives none, and counts as it stands."""
    return (values.std(axis=1, ddof=1) / np.sqrt(values.notna().sum(axis=1))).fillna(0.0)


def splits(results: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The metric of each point (rows) on each fold (columns)."""
    return results[[name for name in results if name.startswith("split") and name.endswith(f"_test_{metric}")]]


def not_distinguishable(results: pd.DataFrame, winner: int) -> pd.Series:
    """Which points (rows) nobody could tell from the winner by these folds, the winner itself among them.

    Evaluated on every fold, and neither recall at the budget nor average precision differs from the winner's by more
    than two paired standard errors.
    """
    same = pd.Series(results.index.isin(fully_evaluated(results).index), index=results.index)
    for metric in (RECALL, PRECISION):
        values = splits(results, metric)
        difference = values - values.loc[winner]
        same &= difference.mean(axis=1).abs() <= 2 * standard_error(difference) + 1e-12
    return same | (results.index == winner)


def ranks(results: pd.DataFrame) -> pd.Series:
    """1 for the winner; then the points by average precision and recall at the budget.

    Points that were evaluated on fewer folds come after all others.
    """
    winner = select_winner(results)
    keys = pd.DataFrame(
        {
            "winner": results.index != winner,
            "partly": -results["folds"],
            "precision": -results[f"mean_test_{PRECISION}"],
            "recall": -results[f"mean_test_{RECALL}"],
            "position": results.index,
        },
        index=results.index,
    )
    order = keys.sort_values(list(keys.columns)).index
    return pd.Series(np.arange(1, len(results) + 1), index=order).reindex(results.index)


def winner_by_parameter(results: pd.DataFrame, winner: int) -> pd.DataFrame:
    """A row a parameter of the production grid: the winner's value, the values in it, and the design's row of the grid."""
    return pd.DataFrame(
        [
            {"parameter": name, "winner": value, "values": str(PRODUCTION_GRID.get(name, "")), **grid_row(name)}
            for name, value in point_of(results, winner).items()
        ]
    )


def winner_measures(results: pd.DataFrame, winner: int) -> pd.DataFrame:
    """Each metric of the winner, its mean over the folds and its standard error."""
    metrics = [name.removeprefix("mean_test_") for name in results if name.startswith("mean_test_")]
    values = pd.DataFrame({metric: splits(results.loc[[winner]], metric).iloc[0].to_numpy() for metric in metrics}).T
    return pd.DataFrame(
        {"metric": metrics, "mean": values.mean(axis=1), "standard_error": standard_error(values)}
    ).reset_index(drop=True)


def point_of(results: pd.DataFrame, row: int) -> dict[str, Any]:
    """The hyperparameters of a row of the results, as plain Python values."""
    found = results.loc[row]
    return {name.removeprefix("param_"): _plain(found[name]) for name in results if name.startswith("param_")}


def _within_one_error(results: pd.DataFrame) -> pd.Series:
    recall = splits(results, RECALL)
    best = recall.loc[recall.mean(axis=1).idxmax()]
    behind = best - recall
    return behind.mean(axis=1) <= standard_error(behind) + 1e-12


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def beyond_the_grid(results: pd.DataFrame, winner: int) -> dict[str, str]:
    """Parameters along which the winner lies at an end of the grid that begs to be extended, each with the reason.

    An end begs when the parameter could go further and average precision is still rising there: the ten best points at
    the end have on average more of it than the ten best one value before.
    """
    found = {}
    for name, value in point_of(results, winner).items():
        column = f"param_{name}"
        levels = sorted(results[column].unique())
        if name not in NATURAL_ENDS or len(levels) < 3 or value not in (levels[0], levels[-1]):
            continue
        lower, upper = NATURAL_ENDS[name]
        first = value == levels[0]
        if (first and lower is not None and value <= lower) or (not first and upper is not None and value >= upper):
            continue
        inner = levels[1] if first else levels[-2]
        scores = results.groupby(column)[f"mean_test_{PRECISION}"].apply(lambda found: found.nlargest(10).mean())
        if scores[value] > scores[inner]:
            found[name] = (
                f"{name} = {value:g} is an end of the grid, and average precision still rises there "
                f"({scores[inner]:.4f} at {inner:g}, {scores[value]:.4f} at {value:g})"
            )
    return found
