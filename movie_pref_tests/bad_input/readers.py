"""Who reads a file of each kind, as the commands do, and what must be true of each file that is read or refused."""

import contextlib
import io
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pandas as pd

from movie_pref.errors import UserError
from movie_pref.labels.store import LabelStore
from movie_pref.library import read_library
from movie_pref.library.catalogue import blank_unknown, load_catalogue, neutral
from movie_pref.settings import load_settings
from movie_pref.sources.importers import read_export, to_library
from movie_pref_tests.conftest import make_movies

LONGEST = 30  # seconds of this process that a small file may take, where most take a hundredth of one


class TooLong(Exception):
    """A file was still being read; no UserError, so that it fails a test."""


def _library(path: Path) -> None:
    _written(*_parts(path, labelled=True))


def _candidates(path: Path) -> None:
    _written(*_parts(path, labelled=False))


def _parts(path: Path, labelled: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = read_library(path, labelled)
    assert len(found.rows) > 0 and found.rows["imdb_id"].is_unique
    return found.rows, found.rejected


def _settings(path: Path) -> None:
    load_settings(data=path.parent)


def _catalogue(path: Path) -> None:
    found = load_catalogue(path)
    blank_unknown(make_movies(10, seed=1, first_id=1), found)
    neutral(found)


def _export(path: Path) -> None:
    found = read_export(path)
    made = to_library(found.films, cut=8)
    assert sum(map(len, made)) == len(found.films)
    _written(found.films, found.left_out)


def _exported_labels(path: Path) -> None:
    with LabelStore(f"sqlite:///{path.parent / 'store.sqlite'}") as store:
        store.restore(path)
        _written(store.history(), store.effective())


def _label_store(path: Path) -> None:
    with LabelStore(f"sqlite:///{path}") as store:
        _written(store.history(), store.effective())
        store.record("tt0000001", "would_watch")


def _written(*frames: pd.DataFrame) -> None:
    """What a command would do next: write what was read."""
    for frame in frames:
        frame.to_parquet(io.BytesIO())


READERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "library": ("library", _library),
    "candidates": ("candidates", _candidates),
    "settings": ("settings.toml", _settings),
    "catalogue": ("feature_catalogue.yaml", _catalogue),
    "export": ("ratings", _export),
    "exported labels": ("exported", _exported_labels),
    "label store": ("labels.sqlite", _label_store),
}
"""The name of a file of each kind, and what reads it."""


def outcome(kind: str, content: bytes, folder: Path) -> str:
    """`read` or `refused`, after checking that a refusal is one sentence; whatever else happens is raised."""
    name, read = READERS[kind]
    for left in folder.iterdir():
        left.unlink()
    path = folder / name
    path.write_bytes(content)
    try:
        with _in_time():
            read(path)
    except UserError as error:
        said = str(error)
        assert "\n" not in said and said.endswith((".", ").")) and len(said) < 1500, said
        return "refused"
    return "read"


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    def stop(_: int, frame: FrameType | None) -> None:
        raise TooLong(f"at {frame}")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
