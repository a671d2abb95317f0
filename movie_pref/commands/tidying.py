"""What a command does before it changes the data folder: it tidies up after one that was killed, and waits for one that works."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from movie_pref.commands.terminal import note, plain, warn
from movie_pref.data_folder import DataFolder
from movie_pref.files import clear_leftovers, one_at_a_time


@contextmanager
def tables_held(data: Path, command: str) -> Iterator[None]:
    """Let no other command add to the library or the candidates from when they are read until they are written.

    One that asked a site for minutes would write the tables as they were before, without what came in meanwhile.

    Raises
    ------
    UserError
        The data folder may not be written.
    """
    who = f"process {os.getpid()}, movie-pref {command}"
    with one_at_a_time(DataFolder(data).tables_lock, who, warn, "command"):
        tidy_up(data)
        yield


def tidy_up(data: Path) -> None:
    """Remove or bring back what was left by a run or a command that was killed while it wrote."""
    found = clear_leftovers(data)
    for path in found.restored:
        warn(f"A run was killed while it replaced {plain(str(path))}; what stood there before is back.")
    if found.removed:
        note(
            f"Removed what a run that was killed had half written: {found.removed:,} {'file' if found.removed == 1 else 'files'}."
        )
