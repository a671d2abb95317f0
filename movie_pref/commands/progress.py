"""What a run is doing, for a person at a terminal: one line that lives, or plain lines where there is no terminal."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from movie_pref.defs.loggers import _LOGGER


@contextmanager
def watch_run(steps: int, console: Console) -> Iterator["RunWatcher"]:
    """Show the progress of the run that is executed inside the block; `steps` is the number of its steps.

    A quiet console shows none.
    """
    logger = logging.getLogger(_LOGGER)
    if console.quiet:
        handler = RunWatcher(steps)
    else:
        handler = _LiveLine(steps, console) if console.is_terminal else _PlainLines(steps)
    logger.addHandler(handler)
    try:
        with handler:
            yield handler
    finally:
        logger.removeHandler(handler)


class RunWatcher(logging.Handler):
    """Turns the log records of a run into calls of `on_start`, `on_end` and `on_message`; `news` is the last message."""

    def __init__(self, steps: int) -> None:
        super().__init__(logging.DEBUG)
        self.steps, self.done, self.news = steps, 0, ""

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        step = (meta.get("step_key") or "").replace("_", " ")
        if event is None:
            self.news = meta.get("orig_message") or record.getMessage()
            self.on_message(step, self.news)
        elif event.event_type_value == "STEP_START":
            self.news = ""
            self.on_start(step)
        elif event.event_type_value in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
            self.done += 1
            self.on_end(step, getattr(event.event_specific_data, "duration_ms", 0.0) / 1000)

    def on_start(self, step: str) -> None: ...

    def on_end(self, step: str, seconds: float) -> None: ...

    def on_message(self, step: str, message: str) -> None: ...

    def __enter__(self) -> "RunWatcher":
        return self

    def __exit__(self, *error: object) -> None: ...


class _LiveLine(RunWatcher):
    def __init__(self, steps: int, console: Console) -> None:
        super().__init__(steps)
        self.bar = Progress(
            SpinnerColumn(), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=console, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task("starting", total=steps)

    def on_start(self, step: str) -> None:
        self.bar.update(self.task, description=step)

    def on_end(self, step: str, seconds: float) -> None:
        self.bar.update(self.task, completed=self.done)

    def on_message(self, step: str, message: str) -> None:
        self.bar.update(self.task, description=f"{step}: {message}" if step else message)

    def __enter__(self) -> "_LiveLine":
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()


class _PlainLines(RunWatcher):
    """One line a step that took a second or more, and one every ten seconds inside it, so that a log stays short."""

    told = 0.0

    def on_start(self, step: str) -> None:
        self.told = time.monotonic()

    def on_message(self, step: str, message: str) -> None:
        if step and time.monotonic() - self.told >= 10:
            self.told = time.monotonic()
            print(f"[{self.done}/{self.steps}] {step}: {message}", file=sys.stderr, flush=True)

    def on_end(self, step: str, seconds: float) -> None:
        if seconds >= 1 or self.done == self.steps:
            print(f"[{self.done}/{self.steps}] {step}: {seconds:.1f} s", file=sys.stderr, flush=True)
