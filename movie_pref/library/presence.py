"""What a person has, without the contract, which is slow to import: quick, since `status` asks at each call."""

from pathlib import Path

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.library.table_file import check_header, is_demo, read_columns
from movie_pref.settings import Settings


def has_library(settings: Settings) -> bool:
    """Whether there is a labelled library; where there is none, a person's candidates may hold all that was labelled."""
    return settings.library is not None or settings.library_path.exists()


def has_candidates(settings: Settings) -> bool:
    """Whether there are candidates that are not the demonstration's, or movies that were added by hand."""
    path = settings.candidates_path
    mine = settings.candidates is not None or (path.exists() and not is_demo(path))
    return mine or DataFolder(settings.data).added_movies.exists()


def labels_of(path: Path) -> pd.Series:
    """The labels of a library's file as they stand, without the contract.

    Raises
    ------
    UserError
        It is no library, or cannot be read.
    """
    check_header(path)
    return read_columns(path, ["label"])["label"]
