"""Why a movie is ranked where it is: the model's own contributions, in words that a person reads."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.features.preprocessing import Preprocessor, text_columns
from movie_pref.library.catalogue import Entry
from movie_pref.model.committee import Committee

TELLING = 0.05  # log-odds from which a contribution is worth a word when the strongest are told


def reasons(
    committee: Committee,
    values: np.ndarray,
    preprocessing: Preprocessor,
    liked: np.ndarray,
    count: int = 3,
) -> list[str]:
    """The strongest contributions of each row towards the side the model took, in words, joined by `; `.

    The last one is what sets the row apart: of what is left, the contribution that is furthest above its mean over the
    rows of that side. So at most `count - 1` reasons are what the whole list has in common.

    Parameters
    ----------
    values
        Model columns, shape (rows, columns).
    liked
        Whether the model flags the row: reasons for liking it are given where it does, against it where not.
    """
    if not len(values):
        return []
    found = committee.contributions(values, preprocessing.feature_types)[:, :-1]
    towards = np.where(liked[:, None], found, -found)
    typical = np.zeros_like(towards)
    for side in (True, False):
        typical[liked == side] = towards[liked == side].mean(axis=0) if (liked == side).any() else 0.0
    order = np.argsort(-towards, axis=1, kind="stable")
    texts = []
    for row in range(len(values)):
        strongest, rest = list(order[row, : count - 1]), order[row, count - 1 :]
        apart = towards[row, rest] - typical[row, rest]
        telling = (towards[row, rest] >= TELLING) & (apart > 0)
        last = rest[np.argmax(np.where(telling, apart, -np.inf))] if telling.any() else rest[:1]
        chosen = [column for column in [*strongest, *np.atleast_1d(last)] if towards[row, column] > 0]
        texts.append("; ".join(words(preprocessing, column, values[row, column]) for column in chosen))
    return texts


class Weight(NamedTuple):
    """What one model column adds to a movie's log-odds."""

    words: str
    log_odds: float


class Sides(NamedTuple):
    """What speaks for a movie and what against it, the strongest first; what adds less than `TELLING` is left out."""

    towards: list[Weight]
    against: list[Weight]


def sides(committee: Committee, values: np.ndarray, preprocessing: Preprocessor, count: int = 3) -> list[Sides]:
    """The strongest contributions of each row to either side, at most `count` of each.

    Parameters
    ----------
    values
        Model columns, shape (rows, columns).
    """
    if not len(values):
        return []
    found = committee.contributions(values, preprocessing.feature_types)[:, :-1]

    def strongest(row: int, sign: int) -> list[Weight]:
        much = sign * found[row]
        chosen = [column for column in np.argsort(-much, kind="stable")[:count] if much[column] >= TELLING]
        return [Weight(words(preprocessing, one, values[row, one]), float(found[row, one])) for one in chosen]

    return [Sides(strongest(row, 1), strongest(row, -1)) for row in range(len(values))]


class Explanation(NamedTuple):
    """How a movie gets its margin, in log-odds: where the model starts, and what each model column adds.

    `parts` has `column`, `words` and `log_odds`, the strongest first, and a column for each kind of member of a committee
    with its share of them; `base` plus the sum of `log_odds` is the margin, and `probability` what that is as a
    probability. `members` has what each kind of member comes to, its starting point (in `starts`) and all its
    contributions; they add up to the margin, too.
    """

    base: float
    parts: pd.DataFrame
    probability: float
    members: dict[str, float]
    starts: dict[str, float]

    @property
    def margin(self) -> float:
        return self.base + float(self.parts["log_odds"].sum())


def explanation(committee: Committee, values: np.ndarray, preprocessing: Preprocessor) -> Explanation:
    """Every contribution to one movie's margin.

    Parameters
    ----------
    values
        Model columns of the movie, shape (1, columns).
    """
    by_member = committee.parts(values, preprocessing.feature_types)
    found = np.sum(list(by_member.values()), axis=0)[0]
    parts = pd.DataFrame(
        {
            "column": preprocessing.columns,
            "words": [words(preprocessing, column, value) for column, value in enumerate(values[0])],
            "log_odds": found[:-1],
            **{name: part[0, :-1] for name, part in by_member.items()},
        }
    )
    order = np.argsort(-np.abs(found[:-1]), kind="stable")
    probability = float(committee.predict(values)[0])
    members = {name: float(part.sum()) for name, part in by_member.items()}
    starts = {name: float(part[0, -1]) for name, part in by_member.items()}
    return Explanation(float(found[-1]), parts.iloc[order].reset_index(drop=True), probability, members, starts)


