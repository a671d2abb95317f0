"""Films of an import that could not be told apart or found: the questions, and the person's answers."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from movie_pref.errors import UserError
from movie_pref.library.identifiers import check_imdb_id, imdb_ids_in
from movie_pref.review.movies import Movies


class Question(NamedTuple):
    """A film of an export: how the site names it, why it is not settled, and the movies that it may be."""

    title: str
    year: int | None
    uri: str
    reason: str
    suggestions: list[tuple[str, str]]


def open_questions(data: Path, movies: Movies) -> list[Question]:
    """What is not settled, as the imports left it."""
    from movie_pref.sources.importers.open_questions import read_questions

    found = []
    for row in read_questions(data).to_dict("records"):
        suggested = row.get("suggestions")
        ids = [str(one) for one in suggested] if suggested is not None and not isinstance(suggested, float) else []
        known = [(one, movies.one(one)) for one in ids]
        told = [
            (one, f"{movie.title} ({movie.year or '?'})" if movie else _described(row.get("described"), one))
            for one, movie in known
        ]
        found.append(
            Question(
                _text(row.get("title")), _year(row.get("year")), _text(row.get("uri")), _text(row.get("reason")), told
            )
        )
    return found


def _described(described: Any, imdb_id: str) -> str:
    """What an import says of a movie that is in no table here: the words behind its identifier, else that."""
    found = re.search(rf"{imdb_id} ([^;]+)", described) if isinstance(described, str) else None
    return found[1] if found else imdb_id


def answer_question(data: Path, form: dict[str, str]) -> None:
    """Settle a film: it is this movie, or it is none.

    Raises
    ------
    UserError
        No identifier was given, or the answers cannot be written.
    """
    from movie_pref.sources.importers.open_questions import settle

    given = form.get("typed", "").strip() or form.get("imdb_id", "").strip()
    if not given:
        raise UserError(
            f"Say which movie {form.get('title', '')!r} is: choose one, type its imdb_id, or choose 'none'."
        )
    imdb_id = None
    if given != "none":
        found = imdb_ids_in(given)
        imdb_id = found[0] if found else given
        check_imdb_id(imdb_id)
    settle(data, form.get("title", ""), _year(form.get("year")), form.get("uri") or None, imdb_id)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _year(value: Any) -> int | None:
    text = str(value)
    return int(float(text)) if re.fullmatch(r"\d{4}(\.0)?", text) else None
