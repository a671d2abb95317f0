"""An evening with movie_pref: UI and review page are open, ten movies are decided, and the model learns by itself."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.commands.runs import dagster_home
from movie_pref.defs.home import open_history
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.command_line import QUICK
from movie_pref_tests.good_run import folder_of_few_columns

PATIENCE = 240.0  # seconds in all for what happens by itself; nothing is judged by it


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command as a person does, and ends it with all that it started."""
    running: list[subprocess.Popen[str]] = []

    def start_(*words: str) -> subprocess.Popen[str]:
        log = (tmp_path / f"{words[0]}.log").open("w")
        command = [sys.executable, "-m", "movie_pref.cli", *words]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        running.append(process)
        return process

    yield start_
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def until(what: Callable[[], Any], why: str) -> Any:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"still waiting until {why}")


def answers(address: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=1):
            return True
    except OSError:
        return False


@pytest.mark.timeout(600)
def test_ten_decisions_of_an_evening_are_learnt_by_themselves(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, start: Callable[..., Any], visit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    import dagster as dg

    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
    for name, value in {**QUICK, "MOVIE_PREF_RETRAIN_LABELS": "10", "MOVIE_PREF_DATA": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(folder_of_few_columns(tmp_path_factory)[0], tmp_path / "data")  # as a first run left it
    settings = load_settings()
    champion = settings.data / "model" / "champion.json"
    queue_before = pd.read_parquet(settings.data / "review_queue.parquet")
    decision_before = champion.read_bytes()

    ui, page_address = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    start("ui", "--port", ui.rsplit(":", 1)[1])
    start("review", "--port", page_address.rsplit(":", 1)[1], "--no-browser")
    until(lambda: answers(page_address), "the review page answers")
    page = visit(page_address)
    page.get_by_text("10 labels until the next retrain").wait_for()
    decided = []
    for number in range(10):
        decided.append(page.locator(".card").get_attribute("data-movie"))
        page.keyboard.press("w" if number % 2 else "n")
        page.wait_for_function("before => document.querySelector('.card')?.dataset.movie !== before", arg=decided[-1])
        page.wait_for_timeout(300)
    assert decided == queue_before["imdb_id"].head(10).tolist()

    with open_history(dagster_home(settings)) as instance:

        def trained() -> list[dg.DagsterRun]:
            filters = dg.RunsFilter(job_name="retrain", tags={"dagster/sensor_name": "new_labels"})
            return [run for run in instance.get_runs(filters) if run.is_finished]

        (run,) = until(trained, "the sensor has started a training and it has ended")
        assert run.status == dg.DagsterRunStatus.SUCCESS
    assert champion.read_bytes() != decision_before  # promoted or kept, it says so
    assert json.loads(champion.read_text())["decision"] in ("promoted", "kept")
    queue = pd.read_parquet(settings.data / "review_queue.parquet")
    assert not set(decided) & set(queue["imdb_id"])
    ranking = pd.read_parquet(settings.data / "scored_candidates.parquet")
    assert not set(decided) & set(ranking["imdb_id"])
    page.get_by_text("10 labels until the next retrain").wait_for(timeout=30_000)  # it counts anew
    page.goto(f"{page_address}/list")
    assert page.locator("#rows .row").first.get_attribute("data-movie") == queue["imdb_id"].iloc[0]
