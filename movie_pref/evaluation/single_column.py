"""The best single column as a ranking: what any model must beat."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.features.split import evidence
from movie_pref.library.catalogue import Catalogue, blank_unknown, features
from movie_pref.metrics.intervals import paired_differences
from movie_pref.metrics.scores import weighted_scores


class Column(NamedTuple):
    """A column of the library that ranks movies, highest or lowest value first, and its average precision."""

    name: str
    highest_first: bool
    average_precision: float

    @property
    def says(self) -> str:
        return f"{self.name}, {'highest' if self.highest_first else 'lowest'} first"


def best_column(rows: pd.DataFrame, actual: np.ndarray, catalogue: Catalogue) -> Column | None:
    """The number in the library by which movies are best ranked, chosen on these (training) rows; None without one.

    Parameters
    ----------
    rows
        Movies in the library's columns; values that mean 'not known' count as null and are ranked last.
    """
    known = blank_unknown(rows, catalogue)
    found = [
        Column(name, up, _precision(actual, column_ranking(known[name], up)))
        for name in features(catalogue, "continuous")
        if name in known and known[name].notna().any()
        for up in (True, False)
    ]
    return max(found, key=lambda column: column.average_precision, default=None)


def column_ranking(values: pd.Series, highest_first: bool) -> np.ndarray:
    """Values from 0 to 1 that rank rows by a column; nulls are last."""
    return values.astype("float64").rank(pct=True, ascending=highest_first).fillna(0.0).to_numpy()


def _precision(actual: np.ndarray, ranking: np.ndarray) -> float:
    return float(weighted_scores(actual, ranking, np.ones((1, len(actual))), ())["average_precision"][0])


def above_best_column(
    predictions: pd.DataFrame, movies: pd.DataFrame, catalogue: Catalogue
) -> tuple[Column | None, pd.Series | None]:
    """How far the model is above ranking by the best single column, on the holdout.

    The column is chosen on the training rows.

    Returns
    -------
    The column and `champion` (average precision of the column), `challenger` (of the model), `difference`, `low`, `high`,
    and `liked`, the liked movies it rests on; None for both where the library has no number.
    """
    rows = predictions.merge(movies, on="imdb_id", how="left", validate="1:1")
    training, (holdout, _) = rows[rows["partition"] == "train"], evidence(rows)
    column = best_column(training, training["actual"].to_numpy(), catalogue)
    if column is None:
        return None, None
    ranking = column_ranking(blank_unknown(holdout, catalogue)[column.name], column.highest_first)
    found = paired_differences(holdout["actual"].to_numpy(), ranking, holdout["probability"].to_numpy(), thresholds=())
    return column, pd.concat([found.loc["average_precision"], pd.Series({"liked": int(holdout["actual"].sum())})])
