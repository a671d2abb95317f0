"""Talking to the person: lines, mistakes in one sentence, paths that are remembered."""

import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from movie_pref.errors import UserError

if TYPE_CHECKING:
    from movie_pref.library.tables import Tables
    from movie_pref.settings import Settings

MovieArgument = Annotated[
    str,
    typer.Argument(
        help="The movie: its imdb_id, as in tt0111161, or its title in quotes, with the year where several have it.",
        show_default=False,
    ),
]

console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def in_sentences(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            say(f"[bold red]movie-pref:[/] {plain(str(error))}")
            for choice in error.choices:
                say(f"  {plain(choice)}")
            raise typer.Exit(2) from None

    return guarded


def say(text: str) -> None:
    """Print a line and leave breaking it to the terminal, so that a path can be copied and a log searched."""
    console.print(text, soft_wrap=True)


def say_what_stays(tables: "Tables", settings: "Settings") -> None:
    """Name the person's own files that are not written to, and what to do where the environment names one."""
    for name, path in tables.left_alone(settings).items():
        say(f"Your file {plain(str(path))} stays as it is; what is new goes into {plain(str(settings.data))}.")
        variable = f"MOVIE_PREF_{name.upper()}"
        if variable in os.environ:
            say(f"  [yellow]Remove {variable} from the environment afterwards, or your old file is used on.[/]")


@contextmanager
def telling(text: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done: a line that lives at a terminal, a line every ten seconds where there is none."""
    last = time.monotonic()

    def tell(news: str) -> None:
        nonlocal last
        status.update(plain(news))
        if not console.is_terminal and time.monotonic() - last >= 10:
            last = time.monotonic()
            say(f"  {plain(news)}")

    with console.status(plain(text)) as status:
        yield tell


def plain(text: str) -> str:
    """Text as it is: never markup, nor a character that would steer the terminal or that no terminal can show."""
    from rich.markup import escape

    shown = "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode("ascii") for one in text
    )
    return escape(shown)


def absolute(path: Path | None) -> Path | None:
    return path.expanduser().resolve() if path else None


def remember(settings: "Settings", **values: Path | float | None) -> None:
    """Keep settings in settings.toml of the data folder, so that the UI and later runs use them; None forgets one."""
    import tomli_w

    from movie_pref.files import whole_file
    from movie_pref.settings import REMEMBERED_FILE

    file = settings.data / REMEMBERED_FILE
    kept = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    given = {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}
    changed = {name: value for name, value in {**kept, **given}.items() if value is not None}
    if changed != kept:
        with whole_file(file) as temporary:
            temporary.write_text(tomli_w.dumps(changed), encoding="utf-8")
