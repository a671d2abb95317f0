"""kill -9 at any moment: everything is whole, what was acknowledged is there, and the same command again does its work."""

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref.model.champion import Champion
from movie_pref.model.model import Model
from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import Undisturbed
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same
from movie_pref_tests.sources.online.server import Sites

Start = Callable[..., Running]


def labels(data: Path) -> pd.DataFrame:
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        return store.history()


class Training:
    """What is needed to kill a training in a folder, and to know what it should have made."""

    def __init__(self, chance: random.Random, data: Path, undisturbed: Undisturbed, start: Start) -> None:
        self.chance, self.data, self.undisturbed, self.start = chance, data, undisturbed, start

    def killed_and_run_again(self, what: Callable[..., None], *given: str) -> None:
        before = labels(self.data)
        self.start(self.data, what, *given).kill_after(self.chance.uniform(0.05, 1.1) * self.undisturbed.seconds)
        is_whole(self.data)
        assert labels(self.data).equals(before)
        said = self.start(self.data, what, *given).end()
        assert said.code == 0, said.out
        is_whole(self.data)
        nothing_is_in_the_way(self.data)
        same(results(self.data), self.undisturbed.results)


@pytest.fixture
def training(chance: random.Random, data: Path, undisturbed: Undisturbed, start: Start) -> Training:
    return Training(chance, data, undisturbed, start)


@pytest.mark.moments(20, 1)
def test_run_that_was_killed(moment: int, training: Training) -> None:
    training.killed_and_run_again(work.command, "run")


@pytest.mark.moments(20, 0)
def test_retrain_that_was_killed(moment: int, training: Training) -> None:
    training.killed_and_run_again(work.retrain)


@pytest.mark.moments(60, 3)
def test_promotion_that_was_killed(
    moment: int, chance: random.Random, trained: Any, tmp_path: Path, start: Start
) -> None:
    challengers = [tmp_path / "challengers" / str(number) for number in range(3)]
    for number, folder in enumerate(challengers):
        trained.model.with_facts(threshold=0.3 + number / 100).save(folder)
    folder = tmp_path / "data" / "model"
    first = start(tmp_path / "data", work.promotions, folder, challengers, 10_000)
    while "champion" not in first.said and first.works():
        time.sleep(0.002)
    first.kill_after(time.monotonic() - first.began + chance.uniform(0, 0.3))
    is_whole(folder.parent)
    lines = [line.split() for line in first.said.splitlines() if line.count(" ") == 1]
    last = [version for what, version in lines if what == "champion"][-1]
    assert Champion.load(folder).version in {last, lines[-1][1]}
    again = start(tmp_path / "data", work.promotions, folder, challengers, 4).end()
    assert again.code == 0 and Champion.load(folder).version == Model.read(challengers[0]).version
    assert not list(folder.glob(".*"))


@pytest.mark.moments(40, 2)
def test_import_that_was_killed(
    moment: int, chance: random.Random, export: Callable[..., Path], tmp_path: Path, start: Start
) -> None:
    data, whole = tmp_path / "data", tmp_path / "whole"
    for folder in (data, whole):
        folder.mkdir()
    typed = (work.command, "import", str(export(60)), "--yes")
    undisturbed = start(whole, *typed)
    assert undisturbed.end().code == 0
    seconds = time.monotonic() - undisturbed.began
    start(data, *typed).kill_after(chance.uniform(0.2, 1.05) * seconds)
    is_whole(data)
    assert len(labels(data)) in (0, 60)
    said = start(data, *typed).end()
    assert said.code == 0, said.out
    is_whole(data)
    nothing_is_in_the_way(data)
    for name in ("01_training.parquet", "settings.toml"):
        assert (data / name).read_bytes() == (whole / name).read_bytes()
    assert labels(data)[["imdb_id", "label"]].equals(labels(whole)[["imdb_id", "label"]])
    assert "Nothing changes" in start(data, *typed).end().out


@pytest.mark.moments(20, 1)
def test_metadata_that_was_killed(
    moment: int, chance: random.Random, export: Callable[..., Path], sites: Sites, tmp_path: Path, start: Start
) -> None:
    data, whole = tmp_path / "data", tmp_path / "whole"
    assert start(data, work.command, "import", str(export(60)), "--yes").end().code == 0
    shutil.copytree(data, whole)
    undisturbed = start(whole, work.command, "metadata", **sites.environment)
    assert undisturbed.end().code == 0
    seconds = time.monotonic() - undisturbed.began
    start(data, work.command, "metadata", **sites.environment).kill_after(chance.uniform(0.2, 1.05) * seconds)
    is_whole(data)
    said = start(data, work.command, "metadata", **sites.environment).end()
    assert said.code == 0, said.out
    is_whole(data)
    nothing_is_in_the_way(data)
    assert (data / "01_training.parquet").read_bytes() == (whole / "01_training.parquet").read_bytes()


@pytest.mark.moments(40, 2)
def test_labels_of_a_burst_that_was_killed(moment: int, chance: random.Random, tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    data.mkdir()
    killed, other = (start(data, work.label_burst, first, 10_000) for first in (1, 1_000_001))
    killed.kill_after(chance.uniform(0, 1.5))
    other.kill_after(time.monotonic() - other.began + 0.1)
    is_whole(data)
    found = {(str(row.event), row.imdb_id, row.label) for row in labels(data).itertuples()}
    for one in (killed, other):
        acknowledged = [tuple(line.split()[1:]) for line in one.said.splitlines() if line.count(" ") == 3]
        assert found.issuperset(acknowledged)
    assert start(data, work.label_burst, 2_000_001, 3).end().code == 0
    assert len(labels(data)) == len(found) + 3
