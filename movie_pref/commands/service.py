"""A program that serves until a signal comes, and then ends with all that it has started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_EVERY = 0.2  # seconds
TO_END_WELL, TO_END = 15.0, 5.0  # seconds: for the program to end what it began, for what is then still there


@dataclass(frozen=True)
class Ended:
    """How a program ended: by a signal or by itself, and how many processes had to be killed."""

    asked: bool
    killed: int


def serve(
    command: Sequence[str],
    environment: dict[str, str],
    folder: Path,
    ending: Callable[[], None],
    to_end_well: float = TO_END_WELL,
    to_end: float = TO_END,
) -> Ended:
    """Run a program in a folder until it ends or a SIGINT, SIGTERM or SIGHUP comes, and end all that it started.

    It has a session of its own, so that Ctrl-C at the terminal reaches this process only. At a signal `ending` is called
    and the program is asked to end, after `to_end_well` seconds each process of its session, and after `to_end` more, or
    at one more signal, what is left is killed.

    The program begins with these signals at their default: a shell without job control starts what is in the background
    with SIGINT ignored, and Dagster, which does at SIGTERM what it does at SIGINT, would then end at neither.
    """
    with _signals_kept() as came:
        program = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True
        )
        while program.poll() is None and not came:
            time.sleep(LOOK_EVERY)
        if not came:
            return Ended(asked=False, killed=_kill(program))
        ending()
        program.terminate()
        if not _ends_within(to_end_well, program, came):
            for process in _members(program):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.terminate()
            _ends_within(to_end, program, came)
        return Ended(asked=True, killed=_kill(program))


@contextlib.contextmanager
def _signals_kept() -> Iterator[list[int]]:
    """The signals that came, instead of what they do; a hang-up that is ignored, as nohup has it, stays so."""
    came: list[int] = []
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wanted.append(signal.SIGHUP)
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in wanted}
    try:
        yield came
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _ends_within(seconds: float, program: subprocess.Popen[bytes], came: list[int]) -> bool:
    """Whether the program and its session end in time, and before a second signal comes."""
    end = time.monotonic() + seconds
    while program.poll() is None or _members(program):
        if time.monotonic() > end or len(came) > 1:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _members(program: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes of a program's session that still run, its own among them."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == program.pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _kill(program: subprocess.Popen[bytes]) -> int:
    """Kill what is left of a program's session, and say how many processes that were."""
    left = _members(program)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    program.wait()
    return len(left)
