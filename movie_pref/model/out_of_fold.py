"""Predictions of each labelled movie by a model that has not seen it, and what is settled on them.

The weights of a committee, the operating point and the calibration are fitted on the training rows' out-of-fold
log-odds; for a prediction of a training row, on those of the other folds.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.metrics.log_odds import log_odds
from movie_pref.metrics.scores import confusion
from movie_pref.model.calibration import Calibrator, cross_fitted, fit_calibration
from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe, fit_members
from movie_pref.model.fold_models import Select, fold_preprocessing
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits, OperatingPoint, operating_point
from movie_pref.model.weights import member_weights

WINNER = "winner"


def member_log_odds(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    recipes: dict[str, Recipe],
    like: Preprocessor,
    select: Select | None = None,
    keep: Callable[[int, Preprocessor], object] | None = None,
    prepared: dict[int, Preprocessor] | None = None,
    fits: pd.Series | None = None,
    jobs: int = 1,
) -> pd.DataFrame:
    """The log-odds of each training movie by members that were fitted on the other folds.

    Features are selected and the preprocessing is fitted on the other folds, too. A recipe of several members gives a
    column for each: `boosters` (their mean), `booster_1`, … and `linear`; a recipe of one booster one of its own name.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns.
    split
        `imdb_id`, `partition`, `fold`, `label` of the same movies in the same order.
    recipes
        By name; weights and constants are not looked at but for which kinds of member there are.
    like
        The preprocessing of the whole training rows, whose settings the folds' have.
    select
        Gives the model columns and the catalogue that a selection on some training rows keeps; without it the columns
        of `like` are taken.
    keep
        Is given each fold and the preprocessing that was fitted without it.
    prepared
        The preprocessing fitted without each fold, where it is there already.
    fits
        Whether each row may be fitted on; all training rows by default. The others are predicted all the same.
    jobs
        Threads; the result does not depend on it.

    Returns
    -------
    DataFrame with `imdb_id`, `fold`, `actual` and the members' columns, in the order of the training rows.
    """
    training = split["partition"].eq("train").to_numpy()
    rows, split = rows[training].reset_index(drop=True), split[training].reset_index(drop=True)
    may_fit = np.ones(len(rows), dtype=bool) if fits is None else fits.to_numpy()[training]
    actual, fold = split["label"].to_numpy(), split["fold"].to_numpy(dtype="int64")
    numbers, known = np.unique(fold).tolist(), _boosters_of_others(recipes)

    def fitted(number: int, preprocessing: Preprocessor) -> pd.DataFrame:
        others, test = (fold != number) & may_fit, fold == number
        seen, types = to_matrix(preprocessing.transform(rows[others]))
        unseen, _ = to_matrix(preprocessing.transform(rows[test]))
        found: dict[str, np.ndarray] = {}
        for name, recipe in recipes.items():
            if name not in known:
                found |= _by_member(name, recipe, seen, unseen, types, preprocessing, actual[others])
        shared = {name: found[column] for name, column in known.items()}
        return pd.DataFrame({**shared, **found}, index=np.flatnonzero(test))

    parts = []
    with ThreadPoolExecutor(jobs) as pool:
        # from the last one on: what was begun before is begun from the first one on, and so they meet; the members of
        # one fold are fitted while the selection in another is made or waited for
        for number in reversed(numbers):
            if prepared:
                preprocessing = prepared[number]
            else:
                preprocessing = fold_preprocessing(rows[(fold != number) & may_fit], like, select)
            if keep:
                keep(number, preprocessing)
            parts.append(pool.submit(fitted, number, preprocessing))
    identity = pd.DataFrame({"imdb_id": split["imdb_id"], "fold": fold, "actual": actual})
    return identity.join(pd.concat([part.result() for part in parts]).sort_index())


def _boosters_of_others(recipes: dict[str, Recipe]) -> dict[str, str]:
    """Recipes of one booster that is also a member of another: their name, and the column of that member."""
    alone = {name: (one.points[0], one.seeds[0]) for name, one in recipes.items() if _is_alone(one)}
    several = (one for one in recipes.values() if not _is_alone(one))
    members = [member for one in several for member in zip(one.points, one.seeds, strict=True)]
    return {name: f"booster_{members.index(one) + 1}" for name, one in alone.items() if one in members}


def _is_alone(recipe: Recipe) -> bool:
    return len(recipe.points) == 1 and not recipe.has_linear


def _by_member(
    name: str,
    recipe: Recipe,
    seen: np.ndarray,
    unseen: np.ndarray,
    types: list[str],
    preprocessing: Preprocessor,
    target: np.ndarray,
) -> dict[str, np.ndarray]:
    alone, names = _is_alone(recipe), preprocessing.columns
    if not names:  # a selection may leave none in a fold; then nothing is known but how many are liked
        single = [] if alone else [f"booster_{number}" for number in range(1, len(recipe.points) + 1)]
        columns = [name] if alone else [BOOSTERS, LINEAR, *single]
        return dict.fromkeys(columns, np.full(len(unseen), float(log_odds(target.mean()))))
    members = fit_members(seen, types, names, target, recipe, preprocessing.linear_only)
    found = members.log_odds(unseen)
    if alone:
        return {name: found[BOOSTERS]}
    each = enumerate(members.margins(unseen), start=1)
    return {**found, **{f"booster_{number}": margin for number, margin in each}}


class Settled(NamedTuple):
    """A recipe with its weights and its operating point, and what the operating point gives on the rows it was fitted on."""

    recipe: Recipe
    point: OperatingPoint


def settle(members: pd.DataFrame, recipe: Recipe, limits: Limits) -> Settled:
    """Fit the weights of a recipe and its operating point on out-of-fold log-odds.

    Parameters
    ----------
    members
        Of training movies, as `member_log_odds` gives them.
    recipe
        A committee's, whose members are the columns `boosters` and `linear`, or a single booster's (`winner`).
    """
    recipe = weighted(members, recipe)
    point = operating_point(combined(members, recipe), members["actual"].to_numpy(), limits)
    return Settled(replace(recipe, operating_point=point.constant), point)


def weighted(members: pd.DataFrame, recipe: Recipe) -> Recipe:
    """A recipe with its weights fitted on out-of-fold log-odds, as `settle` takes them, and no operating point."""
    if recipe.has_linear and recipe.points:
        weights, intercept = member_weights(members[[BOOSTERS, LINEAR]], members["actual"].to_numpy())
        recipe = replace(recipe, weights=weights, intercept=intercept)
    return replace(recipe, operating_point=0.0)


def combined(members: pd.DataFrame, recipe: Recipe) -> np.ndarray:
    """The log-odds that a recipe makes of its members', shape (rows,)."""
    boosters = WINNER if _is_alone(recipe) else BOOSTERS
    found = np.full(len(members), recipe.intercept + recipe.operating_point)
    for name, kind in ((boosters, BOOSTERS), (LINEAR, LINEAR)):
        if recipe.weights[kind]:
            found += recipe.weights[kind] * members[name].to_numpy()
    return found


