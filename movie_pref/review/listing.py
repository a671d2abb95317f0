"""The queue as a list: what is shown of it, in which order, and what there is to choose from."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from movie_pref.ranking.reasons import english_name
from movie_pref.review.movies import Movie
from movie_pref.review.session import Asked

ROWS = 100  # movies on a page of the list
ORDERS = {
    "": "teaches most",
    "score": "highest score",
    "low": "lowest score",
    "new": "newest",
    "old": "oldest",
    "votes": "most votes",
    "title": "title",
}
BY_RANK = {"rank": "best rank"}  # another order than by score only where there is a second question
LABELLED = {"": "labelled or not", "candidates": "not labelled yet", "labelled": "labelled, perhaps wrongly"}
ELSEWHERE = {"wished": "on your watchlist", "rated": "rated elsewhere", "neither": "neither"}


class Row(NamedTuple):
    """A movie of the queue: what is asked, and what is known of it."""

    asked: Asked
    movie: Movie


class Choice(NamedTuple):
    """What the list is asked for, as its address says it; an empty text asks for everything, or the queue's own order."""

    page: int = 1
    q: str = ""
    show: str = ""
    genre: str = ""
    decade: str = ""
    language: str = ""
    elsewhere: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """The choice in an address; a page that is no number is the first."""
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
        return cls(number, *(query.get(name, "").strip() for name in cls._fields[1:]))

    @property
    def narrows(self) -> bool:
        """Whether some movies are left out."""
        return any(self[1:-1])

    def link(self, page: int) -> str:
        """The address of a page of this choice."""
        given = {"page": str(page) if page > 1 else "", **dict(zip(self._fields[1:], self[1:], strict=True))}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/list?{query}" if query else "/list"


def listed(rows: list[Row], choice: Choice) -> dict[str, Any]:
    """A page of the rows that were chosen, and what there is to choose from among all of them."""
    found = _ordered([row for row in rows if _is_chosen(row, choice)], choice.sort)
    pages = max(1, -(-len(found) // ROWS))
    page = min(max(1, choice.page), pages)
    return {
        "rows": found[(page - 1) * ROWS : page * ROWS],
        "found": len(found),
        "page": page,
        "pages": pages,
        "choice": choice,
        "choices": _choices(rows, choice),
    }


def _is_chosen(row: Row, choice: Choice) -> bool:
    asked, movie = row
    return (
        (choice.show != "labelled" or bool(asked.label))
        and (choice.show != "candidates" or not asked.label)
        and choice.q.casefold() in asked.title.casefold()
        and (not choice.genre or choice.genre in movie.genres)
        and (not choice.decade or choice.decade == _decade(movie))
        and (not choice.language or choice.language == movie.language)
        and (not choice.elsewhere or choice.elsewhere in _elsewhere(movie))
    )


def _ordered(rows: list[Row], order: str) -> list[Row]:
    keys: dict[str, Callable[[Row], Any]] = {
        "rank": lambda row: (row.movie.rank or math.inf, -row.asked.probability),  # labelled movies have none: last
        "score": lambda row: -row.asked.probability,
        "low": lambda row: row.asked.probability,
        "new": lambda row: -(row.movie.year or 0),
        "old": lambda row: row.movie.year or 9999,
        "votes": lambda row: -(row.movie.votes or 0),
        "title": lambda row: row.asked.title.casefold(),
    }
    return sorted(rows, key=keys[order]) if order in keys else rows


def _choices(rows: list[Row], choice: Choice) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each menu as its name, its label, and pairs of value and words; one with nothing to choose is left out."""
    languages = Counter(row.movie.language for row in rows)
    menus = [
        ("show", "Labels", list(LABELLED.items())),
        ("genre", "Genre", _counted(Counter(genre for row in rows for genre in row.movie.genres))),
        ("decade", "Decade", _counted(Counter(_decade(row.movie) for row in rows))[::-1]),
        ("language", "Language", _counted(languages, lambda code: english_name("language", code))),
    ]
    elsewhere = Counter(place for row in rows for place in _elsewhere(row.movie))
    if set(elsewhere) - {"neither"}:
        menus.append(("elsewhere", "Seen elsewhere", _counted(elsewhere, ELSEWHERE.__getitem__)))
    menus = [(name, words, pairs if name == "show" else [("", "all"), *pairs]) for name, words, pairs in menus]
    asked_twice = any(row.movie.again is not None for row in rows)
    menus.append(("sort", "Order", list((ORDERS | BY_RANK if asked_twice else ORDERS).items())))
    given = choice._asdict()
    return [
        (name, words, pairs if given[name] in dict(pairs) else [*pairs, (given[name], f"{given[name]} (0)")])
        for name, words, pairs in menus
    ]


def _counted(found: Counter[str], words: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """Values with words that end in how many there are, by those words; what is not known is left out."""
    told: Iterable[tuple[str, str]] = (
        (value, f"{words(value)} ({count:,})") for value, count in found.items() if value
    )
    return sorted(told, key=lambda pair: pair[1].casefold())


def _decade(movie: Movie) -> str:
    return f"{movie.year // 10 * 10}s" if movie.year else ""


def _elsewhere(movie: Movie) -> set[str]:
    found = {name for name, there in (("wished", movie.wished), ("rated", movie.rated)) if there}
    return found or {"neither"}
