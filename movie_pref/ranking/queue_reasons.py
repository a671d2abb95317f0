"""The strongest reasons for movies of the queue that the ranking gave none, by a model that has not seen their labels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.model.champion import Champion
from movie_pref.model.fold_models import Fitted, folds_of, unseen_model
from movie_pref.ranking.reasons import reasons

AT_ONCE = 500  # movies, so that the first reasons are there soon


def reasons_for(data: Path, imdb_ids: list[str]) -> Iterator[dict[str, list[str]]]:
    """Reasons by imdb_id, some movies at a time: the candidates first, then the labelled ones, fold by fold.

    Raises
    ------
    UserError
        There is no champion, or it is damaged.
    """
    champion = Champion.load(DataFolder(data).model)
    rows = _rows(data, "candidates", imdb_ids)
    serving = Fitted(champion.model.serving, champion.model.preprocessing)
    for start in range(0, len(rows), AT_ONCE):
        yield _texts(serving, rows.iloc[start : start + AT_ONCE], champion.threshold)
    rest = sorted(set(imdb_ids) - set(rows["imdb_id"]))
    sides = DataFolder(data).table("data_split") if rest else None
    if sides is None:
        return
    movies = sides[["imdb_id"]].merge(_rows(data, "movies_only"), on="imdb_id", how="left", validate="1:1")
    folds, wanted = folds_of(sides), movies["imdb_id"].isin(rest).to_numpy()
    for fold in np.unique(folds[wanted]):
        fitted = unseen_model(movies, sides, champion.model, int(fold))
        yield _texts(fitted, movies[wanted & (folds == fold)], champion.threshold)


def _texts(fitted: Fitted, rows: pd.DataFrame, threshold: float) -> dict[str, list[str]]:
    values = fitted.values(rows)
    liked = fitted.committee.predict(values) >= threshold
    texts = reasons(fitted.committee, values, fitted.preprocessing, liked)
    return {one: text.split("; ") if text else [] for one, text in zip(rows["imdb_id"], texts, strict=True)}


def _rows(data: Path, place: str, imdb_ids: list[str] | None = None) -> pd.DataFrame:
    found = DataFolder(data).table(place, filters=None if imdb_ids is None else [("imdb_id", "in", imdb_ids)])
    return pd.DataFrame({"imdb_id": pd.Series(dtype="str")}) if found is None else found
