"""Whether there are enough labels of each kind to learn from."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from movie_pref.errors import UserError
from movie_pref.settings import Settings


class LabelCounts(NamedTuple):
    """How many movies that may train are liked, and how many are not."""

    liked: int
    disliked: int

    @property
    def enough(self) -> bool:
        """Whether they are enough for a trained model."""
        from movie_pref.features.split import FEWEST

        return min(self) >= FEWEST

    @property
    def says(self) -> str:
        """How many there are and how many it takes, in words."""
        from movie_pref.features.split import FEWEST

        return f"{self.liked} liked and {self.disliked} not liked so far; {FEWEST} of each give a trained model"


def count_labels(rows: pd.DataFrame) -> LabelCounts:
    """The labels of a library's movies that may train."""
    from movie_pref.library.training_rows import encode_label, trainable

    label = encode_label(rows.loc[trainable(rows) & (rows["media_type"] == "movie"), "label"])
    return LabelCounts(int(label.sum()), int((label == 0).sum()))


def too_few(library: pd.DataFrame, labels: Mapping[str, str], settings: Settings) -> str:
    """Why `movie-pref run` would refuse this library for its labels, as a sentence; empty where it would not.

    `labels` are the person's own by imdb_id, which count more than the library's.
    """
    from movie_pref.features.split import split
    from movie_pref.library.training_rows import trainable

    own = library["imdb_id"].map(labels).astype("str")
    rows = library.assign(label=own.where(own.notna(), library["label"]))
    rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
    try:
        split(rows, settings.holdout_share, settings.validation_share, settings.folds, settings.seed)
    except UserError as error:
        return str(error)
    return ""
