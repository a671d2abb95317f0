"""IMDb's public data files (https://developer.imdb.com/non-commercial-datasets), which need no key.

They are streamed: at no time is more than one piece of one in memory. For personal and non-commercial use.
"""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import requests

from movie_pref.addresses import without_secrets
from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.library.titles import YEARS_APART, loosely, normalised
from movie_pref.sources.importers.imdb import genres

TITLES, RATINGS = "title.basics.tsv.gz", "title.ratings.tsv.gz"
COLUMNS = {
    TITLES: [
        "tconst",
        "titleType",
        "primaryTitle",
        "originalTitle",
        "isAdult",
        "startYear",
        "runtimeMinutes",
        "genres",
    ],
    RATINGS: ["tconst", "averageRating", "numVotes"],
}
ADDRESS, ADDRESS_VARIABLE = "https://datasets.imdbws.com", "IMDB_DATA_URL"
FILMS = ("movie", "tvMovie", "video", "tvSpecial", "short", "tvShort")
PIECE = 100_000  # rows

Tell = Callable[[str], object]


def download(folder: Path, tell: Tell) -> None:
    """Fetch the two files into a folder where they are not there yet, each whole or not at all.

    Raises
    ------
    UserError
        IMDb does not answer, or the disk is full.
    """
    address = os.environ.get(ADDRESS_VARIABLE, ADDRESS).rstrip("/")
    shown = without_secrets(address)
    for name in (RATINGS, TITLES):
        if (folder / name).exists():
            continue
        try:
            with requests.get(f"{address}/{name}", stream=True, timeout=(10, 60), allow_redirects=False) as answer:
                if answer.is_redirect:
                    raise requests.TooManyRedirects("another address was never meant")
                answer.raise_for_status()
                expected, got = int(answer.headers.get("Content-Length", 0)), 0
                with whole_file(folder / name) as temporary, temporary.open("wb") as file:
                    for part in answer.iter_content(1 << 20):
                        got += file.write(part)
                        tell(f"Downloading {name}: {got / 1e6:,.0f} of {expected / 1e6:,.0f} MB")
                    if got < expected:
                        raise requests.ConnectionError("cut short")
        except requests.RequestException as error:
            raise UserError(
                f"{name} could not be downloaded from {shown} ({type(error).__name__}); look at your connection, "
                f"or put the two files {RATINGS} and {TITLES} into {folder} yourself."
            ) from None


def details(folder: Path, imdb_ids: set[str], tell: Tell) -> pd.DataFrame:
    """What the files say of some movies: `imdb_id`, `original_media_title`, `runtime`, `genre`, `imdb_rating`, `imdb_votes`.

    Raises
    ------
    UserError
        A file is missing, cut short or none of IMDb's.
    """
    titles = _collected(_titles(folder, lambda piece: piece["tconst"].isin(imdb_ids), tell))
    ratings = _collected(_pieces(folder, RATINGS, lambda piece: piece["tconst"].isin(imdb_ids), tell))
    return _in_columns(titles, ratings).drop(columns=["media_title", "media_type", "release_year"])


def most_voted(folder: Path, count: int, without: set[str], tell: Tell) -> pd.DataFrame:
    """The movies with the most votes on IMDb that are not `without`, at most `count`, by the library's columns."""
    ratings = _collected(_pieces(folder, RATINGS, lambda piece: ~piece["tconst"].isin(without), tell))
    # of the titles with votes about one in four is a movie; those with the most votes are looked through first
    votes = pd.to_numeric(ratings["numVotes"], errors="coerce").sort_values(ascending=False, kind="stable")
    likely = set(ratings.loc[votes.index[: 8 * count + 1000], "tconst"])

    def wanted(piece: pd.DataFrame) -> pd.Series:
        return piece["tconst"].isin(likely) & (piece["isAdult"] != "1") & piece["titleType"].isin(("movie", "tvMovie"))

    found = _in_columns(_collected(_titles(folder, wanted, tell)), ratings)
    found = found[found["release_year"].notna() & found["media_title"].notna()]
    return found.sort_values(["imdb_votes", "imdb_id"], ascending=[False, True]).head(count).reset_index(drop=True)


