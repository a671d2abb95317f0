"""What must be true of a data folder whatever happened to it, and what a run has made of it."""

import hashlib
import json
import sqlite3
import time
import tomllib
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow.parquet as pq
import yaml
from PIL import Image

from movie_pref.data_folder import DataFolder
from movie_pref.defs.home import open_history
from movie_pref.defs.run_history import UNFINISHED, read_past
from movie_pref.files import LEFTOVER, one_at_a_time
from movie_pref.model.champion import Champion
from movie_pref.model.model import Model
from movie_pref.search.checkpoint import DIGEST


def is_whole(data: Path) -> None:
    """Every file of the data folder that bears its own name can be read to its end, and the model is the promoted one."""
    for path in sorted(data.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(data).parts)
        if path.is_file() and not hidden and path.suffix in READ:
            READ[path.suffix](path)
    model = data / "model"
    if (model / "champion.json").exists():
        champion = Champion.load(model)  # verifies its content
        for version in filter(None, {champion.promotion.get("previous"), *(champion.promotion.get("past") or [])}):
            assert Model.read(model / version).version == version


def _database(path: Path) -> None:
    with sqlite3.connect(path, timeout=30) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
    opened.close()


def _picture(path: Path) -> None:
    with Image.open(path) as opened:
        opened.load()


def _page(path: Path) -> None:
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>"), path


def _shard(path: Path) -> None:
    content = path.read_bytes()
    assert hashlib.sha256(content[DIGEST:]).digest() == content[:DIGEST], path


READ: dict[str, Any] = {
    ".parquet": pq.read_table,
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".toml": lambda path: tomllib.loads(path.read_text(encoding="utf-8")),
    ".yaml": lambda path: yaml.safe_load(path.read_text(encoding="utf-8")),
    ".csv": pd.read_csv,
    ".sqlite": _database,
    ".db": _database,
    ".png": _picture,
    ".html": _page,
    ".shard": _shard,
}


def nothing_is_in_the_way(data: Path) -> None:
    """Nothing half written lies about, nobody holds the folder, and no run is taken for one that goes on."""
    assert [path for path in data.rglob(".*") if LEFTOVER.fullmatch(path.name)] == []
    with one_at_a_time(data / ".run.lock", "a test", _is_held):
        pass
    if (data / "dagster" / "dagster.yaml").exists():
        with open_history(data / "dagster") as instance:
            unfinished = instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED))
            assert [one.dagster_run.run_id for one in unfinished] == []
            assert read_past(instance, DataFolder(data), time.time()).running is None


def _is_held(text: str) -> None:
    raise AssertionError(text)


WITHOUT = ("scored_at", "seconds", "mean_fit_seconds", "fit_seconds")


def results(data: Path) -> dict[str, Any]:
    """What a run has made: the tables by name, without times, and the champion."""
    folder = DataFolder(data)
    names = [*folder.root.glob("*.parquet"), *(folder.root / "assets").glob("*.parquet")]
    tables: dict[str, Any] = {
        str(path.relative_to(data)): pd.read_parquet(path).drop(columns=list(WITHOUT), errors="ignore")
        for path in sorted(names)
    }
    return {**tables, "champion": Champion.load(folder.model).version}


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The results of two runs are the same."""
    assert one.keys() == other.keys()
    for name, found in one.items():
        if isinstance(found, pd.DataFrame):
            pd.testing.assert_frame_equal(found, other[name], obj=name)
        else:
            assert found == other[name], name
