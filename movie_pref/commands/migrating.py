"""Bringing labels and the history of runs from SQLite files to a PostgreSQL server, or back: `migrate`."""

from typing import Annotated

import typer

from movie_pref.commands.terminal import in_sentences, note, say, telling
from movie_pref.errors import UserError

HERE = "here"


@in_sentences
def migrate(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="Where to: the address of a PostgreSQL database (postgresql://me@host/movies), or `here`, the files of the data folder.",
        ),
    ],
    source: Annotated[
        str, typer.Option("--from", help="Where from: `here`, or the address of a PostgreSQL database.")
    ] = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only; nothing is written.")] = False,
) -> None:
    """Copy the label store and Dagster's history of runs from SQLite files to PostgreSQL, or back.

    What the target has already stays, and a second time goes on where a first was cut off. The source is left as it is.
    Nothing is switched over: the end says how.
    """
    from movie_pref.addresses import PASSWORD_SHOWN, has_password
    from movie_pref.data_folder import DataFolder
    from movie_pref.defs.history_copy import copy_history, open_storage, unfinished
    from movie_pref.labels.store import LabelStore
    from movie_pref.settings import load_settings

    settings = load_settings()
    if (source == HERE) == (to == HERE):
        raise UserError(
            f"One of --from and --to is `here`, the other the address of a database; given were {source!r} and {to!r}."
        )
    if has_password(source) or has_password(to):
        raise UserError(f"{PASSWORD_SHOWN}.")
    stores = {place: settings.local_label_store_url if place == HERE else _for_labels(place) for place in (source, to)}
    homes = {place: str(DataFolder(settings.data).dagster_home) if place == HERE else place for place in (source, to)}
    with open_storage(homes[source]) as old_history, open_storage(homes[to]) as new_history:
        if count := unfinished(old_history):
            runs = f"1 run of {source} has" if count == 1 else f"{count} runs of {source} have"
            raise UserError(f"{runs} not ended; wait, or end it in the Dagster UI, and start again.")
        with telling("Copying the history") as tell:
            found = copy_history(old_history, new_history, not dry_run, tell)
    with LabelStore(stores[source]) as old, LabelStore(stores[to]) as new:
        labels, missing = new.add_missing(old.history(), write=not dry_run)
    did = "would be copied" if dry_run else "copied"
    say(f"labels: {labels:,} entries, {missing:,} {did}")
    say(f"runs: {found.runs:,}, {found.runs_new:,} {did}, with {found.events_new:,} events")
    say(f"ticks of sensors and schedules: {found.ticks:,}, {found.ticks_new:,} {did}")
    if dry_run:
        note("Nothing was written. Next: the same without --dry-run")
        return
    if to == HERE:
        note("Next: leave out MOVIE_PREF_LABEL_STORE, and use the data folder's own dagster.yaml: movie-pref ui")
    else:
        note(f"Next: MOVIE_PREF_LABEL_STORE={stores[to]}")
        note("      and a dagster.yaml with dagster_postgres, as deploy/ has one; docs/deployment.md says which")


def _for_labels(address: str) -> str:
    """The address as SQLAlchemy takes it for the driver that the label store uses."""
    return address.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)
