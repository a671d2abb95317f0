"""The setting that a contrast's model takes: that of the highest average precision on two inner folds of the training rows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from movie_pref.evaluation.contrast import Fold
from movie_pref.evaluation.preparation import Predict, quiet
from movie_pref.metrics.scores import scores

STRENGTHS = (1.0, 0.1, 0.03, 0.01)  # C of a logistic regression that reads many terms
INNER = 2

Option = TypeVar("Option")


def tuned(model: Any, grid: dict[str, tuple[Any, ...]], values: np.ndarray, fold: Fold) -> Any:
    """A model of scikit-learn's with its best setting, fitted on all training rows.

    Parameters
    ----------
    values
        All rows of the fold x columns.
    """
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    train, label = values[fold.train], fold.data.label[fold.train]
    with quiet():
        if np.bincount(label, minlength=2).min() < INNER:
            return model.set_params(**{name: options[0] for name, options in grid.items()}).fit(train, label)
        inner = StratifiedKFold(INNER, shuffle=True, random_state=fold.seed)
        return GridSearchCV(model, grid, scoring="average_precision", cv=inner).fit(train, label).best_estimator_


def chosen(
    options: Sequence[Option],
    fit: Callable[[np.ndarray, np.ndarray, Option], Predict],
    values: np.ndarray,
    fold: Fold,
) -> np.ndarray:
    """Scores of the tested rows by what `fit(values, labels, option)` makes of all training rows with the best option.

    The first one is taken of those that are equally good, and where a class has too few rows for inner folds.
    """
    from sklearn.model_selection import StratifiedKFold

    label, train = fold.data.label, fold.train
    found = [0.0] * len(options)
    if np.bincount(label[train], minlength=2).min() >= INNER:
        for seen, unseen in StratifiedKFold(INNER, shuffle=True, random_state=fold.seed).split(train, label[train]):
            for position, option in enumerate(options):
                score = fit(values[train[seen]], label[train[seen]], option)(values[train[unseen]])
                found[position] += scores(label[train[unseen]], score, thresholds=())["average_precision"]
    return fit(values[train], label[train], options[int(np.argmax(found))])(values[fold.tested])
