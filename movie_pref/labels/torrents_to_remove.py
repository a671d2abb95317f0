"""Which torrents are the movies to remove.

A torrent is removed only where everything speaks for it: its name and its only film say the requested title and year, no
other movie that is known has them, it is complete, and no other torrent uses its files. The rest is `unsure`, with why.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.labels.transmission import Torrent
from movie_pref.library.titles import normalised

VIDEO = re.compile(r"\.(avi|divx|flv|img|iso|m2ts|m4v|mkv|mov|mp4|mpe?g|og[mv]|rmvb|ts|vob|webm|wmv)$", re.IGNORECASE)
ASIDE = re.compile(r"\b(sample|trailer|featurettes?|extras?|behind the scenes|deleted scenes)\b")
ASIDE_SHARE = 0.25  # of the largest video, up to which a sample or an extra may be


class Match(NamedTuple):
    """A torrent that is a requested movie beyond doubt."""

    torrent: Torrent
    imdb_id: str
    movie: str


class Unsure(NamedTuple):
    """A torrent that may be a requested movie and is left alone, and why."""

    torrent: Torrent
    movie: str
    why: str


class RemovalPlan(NamedTuple):
    """What is to be removed, and what looks like it and is not."""

    sure: list[Match]
    unsure: list[Unsure]


def plan_removals(
    requests: pd.DataFrame, torrents: Sequence[Torrent], known: pd.DataFrame, done: Sequence[dict[str, Any]] = ()
) -> RemovalPlan:
    """Find the torrents of requested movies.

    Parameters
    ----------
    requests
        `imdb_id`, `media_title`, `release_year`.
    torrents
        All that Transmission has; those that share files protect each other.
    known
        Every movie that is known, requested or not, in the same columns.
    done
        What was removed before, as `read_done` gives it: a torrent that is back is left alone.
    """
    names = {title: normalised(title) for title in requests["media_title"]}
    by_title: dict[str, list[Any]] = {}
    for request in requests.itertuples():
        by_title.setdefault(names[request.media_title], []).append(request)
    rivals = _rivals(requests, known, set(by_title))
    before = {entry["hash"]: entry["at"] for entry in done}
    sure, unsure = [], []
    for torrent in torrents:
        words = f" {normalised(torrent.name)} "
        if not any(f" {title} " in words for title in by_title):
            continue
        judged = _judge(torrent, by_title, rivals, before)
        if isinstance(judged, Match):
            sure.append(judged)
        elif judged is not None:
            unsure.append(judged)
    return _without_shared(sure, unsure, torrents)


def still_the_same(planned: Sequence[Match], now: RemovalPlan) -> tuple[list[Match], list[Match]]:
    """The removals of a plan that are in the present one too, torrent for torrent, and those that are not any more."""
    return [one for one in planned if one in now.sure], [one for one in planned if one not in now.sure]


def _judge(
    torrent: Torrent, by_title: dict[str, list[Any]], rivals: dict[tuple[str, int], list[str]], before: dict[str, str]
) -> Match | Unsure | None:
    """What a torrent is among the requests; None where it is another movie."""
    guess = _guess(torrent.name)
    title = next((name for name in guess.titles if name in by_title), None)
    if title is None:
        return None
    requests = by_title[title]
    wanted = [one for one in requests if one.release_year == guess.year]
    first = wanted[0] if wanted else requests[0]
    movie = f"{first.media_title} ({first.release_year})"
    why = guess.doubt or None
    if why is None and guess.year is None:
        why = "its name says no year"
    if why is None and not wanted:
        years = ", ".join(sorted({str(one.release_year) for one in requests}))
        why = f"its year is {guess.year} and the requested movie is of {years}"
    if why is None and guess.title_before_year != title:
        why = f"its name says more than the title before the year ({guess.title_before_year!r})"
    if why is None and len(wanted) > 1:
        why = f"{len(wanted)} requests have this title and year ({', '.join(one.imdb_id for one in wanted)})"
    if why is None and (others := rivals.get((title, int(first.release_year)))):
        why = f"{', '.join(others)} has the same title and year and is not requested"
    if why is None:
        why = _doubt_about_content(torrent, title, int(first.release_year))
    if why is None and torrent.hash in before:
        why = f"it was removed on {before[torrent.hash][:10]} and is back"
    return Match(torrent, first.imdb_id, movie) if why is None else Unsure(torrent, movie, why)


class _Guess(NamedTuple):
    titles: tuple[str, ...]
    title_before_year: str
    year: int | None
    doubt: str


def _guess(name: str) -> _Guess:
    """What a release name says: titles that it may mean, normalised, the words before the year, the year, a doubt."""
    from guessit import guessit

    found = guessit(name)
    title, other = (_text(found.get(part)) for part in ("title", "alternative_title"))
    year = found.get("year")
    year = year if isinstance(year, int) else None
    places = [match.start() for match in re.finditer(rf"(?<!\d){year}(?!\d)", name)] if year else []
    # a tag or an address in front, as in '[tag] Title 2010', is no part of the title
    bare = re.sub(r"^\s*(\[[^\]]*\]|www\.\S+(\s+-)?)\s*", "", name[: places[-1]]) if places else ""
    words = normalised(bare) if bare.strip() else ""
    doubt = ""
    if found.get("type") != "movie" or "season" in found or "episode" in found:
        doubt = "its name is that of a series"
    elif any(isinstance(found.get(part), list) for part in ("title", "year")) or "bonus" in found:
        doubt = "its name is that of several movies or of a bonus"
    names = [normalised(part) for part in (title, f"{title} {other}") if part.strip()]
    return _Guess(tuple(dict.fromkeys([words, *reversed(names)])), words, year, doubt)


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _doubt_about_content(torrent: Torrent, title: str, year: int) -> str | None:
    """Why the files of a torrent may be something else than one whole movie of this title and year."""
    if not torrent.files:
        return "Transmission does not know its files yet"
    if not torrent.complete:
        return "it is not complete"
    videos = [(path, size) for path, size in torrent.files if VIDEO.search(path)]
    if not videos:
        return "there is no video in it"
    largest = max(size for _, size in videos)
    films = [path for path, size in videos if not (ASIDE.search(normalised(path)) and size <= ASIDE_SHARE * largest)]
    if len(films) != 1:
        return f"there are {len(films)} videos in it"
    guess = _guess(films[0].rpartition("/")[2])
    if guess.doubt:
        return f"the name of its video {films[0]!r} is that of a series or of several movies"
    if guess.year is not None and (guess.year != year or title not in guess.titles):
        return f"its video {films[0]!r} says another title or year"
    return None


def _rivals(requests: pd.DataFrame, known: pd.DataFrame, titles: set[str]) -> dict[tuple[str, int], list[str]]:
    """Movies that are not requested, by title and year, where a requested one has the same."""
    same_year = known[
        known["release_year"].isin(requests["release_year"]) & ~known["imdb_id"].isin(requests["imdb_id"])
    ]
    found: dict[tuple[str, int], list[str]] = {}
    for imdb_id, title, year in zip(
        *(same_year[name] for name in ("imdb_id", "media_title", "release_year")), strict=True
    ):
        name = normalised(str(title))
        if name in titles:
            found.setdefault((name, int(year)), []).append(imdb_id)
    return found


def _without_shared(sure: list[Match], unsure: list[Unsure], torrents: Sequence[Torrent]) -> RemovalPlan:
    """Leave alone what shares a file with a torrent that stays, as two torrents of one download do."""
    users: dict[str, list[Torrent]] = {}
    for torrent in torrents:
        for path in torrent.paths:
            users.setdefault(path, []).append(torrent)
    while True:
        going = {match.torrent.hash for match in sure}
        for match in sure:
            staying = [one for path in match.torrent.paths for one in users[path] if one.hash not in going]
            if staying:
                unsure = [*unsure, Unsure(match.torrent, match.movie, f"{staying[0].name!r} uses the same files")]
                sure = [one for one in sure if one is not match]
                break
        else:
            return RemovalPlan(sure, unsure)
