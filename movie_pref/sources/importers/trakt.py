"""Trakt's JSON: ratings, watched history and watchlist, with identifiers; shows are left out and counted."""

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from movie_pref.errors import UserError, cause
from movie_pref.library.identifiers import is_imdb_id
from movie_pref.library.titles import one_line, storable
from movie_pref.sources.importers import films
from movie_pref.sources.importers.archives import Source, decode

MAX_OBJECTS = 2_000_000  # in a file, since each takes many times its letters in memory; a play is three
TELEVISION = ("show", "season", "episode")
# The moment that each kind of item carries, which is also what tells them apart.
MOMENTS = {"rated_at": "rating", "watched_at": "watched", "last_watched_at": "watched", "listed_at": "watchlist"}
RANKS = {"rating": 0, "watched": 1, "watchlist": 2}


def parse(source: Source) -> Any:
    """The content of a JSON file.

    Raises
    ------
    UserError
        The text is no JSON (the sentence names line and column), or more of it than anybody has watched.
    """
    text = decode(source)
    if text.count("{") + text.count("[") > MAX_OBJECTS:
        raise UserError(
            f"{source.where} holds more than {MAX_OBJECTS:,} JSON objects, and nobody has watched so much; give the file as you downloaded it."
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(
            f"{source.where}, line {error.lineno}, column {error.colno}: the text is not JSON ({error.msg}); "
            "it is probably cut short: export it again."
        ) from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{source.where} cannot be read as JSON ({cause(error)}); export it again.") from None


def kind_of(name: str, content: Any) -> str:
    """`entries` where a file's items are ratings, plays or the watchlist.

    Raises
    ------
    LookupError
        The file is of no use here; the text says why.
    """
    if not isinstance(content, list):
        raise LookupError("it is JSON, and not a list of ratings or plays as Trakt writes them")
    if not content:
        raise LookupError("it is an empty list")
    item = content[0]
    kind = _kind(item) if isinstance(item, dict) else None
    if kind is None:
        raise LookupError(
            "its items have neither 'rated_at' nor 'watched_at', so they are neither ratings nor plays of Trakt's"
        )
    if kind == "watchlist" and "watchlist" not in PurePosixPath(name).name.casefold():
        raise LookupError("it is a list of Trakt's, which says nothing of what you thought of the films")
    return "entries"


def read(sources: Sequence[Source]) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """One row a film from all files together, what was left out, and the number of items of each file.

    Raises
    ------
    UserError
        An item is not what Trakt writes; the sentence names file, item and field.
    """
    entries, left_out, counts = [], [], []
    for source in sources:
        items = parse(source)
        for number, item in enumerate(items, start=1):
            where = f"{source.where}, item {number}"
            place = {"source_file": source.name, "line": number}
            if not isinstance(item, dict):
                raise _wrong(where, "the item", item, "an object")
            television = _television(item)
            if television:
                left_out.append((source.name, number, _title(item, television), f"television ({television})"))
            else:
                entries.append({**_entry(item, where), **place})
        counts.append(len(items))
    typed = films.as_films(pd.DataFrame(entries, columns=[*films.COLUMNS, "key", "rank"]))
    keyed = typed.assign(key=[entry["key"] for entry in entries], rank=[entry["rank"] for entry in entries])
    keyed = keyed.astype({"key": "str", "rank": "int64"})
    keyed["rewatched"] |= films.on_two_days(keyed, keyed["rank"] == RANKS["watched"])
    one_each, repeated = films.combine(keyed)
    television_rows = pd.DataFrame(left_out, columns=list(films.LEFT_OUT))
    return one_each, films.concat([television_rows, repeated], films.LEFT_OUT), counts


def _kind(item: dict[str, Any]) -> str | None:
    return next((kind for moment, kind in MOMENTS.items() if moment in item), None)


def _television(item: dict[str, Any]) -> str | None:
    """Which kind of television an item is of; None for a movie."""
    named = item.get("type")
    if named in TELEVISION:
        return str(named)
    return None if "movie" in item else next((name for name in reversed(TELEVISION) if name in item), None)


def _title(item: dict[str, Any], kind: str) -> str:
    for name in (kind, "show"):
        described = item.get(name)
        if isinstance(described, dict) and isinstance(described.get("title"), str):
            return _writable(described["title"])
    return ""


def _writable(text: str) -> str:
    """The text on one line, as a file can hold it."""
    return one_line(storable(text))


def _entry(item: dict[str, Any], where: str) -> dict[str, Any]:
    """One item as a row of films, with its `key` and `rank`."""
    kind = _kind(item)
    if kind is None:
        raise UserError(
            f"{where}: there is no field 'rated_at', 'watched_at' or 'last_watched_at'; export the file again."
        )
    movie = _field(item, "movie", dict, where, "an object with title, year and ids")
    ids = _field(movie, "ids", dict, where, "an object with imdb and tmdb", optional=True) or {}
    title = _writable(_field(movie, "title", str, where, "a title"))
    year = _number(movie, "year", where, 1850, 2100, "a year from 1850 to 2100", optional=True)
    imdb_id = ids.get("imdb") if is_imdb_id(str(ids.get("imdb"))) else None
    tmdb_id = _number(ids, "tmdb", where, 1, 2**53, "a number", optional=True)
    identifiers = (("trakt", ids.get("trakt")), ("imdb", imdb_id), ("tmdb", tmdb_id), ("title", f"{title}\t{year}"))
    return {
        "key": next(f"{name}:{value}" for name, value in identifiers if value),
        "rank": RANKS[kind],
        "imdb_id": imdb_id,
        "tmdb_id": tmdb_id,
        "title": title or None,
        "year": year,
        "rating": _number(item, "rating", where, 1, 10, "a rating from 1 to 10") if kind == "rating" else None,
        "liked": False,
        "watched": kind != "watchlist",
        "rewatched": (_number(item, "plays", where, 0, 2**53, "a number of plays", optional=True) or 0) >= 2,
        "watchlist": kind == "watchlist",
        "at": _moment(item, where),
        "media_type": "movie",
    }


def _field(of: dict[str, Any], name: str, kind: type, where: str, expected: str, optional: bool = False) -> Any:
    found = of.get(name)
    if found is None and optional:
        return None
    if not isinstance(found, kind):
        raise _wrong(where, f"field {name!r}", found, expected)
    return found


def _number(
    of: dict[str, Any], name: str, where: str, low: int, high: int, expected: str, optional: bool = False
) -> int | None:
    found = of.get(name)
    if found is None and optional:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or found % 1 or not low <= found <= high:
        raise _wrong(where, f"field {name!r}", found, expected)
    return int(found)


def _moment(item: dict[str, Any], where: str) -> pd.Timestamp:
    name = next(moment for moment in MOMENTS if moment in item)
    try:
        found = pd.Timestamp(item[name]) if isinstance(item[name], str) or item[name] is None else None
    except ValueError:
        found = None
    if found is None:
        raise _wrong(where, f"field {name!r}", item[name], "a time such as 2024-01-31T20:00:00.000Z")
    return found if found is pd.NaT else found.tz_localize("UTC") if found.tzinfo is None else found.tz_convert("UTC")


def _wrong(where: str, what: str, found: Any, expected: str) -> UserError:
    given = "missing" if found is None else json.dumps(found, ensure_ascii=False)[:60]
    return UserError(f"{where}: {what} is {given}, and not {expected}; export the file again.")
