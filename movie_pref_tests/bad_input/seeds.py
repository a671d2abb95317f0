"""Whole files of every kind that the commands read, written by what writes them, and each one changed by a seed."""

import csv
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import tomli_w

from movie_pref.labels.store import LabelStore
from movie_pref.library.catalogue import SHIPPED
from movie_pref_tests.bad_input.hostile_files import packed
from movie_pref_tests.bad_input.mutating import mutated, retyped, reworded
from movie_pref_tests.conftest import make_movies

CATALOGUE = """\
budget: {kind: continuous, words: budget, high: big, low: small, unknown: [0, ""], because: "0 is not known"}
genre: {kind: categorical_list, indicator: genre, level_words: "the genre {}", unknown_when: {tmdb_votes: 0}, pin: keep}
overview:
  kind: text
  text_embedding_value: auto
  drop_rows: false
imdb_id: {kind: identifier}
"""
SETTINGS = {
    "policy": "strict",
    "folds": 5,
    "threshold": 0.35,
    "guard": True,
    "library": "mine.parquet",
    "import_cut": 7.5,
}
RATED = ["Const", "Your Rating", "Date Rated", "Title", "URL", "Title Type", "IMDb Rating", "Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date", "Directors"]  # fmt: skip
IMDB = [[f"tt{n:07d}", n % 10 + 1, "2024-05-01", f"Título {n}", f"https://www.imdb.com/title/tt{n:07d}/", "Movie", 7.1, 100, 1990 + n, "Drama, Comedy", 1000, "1999-01-01", "A, B"] for n in range(1, 9)]  # fmt: skip
LOGGED = ["Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date"]
DIARY = [["2024-02-01", f"Película {n}", 1990 + n, f"https://boxd.it/{n}", n % 10 / 2 + 0.5, "Yes" if n % 3 else "", "", "2024-01-31"] for n in range(8)]  # fmt: skip
TRAKT = [
    {"rated_at": "2024-02-01T20:00:00.000Z", "rating": n + 1, "type": "movie", "movie": {"title": f"Año {n}", "year": 1999, "ids": {"trakt": n + 1, "imdb": f"tt{n + 1:07d}", "tmdb": n + 5}}}
    for n in range(5)
] + [{"watched_at": "2024-02-01T20:00:00.000Z", "plays": 2, "show": {"title": "A show"}}]  # fmt: skip


def _text(header: list[str], rows: list[list[object]]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([header, *rows])
    return made.getvalue().encode()


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (("ratings.csv", DIARY[:4]), ("diary.csv", DIARY), ("likes/films.csv", DIARY[:2])):
            archive.writestr(name, _text(LOGGED, rows))
    return made.getvalue()


def _table() -> pa.Table:
    movies = make_movies(25, seed=1, first_id=1).assign(reviewed=True, human_labeled=False, wished=True, mine="kept")
    return pa.Table.from_pandas(movies, preserve_index=False)


def _csv() -> bytes:
    movies = make_movies(25, seed=1, first_id=1).astype(object)
    lists = movies.map(lambda cell: json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell)
    return lists.to_csv(index=False).encode()


def _store(folder: Path) -> LabelStore:
    store = LabelStore(f"sqlite:///{folder / 'labels.sqlite'}")
    for number in range(8):
        store.record(f"tt{number:07d}", "would_watch", note="Schön" if number % 2 else None, origin="review page")
    store.record("tt0000001", "would_watch_again", set_by="model")
    store.undo("tt0000002")
    return store


def _labels(suffix: str) -> Callable[[], bytes]:
    def write() -> bytes:
        with tempfile.TemporaryDirectory() as folder, _store(Path(folder)) as store:
            store.export(Path(folder, f"labels{suffix}"))
            return Path(folder, f"labels{suffix}").read_bytes()

    return write


def _database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        _store(Path(folder)).close()
        return Path(folder, "labels.sqlite").read_bytes()


def _exported_table() -> pa.Table:
    with tempfile.TemporaryDirectory() as folder, _store(Path(folder)) as store:
        return pa.Table.from_pandas(store.history(), preserve_index=False)


SEEDS: dict[tuple[str, str], Callable[[], bytes | pa.Table]] = {
    ("library", "Parquet"): lambda: packed(_table(), compression="none"),
    ("library", "packed Parquet"): lambda: packed(_table(), use_dictionary=False, compression="snappy"),
    ("library", "types of columns"): _table,
    ("library", "CSV"): _csv,
    ("candidates", "types of columns"): lambda: _table().drop_columns("label"),
    ("settings", "TOML"): lambda: tomli_w.dumps(SETTINGS).encode(),
    ("catalogue", "shipped"): SHIPPED.read_bytes,
    ("catalogue", "YAML"): CATALOGUE.encode,
    ("export", "IMDb"): lambda: _text(RATED, IMDB),
    ("export", "Letterboxd"): lambda: _text(LOGGED, DIARY),
    ("export", "Letterboxd's zip"): _zip,
    ("export", "Trakt"): json.dumps(TRAKT, indent=1).encode,
    ("exported labels", "CSV"): _labels(".csv"),
    ("exported labels", "Parquet"): _labels(".parquet"),
    ("exported labels", "types of columns"): _exported_table,
    ("label store", "SQLite"): _database,
}
"""What is changed, by the kind of file that it is read as."""


@functools.cache
def whole(kind: str, name: str) -> bytes | pa.Table:
    return SEEDS[kind, name]()


def changed(kind: str, name: str, seed: int) -> bytes:
    """The file, changed in one of the ways that there are for it."""
    held = whole(kind, name)
    if isinstance(held, pa.Table):
        return packed(retyped(held, seed))
    is_text = not held.startswith((b"PAR1", b"PK", b"SQLite"))
    return reworded(held, seed) if is_text and seed % 3 else mutated(held, seed)
