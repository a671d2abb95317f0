"""A small library, a data folder in which a run went well, and the command itself, in this process or its own."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from movie_pref_tests.command_line import Command, Said
from movie_pref_tests.good_run import AS_TYPED, folder_of_few_columns, good_folder, small_library

KEPT = (
    "scored_candidates.parquet",
    "02_binomial_classifier_training_data.parquet",
    "03_grid_search_results.parquet",
    "03_binomial_classifier_results.parquet",
    "normalization.json",
    "settings.toml",
)


class Home(Command):
    """A data folder, and the command that works in it."""

    def __init__(self, data: Path) -> None:
        super().__init__(data, AS_TYPED)

    @property
    def library(self) -> Path:
        return self.data / "01_training.parquet"

    @property
    def candidates(self) -> Path:
        return self.data / "candidates.parquet"

    def state(self) -> dict[str, str]:
        """A digest of the champion, the ranking and the tables that belong to them, by file."""
        files = [self.data / name for name in KEPT] + sorted((self.data / "model").rglob("*"))
        return {
            str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file()
        }


@pytest.fixture(scope="session")
def small() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What that run was given: 300 labelled movies and 40 to rank."""
    return small_library()


@pytest.fixture
def rows(small: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return small[0].copy()


@pytest.fixture
def unseen(small: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return small[1].copy()


@pytest.fixture(scope="session")
def good_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A data folder in which one run went well, and what it said; made once for all files and workers."""
    return good_folder(tmp_path_factory)


@pytest.fixture
def lean_home(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Home:
    """A copy of one that learnt from few columns, for what takes a run of its own."""
    return Home(Path(shutil.copytree(folder_of_few_columns(tmp_path_factory)[0], tmp_path / "data")))


@pytest.fixture
def home(good_run: tuple[Path, Said], tmp_path: Path) -> Home:
    """A copy of the good folder, to which a test may do what it likes."""
    return Home(Path(shutil.copytree(good_run[0], tmp_path / "data")))
