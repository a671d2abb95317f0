"""Finding a movie by its identifier in the library and among the candidates, before anything was computed."""

import difflib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from movie_pref.errors import UserError
from movie_pref.library.added_movies import read_added
from movie_pref.library.identifiers import check_imdb_id
from movie_pref.library.read import file_format, is_demo, read_frame
from movie_pref.library.tables import FROM_CANDIDATES, FROM_LIBRARY
from movie_pref.settings import Settings

COLUMNS = ["imdb_id", "media_title", "release_year", "media_type", "label"]


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


def find_movie(movies: pd.DataFrame, imdb_id: str) -> pd.Series:
    """The row of one movie.

    Raises
    ------
    UserError
        No movie has it, or it is malformed; the sentence names the nearest.
    """
    found = movies[movies["imdb_id"] == imdb_id]
    if found.empty:
        raise no_such_movie(movies, imdb_id)
    return found.iloc[0]


def no_such_movie(movies: pd.DataFrame, imdb_id: str) -> UserError:
    """The sentence for an identifier that none of these movies has, with the nearest; it may be malformed, or a title."""
    try:
        check_imdb_id(imdb_id)
    except UserError as error:
        return UserError(f"{str(error).removesuffix('.')}{_nearest(movies, 'media_title', imdb_id, 0.6)}.")
    return UserError(
        f"No movie of the library or the candidates has the imdb_id {imdb_id}{_nearest(movies, 'imdb_id', imdb_id, 0.0)}."
    )


def _identities(path: Path) -> pd.DataFrame:
    if file_format(path) == "parquet":
        present = [name for name in COLUMNS if name in pq.read_schema(path).names]
        frame = pq.read_table(path, columns=present).to_pandas()
    else:
        frame = read_frame(path)
    return frame.reindex(columns=COLUMNS)


def _nearest(movies: pd.DataFrame, column: str, given: str, cutoff: float) -> str:
    """The movie whose identifier or title is most like what was given; only those that begin or end alike are compared."""
    keys, given = movies[column].astype("str").str.lower(), given.lower()
    width = 1 if column == "media_title" else 6
    alike = keys.str.startswith(given[:width]) | keys.str.endswith(given[-4:])
    some = keys[alike.fillna(False)] if alike.any() else keys.head(10_000)
    near = difflib.get_close_matches(given, some.dropna().tolist(), n=1, cutoff=cutoff)
    if not near:
        return ""
    movie = movies.loc[keys.index[keys == near[0]][0]]
    return f"; the nearest is {movie['imdb_id']}, {movie['media_title']!r} ({movie['release_year']})"
