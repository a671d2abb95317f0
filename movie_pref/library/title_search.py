"""Movies by name: by words of the title, by title and year, or by the identifier in a text."""

import re
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from movie_pref.library.identifiers import imdb_ids_in
from movie_pref.library.tables import FROM_LIBRARY

FOUND = 20


class Hit(NamedTuple):
    """A movie that was found, the library's label of it, and whether it is one of the library."""

    imdb_id: str
    title: str
    year: int | None
    label: str | None
    in_library: bool

    @property
    def words(self) -> str:
        """Title, year and identifier, as a person reads them."""
        return f"{self.title} ({self.year or 'year unknown'}), {self.imdb_id}"


class Titles:
    """The titles of some movies, to be searched; case, accents and punctuation make no difference.

    Parameters
    ----------
    movies
        `imdb_id`, `media_title` and `release_year`, one row a movie; `label` and `came_from` where they are known.
    """

    def __init__(self, movies: pd.DataFrame) -> None:
        known = movies.reindex(columns=["imdb_id", "media_title", "release_year", "label", "came_from"])
        known["media_title"] = known["media_title"].fillna(known["imdb_id"])
        year = pd.to_numeric(known.pop("release_year"), errors="coerce").round().astype("Int64")
        texts = {name: pa.array(known[name].astype("str"), pa.string()) for name in known}
        table = pa.table({**texts, "release_year": pa.array(year, pa.int64())})
        self._table = table.append_column("folded", _fold(table["media_title"]))

    def one(self, imdb_id: str) -> Hit | None:
        """The movie of this identifier."""
        found = _hits(self._table.filter(pc.equal(self._table["imdb_id"], imdb_id)))
        return found[0] if found else None

    def search(self, text: str, most: int | None = FOUND) -> list[Hit]:
        """Movies whose title (or year) has every word of a text, those that begin with it first; or the identifier in it."""
        if numbers := imdb_ids_in(text.lower()):
            found = self.one(numbers[0])
            return [found] if found else []
        parts = _words(text)
        if not parts:
            return []
        found = self._table
        for part in parts:
            fits = pc.match_substring(found["folded"], part)
            if re.fullmatch(r"\d{4}", part):
                fits = pc.or_(fits, pc.fill_null(pc.equal(found["release_year"], int(part)), False))
            found = found.filter(fits)
        begins = pc.starts_with(found["folded"], " ".join(parts))
        order = pc.sort_indices(
            pa.table({"begins": pc.cast(begins, pa.int8()), "length": pc.utf8_length(found["folded"])}),
            sort_keys=[("begins", "descending"), ("length", "ascending")],
        )
        return _hits(found.take(order if most is None else order[:most]))

    def named(self, text: str) -> list[Hit]:
        """The movies that a text names.

        Those with this title, or title and year; else those whose title has its words; else every one that `search` finds.
        """
        found, words = self.search(text, most=None), _words(text)
        names = [(hit, _words(hit.title), str(hit.year)) for hit in found]
        same = [hit for hit, title, year in names if words in (title, [*title, year])]
        whole = [hit for hit, title, year in names if {*words} <= {*title, year}]
        return same or whole or found


def _words(text: str) -> list[str]:
    return _fold(pa.array([text]))[0].as_py().split()


def _hits(rows: pa.Table) -> list[Hit]:
    return [
        Hit(row["imdb_id"], row["media_title"], row["release_year"], row["label"], row["came_from"] == FROM_LIBRARY)
        for row in rows.to_pylist()
    ]


def _fold(titles: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Titles without case, accents and punctuation, so that `amelie` finds `Amélie` and `oceans 11` finds `Ocean's 11`."""
    split = pc.utf8_normalize(pc.fill_null(titles, ""), form="NFKD")
    bare = pc.replace_substring_regex(split, r"[\p{Mn}'’ʼ`´]", "")
    return pc.replace_substring_regex(pc.utf8_lower(bare), r"[^\p{L}\p{N}\p{M}]+", " ")
