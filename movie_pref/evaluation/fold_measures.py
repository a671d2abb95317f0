"""What every algorithm is worth on one fold: features selected, settings tried, fitted and measured inside it.

Belongs here: all that happens on the rows of a fold. Does not belong here: what the folds come to together
(`movie_pref.evaluation.comparison_table`).
"""

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import (
    AVERAGE,
    BASELINE,
    COMMITTEE,
    Algorithm,
    FittedAlgorithm,
    Setting,
    described,
)
from movie_pref.evaluation.contrast import FIGURES, Contrast, Fold, Outcome, half
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.fold_data import Data, fold_data
from movie_pref.features.matrix import to_matrix
from movie_pref.features.split import stratified_folds
from movie_pref.library.catalogue import Catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.metrics.log_odds import mean_in_log_odds
from movie_pref.metrics.scores import scores
from movie_pref.model.calibration import fit_sigmoid
from movie_pref.settings import Settings

INNER_FOLDS = 2
LOOKED_AT = 0.15
AVERAGED = (BASELINE, "LightGBM")
METRICS = ("average_precision", "roc_auc", "recall_looking_at_15_percent", "log_loss", "fit_seconds")


class Variant(NamedTuple):
    """An algorithm with the setting it was given for a fold, fitted on something else, to learn what that is worth.

    `on` is `half` (of the fold's training rows), `numbers` (no categories, lists and indicators), `prepared` (the model
    columns in the place of the raw ones) or `default` (all of it, by the algorithm's first setting).
    """

    name: str
    algorithm: str
    on: str


VARIANTS = (
    Variant("XGBoost, half of the rows", BASELINE, "half"),
    Variant("XGBoost, numbers only", BASELINE, "numbers"),
    Variant("neural network, half of the rows", "neural network", "half"),
    Variant("logistic regression, numbers only", "logistic regression", "numbers"),
    Variant("nearest neighbours, numbers only", "nearest neighbours", "numbers"),
    Variant("SVM, RBF kernel, numbers only", "SVM, RBF kernel", "numbers"),
    Variant("CatBoost, numbers only", "CatBoost", "numbers"),
    Variant("CatBoost, prepared columns", "CatBoost", "prepared"),
    Variant("random forest, default setting", "random forest", "default"),
)


def measure_fold(
    rows: pd.DataFrame,
    test: np.ndarray,
    number: tuple[int, int],
    settings: Settings,
    catalogue: Catalogue,
    algorithms: Sequence[Algorithm],
    committee: bool = False,
    contrasts: Sequence[Contrast] = CONTRASTS,
) -> pd.DataFrame:
    """Select features, tune, fit and measure on one fold: a row an algorithm, variant or contrast, as in `movie_pref.evaluation.comparison.Comparison.folds`.

    Parameters
    ----------
    test
        Whether each row is tested on.
    number
        Draw and fold.
    committee
        Whether the project's own model is measured too: its search, weights and calibration inside the fold.
    contrasts
        What is measured of the algorithms that are among `algorithms`.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        data = fold_data(rows, test, settings, catalogue)
        inner = _inner_folds(rows, test, settings.seed)
        measured, probabilities = [], {}
        for algorithm in algorithms:
            found, predicted, best = _measure(algorithm, data, test, inner, settings.seed)
            measured += found
            measured += _contrasted(algorithm, best, contrasts, data, test, settings.seed)
            probabilities[algorithm.name] = predicted
        if committee:
            measured.append(_of_the_committee(rows, test, settings, catalogue))
    if all(name in probabilities for name in AVERAGED):
        mean = mean_in_log_odds(*(probabilities[name] for name in AVERAGED))
        seconds = sum(row["fit_seconds"] for row in measured if row["name"] in AVERAGED)
        setting = "the settings of both"
        measured.append(_row(AVERAGE, data.label[test], mean, seconds=seconds, setting=setting))
    frame = pd.DataFrame(measured)
    frame.insert(1, "draw", number[0])
    frame.insert(2, "fold", number[1])
    return frame


def _of_the_committee(rows: pd.DataFrame, test: np.ndarray, settings: Settings, catalogue: Catalogue) -> dict:
    """The row of the project's own model, trained from the selection on without the tested rows."""
    from movie_pref.evaluation.nested import train_whole

    began = time.process_time()
    model, calibrate = train_whole(rows[~test], settings.model_copy(update={"jobs": 1}), catalogue)["committee"]
    seconds = time.process_time() - began
    values, _ = to_matrix(model.preprocessing.transform(rows[test]))
    actual, found = encode_label(rows.loc[test, "label"]).to_numpy(), model.serving.predict(values)
    setting = "its own search, weights and operating point; seconds are those of everything"
    loss = -scores(actual, calibrate(found), thresholds=())["neg_log_loss"]
    return _row(COMMITTEE, actual, found, seconds, setting) | {"log_loss": loss}


