"""A small library, a data folder in which a run went well, and the command itself, in this process or its own."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from movie_pref.demo.library import demo_library

QUICK = {
    "MOVIE_PREF_SEARCH": "sample",
    "MOVIE_PREF_SEARCH_POINTS": "1",
    "MOVIE_PREF_POLICY": "none",
    "MOVIE_PREF_FOLDS": "2",
    "MOVIE_PREF_BOOTSTRAP_SAMPLES": "100",
    "MOVIE_PREF_REASONS_FOR": "10",
}
KEPT = (
    "scored_candidates.parquet",
    "02_binomial_classifier_training_data.parquet",
    "03_grid_search_results.parquet",
    "03_binomial_classifier_results.parquet",
    "normalization.json",
    "settings.toml",
)


@dataclass
class Said:
    """What the command answered: exit code and everything it wrote, stdout and stderr together, on one line."""

    code: int
    text: str

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def complaints(self) -> list[str]:
        """The lines in which the command tells the person what to mend."""
        return [line for line in self.text.splitlines() if line.startswith("movie-pref:")]


@dataclass
class Home:
    """A data folder, and the command that works in it."""

    data: Path

    @property
    def library(self) -> Path:
        return self.data / "01_training.parquet"

    @property
    def candidates(self) -> Path:
        return self.data / "candidates.parquet"

    def environment(self) -> dict[str, str]:
        rest = {name: value for name, value in os.environ.items() if not name.startswith(("MOVIE_PREF_", "DAGSTER_"))}
        return {**rest, **QUICK, "MOVIE_PREF_DATA": str(self.data), "COLUMNS": "1000"}

    def __call__(self, *arguments: str, **environment: str) -> Said:
        """The command in this process."""
        from movie_pref.cli import app

        before = dict(os.environ)
        os.environ.clear()
        os.environ.update({**self.environment(), **environment})
        try:
            found = CliRunner().invoke(app, [str(argument) for argument in arguments])
        finally:
            os.environ.clear()
            os.environ.update(before)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise AssertionError(f"the command would print a traceback: {found.exception!r}") from found.exception
        return Said(found.exit_code, found.output)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The command in a process of its own, still running."""
        command = [str(Path(sys.executable).with_name("movie-pref")), *map(str, arguments)]
        return subprocess.Popen(
            command,
            env={**self.environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.data.parent,
        )

    def apart(self, *arguments: str, **environment: str) -> Said:
        """The command in a process of its own, to its end."""
        process = self.start(*arguments, **environment)
        text, _ = process.communicate(timeout=200)
        return Said(process.returncode, text)

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
def good_folder(small: tuple[pd.DataFrame, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which one run went well."""
    folder = tmp_path_factory.mktemp("good") / "data"
    folder.mkdir()
    home = Home(folder)
    small[0].to_parquet(home.library, index=False)
    small[1].to_parquet(home.candidates, index=False)
    said = home("run")
    assert said.code == 0, said.text
    return folder


@pytest.fixture
def home(good_folder: Path, tmp_path: Path) -> Home:
    """A copy of the good folder, to which a test may do what it likes."""
    return Home(Path(shutil.copytree(good_folder, tmp_path / "data")))
