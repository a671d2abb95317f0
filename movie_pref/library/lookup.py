"""Finding a movie by its identifier or its title in the library and among the candidates, before anything was computed."""

import difflib
import re
from pathlib import Path

import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.added_movies import read_added
from movie_pref.library.identifiers import EXAMPLE, FORM, is_imdb_id
from movie_pref.library.table_file import is_demo, read_columns
from movie_pref.library.tables import FROM_CANDIDATES, FROM_LIBRARY
from movie_pref.library.title_search import Titles
from movie_pref.settings import Settings

COLUMNS = ["imdb_id", "media_title", "release_year", "media_type", "label"]
LISTED, NEAREST = 10, 3  # movies that are named where several fit, and where none does


def known_movies(settings: Settings) -> pd.DataFrame:
    """Every movie and series of the library, of the candidates and added by hand, once: `COLUMNS` and `came_from`.

    As the files have them, the library first. A file that is not there holds no movies, nor do the demonstration's
    candidates beside a real library; what was added by hand is a candidate.
    """
    library, candidates = settings.library_path, settings.candidates_path
    parts = [pd.DataFrame(columns=[*COLUMNS, "came_from"], dtype="str")]
    if library.exists():
        parts.append(_identities(library).assign(came_from=FROM_LIBRARY))
    if candidates.exists() and not (is_demo(candidates) and library.exists() and not is_demo(library)):
        parts.append(_identities(candidates).assign(label=None, came_from=FROM_CANDIDATES))
    parts.append(read_added(settings.data).reindex(columns=COLUMNS).assign(label=None, came_from=FROM_CANDIDATES))
    return pd.concat([part.astype(object) for part in parts]).drop_duplicates("imdb_id").reset_index(drop=True)


def find_movie(movies: pd.DataFrame, named: str) -> pd.Series:
    """The row of the one movie that a text names: by its imdb_id, its title, or title and year.

    Raises
    ------
    UserError
        There are no movies; no movie is named so, and the sentence tells the nearest; or several are, which are its `choices`.
    """
    if movies.empty:
        raise UserError(
            "There are no movies yet; bring yours with `movie-pref import FILE` or `movie-pref run --library FILE`."
        )
    hits = Titles(movies).named(named)
    if not hits:
        raise no_such_movie(movies, named)
    if len(hits) > 1:
        more = [f"and {len(hits) - LISTED:,} more"] if len(hits) > LISTED else []
        raise UserError(
            f"{len(hits):,} movies fit {named!r}; give the imdb_id of the one you mean, or its title with the year.",
            [*(hit.words for hit in hits[:LISTED]), *more],
        )
    return movies[movies["imdb_id"] == hits[0].imdb_id].iloc[0]


def no_such_movie(movies: pd.DataFrame, named: str) -> UserError:
    """The sentence for a text that names none of these movies, with the nearest identifiers or titles."""
    if is_imdb_id(named):
        what = f"No movie of the library or the candidates has the imdb_id {named}"
        return UserError(f"{what}{_nearest(movies, 'imdb_id', named, 0.0)}.")
    if re.fullmatch(r"(tt)?\d+", named.strip(), re.IGNORECASE):
        what = f"An imdb_id is {FORM}, as in {EXAMPLE}, and {named!r} was given"
        return UserError(f"{what}{_nearest(movies, 'imdb_id', named, 0.6)}.")
    what = f"No movie of the library or the candidates is called {named!r}"
    return UserError(f"{what}{_nearest(movies, 'media_title', named, 0.6)}.")


def _identities(path: Path) -> pd.DataFrame:
    return read_columns(path, COLUMNS).reindex(columns=COLUMNS)


def _nearest(movies: pd.DataFrame, column: str, given: str, cutoff: float) -> str:
    """The movies whose identifier or title is most like what was given; only those that begin or end alike are compared."""
    keys, given = movies[column].astype("str").str.lower(), given.strip().lower()
    width = 1 if column == "media_title" else 6
    alike = keys.str.startswith(given[:width]) | keys.str.endswith(given[-4:])
    some = keys[alike.fillna(False)] if alike.any() else keys.head(10_000)
    near = difflib.get_close_matches(given, some.dropna().unique().tolist(), n=NEAREST, cutoff=cutoff)
    found = [movies.loc[keys.index[keys == one][0]] for one in near]
    told = [f"{movie['imdb_id']}, {movie['media_title']!r} ({movie['release_year']})" for movie in found]
    return f"; the nearest {'is' if len(told) == 1 else 'are'} {'; '.join(told)}" if told else ""
