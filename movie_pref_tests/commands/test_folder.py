"""The copy of the data folder by hand: sent, fetched elsewhere, and worked on there."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref_tests.command_line import says, typed
from movie_pref_tests.defs.small_run import Finished, run_twice
from movie_pref_tests.made_once import made_once
from movie_pref_tests.object_store.bucket import SECRET, Server
from movie_pref_tests.object_store.conftest import contents


@pytest.fixture
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return made_once(tmp_path_factory, "pipeline", run_twice)


def test_what_was_fetched_elsewhere_is_a_data_folder_like_the_first(
    finished: Finished,
    data: Path,
    tmp_path: Path,
    s3: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(finished.settings.data, data)
    monkeypatch.setenv("MOVIE_PREF_OBJECT_STORE", s3.address)
    files = len(contents(DataFolder(data)))
    assert "nothing yet" in says("folder", "status")
    assert f"{s3.address}: {files:,} files" in says("folder", "push")
    assert f"{files:,} files, 0 of them sent (0.0 MB)" in says("folder", "push")
    here, ranking = json.loads(typed("status", "--json").out), typed("export", "--csv", "-").out

    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "elsewhere"))
    assert "the copy is ahead" in says("folder", "status")
    assert f"{files:,} files" in says("folder", "pull")
    assert "they are the same" in says("folder", "status")
    assert contents(DataFolder(tmp_path / "elsewhere")) == contents(DataFolder(data))
    there = json.loads(typed("status", "--json").out)
    for part in ("champion", "ranking", "stale", "troubles"):
        assert there[part] == here[part]
    assert typed("export", "--csv", "-").out == ranking


def test_a_run_on_an_empty_machine_takes_the_copy_and_makes_no_demonstration_library(
    finished: Finished,
    data: Path,
    tmp_path: Path,
    s3: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(finished.settings.data, data)
    monkeypatch.setenv("MOVIE_PREF_OBJECT_STORE", s3.address)
    says("folder", "push")
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "elsewhere"))
    assert "Took the newer copy" in says("score")
    assert "they are the same" in says("folder", "status")  # the run has sent its ranking
    assert pd.read_parquet(tmp_path / "elsewhere/01_training.parquet").equals(
        pd.read_parquet(data / "01_training.parquet")
    )


def test_without_a_place_or_with_an_address_that_is_none_it_says_what_to_set(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The setting 'object_store' names no place" in says("folder", "push", code=2)
    for address in ("bucket/folder", f"s3://key:{SECRET}@bucket/folder", f"s3://bucket/folder?secret={SECRET}"):
        monkeypatch.setenv("MOVIE_PREF_OBJECT_STORE", address)
        found = says("folder", "status", code=2)
        assert "'object_store'" in found and SECRET not in found
