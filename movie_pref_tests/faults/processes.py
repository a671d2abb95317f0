"""Real processes to break: work that is done in a process of its own, killed at a moment or let go to its end.

They are forked from one that has everything imported, so that a command costs what it does and no imports. What such a
process does stands in `movie_pref_tests.faults.work`.
"""

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from movie_pref_tests.command_line import Said

STAND = multiprocessing.get_context("forkserver")
STAND.set_forkserver_preload(
    [
        "movie_pref.cli", "movie_pref.commands.runs", "movie_pref.sources.online", "movie_pref.sources.importers.plan",
        "alembic.operations", "jinja2", "joblib", "matplotlib.backends.backend_agg", "pandera", "scipy.stats",
        "seaborn", "sklearn.linear_model", "sklearn.model_selection", "xgboost",
    ]
)  # fmt: skip
LONGEST = 240.0  # seconds: what takes longer hangs


class Running:
    """A process at work, the leader of a session of its own; `out` is the file of all that it writes."""

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...], environment: Mapping[str, str], out: Path):
        self.out = out
        self._process = STAND.Process(target=_begin, args=(work, given, dict(environment), str(out)))
        self._process.start()
        self.began = time.monotonic()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self.out.read_text(encoding="utf-8") if self.out.exists() else ""

    def works(self) -> bool:
        return self._process.is_alive()

    def work_for(self, seconds: float) -> None:
        """Let it work until so long after its start, or to its end."""
        self._process.join(max(0.0, self.began + seconds - time.monotonic()))

    def kill_after(self, seconds: float) -> bool:
        """Kill it (-9) so long after its start; False where it had ended by then."""
        self.work_for(seconds)
        worked = self.works()
        self._process.kill()
        self._process.join()
        return worked

    def end(self, within: float = LONGEST) -> Said:
        """How it ended and what it said, without a traceback."""
        return Said(self.ends(within), self.said)

    def ends(self, within: float = LONGEST) -> int:
        """The exit code it ends with; one that hangs is killed, with all that it started, and fails the test."""
        self._process.join(within)
        if hangs := self.works():
            for one in members(self.pid):
                one.kill()
            self._process.join()
        assert not hangs, f"it hangs after {within:.0f} s: {self.said}"
        return int(self._process.exitcode or 0)


def members(session: int) -> list[psutil.Process]:
    """The processes of a session that still run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _begin(work: Callable[..., Any], given: tuple[Any, ...], environment: dict[str, str], out: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(handle, number)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    work(*given)
