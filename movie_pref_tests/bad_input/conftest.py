"""A small library, a data folder in which a run went well, and the command itself, in this process or its own."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref_tests.command_line import QUICK, Command, Said
from movie_pref_tests.made_once import made_once

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
        super().__init__(data, {**QUICK, "COLUMNS": "1000"})

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
    """300 labelled movies and 40 to rank, of the demonstration library."""
    labelled, unseen = demo_library()
    return labelled.sample(300, random_state=4).reset_index(drop=True), unseen.head(40).reset_index(drop=True)


@pytest.fixture
def rows(small: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return small[0].copy()


@pytest.fixture
def unseen(small: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return small[1].copy()


@pytest.fixture(scope="session")
def good_run(small: tuple[pd.DataFrame, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A data folder in which one run went well, and what it said; made once for all files and workers."""

    def run(folder: Path) -> tuple[Path, Said]:
        home = Home(folder / "data")
        home.data.mkdir()
        small[0].to_parquet(home.library, index=False)
        small[1].to_parquet(home.candidates, index=False)
        said = home("run")
        assert said.code == 0, said.out
        return home.data, said

    return made_once(tmp_path_factory, "good", run)


@pytest.fixture
def home(good_run: tuple[Path, Said], tmp_path: Path) -> Home:
    """A copy of the good folder, to which a test may do what it likes."""
    return Home(Path(shutil.copytree(good_run[0], tmp_path / "data")))
