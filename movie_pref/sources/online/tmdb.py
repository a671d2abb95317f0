"""TMDB: a movie by its identifiers, movies by name, and those with the most votes.

The paths and shapes are those of https://developer.themoviedb.org/reference (version 3).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from movie_pref.library.titles import YEARS_APART, loosely, normalised, storable
from movie_pref.sources.online.client import TMDB, Client, Stopped, Unanswered

COLUMNS = (
    *("tmdb_id", "media_title", "original_media_title", "release_year", "budget", "revenue", "runtime"),
    *("origin_country", "production_companies", "production_countries", "production_status", "original_language"),
    *("spoken_languages", "genre", "tagline", "overview", "tmdb_rating", "tmdb_votes", "poster_path"),
)
THREADS = 6
NO_ANSWER = (Unanswered, KeyError, TypeError, ValueError, AttributeError)
"""What is raised where no answer comes, or one that is not as documented."""
PAGE, PAGES = 20, 500  # movies on a page of TMDB, and how far it lets one turn them


def look_up(client: Client, imdb_id: str, tmdb_id: int | None) -> dict[str, Any] | None:
    """What TMDB knows of a movie, by the library's columns; None where it has no such movie.

    Raises
    ------
    Unanswered, Stopped
        As `Client.get` does.
    """
    if tmdb_id is None:
        found = client.get(f"/find/{imdb_id}", external_source="imdb_id")
        movies = (found or {}).get("movie_results") or []
        if not movies:
            return None
        tmdb_id = int(movies[0]["id"])
    details = client.get(f"/movie/{tmdb_id}")
    if details is None:
        return None
    if details.get("imdb_id") not in (imdb_id, None, ""):  # the library's tmdb_id is of another movie
        return None
    return {**in_columns(details), "imdb_id": imdb_id}


def in_columns(details: dict[str, Any]) -> dict[str, Any]:
    """The details of a movie by the library's columns; what TMDB does not know is None, except money, where 0 says so.

    Raises
    ------
    KeyError, TypeError, AttributeError
        They are not as documented.
    """
    date = str(details.get("release_date") or "")
    votes = _number(details, "vote_count")
    return {
        "imdb_id": _text(details, "imdb_id"),
        "tmdb_id": int(details["id"]),
        "media_title": _text(details, "title"),
        "original_media_title": _text(details, "original_title"),
        "release_year": int(date[:4]) if date[:4].isdigit() else None,
        "budget": _number(details, "budget"),
        "revenue": _number(details, "revenue"),
        "runtime": _number(details, "runtime") or None,
        "origin_country": [str(one) for one in details.get("origin_country") or []] or None,
        "production_companies": _each(details, "production_companies", "name"),
        "production_countries": _each(details, "production_countries", "iso_3166_1"),
        "production_status": _text(details, "status"),
        "original_language": _text(details, "original_language"),
        "spoken_languages": _each(details, "spoken_languages", "iso_639_1"),
        "genre": _each(details, "genres", "name"),
        "tagline": _text(details, "tagline"),
        "overview": _text(details, "overview"),
        "tmdb_rating": _number(details, "vote_average") if votes else None,
        "tmdb_votes": votes,
        "poster_path": _text(details, "poster_path"),
    }


def search(
    films: pd.DataFrame, cache: Path, per_second: float, tell: Callable[[str], object]
) -> tuple[pd.DataFrame, str]:
    """Movies that have the name of a film, and its year or one beside it.

    Parameters
    ----------
    films
        `title` and `year` (null where not known).
    cache, per_second
        As `fill_in` takes them.
    tell
        Called with a sentence on how far it is.

    Returns
    -------
    The movies by the library's columns, one without an imdb_id left out; and why TMDB was asked no further, or an empty text.
    """
    client = Client(TMDB, cache, per_second)

    def one(film: tuple[str, Any]) -> list[dict[str, Any]]:
        title, year = film
        try:
            return [
                in_columns(details) for details in _of_that_name(client, title, None if pd.isna(year) else int(year))
            ]
        except NO_ANSWER:
            return []

    stopped, wanted, found = "", list(zip(films["title"], films["year"], strict=True)), []
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for count, movies in enumerate(pool.map(one, wanted), 1):
                found += movies
                tell(f"Looking up films at TMDB: {count:,} of {len(wanted):,}")
        except Stopped as why:
            pool.shutdown(cancel_futures=True)
            stopped = str(why)
    made = pd.DataFrame(found, columns=["imdb_id", *COLUMNS]).assign(media_type="movie")
    usable = made[made["imdb_id"].notna() & made["release_year"].notna()]
    return usable.drop_duplicates("imdb_id", ignore_index=True), stopped


def most_voted(client: Client, count: int, without: set[str], tell: Callable[[int], object]) -> pd.DataFrame:
    """The movies with the most votes on TMDB that are not `without`, at most `count`, by the library's columns.

    Raises
    ------
    Stopped
        As `Client.get` does; a movie or a page of them that is not answered is left out.
    """
    rows: list[dict[str, Any]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for ids in _pages(client):
            known = [one for one in pool.map(lambda number: _details(client, number), ids) if one is not None]
            rows += [one for one in known if one["imdb_id"] is not None and one["imdb_id"] not in without]
            tell(min(len(rows), count))
            if len(rows) >= count:
                break
    made = pd.DataFrame(rows, columns=["imdb_id", *COLUMNS]).assign(media_type="movie")
    return made[made["media_title"].notna() & made["release_year"].notna()].drop_duplicates("imdb_id").head(count)


def _details(client: Client, number: int) -> dict[str, Any] | None:
    """A movie by the library's columns; None where there is no such movie, or no answer that is one."""
    try:
        found = client.get(f"/movie/{number}")
        return in_columns(found) if found else None
    except NO_ANSWER:
        return None


def _pages(client: Client) -> Iterator[list[int]]:
    for page in range(1, PAGES + 1):
        try:
            found = client.get("/discover/movie", sort_by="vote_count.desc", include_adult="false", page=page)
            ids = [int(one["id"]) for one in (found or {}).get("results") or []]
        except NO_ANSWER:
            continue
        yield ids
        if len(ids) < PAGE:
            return


def _of_that_name(client: Client, title: str, year: int | None) -> Iterator[dict[str, Any]]:
    around = {} if year is None else {"year": year}
    found = client.get("/search/movie", query=title, include_adult="false", **around) or {}
    if year is not None and not found.get("results"):
        found = client.get("/search/movie", query=title, include_adult="false") or {}
    for movie in found.get("results") or []:
        names = {loosely(normalised(str(movie.get(name) or ""))) for name in ("title", "original_title")}
        date = str(movie.get("release_date") or "")[:4]
        near = year is None or (date.isdigit() and abs(int(date) - year) <= YEARS_APART)
        if loosely(normalised(title)) in names and near:
            details = client.get(f"/movie/{int(movie['id'])}")
            if details:
                yield details


def _text(details: dict[str, Any], name: str) -> str | None:
    """A text that may be missing."""
    found = details.get(name)
    if found is not None and not isinstance(found, str):
        raise TypeError(f"{name} is no text")
    return storable(found) if found else None


def _number(details: dict[str, Any], name: str) -> float | None:
    found = details.get(name)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int | float)):
        raise TypeError(f"{name} is no number")
    return found


def _each(details: dict[str, Any], name: str, part: str) -> list[str] | None:
    return [str(one[part]) for one in details.get(name) or [] if one.get(part)] or None
