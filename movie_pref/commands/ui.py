"""The Dagster UI: `ui`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from movie_pref.commands.terminal import complain, in_sentences, note, plain, say, warn
from movie_pref.errors import UserError


@in_sentences
def ui(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
) -> None:
    """Open the Dagster UI: every asset with its lineage, plots, thresholds and history. Ctrl-C ends it."""
    from movie_pref.commands.runs import dagster_home
    from movie_pref.commands.service import serve
    from movie_pref.review.guard import is_loopback
    from movie_pref.settings import load_settings

    check_port(host, port)
    settings = load_settings()
    home = dagster_home(settings)
    # it is started in its home, since it would warn of the project's own dagster.yaml in the project's folder
    whole = {"MOVIE_PREF_DATA": settings.data, "MOVIE_PREF_CANDIDATES": settings.candidates_path}
    if settings.database is None:
        whole["MOVIE_PREF_LIBRARY"] = settings.library_path
    paths = {
        name: str(path.resolve()) for name, path in whole.items() if name == "MOVIE_PREF_DATA" or name in os.environ
    }
    environment = {**os.environ, **paths, "DAGSTER_HOME": str(home)}
    if "MOVIE_PREF_LABEL_STORE" in os.environ:
        environment["MOVIE_PREF_LABEL_STORE"] = absolute_store(settings.label_store_url)
    if not is_loopback(host):
        warn(
            f"[yellow]Whoever can reach this machine at {plain(host)} can start runs and read your library, since the Dagster UI asks for no password:[/] leave out --host to keep it to yourself."
        )
    say(f"The Dagster UI opens at http://{host}:{port} (Ctrl-C ends it); its history is kept in {home}.")
    command = [
        sys.executable,
        "-W",
        "ignore:Function `dev_command` is superseded",
        "-m",
        "dagster",
        "dev",
        "-m",
        "movie_pref.definitions",
        "-h",
        host,
        "-p",
        str(port),
        "--log-level",
        "warning",
    ]
    sys.stdout.flush()
    ended = serve(command, environment, home, lambda: note("The Dagster UI is ending (Ctrl-C again ends it at once)."))
    if ended.asked and ended.killed:
        warn(
            f"{ended.killed} of the UI's processes did not end by themselves and were killed; a run of theirs is cut off."
        )
    if not ended.asked:
        complain("The Dagster UI ended by itself; above it says why.")
        raise typer.Exit(1)


def check_port(host: str, port: int) -> None:
    """Raise UserError where the UI could not listen; Dagster would neither serve nor end."""
    from movie_pref.review.server import listen

    with listen(host, port) as free:
        if port and free.getsockname()[1] != port:
            raise UserError(f"Port {port} is taken, perhaps by a Dagster UI that is open; name another with --port.")


def absolute_store(url: str) -> str:
    """The address of a label store, a file's path in full."""
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{Path(path).resolve()}"
