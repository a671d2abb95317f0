"""A program that is served ends with all that it started, whatever it does about signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

# a program with a child, both of which note their numbers; told to be deaf, they ignore every signal that can be ignored
PROGRAM = """
import os, signal, subprocess, sys, time
deaf, generation = sys.argv[1] == "deaf", int(sys.argv[2])
if deaf:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
elif generation == 1:  # as Dagster does
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
if generation == 1:
    subprocess.Popen([sys.executable, __file__, sys.argv[1], "2"])
with open(f"{generation}.new", "w") as file:
    file.write(str(os.getpid()))
os.rename(f"{generation}.new", f"{generation}.pid")
while not (sys.argv[1] == "brief" and generation == 1 and os.path.exists("2.pid")):
    time.sleep(0.05)
"""
# begun with SIGINT ignored, as a shell begins what is in the background
SERVE = """
import os, signal, sys
from pathlib import Path
from movie_pref.commands.service import serve
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
command = [sys.executable, "program.py", sys.argv[1], "1"]
seconds = map(float, sys.argv[2:])
ended = serve(command, dict(os.environ), Path.cwd(), lambda: print("ending", flush=True), *seconds)
print(ended.asked, ended.killed)
"""


@pytest.fixture
def served(tmp_path: Path) -> Callable[..., tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """The process that serves the program, and the two that the program is."""

    def start(kind: str, *seconds: float) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
        (tmp_path / "program.py").write_text(PROGRAM)
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, kind, *map(str, seconds)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.PIPE,
            text=True,
        )
        files = [tmp_path / "1.pid", tmp_path / "2.pid"]
        while not all(file.exists() for file in files):
            time.sleep(0.05)
        found = []
        for file in files:
            try:
                found.append(psutil.Process(int(file.read_text())))
            except psutil.NoSuchProcess:
                assert kind == "brief"
        return process, found

    return start


def gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_heeds_signals_is_ended_with_its_child_by_any_of_them(served, number) -> None:
    process, started = served("heeds", 1.0, 60.0)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["ending", "True", "0"]
    assert gone(started)


def test_a_program_that_ignores_signals_is_killed_with_its_child_after_its_time(served) -> None:
    process, started = served("deaf", 1.0, 0.5)
    process.terminate()
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["ending", "True", "2"]
    assert gone(started)


def test_a_second_signal_kills_at_once_what_has_an_hour(served) -> None:
    process, started = served("deaf", 3600.0, 3600.0)
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "ending\n"
    assert not gone(started)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["True", "2"]
    assert gone(started)


def test_a_program_that_ends_by_itself_leaves_no_child_behind(served) -> None:
    process, started = served("brief", 60.0, 60.0)
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["False", "1"]
    assert gone(started)
