"""The command `movie-pref`: which commands there are. What they do is in `movie_pref.commands`."""

import gc
import importlib.metadata
from typing import Annotated

import typer

from movie_pref.commands import (
    comparing,
    export,
    folder,
    importing,
    labels,
    metadata,
    migrating,
    model,
    pipeline,
    removals,
    review,
    status,
    ui,
)
from movie_pref.commands.terminal import QuietOption, be_quiet, in_paragraphs, say

HELP = """Ranks the movies you have not seen by the probability that you would watch them.

It learns from a library in which you labelled movies [bold]would_watch[/] or [bold]would_not_watch[/], and your
favourites [bold]would_watch_again[/] if you like.

Start with [bold]movie-pref run[/]: without a library of yours it makes a demonstration one. Then look at every step,
plot and threshold with [bold]movie-pref ui[/]. Files are kept in the folder data/, or the one that MOVIE_PREF_DATA names.

Exit codes: 0 all well, 1 a blocking check failed, 2 something in the input has to be mended."""

# a command makes few cycles and hundreds of thousands of objects that stay; to look for garbage at every 700th is a tenth of a run
GARBAGE = 50_000

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=in_paragraphs(HELP))


def _say_version(wanted: bool) -> None:
    if wanted:
        say(f"movie-pref {importlib.metadata.version('movie-pref')}")
        raise typer.Exit


@app.callback()
def movie_pref(
    quiet: QuietOption = False,
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    be_quiet(quiet)
    gc.set_threshold(GARBAGE)


for command in (
    pipeline.run,
    status.status,
    pipeline.score,
    comparing.compare,
    pipeline.demo,
    export.export,
    model.explain,
    model.report,
    model.rollback,
    labels.label,
    review.review,
    removals.removals,
    ui.ui,
    migrating.migrate,
):
    app.command()(command)
app.command("import")(importing.import_)
app.command()(metadata.metadata)

labels_app = typer.Typer(no_args_is_help=True, help="Save every label to a file, and bring them back.")
app.add_typer(labels_app, name="labels")
labels_app.command("export")(labels.export_labels)
labels_app.command("restore")(labels.restore_labels)

folder_app = typer.Typer(no_args_is_help=True, help="The copy of the data folder in an object store.")
app.add_typer(folder_app, name="folder")
folder_app.command("status")(folder.status)
folder_app.command("push")(folder.push)
folder_app.command("pull")(folder.pull)


if __name__ == "__main__":
    app()
