"""TMDB: a movie by its identifiers, movies by name, and those with the most votes.

The paths and shapes are those of https://developer.themoviedb.org/reference (version 3).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from movie_pref.library.titles import YEARS_APART, loosely, normalised
from movie_pref.sources.online.client import TMDB, Client, Stopped, Unanswered

COLUMNS = (
    *("tmdb_id", "media_title", "original_media_title", "release_year", "budget", "revenue", "runtime"),
    *("origin_country", "production_companies", "production_countries", "production_status", "original_language"),
    *("spoken_languages", "genre", "tagline", "overview", "tmdb_rating", "tmdb_votes", "poster_path"),
)
THREADS = 6
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
    """The details of a movie by the library's columns; what TMDB does not know is None, except money, where 0 says so."""
    date = str(details.get("release_date") or "")
    votes = details.get("vote_count")
    return {
        "imdb_id": details.get("imdb_id") or None,
        "tmdb_id": details["id"],
        "media_title": details.get("title") or None,
        "original_media_title": details.get("original_title") or None,
        "release_year": int(date[:4]) if date[:4].isdigit() else None,
        "budget": details.get("budget"),
        "revenue": details.get("revenue"),
        "runtime": details.get("runtime") or None,
        "origin_country": list(details.get("origin_country") or []) or None,
        "production_companies": _each(details, "production_companies", "name"),
        "production_countries": _each(details, "production_countries", "iso_3166_1"),
        "production_status": details.get("status") or None,
        "original_language": details.get("original_language") or None,
        "spoken_languages": _each(details, "spoken_languages", "iso_639_1"),
        "genre": _each(details, "genres", "name"),
        "tagline": details.get("tagline") or None,
        "overview": details.get("overview") or None,
        "tmdb_rating": details.get("vote_average") if votes else None,
        "tmdb_votes": votes,
        "poster_path": details.get("poster_path") or None,
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
        except (Unanswered, KeyError, TypeError, ValueError, AttributeError):  # none, or one that is not as documented
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
    """The movies with the most votes on TMDB that are not `without`, at most `count`, by the library's columns."""
    rows: list[dict[str, Any]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for ids in _pages(client):
            try:
                answers = list(pool.map(lambda number: client.get(f"/movie/{number}"), ids))
            except Unanswered:
                continue
            rows += [in_columns(one) for one in answers if one and one.get("imdb_id") and one["imdb_id"] not in without]
            tell(min(len(rows), count))
            if len(rows) >= count:
                break
    made = pd.DataFrame(rows, columns=["imdb_id", *COLUMNS]).assign(media_type="movie")
    return made[made["media_title"].notna() & made["release_year"].notna()].drop_duplicates("imdb_id").head(count)


def _pages(client: Client) -> Iterator[list[int]]:
    for page in range(1, PAGES + 1):
        found = client.get("/discover/movie", sort_by="vote_count.desc", include_adult="false", page=page)
        results = (found or {}).get("results") or []
        yield [int(one["id"]) for one in results]
        if len(results) < PAGE:
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


def _each(details: dict[str, Any], name: str, part: str) -> list[str] | None:
    return [str(one[part]) for one in details.get(name) or [] if one.get(part)] or None
