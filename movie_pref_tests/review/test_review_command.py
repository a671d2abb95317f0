"""`movie-pref review` as a person types it: where it listens, what it says, and how it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from movie_pref_tests.command_line import Command


def test_beyond_this_machine_the_address_has_a_key(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "data")
    with Command(tmp_path / "data", {}).start("review", "--no-browser", "--host", "0.0.0.0", "--port", "0") as process:
        assert process.stdout is not None
        warned, said = process.stdout.readline(), process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/\?key=[\w-]{43}", said)
        assert "knows the key" in warned and address, warned + said
        with urllib.request.urlopen(address[0], timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert "The page has ended" in process.communicate(timeout=30)[0]


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
        deadline, page = time.monotonic() + 60, b"Counting new labels"
        while b"Counting new labels" in page and time.monotonic() < deadline:  # until the history has been looked at
            with urllib.request.urlopen(f"{said[0]}/", timeout=20) as answer:
                page = answer.read()
            time.sleep(0.05)
        assert b"labels until the next retrain" in page
        process.send_signal(signal.SIGINT)
        rest_of_it, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in rest_of_it
    assert "The page has ended" in rest_of_it