class Influence(NamedTuple):
    """How much a library column moves a model's margins, and in which direction, in words."""

    feature: str
    words: str
    strength: float
    direction: str


def influences(committee: Committee, values: np.ndarray, preprocessing: Preprocessor) -> list[Influence]:
    """The library columns by how much they move the margins of these rows, the strongest first.

    Strength is the mean over the rows of the absolute contribution, that of a list column or a text being the sum of its
    model columns'. The direction of a number is that of its upper third against its lower third in training; of a
    category or a list, the elements that speak most for a movie and most against it.
    """
    found = committee.contributions(values, preprocessing.feature_types)[:, :-1]
    columns = {name: position for position, name in enumerate(preprocessing.columns)}
    groups = {name: [position] for position, name in enumerate(preprocessing.numeric)}
    groups |= {name: [columns[name]] for name in preprocessing.categories}
    groups |= {
        name: [columns[column] for column in preprocessing.indicator_columns(name)] for name in preprocessing.levels
    }
    groups |= {
        name: [columns[column] for column in text_columns(name, preprocessing.text_components)]
        for name in preprocessing.texts
    }
    made = [
        Influence(
            name,
            preprocessing.catalogue[name].words,
            float(np.abs(found[:, at].sum(axis=1)).mean()),
            _direction(name, values[:, at], found[:, at], preprocessing),
        )
        for name, at in groups.items()
    ]
    return sorted(made, key=lambda one: (-one.strength, one.feature))


def _direction(name: str, values: np.ndarray, found: np.ndarray, preprocessing: Preprocessor) -> str:
    """What of a library column speaks for a movie and what against it; nothing to say of a text."""
    entry = preprocessing.catalogue[name]
    if name in preprocessing.numeric:
        low, high = preprocessing.numeric[name]
        numbers, limits = low + values[:, 0].astype("float64") * (high - low), preprocessing.summary[name]
        ends = {
            f"{entry.high} {entry.words}": numbers > limits["high"],
            f"{entry.low} {entry.words}": numbers < limits["low"],
            f"{entry.words} not known": np.isnan(numbers),
        }
        return _for_and_against({word: found[rows, 0] for word, rows in ends.items()})
    if name in preprocessing.categories:
        levels = enumerate(preprocessing.categories[name])
        return _for_and_against(
            {_level_in_words(entry, level): found[values[:, 0] == code, 0] for code, level in levels}
        )
    made = preprocessing.indicator_columns(name) if name in preprocessing.levels else []
    levels_of = {column: level for level, column in preprocessing.levels.get(name, {}).items()}
    return _for_and_against(
        {
            _level_in_words(entry, levels_of[column]): found[values[:, place] == 1, place]
            for place, column in enumerate(made)
        }
    )


def _for_and_against(contributed: dict[str, np.ndarray], count: int = 3) -> str:
    """The strongest of each sign, in words.

    What fewer than ten rows have is left out, and what moves a margin by less than 0.05 log-odds on average.
    """
    means = {word: float(found.mean()) for word, found in contributed.items() if len(found) >= 10}
    order = sorted(means, key=lambda word: -means[word])
    towards = [word for word in order if means[word] >= 0.05][:count]
    against = [word for word in reversed(order) if means[word] <= -0.05][:count]
    parts = [f"for a movie: {', '.join(towards)}"] if towards else []
    return "; ".join(parts + ([f"against it: {', '.join(against)}"] if against else []))


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
    rounded = float(f"{number:.6g}")  # as much as the normalised float32 holds
    shown = f"{number:.0f}" if name == "release_year" else f"{rounded:,.0f}" if high > 10 else f"{number:.1f}"
    return f"{size} {entry.words} ({shown})"


def _level_in_words(entry: Entry, level: str) -> str:
    return entry.level_words.format(english_name(entry.level_names, level))


@cache
def english_name(kind: str, code: str) -> str:
    """The English name of an ISO language or territory code; the code itself where there is none."""
    if not kind:
        return code
    from babel import Locale

    locale = Locale("en")
    names = locale.languages if kind == "language" else locale.territories
    return names.get(code.lower() if kind == "language" else code.upper(), code)
