"""Whether there are enough labels of each kind to learn from."""

from collections.abc import Mapping

import pandas as pd

from movie_pref.errors import UserError
from movie_pref.settings import Settings


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
