"""What the model loses without some columns: paired cross-validated average precision on the training rows."""

from collections.abc import Collection
from copy import copy
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from movie_pref.cores import in_threads
from movie_pref.metrics.paired import Cost, paired

PARAMS = {
    "n_estimators": 60, "max_depth": 5, "learning_rate": 0.15, "subsample": 1.0, "colsample_bytree": 1.0, "enable_categorical": True,
}  # fmt: skip


class _Fit(NamedTuple):
    """The average precision of one fold's model, and the columns that its trees split on."""

    score: float
    used: frozenset[int]


class Evaluator:
    """Cross-validates sets of model columns with one plain XGBoost, each set once.

    Parameters
    ----------
    columns
        Model columns of the training rows, as `Preprocessor.transform` gives them.
    label
        0/1.
    folds, repeats, seed
        Stratified folds, drawn `repeats` times, the same for every set, so that differences are paired. They share rows,
        so errors are Nadeau and Bengio's corrected ones (`overlap`), which more draws do not shrink to nothing.
    jobs
        Threads; the result does not depend on it.
    """

    def __init__(
        self, columns: pd.DataFrame, label: pd.Series, folds: int = 5, repeats: int = 1, seed: int = 0, jobs: int = 1
    ) -> None:
        from movie_pref.features.matrix import to_sparse

        values, self.types = to_sparse(columns)
        self.position = {name: number for number, name in enumerate(columns.columns)}
        self.label, self.jobs, self.seed = label.to_numpy(), jobs, seed
        self.folds = _folds(self.label, folds, repeats, seed)
        self.drawn = len(self.folds) // repeats  # at once
        # by columns, so that a set of them is picked without a pass over the others
        self.parts = [(values[train].tocsc(), values[test].tocsc()) for train, test in self.folds]
        self.overlap = overlap_of(self.folds)
        self._known: dict[tuple[int, frozenset[int]], _Fit] = {}

    def of_first_draw(self) -> Self:
        """The same on the folds of the first draw alone; what one of the two has measured the other knows."""
        first = copy(self)
        first.folds, first.parts = self.folds[: self.drawn], self.parts[: self.drawn]
        first.overlap = overlap_of(first.folds)
        return first

    def scores(self, columns: Collection[str], extra: list[np.ndarray] | None = None) -> np.ndarray:
        """Average precision of each fold with these columns, and more columns of each fold's own (`extra`).

        No column at all ranks nothing: the base rate. With fewer than 2 movies of a class there are no folds.
        """
        chosen = frozenset(self.position[name] for name in columns)
        open_folds = [number for number in range(len(self.folds)) if extra or (number, chosen) not in self._known]
        fits = in_threads(
            self.jobs, lambda number: self._fit(chosen, number, extra[number] if extra else None), open_folds
        )
        if extra:
            return np.array([fit.score for fit in fits])
        self._known.update({(number, chosen): fit for number, fit in zip(open_folds, fits, strict=True)})
        return np.array([self._known[number, chosen].score for number in range(len(self.folds))])

    def scores_without(self, columns: Collection[str], removed: Collection[str]) -> np.ndarray:
        """Average precision of each fold with `columns` less `removed`.

        Nothing is sampled, so a fold whose model uses none of the removed columns would grow the same trees without
        them, and is not fitted again.
        """
        self.scores(columns)
        before = frozenset(self.position[name] for name in columns)
        gone = frozenset(self.position[name] for name in removed)
        for number in range(len(self.folds)):
            fit = self._known[number, before]
            if not fit.used & gone:
                self._known.setdefault((number, before - gone), fit)
        return self.scores([name for name in columns if name not in set(removed)])

    def cost(self, before: Collection[str], after: Collection[str]) -> Cost:
        """What is lost by going from one set of columns to another."""
        return paired(self.scores(before), self.scores_without(before, set(before) - set(after)), self.overlap)

    def _fit(self, columns: frozenset[int], fold: int, extra: np.ndarray | None) -> "_Fit":
        from scipy.sparse import csc_matrix, hstack

        from movie_pref.metrics.scores import scores
        from movie_pref.search.boosting import fit_booster, training_matrix

        rows = self.folds[fold]
        chosen = sorted(columns)
        types = [self.types[position] for position in chosen]
        parts = [part[:, chosen] for part in self.parts[fold]]
        if extra is not None:
            types += ["float"] * extra.shape[1]
            parts = [hstack([part, csc_matrix(extra[at])]) for part, at in zip(parts, rows, strict=True)]
        seen, unseen = (self.label[at] for at in rows)
        if not types:
            return _Fit(float(unseen.mean()), frozenset())
        train, test = (part.tocsr() for part in parts)
        booster = fit_booster(training_matrix(train, seen, types), PARAMS, self.seed)
        score = scores(unseen, booster.inplace_predict(test), thresholds=())["average_precision"]
        used = (int(name.removeprefix("f")) for name in booster.get_score(importance_type="weight"))
        return _Fit(score, frozenset(chosen[position] for position in used if position < len(chosen)))


def overlap_of(folds: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Rows tested on for each row trained on, as `paired` takes it."""
    return float(np.mean([len(test) / len(train) for train, test in folds])) if folds else 0.0


def _folds(label: np.ndarray, folds: int, repeats: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import RepeatedStratifiedKFold

    splits = min(folds, int(np.bincount(label, minlength=2).min()))
    if splits < 2:
        return []
    splitter = RepeatedStratifiedKFold(n_splits=splits, n_repeats=repeats, random_state=seed)
    return list(splitter.split(label, label))
