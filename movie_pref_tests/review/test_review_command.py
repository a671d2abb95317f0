"""`movie-pref review` as a person types it: where it listens, what it says, and how it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from movie_pref.errors import UserError
from movie_pref.review.server import listen


def test_the_command_takes_the_next_free_port_says_where_and_ends_with_ctrl_c(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "data")
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("MOVIE_PREF_", "DAGSTER_"))}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [str(Path(sys.executable).with_name("movie-pref")), "review", "--no-browser", "--port", str(port)]
        process = subprocess.Popen(
            command, env={**rest, "MOVIE_PREF_DATA": str(tmp_path / "data")}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        said = re.search(r"http://127\.0\.0\.1:(\d+)", lines[1])
        assert f"Port {port} is busy" in lines[0] and said and int(said[1]) > port, lines
        with urllib.request.urlopen(f"{said[0]}/", timeout=20) as answer:
            assert b"labels until the next retrain" in answer.read()
        process.send_signal(signal.SIGINT)
        rest_of_it, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in rest_of_it
    assert "The page has ended" in rest_of_it


def test_an_address_of_another_machine_is_refused_in_a_sentence(one_sentence) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError) as caught:
        listen("192.0.2.1", 0)
    one_sentence(caught, "192.0.2.1", "--host")
    with pytest.raises(UserError) as caught:
        listen("no such host", 0)
    one_sentence(caught, "no such host")


def test_when_every_port_is_taken_it_is_said(one_sentence, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("movie_pref.review.server.TRIES", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as caught:
            listen("127.0.0.1", port)
    one_sentence(caught, f"{port} to {port} is taken", "--port")
