"""The models by which labelled movies were predicted: each has not seen the label of its movies."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.calibration import Calibrator
from movie_pref.model.committee import Recipe
from movie_pref.model.fold_models import OUTSIDE, Fitted, unseen_model
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import settle
from movie_pref.model.second_question import AGAIN, LIKED, SecondQuestion


def predicted_by(data: Path, movies: pd.DataFrame, split: pd.DataFrame, model: Model, fold: int) -> Fitted:
    """The model that gave the movies of a fold their prediction: nothing about it was settled on them.

    Its features were selected, its weights and its operating point settled on the other folds, as the last training noted.
    Where that training did not make `model` (it was refused), or did not note it, everything but the fit is the model's own.

    Parameters
    ----------
    movies, split
        Labelled movies in the library's columns, and their `partition`, `fold` and `label`, in one order.
    """
    folder = DataFolder(data)
    members = folder.table("member_predictions") if fold != OUTSIDE else None
    if members is None or members.empty:
        return unseen_model(movies, split, model, fold)
    limits = Limits.of(model.facts)
    if not _is_same(settle(members, model.recipe, limits).recipe, model.recipe):
        return unseen_model(movies, split, model, fold)
    recipe = settle(members[members["fold"] != fold], model.recipe, limits).recipe
    noted = (read_json(folder.fold_preprocessing) or {}).get(str(fold))
    settled = replace(model, facts={**model.facts, "recipe": asdict(recipe)})
    return unseen_model(movies, split, settled, fold, None if noted is None else Preprocessor.from_dict(noted))


def answered_by(
    data: Path, movies: pd.DataFrame, split: pd.DataFrame, second: Model, fold: int, preprocessing: Preprocessor
) -> tuple[Fitted, Calibrator]:
    """The model that gave the movies of a fold their answer to the second question, and its calibration.

    Its weights and its calibration were settled on the liked movies of the other folds. Where the last training did not make
    `second`, everything but the fit is its own.

    Parameters
    ----------
    movies, split
        As `predicted_by` takes them; `split` with `level`.
    preprocessing
        That of the model which predicted these movies.
    """
    if fold == OUTSIDE:
        return Fitted(second.evaluated, second.preprocessing), second.calibrate
    settled, calibrate, folder = second, second.calibrate, DataFolder(data).asset("again_model")
    question = SecondQuestion.read(folder) if folder.exists() else None
    if question is not None and question.model.version == second.version:
        recipe, calibrate = question.without(fold)
        settled = replace(second, facts={**second.facts, "recipe": asdict(recipe)})
    liked = split["level"] >= LIKED
    asked = split[liked].assign(label=(split["level"] == AGAIN).astype("int64"))
    return unseen_model(movies[liked], asked, settled, fold, preprocessing), calibrate


def _is_same(one: Recipe, other: Recipe) -> bool:
    settled, own = ([*recipe.weights.values(), recipe.intercept, recipe.operating_point] for recipe in (one, other))
    return np.allclose(settled, own, rtol=0, atol=1e-9)
