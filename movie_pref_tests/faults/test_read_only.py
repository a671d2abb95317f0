"""A data folder that may not be written: what reads does its work, what writes says so in a sentence, nothing changes."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.bad_input.spoiling import refused
from movie_pref_tests.faults import work
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.mounts import mounted

Start = Callable[..., Running]


@pytest.fixture
def read_only(data: Path) -> Iterator[Path]:
    """The folder, mounted so that nobody may write to it, the superuser neither."""
    with mounted(data, ["--bind", str(data)], ["-o", "remount,bind,ro"]):
        yield data


def contents(data: Path) -> dict[str, str]:
    files = (path for path in sorted(data.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


WRITES = {
    "run": ("run",),
    "score": ("score",),
    "label": ("label", "{movie}", "would_watch"),
    "import": ("import", "{export}", "--yes"),
    "report": ("report",),
    "removals": ("removals",),
}
READS = {
    "status": ("status",),
    "export": ("export", "--csv", "{elsewhere}/ranking.csv"),
    "labels export": ("labels", "export", "{elsewhere}/labels.csv"),
    "history": ("label", "{movie}", "--history"),
}


def test_folder_that_may_not_be_written(
    read_only: Path, export: Callable[..., Path], tmp_path: Path, start: Start
) -> None:
    before = contents(read_only)
    movie = pd.read_parquet(read_only / "01_training.parquet")["imdb_id"].iloc[0]
    words = {"export": export(20), "elsewhere": tmp_path, "movie": movie}
    for typed in WRITES.values():
        refused(start(read_only, work.command, *[one.format(**words) for one in typed]).end(), str(read_only))
    for name, typed in READS.items():
        said = start(read_only, work.command, *[one.format(**words) for one in typed]).end()
        assert said.code == 0 and not said.complaints, f"{name}: {said.out}"
    assert len(pd.read_csv(tmp_path / "labels.csv")) == 12
    assert contents(read_only) == before


def test_labels_that_are_in_the_log_only_are_read_from_a_folder_that_may_not_be_written(
    data: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{data / 'labels.sqlite'}"
    with LabelStore(address) as writer:
        writer.record("tt0000001", "would_watch")  # comes into the file itself when the last one closes it
        request.getfixturevalue("read_only")
        assert (data / "labels.sqlite-wal").stat().st_size
        with LabelStore(address) as store:
            assert len(store.history()) == 13
