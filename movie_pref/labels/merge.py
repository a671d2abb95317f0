"""Bringing the labels of the store into a library."""

from typing import NamedTuple

import pandas as pd

from movie_pref.labels.events import effective_labels
from movie_pref.library.read import Library
from movie_pref.library.tables import FROM_CANDIDATES, FROM_LIBRARY, read_candidates, read_own
from movie_pref.settings import Settings

FLAGS = {"human_labeled": True, "reviewed": True}


class Merged(NamedTuple):
    """A library with the labels of the store, and how many of those did what.

    `rows` has two columns more than the library: `came_from` (the file of the row: library or candidates) and
    `label_origin` (library, or the way that the label came into the store). `overruled` counts labels of the library
    that the store's contradict, `joined` the candidates that have become labelled rows, `homeless` the labels of movies
    that are neither in the library nor among the candidates.
    """

    rows: pd.DataFrame
    overruled: int
    confirmed: int
    joined: int
    homeless: int


def labelled_library(settings: Settings, events: pd.DataFrame) -> tuple[Library, Merged]:
    """The library as its file has it, and with the labels that stand in the store (`events`); the file may be missing.

    Raises
    ------
    UserError
        A file cannot be read, or is no library.
    """
    library, labels = read_own(settings), effective_labels(events)
    elsewhere = not labels["imdb_id"].isin(library.rows["imdb_id"]).all()
    return library, merge_labels(
        library.rows, labels, read_candidates(settings).rows if elsewhere else library.rows.head(0)
    )


def merge_labels(rows: pd.DataFrame, labels: pd.DataFrame, candidates: pd.DataFrame) -> Merged:
    """Let the labels of the store count in a library.

    A row of the library takes the label of the store; a candidate with one joins the rows, with the library's columns.
    Such a row was seen by a person, so it is `reviewed` and `human_labeled` where the library has these columns;
    whether it is `anomalous` stays.

    Parameters
    ----------
    rows
        The library, contract applied.
    labels
        `imdb_id`, `label` and `origin`, one row a movie, as `effective_labels` gives them.
    candidates
        The candidates, contract applied, with `imdb_id`; their own labels count for nothing.
    """
    chosen = labels.set_index("imdb_id")
    new = candidates[candidates["imdb_id"].isin(chosen.index) & ~candidates["imdb_id"].isin(rows["imdb_id"])]
    merged = rows.assign(came_from=FROM_LIBRARY)
    if len(new):
        joining = new.reindex(columns=rows.columns).assign(label=None, came_from=FROM_CANDIDATES)
        if "anomalous" in rows:
            joining["anomalous"] = joining["anomalous"].astype("boolean").fillna(False)
        merged = pd.concat([merged, joining.astype(_types(merged))], ignore_index=True)
    mine = merged["imdb_id"].map(chosen["label"]).astype("str")
    said = mine.notna()
    had = merged["label"].notna() & said
    overruled = int((merged["label"] != mine)[had].sum())
    merged["label"] = merged["label"].where(~said, mine).astype("str")
    origin = merged["imdb_id"].map(chosen["origin"]).astype("str").fillna("label store")
    merged["label_origin"] = origin.where(said, FROM_LIBRARY).astype("str")
    for name, value in FLAGS.items():
        if name in merged:
            merged[name] = merged[name].where(~said, value)
    return Merged(merged, overruled, int(had.sum()) - overruled, len(new), len(labels) - int(said.sum()))


def _types(frame: pd.DataFrame) -> dict[str, object]:
    return {name: kind for name, kind in frame.dtypes.items() if name != "label"}
