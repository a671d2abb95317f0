"""The Dagster UI: `ui`."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from movie_pref.commands.terminal import console, in_sentences
from movie_pref.data_folder import DataFolder


@in_sentences
def ui(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
) -> None:
    """Open the Dagster UI: every asset with its lineage, plots, thresholds and history. Ctrl-C ends it."""
    from movie_pref.commands.runs import dagster_home
    from movie_pref.settings import load_settings

    settings = load_settings()
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(dagster_home(settings)),
        "MOVIE_PREF_DATA": str(settings.data.resolve()),
    }
    console.print(
        f"The Dagster UI opens at http://{host}:{port} (Ctrl-C ends it); its history is kept in {DataFolder(settings.data).dagster_home}."
    )
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
    ]
    try:
        raise typer.Exit(subprocess.run([*command, "--log-level", "warning"], env=environment, check=False).returncode)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
