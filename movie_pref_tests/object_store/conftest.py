"""A data folder with a bit of everything, and the places that a copy may lie in."""

from pathlib import Path

import pytest

from movie_pref.data_folder import DataFolder

COPIED = {
    "01_training.parquet": b"library",
    "assets/movies_only.parquet": b"movies",
    "assets/committee/booster.json": b"{}",
    "model/v1/model.json": b"facts",
    "model/champion.json": b'{"champion": "v1"}',
    "reports/report.html": b"page",
    "reports/numeric_violins/budget.png": b"page",  # the content of another one
    "scored_candidates.parquet": b"ranking",
}
LEFT = (
    "labels.sqlite",
    "settings.toml",
    ".run.lock",
    "dagster/history/runs.db",
    "search/1.npy",
    "metadata_cache.sqlite",
    "mine.txt",
)


def fill(folder: DataFolder, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder.root / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.root / name).write_bytes(content)


def contents(folder: DataFolder) -> dict[str, tuple[bytes, int]]:
    """What each file that is copied holds, and when it was written."""
    return {
        path.relative_to(folder.root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.copied()
    }


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    found = DataFolder(tmp_path / "data")
    fill(found, COPIED | dict.fromkeys(LEFT, b"of this machine"))
    return found


@pytest.fixture
def other(tmp_path: Path) -> DataFolder:
    """The folder of another machine, which is not there yet."""
    return DataFolder(tmp_path / "other")


@pytest.fixture(params=["s3", "file", "memory"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        return request.getfixturevalue("s3").address
    return f"file://{tmp_path}/store" if request.param == "file" else f"memory://{tmp_path.name}/store"
