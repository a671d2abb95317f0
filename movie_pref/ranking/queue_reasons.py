"""What speaks for the movies of the queue and what against them, by a model that has not seen their labels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.model.champion import Champion
from movie_pref.model.fold_models import Fitted, folds_of
from movie_pref.ranking.reasons import Sides, sides
from movie_pref.ranking.unseen import predicted_by

AT_ONCE = 500  # movies, so that the first reasons are there soon


def reasons_for(data: Path, imdb_ids: list[str]) -> Iterator[dict[str, Sides]]:
    """Both sides by imdb_id, some movies at a time: the candidates first, then the labelled ones, fold by fold.

    Raises
    ------
    UserError
        There is no champion, or it is damaged.
    """
    champion = Champion.load(DataFolder(data).model)
    rows = _rows(data, "candidates", imdb_ids)
    serving = Fitted(champion.model.serving, champion.model.preprocessing)
    for start in range(0, len(rows), AT_ONCE):
        yield _sides(serving, rows.iloc[start : start + AT_ONCE])
    rest = sorted(set(imdb_ids) - set(rows["imdb_id"]))
    split = DataFolder(data).table("data_split") if rest else None
    if split is None:
        return
    movies = split[["imdb_id"]].merge(_rows(data, "movies_only"), on="imdb_id", how="left", validate="1:1")
    folds, wanted = folds_of(split), movies["imdb_id"].isin(rest).to_numpy()
    for fold in np.unique(folds[wanted]):
        fitted = predicted_by(data, movies, split, champion.model, int(fold))
        yield _sides(fitted, movies[wanted & (folds == fold)])


def _sides(fitted: Fitted, rows: pd.DataFrame) -> dict[str, Sides]:
    found = sides(fitted.committee, fitted.values(rows), fitted.preprocessing)
    return dict(zip(rows["imdb_id"], found, strict=True))


def _rows(data: Path, place: str, imdb_ids: list[str] | None = None) -> pd.DataFrame:
    found = DataFolder(data).table(place, filters=None if imdb_ids is None else [("imdb_id", "in", imdb_ids)])
    return pd.DataFrame({"imdb_id": pd.Series(dtype="str")}) if found is None else found
