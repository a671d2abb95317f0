"""How many faults are tried and from which seed (`make soak` tries more), what they are tried on, and the table at the end."""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref_tests.command_line import Command
from movie_pref_tests.commands.exports import HEADER, movies
from movie_pref_tests.faults import work
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import results
from movie_pref_tests.good_run import AS_TYPED, folder_of_few_columns
from movie_pref_tests.made_once import made_once
from movie_pref_tests.sources.online.server import Sites

_BEGAN = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption("--seed", type=int, default=0, help="Of the moments at which something breaks.")
    group.addoption(
        "--moments", type=int, default=0, help="At which something is killed; a quarter as many full disks."
    )
    group.addoption("--minutes", type=float, default=0, help="After which what is left is left out.")


def asked(config: pytest.Config, name: str) -> Any:
    """An option, its default where `make test` has read this file too late to know it."""
    return config.getoption(name, default=0) or 0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A case for each moment: `pytest.mark.moments(share, few)` says how many of 200, and how many where none are asked for."""
    mark = metafunc.definition.get_closest_marker("moments")
    if mark is not None:
        share, few = mark.args
        moments = asked(metafunc.config, "--moments")
        metafunc.parametrize("moment", range(max(1, round(share * moments / 200)) if moments else few))


@pytest.fixture(autouse=True)
def in_time(request: pytest.FixtureRequest) -> None:
    """What comes after the time that was given is left out."""
    minutes = asked(request.config, "--minutes")
    if minutes and time.monotonic() - _BEGAN > minutes * 60:
        pytest.skip(f"left out: {minutes:g} minutes are over")


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The draws of one case: the same for the same seed."""
    return random.Random(f"{asked(request.config, '--seed')} {request.node.name}")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The seed, and for each test what was tried, what was found whole and what was not."""
    if not asked(config, "--moments"):
        return
    found: dict[str, list[int]] = {}
    for place, outcome in enumerate(("passed", "failed", "skipped")):
        for report in terminalreporter.stats.get(outcome, []):
            if "/faults/" in report.nodeid:
                name = report.nodeid.split("::")[-1].split("[")[0].removeprefix("test_").replace("_", " ")
                found.setdefault(name, [0, 0, 0])[place] += 1
    terminalreporter.section(f"faults, seed {asked(config, '--seed')}")
    terminalreporter.write_line(f"{'tried':>6} {'whole':>6} {'broken':>6} {'left out':>8}  what")
    for name, (passed, failed, skipped) in found.items():
        terminalreporter.write_line(f"{passed + failed:6} {passed:6} {failed:6} {skipped:8}  {name}")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts work (a function of `movie_pref_tests.faults.work`) on a data folder, with settings of its own."""
    started: list[Running] = []

    def begin(data: Path, what: Callable[..., Any], *given: Any, **environment: str) -> Running:
        out = tmp_path / f"said {len(started)}.txt"
        started.append(Running(what, given, Command(data, AS_TYPED).environment(**environment), out))
        return started[-1]

    yield begin
    for one in started:
        one.kill_after(0)


class Undisturbed:
    """A data folder in which a training went well and labels were given since; `results` of a retrain there, its `seconds`."""

    def __init__(self, data: Path, results: dict[str, Any], seconds: float) -> None:
        self.data, self.results, self.seconds = data, results, seconds


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Made once for all files and workers; the folder is changed in copies only."""

    def make(folder: Path) -> Undisturbed:
        data = Path(shutil.copytree(folder_of_few_columns(tmp_path_factory)[0], folder / "data"))
        with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
            for imdb_id in pd.read_parquet(data / "01_training.parquet")["imdb_id"].head(6):
                store.record(imdb_id, "would_watch")
            for imdb_id in pd.read_parquet(data / "candidates.parquet")["imdb_id"].head(6):
                store.record(imdb_id, "would_not_watch")
        after = Path(shutil.copytree(data, folder / "after" / "data"))
        seconds = _retrain(after)
        return Undisturbed(data, results(after), seconds)

    return made_once(tmp_path_factory, "undisturbed", make)


def _retrain(data: Path) -> float:
    running = Running(work.retrain, (), Command(data, AS_TYPED).environment(), data.with_suffix(".txt"))
    said = running.end()
    assert said.code == 0, said.out
    return time.monotonic() - running.began


@pytest.fixture
def data(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """A copy of that folder, to break."""
    return Path(shutil.copytree(undisturbed.data, tmp_path / "data"))


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Writes an export of IMDb with some of the films that the sites know."""

    def write(count: int, first: int = 0) -> Path:
        lines = [
            f'tt{1_000_000 + number},{1 + number % 10},2024-03-01,"Film {number}",,Movie,6.5,,{2000 + number % 20},,9000,,'
            for number in range(first, first + count)
        ]
        path = tmp_path / f"ratings from {first}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def sites() -> Iterator[Sites]:
    """The sites, on loopback, which answer as fast as they can."""
    server = Sites(movies(1000))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
