"""Two runs on one data folder: the second waits and says for whom, and a run that was killed holds nobody up."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.demo.library import demo_library
from movie_pref.files import one_at_a_time

HOLD = """
import sys, time
from pathlib import Path
from movie_pref.files import one_at_a_time
with one_at_a_time(Path(sys.argv[1]), "process 1, a test", print):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    rows, _ = demo_library()
    rows.head(60).to_parquet(tmp_path / "01_training.parquet", index=False)
    (tmp_path / "dagster").mkdir()
    return DataFolder(tmp_path)


def materialize(folder: DataFolder, *names: str) -> subprocess.Popen:
    """Dagster's own command, on its way."""
    home = {"DAGSTER_HOME": str(folder.dagster_home), "MOVIE_PREF_DATA": str(folder.root)}
    command = [sys.executable, "-m", "dagster", "asset", "materialize", "--select", ",".join(names)]
    return subprocess.Popen(
        [*command, "-m", "movie_pref.definitions"],
        env={**os.environ, **home},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_run_waits_for_the_one_that_is_at_work_and_says_so(folder: DataFolder) -> None:
    made = folder.asset("movies_only")
    said: list[str] = []
    with one_at_a_time(folder.run_lock, "process 7, since 10:00", said.append):
        second = materialize(folder, "raw_training", "movies_only")
        for line in second.stdout:
            said.append(line)
            if "Another run is at work" in line:
                break
        assert second.poll() is None and not made.exists()
    rest, _ = second.communicate(timeout=120)

    assert second.returncode == 0 and made.exists(), rest
    assert f"Another run is at work in {folder.root} (process 7, since 10:00); this one starts" in said[-1]


def test_a_run_that_was_killed_holds_nobody_up(folder: DataFolder) -> None:
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(folder.run_lock)], text=True, stdout=subprocess.PIPE)
    assert first.stdout.readline() == "held\n"
    first.send_signal(signal.SIGKILL)
    first.wait()

    said: list[str] = []
    began = time.monotonic()
    with one_at_a_time(folder.run_lock, "process 8", said.append):
        assert folder.run_lock.read_text() == "process 8"
    assert said == [] and time.monotonic() - began < 1


def test_a_process_that_holds_the_folder_is_let_in_again(folder: DataFolder) -> None:
    said: list[str] = []
    with (
        one_at_a_time(folder.run_lock, "the command", said.append),
        one_at_a_time(folder.run_lock, "its run", said.append),
    ):
        assert folder.run_lock.read_text() == "the command"
    assert said == []