def recall_when_looking(actual: np.ndarray, score: np.ndarray, share: float = LOOKED_AT) -> float:
    """The share of liked movies among this share of all, those of the highest scores (movies rounded to a whole number).

    Of movies with equal scores at the end, as many liked ones count as would be met on average.
    """
    count = round(share * len(actual))
    if count == 0:
        return 0.0
    last = np.sort(score)[::-1][count - 1]
    above, level = score > last, score == last
    met = actual[above].sum() + actual[level].mean() * (count - above.sum())
    return float(met / actual.sum())


def _inner_folds(rows: pd.DataFrame, test: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) positions among the rows outside `test`, in which settings are tried."""
    positions, training = np.flatnonzero(~test), rows[~test]
    label = encode_label(training["label"])
    number = min(INNER_FOLDS, int(label.value_counts().min()))
    if number < 2:
        return []
    fold = stratified_folds(training["imdb_id"], label, number, seed).to_numpy()
    return [(positions[fold != one], positions[fold == one]) for one in range(number)]


def _measure(
    algorithm: Algorithm, data: Data, test: np.ndarray, inner: list[tuple[np.ndarray, np.ndarray]], seed: int
) -> tuple[list[dict], np.ndarray, Setting]:
    """The rows of an algorithm and its variants on a fold, its probabilities of the tested rows, and its setting."""
    setting, held_out = _tuned(algorithm, data, inner, seed)
    train, tested = np.flatnonzero(~test), np.flatnonzero(test)
    began = time.process_time()  # seconds of one core, whatever else the machine does
    fitted = algorithm.fit(data, train, setting, seed)
    seconds = time.process_time() - began
    probability = _scores_of(fitted, tested)
    if not algorithm.probability:
        probability = _as_probability(held_out, data.label, probability)
    label = data.label[tested]
    found = [_row(algorithm.name, label, probability, seconds, fitted.says or described(setting))]
    for variant in VARIANTS:
        if variant.algorithm == algorithm.name:
            seen, chosen, part = _varied(variant, algorithm, data, train, setting, seed)
            if part.columns.shape[1] and part.raw.shape[1]:
                predicted = _scores_of(algorithm.fit(part, seen, chosen, seed), tested)
                found.append(_row(variant.name, label, predicted, np.nan, described(chosen)))
    return found, probability, setting


def _contrasted(
    algorithm: Algorithm, setting: Setting, contrasts: Sequence[Contrast], data: Data, test: np.ndarray, seed: int
) -> list[dict]:
    """The rows of an algorithm's contrasts on a fold."""
    fold = Fold(data, np.flatnonzero(~test), np.flatnonzero(test), seed)
    found: dict[str, Outcome] = {}
    for contrast in contrasts:
        if contrast.algorithm == algorithm.name:
            found |= contrast.measure(fold, setting)
    label = data.label[fold.tested]
    return [
        _row(name, label, np.asarray(one.probability, dtype=np.float64), one.seconds, described(setting), one.figures)
        for name, one in found.items()
    ]


def _tuned(
    algorithm: Algorithm, data: Data, inner: list[tuple[np.ndarray, np.ndarray]], seed: int
) -> tuple[Setting, np.ndarray]:
    """The setting of the highest mean average precision over the inner folds, and its scores of their tested rows."""
    best, chosen, kept = -np.inf, algorithm.settings[0], np.full(len(data.label), np.nan)
    for setting in algorithm.settings:
        held_out, found = np.full(len(data.label), np.nan), []
        for train, test in inner:
            held_out[test] = _scores_of(algorithm.fit(data, train, setting, seed), test)
            found.append(scores(data.label[test], held_out[test], thresholds=())["average_precision"])
        if found and np.mean(found) > best:
            best, chosen, kept = float(np.mean(found)), setting, held_out
    return chosen, kept


def _varied(
    variant: Variant, algorithm: Algorithm, data: Data, train: np.ndarray, setting: Setting, seed: int
) -> tuple[np.ndarray, Setting, Data]:
    if variant.on == "half":
        return half(train, data.label, seed), setting, data
    if variant.on == "default":
        return train, algorithm.settings[0], data
    return train, setting, data.numbers_only() if variant.on == "numbers" else data.without_selection()


def _scores_of(fitted: FittedAlgorithm, rows: np.ndarray) -> np.ndarray:
    return np.asarray(fitted.predict(rows), dtype=np.float64)


def _as_probability(held_out: np.ndarray, label: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Scores as probabilities by a sigmoid that was fitted on the inner folds' tested rows (Platt 1999)."""
    from scipy.special import expit

    known = ~np.isnan(held_out)
    if not known.any():
        return expit(score)
    return fit_sigmoid(expit(held_out[known]), label[known])(expit(score))


def _row(
    name: str,
    actual: np.ndarray,
    probability: np.ndarray,
    seconds: float,
    setting: str,
    figures: Mapping[str, float] = MappingProxyType({}),
) -> dict:
    found = scores(actual, probability, thresholds=())
    recall, loss = recall_when_looking(actual, probability), -found["neg_log_loss"]
    values = (found["average_precision"], found["roc_auc"], recall, loss, seconds)
    counted = {figure: figures.get(figure, np.nan) for figure in FIGURES}
    return {"name": name, **dict(zip(METRICS, values, strict=True)), **counted, "setting": setting}
