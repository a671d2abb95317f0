"""The copy of the data folder in an object store, by hand: `folder push`, `folder pull`, `folder status`."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from movie_pref.commands.terminal import in_sentences, note, plain, say, telling, warn
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    from movie_pref.object_store.manifest import Manifest
    from movie_pref.object_store.store import ObjectStore

ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Also where the other side is newer or both were changed: it is replaced.")
]
STANDS = {
    "same": "they are the same",
    "folder_ahead": "the folder is ahead; the next run sends it, or movie-pref folder push",
    "copy_ahead": "the copy is ahead; the next run takes it, or movie-pref folder pull",
    "both_changed": "both were changed; movie-pref folder push --replace keeps the folder's files, movie-pref folder pull --replace the copy's",
}


@in_sentences
def push(replace: ReplaceOption = False) -> None:
    """Send what is new in the data folder to the address that the setting object_store names; runs do so at their end.

    Settings, labels in SQLite, Dagster's history and the search's shards stay on this machine.
    """
    from movie_pref.object_store import mirror

    with _both_sides("Sending") as (folder, store, tell):
        moved = mirror.push(folder, store, tell, replace)
    say(
        f"{plain(store.address)}: {moved.files:,} files, {moved.moved:,} of them sent ({moved.bytes / 1e6:.1f} MB)"
        + (f", {moved.removed:,} old ones removed" if moved.removed else "")
    )
    note("Labels are not in it where they are kept in a file of this machine: movie-pref labels export labels.csv")


@in_sentences
def pull(replace: ReplaceOption = False) -> None:
    """Fetch what is newer at the address that the setting object_store names; a run does so before it begins."""
    from movie_pref.object_store import mirror

    with _both_sides("Fetching") as (folder, store, tell):
        moved = mirror.pull(folder, store, tell, replace)
    say(
        f"{folder.root}: {moved.files:,} files, {moved.moved:,} of them fetched ({moved.bytes / 1e6:.1f} MB)"
        + (f", {moved.removed:,} removed that the copy does not have" if moved.removed else "")
    )
    note("Next: movie-pref status")


@in_sentences
def status() -> None:
    """Say which is ahead, the data folder or its copy; nothing is written."""
    from movie_pref.object_store import mirror

    with _both_sides("Comparing") as (folder, store, _):
        found = mirror.compare(folder, store)
    say(f"[bold]Folder[/] {plain(str(folder.root))}: {_size(found.folder)}")
    say(f"[bold]Copy[/]   {plain(store.address)}: {_size(found.copy)}")
    say(STANDS[found.standing])


@contextmanager
def _both_sides(what: str) -> "Iterator[tuple[DataFolder, ObjectStore, Callable[[str], None]]]":
    """The data folder, held as by a run, its store, and who is told how it goes."""
    from movie_pref.files import one_at_a_time
    from movie_pref.object_store.store import ObjectStore
    from movie_pref.settings import load_settings

    settings = load_settings()
    if settings.object_store is None:
        raise UserError(
            "The setting 'object_store' names no place for a copy; set it in settings.toml or MOVIE_PREF_OBJECT_STORE, as s3://bucket/folder."
        )
    folder = DataFolder(settings.data)
    who = f"process {os.getpid()}, movie-pref folder"
    with one_at_a_time(folder.run_lock, who, warn), telling(f"{what}: {settings.object_store}") as tell:
        yield folder, ObjectStore(settings.object_store), tell


def _size(manifest: "Manifest | None") -> str:
    if manifest is None or not manifest.files:
        return "nothing yet"
    return f"{len(manifest.files):,} files, {manifest.bytes() / 1e6:.1f} MB"
