"""The person's library and candidates as tables that a command may add to.

What is written is always a file of the data folder: a person's own file elsewhere is never changed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.files import whole_file
from movie_pref.library.added_movies import with_added
from movie_pref.library.presence import has_candidates, has_library
from movie_pref.library.read import Library, read_library
from movie_pref.library.table_file import is_demo
from movie_pref.settings import Settings

FROM_LIBRARY, FROM_CANDIDATES = "library", "candidates"
"""What `came_from` says of a movie: which of the two tables it stands in."""


@dataclass(frozen=True)
class Tables:
    """Library and candidates, contract applied; None where nothing is to be written."""

    library: pd.DataFrame | None
    candidates: pd.DataFrame | None

    def left_alone(self, settings: Settings) -> dict[str, Path]:
        """The person's own files, by setting, that stay as they are because the data folder is written to instead."""
        folder = DataFolder(settings.data)
        chosen = {
            "library": (settings.library, self.library, folder.library),
            "candidates": (settings.candidates, self.candidates, folder.candidates),
        }
        return {
            setting: Path(path)
            for setting, (path, frame, written) in chosen.items()
            if path is not None and frame is not None and Path(path).resolve() != written.resolve()
        }

    def write(self, settings: Settings) -> None:
        """Write each table whole, the candidates first."""
        folder = DataFolder(settings.data)
        for frame, path in ((self.candidates, folder.candidates), (self.library, folder.library)):
            if frame is not None:
                with whole_file(path) as temporary:
                    frame.to_parquet(temporary, index=False)


def read_tables(settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Library and candidates as they are now, to be added to; empty where there is none, or only the demonstration's.

    Raises
    ------
    UserError
        The library is in a database, or a file cannot be read.
    """
    if settings.database:
        raise UserError(
            f"The library is in the database {settings.database}, which the programs beside it fill; movies and metadata are added to a library "
            "that is a file: name one with MOVIE_PREF_LIBRARY, or another data folder with MOVIE_PREF_DATA."
        )
    frames = []
    for path, labelled in ((settings.library_path, True), (settings.candidates_path, False)):
        there = path.exists() and not is_demo(path)
        frames.append(read_library(path, labelled).rows if there else no_movies())
    return frames[0], frames[1]


def no_movies() -> pd.DataFrame:
    """A table of the required columns without a row."""
    return pd.DataFrame({"imdb_id": [], "media_type": [], "media_title": [], "label": []}, dtype="str").assign(
        release_year=pd.Series(dtype="int64")
    )


def changed(after: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame | None:
    """The later of two tables, or None where they hold the same, whatever the types of their columns."""
    if len(after) != len(before) or list(after.columns) != list(before.columns):
        return after
    same = all(
        _plain(one) == _plain(other) for name in after for one, other in zip(after[name], before[name], strict=True)
    )
    return None if same else after


def _plain(cell: object) -> object:
    if isinstance(cell, list | np.ndarray):
        return list(cell)
    return None if pd.isna(cell) else cell


def read_own(settings: Settings) -> Library:
    """The labelled library; without one, a library of no rows in the columns of the candidates, whose labels join it.

    Raises
    ------
    UserError
        There is neither, or a file is no library.
    """
    if has_library(settings) or not has_candidates(settings):
        return read_library(settings.library_path)
    found = read_candidates(settings)
    rows = found.rows.head(0).assign(label=pd.Series(dtype="str"))
    return Library(rows, absent=[name for name in found.absent if name != "label"], unknown=found.unknown)


def read_candidates(settings: Settings) -> Library:
    """The candidates file, and what was added by hand.

    No file at all where there is none, or only the demonstration's beside a real library.
    """
    path = settings.candidates_path
    foreign = is_demo(path) and not is_demo(settings.library_path)
    if settings.candidates is None and (not path.exists() or foreign):
        return with_added(Library(no_movies().drop(columns="label")), settings.data)
    return with_added(read_library(path, labelled=False), settings.data)
