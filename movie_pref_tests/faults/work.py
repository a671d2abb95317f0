"""What the processes do that are broken: the command, a retrain as the sensor starts it, promotions, a burst of labels."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer


def command(*arguments: str) -> None:
    """`movie-pref`, as it is typed."""
    from movie_pref.cli import app

    app([*arguments])


def retrain() -> None:
    """The job of the sensor, as if there were a command for it."""
    from movie_pref.commands.pipeline import print_failures
    from movie_pref.commands.runs import execute
    from movie_pref.commands.terminal import in_sentences
    from movie_pref.settings import load_settings

    def job() -> None:
        outcome = execute("retrain", load_settings())
        print_failures(outcome)
        raise typer.Exit(outcome.exit_code)

    app = typer.Typer()
    app.command()(in_sentences(job))
    app([])


def promotions(model_folder: Path, challengers: list[Path], count: int) -> None:
    """Promote one model after the other; each is named once it is the champion."""
    from movie_pref.model.champion import promote
    from movie_pref.model.model import Model

    models = [Model.read(one) for one in challengers]
    for number in range(count):
        model = models[number % len(models)]
        print("begins", model.version, flush=True)
        promote(model, model_folder, "promoted")
        print("champion", model.version, flush=True)


def label_burst(first: int, count: int) -> None:
    """Label movies one by one, each with a store of its own, as commands do; each is named once it is acknowledged."""
    from movie_pref.labels.store import LabelStore
    from movie_pref.settings import load_settings

    url = load_settings().label_store_url
    for number in range(first, first + count):
        label = ("would_watch", "would_not_watch")[number % 2]
        with LabelStore(url) as store:
            event = store.record(f"tt{number:07d}", label)
        print("acknowledged", event, f"tt{number:07d}", label, flush=True)


def command_burst(first: int, count: int) -> None:
    """`label_burst`, which says a mistake as commands do."""
    from movie_pref.commands.terminal import in_sentences

    app = typer.Typer()
    app.command()(in_sentences(lambda: label_burst(first, count)))
    app([])


def impatient_command(seconds: float, *arguments: str) -> None:
    """`movie-pref`, which waits for a locked database only so long."""
    from movie_pref.defs import home
    from movie_pref.labels import label_database

    home.BUSY = label_database.PATIENCE = seconds  # type: ignore[assignment]
    command(*arguments)


def lock(file: Path, seconds: float) -> None:
    """Let nobody else read or write a SQLite database."""
    import sqlite3
    import time

    opened = sqlite3.connect(file, isolation_level=None, timeout=30)
    opened.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)
    time.sleep(seconds)
    opened.execute("ROLLBACK")


def starve(megabytes: int) -> None:
    """From here on this process may have so much more memory than it has."""
    import resource

    status = Path("/proc/self/status").read_text(encoding="ascii")
    now = int(status.split("VmData:")[1].split()[0]) << 10
    resource.setrlimit(resource.RLIMIT_DATA, (now + (megabytes << 20),) * 2)


def starved_retrain(megabytes: int) -> None:
    """`retrain`, which may have so much more memory than it begins with."""
    starve(megabytes)
    retrain()


def starved_reading(megabytes: int, table: Path) -> None:
    """Read a table with so little memory left that no thread can be started."""
    import pandas as pd

    from movie_pref.memory import start_threads_of_arrow

    start_threads_of_arrow()
    starve(megabytes)
    print(len(pd.read_parquet(table)), "rows")


def score_without_memory() -> None:
    """`movie-pref score`, where one large array is refused."""
    import numpy as np

    from movie_pref.ranking import scoring

    def refused(*_: object, **__: object) -> None:
        np.empty(1 << 58, dtype="int8")

    scoring.score_file = refused  # type: ignore[assignment]
    command("score")


def at_another_time(ahead: float, jumps: list[tuple[float, float]], what: Callable[..., None], *given: Any) -> None:
    """Work by a clock that is so many seconds ahead, and jumps by so many more after so many seconds."""
    import threading
    import time

    import time_machine

    wait = threading.Event().wait
    clock = time_machine.travel(time.time() + ahead, tick=True).start()

    def jump() -> None:
        for after, by in jumps:
            wait(after)
            clock.shift(by)

    threading.Thread(target=jump, daemon=True).start()
    what(*given)


def on_a_slow_disk(longest: float, what: Callable[..., None], *given: Any) -> None:
    """Work where each file and each transaction may take so many seconds to be written."""
    import random
    import time

    import sqlalchemy as sa

    chance = random.Random(1)
    rename = Path.replace

    def slowly(path: Path, target: Path) -> Path:
        time.sleep(chance.uniform(0, longest))
        return rename(path, target)

    Path.replace = slowly  # type: ignore[assignment, method-assign]
    sa.event.listen(
        sa.Engine, "commit", lambda _: time.sleep(chance.uniform(0, longest) if chance.random() < 0.05 else 0)
    )
    what(*given)


def retrain_with_processes() -> None:
    """`retrain`, which begins selections in processes beside it on the smallest library, too."""
    from movie_pref.defs.assets import shared

    shared.WORTH_A_PROCESS = 0
    retrain()
