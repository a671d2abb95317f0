"""Films with identifiers as rows of a library: the contract's columns and types, and `rating` beside them."""

from typing import NamedTuple

import pandas as pd

from movie_pref.library import contract
from movie_pref.library.read import apply_contract
from movie_pref.sources.importers import films
from movie_pref.sources.importers.film_labels import label_films

AS_THEY_ARE = ("imdb_id", "tmdb_id", "media_type", "runtime", "genre", "imdb_rating", "imdb_votes")
RENAMED = {"title": "media_title", "year": "release_year", "original_title": "original_media_title", "at": "updated_at"}


class LibraryRows(NamedTuple):
    """Films as a library takes them.

    `labelled` and `candidates` (films to watch, without a label) have the contract's columns in its order and types, then
    `rating`; a column of which nothing is known is absent. `left_out` says which films are in neither, and why.
    """

    labelled: pd.DataFrame
    candidates: pd.DataFrame
    left_out: pd.DataFrame


def to_library(
    frame: pd.DataFrame, cut: float | None, watched_as_liked: bool = False, again_from: float | None = None
) -> LibraryRows:
    """Rows of the library contract from films (those of `Matches.matched`, or any with an imdb_id).

    A film with stars is labelled by the cut, one with a heart and no stars is liked, and one that was only watched has no
    label and is left out. With `watched_as_liked` that one is liked too, which makes sense only where there are no
    ratings and the candidates stand for what is not liked. With `again_from` favourites are told apart (`label_films`).
    """
    frame = frame.reset_index(drop=True)
    label = label_films(frame, cut, again_from, watched_as_liked)
    rows = pd.DataFrame(
        {
            **{name: frame[name] for name in AS_THEY_ARE},
            **{new: frame[old] for old, new in RENAMED.items()},
            "label": label,
            "wished": frame["watchlist"].where(frame["watchlist"], None),
            "rating": frame["rating"],
        }
    )
    rows = rows.astype({"tmdb_id": "float64", "release_year": "float64", "genre": "object"})
    rows["media_type"] = rows["media_type"].fillna("movie")
    reason = pd.Series(None, index=frame.index, dtype="object")
    reason[label.isna() & ~frame["watchlist"]] = "watched, and neither rated nor liked"
    reason[label.isna() & frame["watchlist"] & frame["watched"]] = "watched, and neither rated nor liked"
    older = frame.sort_values("at", kind="stable", na_position="first")["imdb_id"]
    reason[older.index[older.duplicated(keep="last") & older.notna()]] = "an older entry of a film that is there twice"
    wanted = [name for name in contract.LIBRARY.columns if name in rows]
    always = {name for name, column in contract.LIBRARY.columns.items() if column.required} | {"label"}
    kept = rows[reason.isna()]
    present = [name for name in wanted if name in always or kept[name].notna().any()]
    valid, refused = apply_contract(kept[[*present, "rating"]])
    reason.loc[refused.index] = refused
    out = films.as_left_out(frame[reason.notna()], reason.dropna())
    ordered = valid[[*present, "rating"]]
    labelled = ordered["label"].notna()
    return LibraryRows(
        ordered[labelled].reset_index(drop=True),
        ordered[~labelled].reset_index(drop=True),
        out,
    )
