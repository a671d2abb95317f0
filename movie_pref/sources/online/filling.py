"""Filling in what a library lacks from the sites that the person has a key for; what is known is never overwritten."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd

from movie_pref.library.fill import is_known, with_found
from movie_pref.sources.online import omdb, tmdb
from movie_pref.sources.online.client import OMDB, TMDB, Client, Site, Stopped, Unanswered, key_of

THREADS = 6
PART = 60  # movies that are asked about before it is looked whether the site still answers


class LookUp(Protocol):
    """Finds a movie by its identifiers."""

    def __call__(self, client: Client, imdb_id: str, tmdb_id: int | None) -> dict[str, Any] | None: ...


class Provider(NamedTuple):
    """A site, the columns for whose sake it is asked, and how a movie is looked up there."""

    site: Site
    columns: tuple[str, ...]
    look_up: LookUp


PROVIDERS = (Provider(TMDB, tmdb.COLUMNS, tmdb.look_up), Provider(OMDB, omdb.SCORES, omdb.look_up))


class Filled(NamedTuple):
    """Tables with what was found, and a `report` with a row a site.

    The report's columns: `site`, `wanted` (movies that lack something), `found`, `unknown` there, `unanswered`, `asked`
    and `remembered` (questions put to the site and to the cache), `stopped` (why it was asked no further, or empty).
    """

    tables: list[pd.DataFrame]
    report: pd.DataFrame


def fill_in(tables: list[pd.DataFrame], cache: Path, per_second: float, tell: Callable[[str], object]) -> Filled:
    """Fill in what the movies of some tables lack, from each site that has a key.

    Parameters
    ----------
    tables
        Library and candidates, contract applied, the more important first, since a site may stop answering; television
        is not looked up.
    cache
        An SQLite file that keeps every answer, so that an interrupted run goes on where it was.
    per_second
        Most questions a second put to a site.
    tell
        Called with a sentence on how far it is.
    """
    report = []
    for provider in (one for one in PROVIDERS if key_of(one.site)):
        client = Client(provider.site, cache, per_second)
        wanted = list(dict.fromkeys(movie for rows in tables for movie in lacking(rows, provider.columns)))
        found, counts = _ask(wanted, provider, client, tell)
        tables = [_with_those_there(rows, found) for rows in tables]
        report.append({"site": provider.site.name, **counts, "asked": client.asked, "remembered": client.remembered})
    return Filled(tables, pd.DataFrame(report))


def _with_those_there(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    return with_found(rows, found[found["imdb_id"].isin(rows["imdb_id"])]) if len(found) else rows


def _ask(
    wanted: list[tuple[str, int | None]], provider: Provider, client: Client, tell: Callable[[str], object]
) -> tuple[pd.DataFrame, dict[str, int | str]]:
    answers: list[dict[str, Any] | Exception | None] = []
    stopped = ""
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(wanted), PART):
            part = wanted[start : start + PART]
            answers += pool.map(lambda movie: _one(provider, client, *movie), part)
            tell(f"Asking {provider.site.name}: {len(answers):,} of {len(wanted):,} movies")
            stopped = next((str(answer) for answer in answers[start:] if isinstance(answer, Stopped)), "")
            if stopped:
                break
    found = [answer for answer in answers if isinstance(answer, dict)]
    return pd.DataFrame(found), {
        "wanted": len(wanted),
        "found": len(found),
        "unknown": sum(answer is None for answer in answers),
        "unanswered": sum(isinstance(answer, Unanswered) for answer in answers),
        "stopped": stopped,
    }


def _one(provider: Provider, client: Client, imdb_id: str, tmdb_id: int | None) -> dict[str, Any] | Exception | None:
    try:
        return provider.look_up(client, imdb_id, tmdb_id)
    except (Unanswered, Stopped) as why:
        return why
    except tmdb.NO_ANSWER as error:  # an answer of another shape than is documented
        return Unanswered(f"the answer cannot be read: {error}")


def lacking(rows: pd.DataFrame, columns: Iterable[str]) -> list[tuple[str, int | None]]:
    """`imdb_id` and `tmdb_id` of the movies that lack one of the columns."""
    whole = pd.Series(True, index=rows.index)
    for name in columns:
        whole &= rows[name].map(is_known).astype(bool) if name in rows else False
    movies = rows[~whole & (rows["media_type"] == "movie")]
    numbers = movies["tmdb_id"] if "tmdb_id" in movies else pd.Series(float("nan"), index=movies.index)
    return [
        (imdb_id, None if pd.isna(number) else int(number))
        for imdb_id, number in zip(movies["imdb_id"], numbers, strict=True)
    ]
