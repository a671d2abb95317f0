"""How a movie moved from the ranking before to the present one, and what in the model moved it."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.model.fold_models import Fitted
from movie_pref.model.model import Model
from movie_pref.ranking.reasons import words


class Change(NamedTuple):
    """What one model column added before and adds now, in log-odds; None where that model has no such column."""

    words: str
    was: float | None
    now: float | None

    @property
    def difference(self) -> float:
        return (self.now or 0.0) - (self.was or 0.0)


def changes(before: Model, now: Model, rows: pd.DataFrame) -> tuple[float, list[Change]]:
    """How much the starting point of two models differs for a movie, and each column's contribution, most changed first.

    In log-odds; the starting point's difference and those of all columns add up to that of the margins.

    Parameters
    ----------
    rows
        One movie in the library's columns.
    """
    found = {}
    for name, model in (("was", before), ("now", now)):
        fitted = Fitted(model.serving, model.preprocessing)
        values = fitted.values(rows)
        added = fitted.committee.contributions(values, fitted.preprocessing.feature_types)[0]
        said = [words(fitted.preprocessing, column, value) for column, value in enumerate(values[0])]
        found[name] = float(added[-1]), dict(zip(fitted.preprocessing.columns, zip(added[:-1], said, strict=True), strict=True))  # fmt: skip
    was, here = found["was"][1], found["now"][1]
    every = [
        Change(
            (here.get(column) or was[column])[1],
            float(was[column][0]) if column in was else None,
            float(here[column][0]) if column in here else None,
        )
        for column in {**here, **was}
    ]
    order = np.argsort([-abs(one.difference) for one in every], kind="stable")
    return found["now"][0] - found["was"][0], [every[place] for place in order]
