"""Talking to the person: results, notes beside them and mistakes in one sentence.

Results go to the standard output, mistakes to the standard error. Notes (what is being done, what to do next) help a
person and are left out with --quiet. Colours and lines that live are for terminals only; rich heeds NO_COLOR and COLUMNS.
"""

import inspect
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from movie_pref.errors import OutOfMemoryError, UserError, is_out_of_memory

if TYPE_CHECKING:
    from movie_pref.library.tables import Tables
    from movie_pref.settings import Settings

MovieArgument = Annotated[
    str,
    typer.Argument(
        metavar="MOVIE",
        help="The movie: its imdb_id, as in tt0111161, or its title in quotes, with the year where several have it.",
        show_default=False,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and mistakes only.")]
PIPE_WIDTH = 120  # of tables, where nothing says how wide they may be
NARROW = 90  # columns below which a wide table becomes a list


def _console(stderr: bool = False) -> Console:
    there = (sys.stderr if stderr else sys.stdout).isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(stderr=stderr, highlight=False, width=None if there else PIPE_WIDTH)


console, notes, errors = _console(), _console(), _console(stderr=True)


def be_quiet(quiet: bool) -> None:
    """Whether notes are left out."""
    notes.quiet = quiet


def in_sentences(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that tells mistakes in one sentence, with exit code 2, and knows --quiet."""

    @wraps(command)
    def guarded(*args: Any, quiet: bool = False, **kwargs: Any) -> Any:
        if quiet:
            be_quiet(True)
        try:
            return command(*args, **kwargs)
        except UserError as error:
            complain(str(error), error.choices)
            raise typer.Exit(2) from None
        except (MemoryError, OSError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            said = str(OutOfMemoryError(error))
        # here what the command held is free again, and a sentence without colours needs least
        print(f"movie-pref: {said}", file=sys.stderr)
        raise typer.Exit(2)

    own = inspect.signature(command)
    option = inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=QuietOption)
    guarded.__signature__ = own.replace(parameters=[*own.parameters.values(), option])  # type: ignore[attr-defined]
    guarded.__annotations__ = {**command.__annotations__, "quiet": QuietOption}
    guarded.__doc__ = in_paragraphs(command.__doc__ or "")
    return guarded


def in_paragraphs(text: str) -> str:
    """A text whose lines end where paragraphs do, so that the terminal's width breaks them and not the code's."""
    return "\n\n".join(" ".join(one.split()) for one in text.split("\n\n")).strip()


def say(text: str) -> None:
    """Print a line of the result."""
    _print(console, text)


def note(text: str) -> None:
    """Print a line that helps a person and is no result."""
    _print(notes, text)


def aside(text: str) -> None:
    """Print a note where the standard output is for a program."""
    if not notes.quiet:
        _print(errors, text)


def warn(text: str) -> None:
    """Print what went otherwise than it should, quiet or not."""
    _print(errors, text)


def complain(sentence: str, choices: list[str] | None = None) -> None:
    """Print what the person has to mend, and what may have been meant."""
    warn(f"[bold red]movie-pref:[/] {plain(sentence)}")
    for choice in choices or []:
        warn(f"  {plain(choice)}")


def is_narrow() -> bool:
    """Whether a wide table has no room."""
    return console.width < NARROW


def show(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = (), lined: bool = False
) -> None:
    """A table of the result, or where it has no room a list: a row's first cell, and below it the others with their columns.

    Parameters
    ----------
    title, rows
        Markup.
    right
        The columns that are numbers.
    lined
        Whether rows are set apart by lines, as rows of sentences are.
    """
    if is_narrow():
        say(f"[bold]{title}[/]")
        for first, *rest in rows:
            say(f"  {first}")
            for name, cell in zip(columns[1:], rest, strict=True):
                if cell:
                    say(f"    {name}: {cell}")
        return
    table = Table(title=title, title_justify="left", show_lines=lined)
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print(to: Console, text: str) -> None:
    """A terminal's lines are broken between words and paths stay whole; a pipe's are not broken, so that they can be searched."""
    if not to.is_terminal:
        to.print(text, soft_wrap=True)
        return
    for line in Text.from_markup(text).split("\n", allow_blank=True):
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        hanging = indent + 2 * line.plain[indent:].startswith("- ")
        for number, part in enumerate(_between_words(line[indent:], to.width - hanging)):
            to.print(Text(" " * (hanging if number else indent)) + part, soft_wrap=True)


def _between_words(text: Text, width: int) -> Iterable[Text]:
    """The lines of a text, none wider than this unless one word is."""
    starts, used = [], 0
    for word in re.finditer(r"\S+\s*", text.plain):
        if used and used + cell_len(word[0].rstrip()) > width:
            starts.append(word.start())
            used = 0
        used += cell_len(word[0])
    for line in text.divide(starts):
        line.rstrip()
        yield line


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
        if status is not None:
            status.update(plain(news))
        elif time.monotonic() - last >= 10:
            last = time.monotonic()
            note(f"  {plain(news)}")

    if notes.is_terminal and not notes.quiet:
        with notes.status(plain(text)) as status:
            yield tell
    else:
        status = None
        yield tell


def plain(text: str) -> str:
    """Text as it is: never markup, on one line, and nothing that would steer the terminal or that no terminal can show."""
    from rich.markup import escape

    return escape("".join(_shown(one) if _steers(one) else one for one in text))


def _shown(letter: str) -> str:
    return " " if letter.isspace() else letter.encode("unicode_escape").decode("ascii")


def _steers(letter: str) -> bool:
    """Whether a character moves the cursor, changes a terminal, turns the direction of a text, or is half a character."""
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def absolute(path: Path | None) -> Path | None:
    """The whole of a path as it was typed; one that leads nowhere is left for its reader to refuse."""
    try:
        return path.expanduser().resolve() if path else None
    except RuntimeError:  # links in a circle, or the home of nobody
        return path.absolute() if path else None
