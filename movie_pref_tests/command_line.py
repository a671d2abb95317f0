"""The command as a person types it: in this process, or in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

MOVIE_PREF = str(Path(sys.executable).with_name("movie-pref"))
# a whole run in seconds
QUICK = {
    "MOVIE_PREF_SEARCH": "sample",
    "MOVIE_PREF_SEARCH_POINTS": "1",
    "MOVIE_PREF_FOLDS": "2",
    "MOVIE_PREF_REASONS_FOR": "10",
    "MOVIE_PREF_POLICY": "none",
    "MOVIE_PREF_BOOTSTRAP_SAMPLES": "100",
}


@dataclass(frozen=True)
class Said:
    """What the command answered: its exit code and everything it wrote, stdout and stderr together."""

    code: int
    out: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.out, self.out

    @property
    def words(self) -> str:
        """What was written on one line, without the frames of tables."""
        return " ".join(re.sub("[│┃]", " ", self.out).split())

    @property
    def complaints(self) -> list[str]:
        """The lines in which the command tells the person what to mend."""
        return [line for line in self.out.splitlines() if line.startswith("movie-pref:")]


def typed(*arguments: object, answer: str | None = None) -> Said:
    """The command in this process and its environment; `answer` is what the person types when asked."""
    from movie_pref.cli import app

    found = CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise AssertionError(f"the command would print a traceback: {found.exception!r}") from found.exception
    return Said(found.exit_code, found.output)


def says(*arguments: object, code: int = 0, answer: str | None = None) -> str:
    """Its words, typed in this process, after checking how it ended."""
    said = typed(*arguments, answer=answer)
    assert said.code == code, said.out
    return said.words


def nothing_set() -> dict[str, str]:
    """This environment without any setting of the project's or of Dagster's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MOVIE_PREF_", "DAGSTER_"))}


class Command:
    """The command on one data folder, with settings of its own and no others."""

    def __init__(self, data: Path, settings: Mapping[str, str] = QUICK) -> None:
        self.data, self.settings = data, settings

    def environment(self, **more: str) -> dict[str, str]:
        return {**nothing_set(), **self.settings, "MOVIE_PREF_DATA": str(self.data), **more}

    def __call__(self, *arguments: object, **environment: str) -> Said:
        """In this process."""
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.environment(**environment))
        try:
            return typed(*arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def start(self, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        """In a process of its own beside the data folder, still running."""
        return subprocess.Popen(
            [MOVIE_PREF, *map(str, arguments)],
            env=self.environment(**environment),
            cwd=self.data.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def apart(self, *arguments: object, **environment: str) -> Said:
        """In a process of its own, to its end."""
        with self.start(*arguments, **environment) as process:
            try:
                out, _ = process.communicate(timeout=240)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Said(process.returncode, out)
