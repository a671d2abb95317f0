"""The Dagster UI as a service starts and ends it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from movie_pref.commands.service import Ended
from movie_pref_tests.command_line import says
from movie_pref_tests.review.test_learning_by_itself import answers, free_port


@pytest.mark.timeout(180)
def test_one_signal_to_the_command_ends_the_ui_with_all_that_it_started(tmp_path: Path) -> None:
    """Started with SIGINT ignored, as a shell starts what is in the background; Dagster would ignore SIGTERM with it."""
    (tmp_path / "data").mkdir()
    port = free_port()
    environment = {**os.environ, "MOVIE_PREF_DATA": str(tmp_path / "data")}
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "movie_pref.cli", "ui"]
    log = (tmp_path / "ui.log").open("w")
    process = subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log, env=environment)
    try:
        end = time.monotonic() + 90
        while not answers(f"http://127.0.0.1:{port}"):
            assert time.monotonic() < end and process.poll() is None, (tmp_path / "ui.log").read_text()
            time.sleep(0.5)
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) >= 4  # Dagster, its web server, its daemon, its code server
        process.terminate()
        assert process.wait(timeout=60) == 0
        assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in started)
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", port)) != 0
    finally:
        if process.poll() is None:
            for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                one.kill()
    assert "The Dagster UI opens at" in (tmp_path / "ui.log").read_text()


def test_a_port_that_is_taken_is_told_in_a_sentence(data: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        assert f"Port {port} is taken" in says("ui", "--port", port, code=2)


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_who_can_reach_it_from_beyond_this_machine_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch, host: str, warned: bool
) -> None:
    monkeypatch.setattr("movie_pref.commands.service.serve", lambda *_: Ended(asked=True, killed=0))
    monkeypatch.setenv("DAGSTER_HOME", "")  # which the command sets
    assert ("asks for no password" in says("ui", "--host", host, "--port", free_port())) is warned
