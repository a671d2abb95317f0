"""Why a movie is ranked where it is: XGBoost's own contributions, in words that a person reads."""

from functools import cache

import numpy as np
import xgboost

from movie_pref.library.catalogue import Entry
from movie_pref.modeling.preprocess import Preprocessor, text_columns


def contributions(booster: xgboost.Booster, values: np.ndarray, preprocessing: Preprocessor) -> np.ndarray:
    """SHAP values of the model columns in log-odds, shape (rows, columns + 1); the last is the expected margin.

    The values of a row add up to its margin (Lundberg and Lee 2017, computed by XGBoost's `pred_contribs`).
    """
    matrix = xgboost.DMatrix(
        values,
        feature_types=preprocessing.feature_types,
        feature_names=booster.feature_names,
        enable_categorical=True,
    )
    return booster.predict(matrix, pred_contribs=True)


def reasons(
    booster: xgboost.Booster, values: np.ndarray, preprocessing: Preprocessor, liked: np.ndarray, count: int = 3
) -> list[str]:
    """The `count` strongest contributions of each row towards the side the model took, in words, joined by `; `.

    Parameters
    ----------
    values
        Model columns, shape (rows, columns).
    liked
        Whether the model flags the row: reasons for liking it are given where it does, against it where not.
    """
    if not len(values):
        return []
    found = contributions(booster, values, preprocessing)[:, :-1]
    towards = np.where(liked[:, None], found, -found)
    strongest = np.argsort(-towards, axis=1, kind="stable")[:, :count]
    return [
        "; ".join(
            words(preprocessing, column, values[row, column]) for column in strongest[row] if towards[row, column] > 0
        )
        for row in range(len(values))
    ]


def words(preprocessing: Preprocessor, column: int, value: float) -> str:
    """One model column and its value as a person would say it: `many IMDb votes (78,241)`, `not Horror`."""
    for position, (name, limits) in enumerate(preprocessing.numeric.items()):
        if position == column:
            return _number_in_words(name, preprocessing.catalogue[name], limits, preprocessing.summary[name], value)
    offset = column - len(preprocessing.numeric)
    for position, (name, levels) in enumerate(preprocessing.categories.items()):
        if position == offset:
            entry = preprocessing.catalogue[name]
            return f"unknown {entry.words}" if np.isnan(value) else _level_in_words(entry, levels[int(value)])
    for name in preprocessing.texts:
        if preprocessing.columns[column] in text_columns(name, preprocessing.text_components):
            return f"the words of its {preprocessing.catalogue[name].words}"
    name, level = _indicator(preprocessing, preprocessing.columns[column])
    text = _level_in_words(preprocessing.catalogue[name], level)
    return text if value else f"not {text}"


def _indicator(preprocessing: Preprocessor, column: str) -> tuple[str, str]:
    """The list column and the element behind an indicator column."""
    return next(
        (name, level)
        for name, levels in preprocessing.levels.items()
        for level, indicator in levels.items()
        if indicator == column
    )


def _number_in_words(
    name: str, entry: Entry, limits: tuple[float, float], summary: dict[str, float], value: float
) -> str:
    if np.isnan(value):
        return f"no {entry.words} known"
    low, high = limits
    number = low + float(value) * (high - low)
    size = entry.high if number > summary["high"] else entry.low if number < summary["low"] else "medium"
    shown = f"{number:.0f}" if name == "release_year" else f"{number:,.0f}" if high > 10 else f"{number:.1f}"
    return f"{size} {entry.words} ({shown})"


def _level_in_words(entry: Entry, level: str) -> str:
    return entry.level_words.format(_english_name(entry.level_names, level))


@cache
def _english_name(kind: str, code: str) -> str:
    """The English name of an ISO language or territory code; the code itself where there is none."""
    if not kind:
        return code
    from babel import Locale

    locale = Locale("en")
    names = locale.languages if kind == "language" else locale.territories
    return names.get(code.lower() if kind == "language" else code.upper(), code)
