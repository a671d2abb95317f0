"""The Dagster UI as a service starts and ends it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from movie_pref_tests.review.test_learning_by_itself import answers, free_port


@pytest.mark.timeout(180)
def test_one_signal_to_the_command_ends_the_ui_with_all_that_it_started(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    port = free_port()
    environment = {**os.environ, "MOVIE_PREF_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "movie_pref.cli", "ui", "--port", str(port)]
    log = (tmp_path / "ui.log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        end = time.monotonic() + 90
        while not answers(f"http://127.0.0.1:{port}"):
            assert time.monotonic() < end and process.poll() is None, (tmp_path / "ui.log").read_text()
            time.sleep(0.5)
        process.terminate()
        process.wait(timeout=60)
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", port)) != 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
    assert "The Dagster UI opens at" in (tmp_path / "ui.log").read_text()
