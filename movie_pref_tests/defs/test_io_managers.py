"""What a step is handed of an asset's file: what stands in it now, whatever another step did with its own."""

import os
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.defs.io_managers import MOST_FRAMES, AssetFiles

NAMES = [f"asset_{number}" for number in range(MOST_FRAMES + 2)]


def table(value: int) -> pd.DataFrame:
    return pd.DataFrame({"imdb_id": ["tt0000001", "tt0000002"], "value": [value, value], "genre": [["Drama"], None]})


@pytest.fixture
def files(tmp_path: Path) -> AssetFiles:
    (tmp_path / "assets").mkdir()
    for number, name in enumerate(NAMES):
        table(number).to_parquet(tmp_path / "assets" / f"{name}.parquet")
    return AssetFiles(DataFolder(tmp_path))


def read(files: AssetFiles, name: str) -> pd.DataFrame:
    found = files.load_input(dg.build_input_context(asset_key=dg.AssetKey(name), dagster_type=dg.PythonObjectDagsterType(pd.DataFrame)))  # fmt: skip
    assert isinstance(found, pd.DataFrame)
    return found


def test_a_step_that_changes_its_rows_leaves_those_of_the_next_whole(files: AssetFiles) -> None:
    first = read(files, "asset_1")
    first["value"] = 0
    first.loc[0, "imdb_id"] = "tt9999999"
    del first["genre"]
    second = read(files, "asset_1")
    pd.testing.assert_frame_equal(second[["imdb_id", "value"]], table(1)[["imdb_id", "value"]])
    assert list(second) == ["imdb_id", "value", "genre"]


def test_a_table_that_was_written_meanwhile_is_read_anew(files: AssetFiles) -> None:
    assert read(files, "asset_1")["value"].tolist() == [1, 1]
    path = files.folder.asset("asset_1")
    table(7).to_parquet(path)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert read(files, "asset_1")["value"].tolist() == [7, 7]


def test_a_table_is_read_once_as_long_as_few_others_come_between(
    files: AssetFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    really = pd.read_parquet

    def noted(path: Path) -> pd.DataFrame:
        asked.append(path.stem)
        return really(path)

    monkeypatch.setattr(pd, "read_parquet", noted)
    for name in [*NAMES[:MOST_FRAMES], NAMES[0], NAMES[1]]:
        read(files, name)
    assert asked == NAMES[:MOST_FRAMES]
    for name in [*NAMES[MOST_FRAMES:], NAMES[1], NAMES[2]]:
        read(files, name)
    assert asked == [*NAMES, NAMES[2]]  # the longest unread are gone, so that memory does not grow with the run
