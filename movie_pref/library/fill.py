"""What is known of a movie, and bringing together what two tables know of the same one."""

import numpy as np
import pandas as pd

from movie_pref.library import contract
from movie_pref.library.read import apply_contract

OWN = ("label", "updated_at")  # of the person and of the file, never filled in


def is_known(cell: object) -> bool:
    """Whether a cell says something: not null, not an empty text, not an empty list."""
    if isinstance(cell, list | np.ndarray):
        return len(cell) > 0
    return bool(pd.notna(cell)) and cell != ""


def known_share(rows: pd.DataFrame, column: str) -> float:
    """The share of movies of which a column is known; 0 where there is no such column or no movie."""
    return float(rows[column].map(is_known).mean()) if column in rows and len(rows) else 0.0


def with_found(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The rows that are there with what they lack filled from `new`, then the rows that are only in `new`.

    Both have `imdb_id`; what is known stays, except `rating`, which is what the person said last. The result has the
    contract's columns first, in its types. What is found of a movie counts for nothing where it breaks the contract.
    """
    if new.empty:
        return before
    columns = list(dict.fromkeys([*contract.LIBRARY.columns, *before.columns, *new.columns]))
    present = [name for name in columns if name in before or name in new]
    old = before.reindex(columns=present).astype(object).set_index("imdb_id")
    fresh = new.reindex(columns=present).astype(object).set_index("imdb_id")
    shared = old.index.intersection(fresh.index)
    for name in old.columns:
        given = fresh.loc[shared, name]
        given = given[given.map(is_known).astype(bool)]
        lacking = given if name == "rating" else given[~old.loc[given.index, name].map(is_known).astype(bool)]
        if name not in OWN and len(lacking):
            old.loc[lacking.index, name] = lacking
    together = pd.concat([old, fresh[~fresh.index.isin(shared)]]).reset_index()
    made, broken = apply_contract(together)
    spoilt = together.loc[broken.index, "imdb_id"]
    if spoilt.isin(shared).any():  # by what was found, since the row kept the contract before
        return with_found(before, new[~new["imdb_id"].isin(spoilt)])
    for name in set(made) & {"rating"}:
        made[name] = made[name].astype("float64")
    return made[present].reset_index(drop=True)
