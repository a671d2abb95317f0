"""Which movies train, which validate, which are held out, and the folds inside the training rows."""

import hashlib

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.training_rows import encode_level

PARTITIONS = ("train", "validation", "holdout")
ENOUGH = 30  # of either label in each partition, from which a hash alone may part them
LEAST = 5  # of either label that a partition needs to be of use
FEWEST = 8  # of either label, from which there is a model
_SALT = b"movie_pref.split"


def partition(imdb_id: pd.Series, holdout_share: float = 0.15, validation_share: float = 0.15) -> pd.Series:
    """Train, validation or holdout for each movie, by a hash of its identifier alone.

    A movie keeps its side when others come or go. `holdout_share` is of all movies, `validation_share` of the rest.
    """
    position = imdb_id.map(_uniform).astype("float64")
    validation_end = holdout_share + (1 - holdout_share) * validation_share
    sides = np.select([position < holdout_share, position < validation_end], ["holdout", "validation"], "train")
    return pd.Series(sides, index=imdb_id.index, dtype="str", name="partition")


def stratified_folds(imdb_id: pd.Series, level: pd.Series, folds: int, seed: int) -> pd.Series:
    """The fold (from 0) in which each training movie is tested; the same whatever the order of the rows.

    Each has its share of the liked movies, and of those to be watched again where there is one for every fold.
    """
    from sklearn.model_selection import StratifiedKFold

    label = level if level.value_counts().min() >= folds else level.clip(upper=1)
    order = imdb_id.argsort(kind="stable").to_numpy()
    fold = np.empty(len(imdb_id), dtype="int64")
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=seed)
    for number, (_, test) in enumerate(splitter.split(order, label.to_numpy()[order])):
        fold[order[test]] = number
    return pd.Series(fold, index=imdb_id.index, name="fold")


def split(
    rows: pd.DataFrame,
    holdout_share: float = 0.15,
    validation_share: float = 0.15,
    folds: int = 5,
    seed: int = 0,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Partition and fold of each labelled movie.

    The hash decides. Where that leaves fewer than 30 of either label in a partition, there is no room for chance: each
    movie then takes, in the order of the hash, the side that its label has too few of, and keeps it for good (`before`).
    A label of which not every side would have 5 is too rare to hold any back: all movies train, and cross-validation
    has to stand in for a holdout.

    Parameters
    ----------
    rows
        Labelled movies with `imdb_id` and `label` (text of the contract).
    before
        What an earlier call gave, whose sides that were not the hash's are kept.

    Returns
    -------
    DataFrame with `imdb_id`, `partition`, `fold` (null outside train), `label` (0/1), `level` (0 to 2) and `by_need` (the
    side is not the hash's alone and has to be kept), in the order of `rows`. The folds have their share of each level,
    where there are enough of it.

    Raises
    ------
    UserError
        Only one class is there, or there are fewer than 8 of either.
    """
    level = encode_level(rows["label"])
    label = level.clip(upper=1)
    counts = label.value_counts()
    if len(counts) < 2:
        found = f"only {rows['label'].iloc[0]} in the {len(rows)} movies" if len(rows) else "nothing in any movie"
        raise UserError(
            f"The column 'label' holds {found} that may train; a model needs both would_watch and would_not_watch: "
            "label some movies of the other kind."
        )
    if counts.min() < FEWEST:
        raise UserError(
            f"The labelled movies are too few to learn from ({counts[1]} liked and {counts[0]} disliked; it takes {FEWEST} of each): "
            "label more movies of the rarer kind."
        )
    side, by_need = _sides(rows["imdb_id"], label, holdout_share, validation_share, before)
    fold = pd.Series(pd.NA, index=rows.index, dtype="Int64", name="fold")
    train = side == "train"
    folds = min(folds, int(label[train].value_counts().min()))
    fold[train] = stratified_folds(rows.loc[train, "imdb_id"], level[train], folds, seed)
    return pd.DataFrame(
        {
            "imdb_id": rows["imdb_id"],
            "partition": side,
            "fold": fold,
            "label": label,
            "level": level,
            "by_need": by_need,
        }
    )


def _sides(
    imdb_id: pd.Series, label: pd.Series, holdout_share: float, validation_share: float, before: pd.DataFrame | None
) -> tuple[pd.Series, pd.Series]:
    """The side of each movie, and whether it is by need: settled by what its label lacked and not by the hash alone."""
    side = partition(imdb_id, holdout_share, validation_share)
    by_need = pd.Series(False, index=imdb_id.index)
    if before is not None:
        kept = before.loc[before["by_need"]].set_index("imdb_id")["partition"]
        known = imdb_id.isin(kept.index)
        side[known], by_need[known] = imdb_id[known].map(kept), True
    if _fewest(side, label) >= ENOUGH:
        return side, by_need
    shares = {"holdout": holdout_share, "validation": (1 - holdout_share) * validation_share}
    wanted = {kind: _wanted(int((label == kind).sum()), shares) for kind in (0, 1)}
    held_back = all(wanted.values())
    order = imdb_id.map(_uniform).sort_values(kind="stable").index
    counted = pd.crosstab(label[by_need], side[by_need])
    have = {
        kind: counted.reindex(index=[0, 1], columns=list(PARTITIONS), fill_value=0).loc[kind].to_dict()
        for kind in (0, 1)
    }
    rest = order[~by_need[order].to_numpy()]
    chosen = []
    for kind, of_hash in zip(label[rest], side[rest], strict=True):
        lacking = {name: (wanted[kind][name] - have[kind][name]) / wanted[kind][name] for name in wanted[kind]}
        chosen.append(max(PARTITIONS, key=lambda name: (lacking[name], name == of_hash)) if held_back else "train")
        have[kind][chosen[-1]] += 1
    side[rest], by_need[rest] = chosen, True
    return side, by_need


def _wanted(movies: int, shares: dict[str, float]) -> dict[str, int]:
    """How many of a label's movies each side should have; nothing where not every side can have 5 and train the most."""
    held = {name: max(LEAST, round(share * movies)) for name, share in shares.items()}
    train = movies - sum(held.values())
    return {"train": train, **held} if train >= 2 * LEAST else {}


def _fewest(side: pd.Series, label: pd.Series) -> int:
    """The movies of the label that a partition has fewest of."""
    return int(pd.crosstab(side, label).reindex(index=list(PARTITIONS), columns=[0, 1], fill_value=0).min(axis=None))


def evidence(predictions: pd.DataFrame, side: str = "holdout") -> tuple[pd.DataFrame, str]:
    """The rows of a partition that speak for a model, and what they are, in words.

    Where a library is too small to hold any back, the training rows stand in, each predicted by a model that was
    trained, from the selection on, without it.
    """
    rows = predictions[predictions["partition"] == side]
    if len(rows):
        return rows, f"{side} movies"
    rows = predictions[predictions["partition"] == "train"]
    return (
        rows,
        f"labelled movies, cross-validated with everything inside, since {len(rows)} are too few to hold any back for a {side}",
    )


def fold_indices(fold: pd.Series) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) positions for each fold number in `fold`, as `grid_search` takes them."""
    numbers = fold.to_numpy()
    return [(np.flatnonzero(numbers != k), np.flatnonzero(numbers == k)) for k in sorted(set(numbers))]


def _uniform(imdb_id: str) -> float:
    """A number in [0, 1) that depends on nothing but the identifier."""
    digest = hashlib.blake2b(imdb_id.encode(), digest_size=8, key=_SALT).digest()
    return int.from_bytes(digest, "big") / 2**64
