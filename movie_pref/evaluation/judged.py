"""By which labels a model is judged: by those that the review queue did not ask for.

The queue asks about movies that it picks by what the model says of them, so its labels are of hard movies, and those
that it doubts are of movies where the label and the model disagree: figures over them say as much of the picking as of
the model.
"""

from typing import NamedTuple

import pandas as pd

from movie_pref.labels.events import BY_QUEUE


class Judged(NamedTuple):
    """The predictions to judge by, how many were left out, and a sentence that says so."""

    rows: pd.DataFrame
    left_out: int
    says: str


def judged_rows(predictions: pd.DataFrame, movies: pd.DataFrame, side: str = "holdout") -> Judged:
    """Predictions without those rows of `side` whose label the review queue asked for.

    Where what is left there is not of both classes, as in a library that was labelled by nothing but the queue, all rows
    count.

    Parameters
    ----------
    predictions
        `imdb_id`, `partition`, `actual`.
    movies
        `imdb_id` and, where labels of the store are among them, `label_origin`.
    """
    if "label_origin" not in movies:
        return Judged(predictions, 0, "no label is from the review queue")
    asked = movies.loc[movies["label_origin"] == BY_QUEUE, "imdb_id"]
    out = (predictions["partition"] == side) & predictions["imdb_id"].isin(asked)
    left = predictions.loc[(predictions["partition"] == side) & ~out, "actual"]
    if out.any() and left.nunique() < 2:
        return Judged(
            predictions, 0, f"all {side} labels count, since too few others are left without the review queue's"
        )
    number = int(out.sum())
    says = (
        f"{number} {side} movies that the review queue asked about are left out"
        if number
        else "no label of it is from the review queue"
    )
    return Judged(predictions[~out], number, says)
