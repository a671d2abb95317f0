"""What the page knows of movies: those of the last run with their scores and places, and every title for the search.

Files are read again when they are written anew. The queue's movies are kept in memory, others are read one by one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from movie_pref.data_folder import DataFolder, extent, read_movies
from movie_pref.library.lookup import known_movies
from movie_pref.library.presence import labels_of
from movie_pref.library.title_search import Titles
from movie_pref.library.training_rows import has_third_label
from movie_pref.ranking.reasons import Sides, english_name
from movie_pref.settings import Settings

PLACES = ("candidates", "movies_only")
SCORES = ("rt_score", "metascore", "imdb_rating", "imdb_votes", "tmdb_rating", "tmdb_votes")
ABOUT = (
    "media_title", "original_media_title", "release_year", "label", "tagline", "overview", "genre", "origin_country",
    "original_language", "runtime", "tmdb_id", "poster_path", "wished", "rating", *SCORES,
)  # fmt: skip


@dataclass(frozen=True)
class Movie:
    """A movie as the page shows it; what is not known is empty or None.

    `scores` are pairs of what and how much, in words. `was` is the place and the probability that the ranking before
    gave it. `reasons` are those of the ranking; `sides` is None as long as nobody has worked out what speaks for and
    against it. `again` is the probability that it would be watched again, None where there is no second question, and
    `reasons_again` are the ranking's for it. `votes` are those of the site that has most; `wished` and `rated` say what the person did elsewhere.
    """

    imdb_id: str
    title: str
    year: int | None = None
    original_title: str = ""
    tagline: str = ""
    overview: str = ""
    line: str = ""
    scores: list[tuple[str, str]] = field(default_factory=list)
    probability: float | None = None
    chance: float | None = None
    again: float | None = None
    rank: int | None = None
    was: tuple[float, int] | None = None
    reasons: list[str] = field(default_factory=list)
    reasons_again: list[str] = field(default_factory=list)
    sides: Sides | None = None
    library_label: str | None = None
    tmdb_id: int | None = None
    poster_path: str = ""
    genres: tuple[str, ...] = ()
    language: str = ""
    votes: float | None = None
    wished: bool = False
    rated: bool = False


class Movies:
    """Reads movies from the data folder of some settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = DataFolder(settings.data)
        self.ranked = 0
        self.has_favourite = False
        self._kept: dict[str, Movie] = {}
        self._offered: pd.DataFrame | None = None
        self._titles: Titles | None = None
        self._titles_mark: object = None
        self._library_mark: object = None

    def keep(self, imdb_ids: Iterable[str]) -> None:
        """Read these movies into memory, as the files have them now."""
        wanted = list(imdb_ids)
        self.ranked = extent(self.folder.asset("scored_candidates")).rows
        self._kept = self._read(wanted) if wanted else {}

    def read_labels(self) -> None:
        """See whether the library has a movie that the person would watch again, where it is another file than before.

        Raises
        ------
        UserError
            The library cannot be read.
        """
        path = self.settings.library_path
        mark = (path, path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None
        if mark != self._library_mark:
            self.has_favourite = mark is not None and has_third_label(labels_of(path))
            self._library_mark = mark

    def offer(self, rows: pd.DataFrame) -> None:
        """Movies in the library's columns that no run has read yet, for those that the run's files do not have."""
        self._offered = rows.set_index("imdb_id", drop=False)

    def explain(self, sides: dict[str, Sides]) -> None:
        """Add what was worked out to speak for and against movies in memory."""
        kept = self._kept
        self._kept = {**kept, **{one: replace(kept[one], sides=said) for one, said in sides.items() if one in kept}}

    def without_reasons(self) -> list[str]:
        """The movies in memory of which nobody has worked out what speaks for and against them."""
        return [imdb_id for imdb_id, movie in self._kept.items() if movie.sides is None]

    def kept(self, imdb_id: str) -> Movie | None:
        """The movie from memory."""
        found = self._kept.get(imdb_id)
        if found is None:
            found = next((_movie(imdb_id, row) for row in self._of_offered([imdb_id])), None)
        return found

    def one(self, imdb_id: str) -> Movie | None:
        """The movie from memory or the files; None where no file has it."""
        kept = self._kept.get(imdb_id)
        if kept is not None:
            return kept
        found = self._read([imdb_id]).get(imdb_id)
        if found is not None:
            return found
        hit = self.titles().one(imdb_id)
        return None if hit is None else Movie(imdb_id, hit.title, hit.year, library_label=hit.label)

    # search

    def mark(self) -> list[tuple[object, ...]]:
        """What tells whether the library, the candidates or what was added are other files than before."""
        paths = self.settings.library_path, self.settings.candidates_path, self.folder.added_movies
        return [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists()]

    def titles(self) -> Titles:
        """Every title of the library, the candidates and what was added."""
        mark = self.mark()
        if self._titles is None or mark != self._titles_mark:
            self._titles, self._titles_mark = Titles(known_movies(self.settings)), mark
        return self._titles

    # reading

    def _read(self, imdb_ids: list[str]) -> dict[str, Movie]:
        rows: dict[str, dict[str, Any]] = {}
        for place in PLACES:
            for row in read_movies(self.folder.asset(place), imdb_ids, ABOUT):
                rows.setdefault(row["imdb_id"], row)
        for row in self._of_offered([one for one in imdb_ids if one not in rows]):
            rows[row["imdb_id"]] = row
        columns = ("probability", "calibrated_probability", "probability_again")
        for row in read_movies(self.folder.asset("out_of_fold_predictions"), imdb_ids, columns):
            rows.setdefault(row["imdb_id"], {}).update(row)
        for row in read_movies(
            self.folder.asset("scored_candidates"),
            imdb_ids,
            (*columns, "rank", "reasons", "reasons_again", "media_title", "release_year"),
        ):
            rows.setdefault(row["imdb_id"], {}).update(row)
        for row in read_movies(self.folder.previous_ranking, imdb_ids, ("probability", "rank")):
            if row["imdb_id"] in rows:
                rows[row["imdb_id"]]["was"] = (row["probability"], row["rank"])
        return {imdb_id: _movie(imdb_id, row) for imdb_id, row in rows.items()}

    def _of_offered(self, imdb_ids: list[str]) -> list[dict[str, Any]]:
        if self._offered is None:
            return []
        present = [one for one in imdb_ids if one in self._offered.index]
        columns = ["imdb_id", *(name for name in ABOUT if name in self._offered)]
        return pa.Table.from_pandas(self._offered.loc[present, columns], preserve_index=False).to_pylist()


def _movie(imdb_id: str, row: dict[str, Any]) -> Movie:
    def text(name: str) -> str:
        found = row.get(name)
        return found.strip() if isinstance(found, str) else ""

    reasons, reasons_again = ([one for one in text(name).split("; ") if one] for name in ("reasons", "reasons_again"))
    original, year = text("original_media_title"), _number(row.get("release_year"))
    tmdb_id = _number(row.get("tmdb_id"))
    votes = [found for name in ("imdb_votes", "tmdb_votes") if (found := _number(row.get(name))) is not None]
    return Movie(
        imdb_id, text("media_title") or imdb_id, int(year) if year else None,
        original_title=original if original != text("media_title") else "",
        tagline=text("tagline"), overview=text("overview"), line=_line(row), scores=_scores(row),
        probability=_number(row.get("probability")), chance=_number(row.get("calibrated_probability")),
        again=_number(row.get("probability_again")), rank=row.get("rank"), was=row.get("was"), reasons=reasons, reasons_again=reasons_again,
        library_label=text("label") or None, tmdb_id=int(tmdb_id) if tmdb_id else None, poster_path=text("poster_path"),
        genres=tuple(row.get("genre") or ()), language=text("original_language"), votes=max(votes, default=None),
        wished=row.get("wished") is True, rated=_is_rated(row.get("rating")),
    )  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    """Genres, countries, language and length in one line."""
    runtime, language = _number(row.get("runtime")), row.get("original_language")
    parts = [
        ", ".join(row.get("genre") or []),
        ", ".join(english_name("territory", code) for code in row.get("origin_country") or []),
        english_name("language", language) if isinstance(language, str) and language else "",
        f"{runtime:.0f} min" if runtime else "",
    ]
    return " · ".join(part for part in parts if part)


def _scores(row: dict[str, Any]) -> list[tuple[str, str]]:
    values = {name: _number(row.get(name)) for name in SCORES}
    told = []
    if values["rt_score"] is not None:
        told.append(("Rotten Tomatoes", f"{values['rt_score']:.0f}%"))
    if values["metascore"] is not None:
        told.append(("Metascore", f"{values['metascore']:.0f}"))
    for site in ("imdb", "tmdb"):
        rating, votes = values[f"{site}_rating"], values[f"{site}_votes"]
        if site == "tmdb" and not votes:  # TMDB writes 0 where nobody voted
            continue
        if rating is not None or votes is not None:
            shown = [f"{rating:.1f}" if rating is not None else "", f"{votes:,.0f} votes" if votes is not None else ""]
            told.append((site.upper().replace("IMDB", "IMDb"), " · ".join(filter(None, shown))))
    return told


def _is_rated(value: object) -> bool:
    """Whether a rating is known; the contract has no such column, so that one of a CSV is text."""
    try:
        return not math.isnan(float(str(value)))
    except ValueError:
        return False


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) and value == value else None
