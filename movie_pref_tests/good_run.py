"""A data folder in which one run of the command went well, made once for all files and workers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref_tests.command_line import QUICK, Command, Said
from movie_pref_tests.made_once import made_once

AS_TYPED = {**QUICK, "COLUMNS": "1000"}
FEW_COLUMNS = [
    "imdb_id", "media_type", "media_title", "label", "release_year", "imdb_rating", "imdb_votes", "genre",
]  # fmt: skip


def small_library() -> tuple[pd.DataFrame, pd.DataFrame]:
    """300 labelled movies and 40 to rank, of the demonstration library."""
    labelled, unseen = demo_library()
    return labelled.sample(300, random_state=4).reset_index(drop=True), unseen.head(40).reset_index(drop=True)


def of_few_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Movies with no more than a run has to have and a little to learn from: it takes two thirds of the time."""
    return rows[[name for name in FEW_COLUMNS if name in rows]]


def library_of_few_columns() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same movies of few columns."""
    labelled, unseen = small_library()
    return of_few_columns(labelled), of_few_columns(unseen)


def folder_of_few_columns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A folder like `good_folder`, for what a run on few columns shows as well."""
    return learnt(tmp_path_factory, "few", library_of_few_columns)


def good_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The folder, which nobody changes but in a copy, and what the run said."""
    return learnt(tmp_path_factory, "good", small_library)


def compared_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A copy of that one in which `compare` went well, and what it said."""

    def run(folder: Path) -> tuple[Path, Said]:
        data = Path(shutil.copytree(folder_of_few_columns(tmp_path_factory)[0], folder / "data"))
        once = {"MOVIE_PREF_COMPARISON_REPEATS": "1", "MOVIE_PREF_ABLATION_REPEATS": "1"}
        said = Command(data, {**AS_TYPED, **once}).apart("compare")
        assert said.code == 0, said.out
        return data, said

    return made_once(tmp_path_factory, "compared", run)


def learnt(
    tmp_path_factory: pytest.TempPathFactory, name: str, library: Callable[[], tuple[pd.DataFrame, pd.DataFrame]]
) -> tuple[Path, Said]:
    """A data folder in which a library was learnt and its candidates ranked, and what the run said; made once by that name."""

    def run(folder: Path) -> tuple[Path, Said]:
        data = folder / "data"
        data.mkdir()
        for file, rows in zip(("01_training", "candidates"), library(), strict=True):
            rows.to_parquet(data / f"{file}.parquet", index=False)
        said = Command(data, AS_TYPED).apart("run")  # whoever waits for it may have a browser in this process
        assert said.code == 0, said.out
        return data, said

    return made_once(tmp_path_factory, name, run)