def search(films: pd.DataFrame, imdb_ids: set[str], folder: Path, tell: Tell) -> pd.DataFrame:
    """What the files say of some movies, and of those that may be a film that is known by name: all that have its name, or one
    that is loosely like it, in its year or one beside it.

    Parameters
    ----------
    films
        `title` and `year` (null where not known).
    imdb_ids
        Movies that are wanted whatever their name.

    Returns
    -------
    By the library's columns, as `most_voted` gives them; votes are 0 where IMDb has too few to count them.

    Raises
    ------
    UserError
        A file is missing, cut short or none of IMDb's.
    """
    names = {loosely(normalised(title)) for title in films["title"]}
    years = films["year"].dropna().astype(int)
    near = {str(year + apart) for year in years for apart in range(-YEARS_APART, YEARS_APART + 1)}
    any_year = bool(films["year"].isna().any())

    def wanted(piece: pd.DataFrame) -> pd.Series:
        some = piece[any_year | piece["startYear"].isin(near)]
        primary = some["primaryTitle"].map(_compared, na_action="ignore")
        other = some["originalTitle"][some["originalTitle"] != some["primaryTitle"]].map(_compared, na_action="ignore")
        same = primary.isin(names) | other.isin(names).reindex(some.index, fill_value=False)
        return same.reindex(piece.index, fill_value=False) | piece["tconst"].isin(imdb_ids)

    titles = _collected(_titles(folder, wanted, tell))
    ids = set(titles["tconst"])
    found = _in_columns(titles, _collected(_pieces(folder, RATINGS, lambda piece: piece["tconst"].isin(ids), tell)))
    found["imdb_votes"] = found["imdb_votes"].fillna(0)
    return found[found["release_year"].notna() & found["media_title"].notna()].reset_index(drop=True)


def _compared(title: str) -> str:
    return loosely(normalised(title))


def _titles(folder: Path, wanted: Callable[[pd.DataFrame], pd.Series], tell: Tell) -> Iterator[pd.DataFrame]:
    yield from _pieces(folder, TITLES, lambda piece: piece["titleType"].isin(FILMS) & wanted(piece), tell)


def _pieces(folder: Path, name: str, wanted: Callable[[pd.DataFrame], pd.Series], tell: Tell) -> Iterator[pd.DataFrame]:
    """The wanted rows of a file, piece by piece, all as text."""
    path = folder / name
    if not path.exists():
        raise UserError(f"There is no {name} in {folder}; download it from {ADDRESS}/{name}.")
    read = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            pieces = pd.read_csv(
                file, sep="\t", quoting=3, dtype="str", na_values=["\\N"], keep_default_na=False,
                usecols=COLUMNS[name], chunksize=PIECE,
            )  # fmt: skip
            for piece in pieces:
                read += len(piece)
                tell(f"Reading {name}: {read:,} titles")
                yield piece[wanted(piece)]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UserError(
            f"{path} is cut short or damaged; delete it and download it again from {ADDRESS}/{name}."
        ) from None
    except (ValueError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} is not IMDb's file of that name ({cause(error)}); download it again from {ADDRESS}/{name}."
        ) from None


def _collected(pieces: Iterator[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(pieces), ignore_index=True)


def _in_columns(titles: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    rated = titles.merge(ratings, on="tconst", how="left", validate="1:1")
    lists = [genres(text.split(",")) if isinstance(text, str) else None for text in rated["genres"]]
    return pd.DataFrame(
        {
            "imdb_id": rated["tconst"],
            "media_type": "movie",
            "media_title": rated["primaryTitle"],
            "original_media_title": rated["originalTitle"],
            "release_year": pd.to_numeric(rated["startYear"], errors="coerce"),
            "runtime": pd.to_numeric(rated["runtimeMinutes"], errors="coerce"),
            "genre": pd.Series(lists, index=rated.index, dtype="object"),
            "imdb_rating": pd.to_numeric(rated["averageRating"], errors="coerce"),
            "imdb_votes": pd.to_numeric(rated["numVotes"], errors="coerce"),
        }
    )
