"""OMDb: the scores of a movie by its imdb_id. The shape is that of https://www.omdbapi.com."""

import re
from typing import Any

from movie_pref.sources.importers.imdb import genres
from movie_pref.sources.online.client import Client

SCORES = ("rt_score", "metascore", "imdb_rating", "imdb_votes")
COLUMNS = (*SCORES, "runtime", "genre", "overview")


def look_up(client: Client, imdb_id: str, tmdb_id: int | None = None) -> dict[str, Any] | None:
    """What OMDb knows of a movie, by the library's columns; None where it has no such movie.

    Raises
    ------
    Unanswered, Stopped
        As `Client.get` does.
    """
    details = client.get("/", i=imdb_id, plot="full")
    return None if details is None else {**in_columns(details), "imdb_id": imdb_id}


def in_columns(details: dict[str, Any]) -> dict[str, Any]:
    """The details of a movie by the library's columns; `N/A` is None."""
    ratings = {one.get("Source"): one.get("Value") for one in details.get("Ratings") or []}
    plot = str(details.get("Plot") or "N/A")
    return {
        "rt_score": _number(ratings.get("Rotten Tomatoes")),
        "metascore": _number(details.get("Metascore")),
        "imdb_rating": _number(details.get("imdbRating")),
        "imdb_votes": _number(details.get("imdbVotes")),
        "runtime": _number(details.get("Runtime")),
        "genre": genres(re.split(r"\s*,\s*", str(details.get("Genre") or ""))),
        "overview": None if plot == "N/A" else plot,
    }


def _number(text: object) -> float | None:
    """The number at the start of a text: `91%`, `142 min`, `2,900,000`; None where there is none, as in `N/A`."""
    found = re.match(r"[\d,]+(\.\d+)?", str(text or ""))
    return float(found.group().replace(",", "")) if found else None
