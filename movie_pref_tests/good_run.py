"""A data folder in which one run of the command went well, made once for all files and workers."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref_tests.command_line import QUICK, Command, Said
from movie_pref_tests.made_once import made_once

AS_TYPED = {**QUICK, "COLUMNS": "1000"}


def small_library() -> tuple[pd.DataFrame, pd.DataFrame]:
    """300 labelled movies and 40 to rank, of the demonstration library."""
    labelled, unseen = demo_library()
    return labelled.sample(300, random_state=4).reset_index(drop=True), unseen.head(40).reset_index(drop=True)


def good_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The folder, which nobody changes but in a copy, and what the run said."""
    return learnt(tmp_path_factory, "good", small_library)


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
