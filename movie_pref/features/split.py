"""Which movies train, which validate, which are held out, and the folds inside the training rows."""

import hashlib

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.training_rows import encode_label

PARTITIONS = ("train", "validation", "holdout")
_SALT = b"movie_pref.split"


def partition(imdb_id: pd.Series, holdout_share: float = 0.15, validation_share: float = 0.15) -> pd.Series:
    """Train, validation or holdout for each movie, by a hash of its identifier alone.

    A movie keeps its side when others come or go. `holdout_share` is of all movies, `validation_share` of the rest.
    """
    position = imdb_id.map(_uniform).astype("float64")
    validation_end = holdout_share + (1 - holdout_share) * validation_share
    sides = np.select([position < holdout_share, position < validation_end], ["holdout", "validation"], "train")
    return pd.Series(sides, index=imdb_id.index, dtype="str", name="partition")


def stratified_folds(imdb_id: pd.Series, label: pd.Series, folds: int, seed: int) -> pd.Series:
    """The fold (from 0) in which each training movie is tested; the same whatever the order of the rows."""
    from sklearn.model_selection import StratifiedKFold

    order = imdb_id.argsort(kind="stable").to_numpy()
    fold = np.empty(len(imdb_id), dtype="int64")
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=seed)
    for number, (_, test) in enumerate(splitter.split(order, label.to_numpy()[order])):
        fold[order[test]] = number
    return pd.Series(fold, index=imdb_id.index, name="fold")


def split(
    rows: pd.DataFrame, holdout_share: float = 0.15, validation_share: float = 0.15, folds: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Partition and fold of each labelled movie.

    Parameters
    ----------
    rows
        Labelled movies with `imdb_id` and `label` (text of the contract).

    Returns
    -------
    DataFrame with `imdb_id`, `partition`, `fold` (null outside train) and `label` (0/1), in the order of `rows`.

    Raises
    ------
    UserError
        Only one class is there, or a partition or a fold would be without liked (or without disliked) movies.
    """
    label = encode_label(rows["label"])
    counts = label.value_counts()
    if len(counts) < 2:
        found = f"only {rows['label'].iloc[0]} in the {len(rows)} movies" if len(rows) else "nothing in any movie"
        raise UserError(
            f"The column 'label' holds {found} that may train; a model needs both would_watch and would_not_watch: "
            "label some movies of the other kind."
        )
    side = partition(rows["imdb_id"], holdout_share, validation_share)
    table = pd.crosstab(side, label).reindex(index=list(PARTITIONS), columns=[0, 1], fill_value=0)
    needed = pd.DataFrame(1, index=table.index, columns=table.columns)
    needed.loc["train"] = folds
    if (table < needed).any(axis=None):
        liked = ", ".join(
            f"{table.loc[name, 1]} liked and {table.loc[name, 0]} disliked in {name}" for name in PARTITIONS
        )
        raise UserError(
            f"The labelled movies are too few to split ({liked}; train needs {folds} of each for its folds, the others one of "
            "each): label more movies of the rarer kind; about 30 liked ones are enough."
        )
    fold = pd.Series(pd.NA, index=rows.index, dtype="Int64", name="fold")
    train = side == "train"
    fold[train] = stratified_folds(rows.loc[train, "imdb_id"], label[train], folds, seed)
    return pd.DataFrame({"imdb_id": rows["imdb_id"], "partition": side, "fold": fold, "label": label})


def fold_indices(fold: pd.Series) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) positions for each fold number in `fold`, as `grid_search` takes them."""
    numbers = fold.to_numpy()
    return [(np.flatnonzero(numbers != k), np.flatnonzero(numbers == k)) for k in sorted(set(numbers))]


def _uniform(imdb_id: str) -> float:
    """A number in [0, 1) that depends on nothing but the identifier."""
    digest = hashlib.blake2b(imdb_id.encode(), digest_size=8, key=_SALT).digest()
    return int.from_bytes(digest, "big") / 2**64
