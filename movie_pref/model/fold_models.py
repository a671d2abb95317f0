"""Models that have not seen a movie: one for each fold of the training rows, and the one for all others.

Belongs here: asking a model about a movie as it is, or as it is not (one feature moved), without that model having been
fitted on it. Does not belong here: the table of predictions that is kept (`movie_pref.model.out_of_fold`).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.cores import in_threads
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Chosen, Preprocessor
from movie_pref.model.committee import Committee, fit_committee

if TYPE_CHECKING:
    from movie_pref.model.model import Model

OUTSIDE = -1
"""Stands for the fold of a movie that is in none: those of validation and holdout."""

Select = Callable[[pd.DataFrame], Chosen]
"""Gives what a selection on some training rows keeps."""


class Fitted(NamedTuple):
    """A committee and the preprocessing that feeds it, fitted on the same rows."""

    committee: Committee
    preprocessing: Preprocessor

    def values(self, rows: pd.DataFrame) -> np.ndarray:
        """The model columns of movies in the library's columns, as the committee reads them."""
        return to_matrix(self.preprocessing.transform(rows))[0]


def folds_of(split: pd.DataFrame) -> np.ndarray:
    """The fold of each movie of `data_split`, `OUTSIDE` for validation and holdout rows."""
    inside = split["partition"].eq("train").to_numpy()
    return np.where(inside, split["fold"].astype("Float64").fillna(OUTSIDE).to_numpy(dtype="int64"), OUTSIDE)


def unseen_model(
    rows: pd.DataFrame, split: pd.DataFrame, model: "Model", fold: int, preprocessing: Preprocessor | None = None
) -> Fitted:
    """The model of the movies in one fold: fitted on the training rows of the other folds.

    It has the recipe of `model`, and a preprocessing of its own. For movies in no fold (`OUTSIDE`) it is the
    model of all training rows, `model.evaluated`.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns.
    split
        `partition`, `fold` and `label` of the same movies in the same order.
    preprocessing
        One that was fitted on the rows of the other folds; without it one is, with the model's own columns.
    """
    if fold == OUTSIDE:
        return Fitted(model.evaluated, model.preprocessing)
    folds = folds_of(split)
    others = (folds != OUTSIDE) & (folds != fold)
    if preprocessing is None:
        preprocessing = fold_preprocessing(rows[others], model.preprocessing)
    values, types = to_matrix(preprocessing.transform(rows[others]))
    labels = split["label"].to_numpy()[others]
    fitted = fit_committee(
        values, types, preprocessing.columns, labels, model.recipe, linear_only=preprocessing.linear_only
    )
    return Fitted(fitted, preprocessing)


def fold_preprocessing(rows: pd.DataFrame, like: Preprocessor, select: Select | None = None) -> Preprocessor:
    """A preprocessing fitted on some training rows, with the settings of `like` and, without a selection, its columns."""
    chosen = select(rows) if select else Chosen(like.selected, like.catalogue, like.linear_only)
    return chosen.preprocessor(like.list_level_limit, like.text_components).fit(rows)


def unseen_models(rows: pd.DataFrame, split: pd.DataFrame, model: "Model", jobs: int = 1) -> dict[int, Fitted]:
    """`unseen_model` of every fold, and of `OUTSIDE`, in so many threads."""
    folds = [int(fold) for fold in np.unique(folds_of(split))]
    return dict(zip(folds, in_threads(jobs, lambda fold: unseen_model(rows, split, model, fold), folds), strict=True))


def predict(models: dict[int, Fitted], rows: pd.DataFrame, folds: np.ndarray) -> np.ndarray:
    """The probability of each movie by the model of its fold, in the order of `rows`."""
    probability = np.full(len(rows), np.nan)
    for fold in np.unique(folds):
        of_fold = folds == fold
        fitted = models[int(fold)]
        probability[of_fold] = fitted.committee.predict(fitted.values(rows[of_fold]))
    return probability