def cross_settled(members: pd.DataFrame, recipe: Recipe, limits: Limits) -> np.ndarray:
    """`combined`, each movie with weights and an operating point that were settled on the other folds."""
    return across_folds(members, lambda others: settle(others, recipe, limits).recipe)


def across_folds(
    members: pd.DataFrame, settled: Callable[[pd.DataFrame], Recipe], may_fit: np.ndarray | None = None
) -> np.ndarray:
    """`combined`, each movie with the recipe that is settled on the other folds, on those movies of them that `may_fit` (all by default)."""
    found = np.full(len(members), np.nan)
    for number in members["fold"].unique():
        test = (members["fold"] == number).to_numpy()
        others = ~test if may_fit is None else ~test & may_fit
        found[test] = combined(members[test], settled(members[others]))
    return found


def out_of_sample(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    model: Model,
    select: Select | None = None,
    members: pd.DataFrame | None = None,
    given_liked: np.ndarray | None = None,
) -> pd.DataFrame:
    """A prediction for every labelled movie by a model that did not see it.

    Training rows are predicted by their fold's model, whose features were selected, whose preprocessing was fitted and
    whose weights and operating point were settled on the other folds too; validation and holdout rows by the model of
    the training rows. The calibration is fitted on the training rows' predictions, and each of these is calibrated by
    the other folds.

    Parameters
    ----------
    rows, split, select
        As `member_log_odds` takes them.
    members
        What that gave for the model's recipe, if it is there already.
    given_liked
        The second question's answers of movies whose label it has not seen, shape (rows,), where there is one.

    Returns
    -------
    DataFrame in the columns of `03_binomial_classifier_results.parquet`, in the order of `rows`.
    """
    from scipy.special import expit

    limits = Limits.of(model.facts)
    if members is None:
        members = member_log_odds(rows, split, {WINNER: model.recipe}, model.preprocessing, select)
    training = split["partition"].eq("train").to_numpy()
    actual = split["label"].to_numpy()
    probability = np.full(len(rows), np.nan)
    if not training.all():
        probability[~training] = model.predict_unseen(rows[~training])
    probability[training] = expit(cross_settled(members, model.recipe, limits))
    inside = members[["actual", "fold"]].assign(probability=probability[training])
    calibrated = fit_calibration(probability[training], actual[training])(probability)
    calibrated[training] = cross_fitted(inside["probability"], inside["actual"], inside["fold"])
    return results_table(split, probability, calibrated, limits.threshold, given_liked)


def results_table(
    split: pd.DataFrame,
    probability: np.ndarray,
    calibrated: np.ndarray,
    threshold: float,
    given_liked: np.ndarray | None = None,
) -> pd.DataFrame:
    """Predictions of labelled movies in the columns of `03_binomial_classifier_results.parquet`.

    With the second question's answers, `given_liked`, also `level` (0 to 2) and `probability_again`, which is the
    probability times the answer.
    """
    actual, predicted = split["label"].to_numpy(), (probability >= threshold).astype("int64")
    found = pd.DataFrame(
        {
            "imdb_id": split["imdb_id"].to_numpy(),
            "partition": split["partition"].to_numpy(),
            "actual": actual,
            "predicted": predicted,
            "probability": probability,
            "calibrated_probability": calibrated,
            "cm_value": confusion(actual, predicted).to_numpy(),
        }
    )
    if given_liked is not None:
        found["level"], found["probability_again"] = split["level"].to_numpy(), probability * given_liked
    return found


def training_predictions(predictions: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """The training rows of `out_of_sample` with the fold that each was predicted in."""
    training = predictions[predictions["partition"] == "train"]
    return training.merge(split[["imdb_id", "fold"]], on="imdb_id", validate="1:1")


def calibration_of(predictions: pd.DataFrame, split: pd.DataFrame) -> Calibrator:
    """The calibration that `out_of_sample` used for rows outside training, fitted on its training rows."""
    training = training_predictions(predictions, split)
    return fit_calibration(training["probability"].to_numpy(), training["actual"].to_numpy())
