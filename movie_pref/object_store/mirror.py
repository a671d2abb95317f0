"""Which of the two is ahead, the data folder or its copy in the object store, and bringing one to the state of the other.

The folder remembers which copy it last took or gave. Where only one of the two has changed since, that one is ahead; where both
have, somebody has to say which one counts, and nothing is written before that.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.errors import UserError
from movie_pref.files import write_json
from movie_pref.object_store.manifest import Manifest
from movie_pref.object_store.store import ObjectStore

Say = Callable[[str], object]


class Standing(StrEnum):
    """How the data folder and its copy stand to each other."""

    SAME = "same"
    FOLDER_AHEAD = "folder_ahead"
    COPY_AHEAD = "copy_ahead"
    BOTH_CHANGED = "both_changed"


@dataclass(frozen=True)
class Compared:
    """What is on either side, and how that stands."""

    folder: Manifest
    copy: Manifest | None
    standing: Standing


@dataclass(frozen=True)
class Moved:
    """What went over: files, those of them whose content had to be sent or fetched, the bytes of these, and what was removed."""

    files: int
    moved: int
    bytes: int
    removed: int


def compare(folder: DataFolder, store: ObjectStore) -> Compared:
    """How the folder and its copy stand to each other; nothing is written.

    Raises
    ------
    UserError
        The store cannot be read.
    """
    mine, theirs = Manifest.of(folder), store.manifest()
    remembered = read_json(folder.copy_state) or {}
    last = remembered.get("files") if remembered.get("address") == store.address else None
    return Compared(mine, theirs, _standing(mine, theirs, last, bool(remembered.get("fetching"))))


def _standing(mine: Manifest, theirs: Manifest | None, last: dict[str, str] | None, half_fetched: bool) -> Standing:
    if theirs is None:
        return Standing.FOLDER_AHEAD if mine.files else Standing.SAME
    if mine.contents == theirs.contents:
        return Standing.SAME
    if not mine.files or half_fetched or mine.contents == last:
        return Standing.COPY_AHEAD
    return Standing.FOLDER_AHEAD if theirs.contents == last else Standing.BOTH_CHANGED


def push(folder: DataFolder, store: ObjectStore, say: Say, replace: bool = False) -> Moved:
    """Bring the copy to the state of the folder: what it lacks is sent, then the manifest; then what nobody names is removed.

    What the copy before named is kept for those who still read it.

    Raises
    ------
    UserError
        The copy has changed since the folder last saw it, and `replace` does not say that it may go; or the store cannot be written.
    """
    found = compare(folder, store)
    _refuse(found, store, replace, Standing.COPY_AHEAD)
    missing = store.missing(found.folder.files.values())
    paths = {entry.sha256: folder.root / name for name, entry in found.folder.files.items() if entry.sha256 in missing}
    store.send(paths, lambda done, of: say(f"{done:,} of {of:,} files sent to {store.address}"))
    removed = 0
    if found.copy is None or found.copy.contents != found.folder.contents:
        now = store.manifest()
        if (now and now.contents) != (found.copy and found.copy.contents):
            raise UserError(f"The copy at {store.address} was changed by another push just now; try again.")
        store.publish(found.folder)
        removed = store.forget_all_but(found.folder, *([found.copy] if found.copy else []))
    _remember(folder, store, found.folder)
    return Moved(len(found.folder.files), len(paths), sum(entry.bytes for entry in missing.values()), removed)


def pull(folder: DataFolder, store: ObjectStore, say: Say, replace: bool = False) -> Moved:
    """Bring the folder to the state of the copy: all is fetched first, then put in place, each file whole.

    Who calls it holds the lock of the folder. A pull that was killed is taken up by the next one.

    Raises
    ------
    UserError
        There is no copy; the folder has changed since it last took or gave one, and `replace` does not say that it may go;
        or the store cannot be read.
    """
    found = compare(folder, store)
    if found.copy is None:
        raise UserError(
            f"There is no copy of a data folder at {store.address}; make one with `movie-pref folder push`."
        )
    _refuse(found, store, replace, Standing.FOLDER_AHEAD)
    here = found.folder.files
    wanted = {name: entry for name, entry in found.copy.files.items() if name not in here or here[name] != entry}
    lacking = {entry.sha256: entry for name, entry in wanted.items() if found.folder.contents.get(name) != entry.sha256}
    gone = [name for name in here if name not in found.copy.files]
    folder.root.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(dir=folder.root, prefix=".fetched.", suffix=".tmp"))
    try:
        store.fetch(
            {sha256: fetched / sha256 for sha256 in lacking},
            lambda done, of: say(f"{done:,} of {of:,} files fetched from {store.address}"),
        )
        write_json(folder.copy_state, {"address": store.address, "fetching": True})
        for name, entry in wanted.items():
            target = folder.root / name
            if entry.sha256 in lacking:
                target.parent.mkdir(parents=True, exist_ok=True)
                placed = fetched / "placed"
                shutil.copyfile(fetched / entry.sha256, placed)
                placed.replace(target)
            os.utime(target, ns=(entry.modified, entry.modified))
        for name in gone:
            (folder.root / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
    _remember(folder, store, found.copy)
    return Moved(len(found.copy.files), len(lacking), sum(entry.bytes for entry in lacking.values()), len(gone))


def catch_up(folder: DataFolder, address: str | None, say: Say) -> Moved | None:
    """Before a run: take the copy where it is ahead of the folder; None where there is nothing to take, or no store.

    Raises
    ------
    UserError
        Both have changed, or the store cannot be read.
    """
    if address is None:
        return None
    store = ObjectStore(address)
    found = compare(folder, store)
    _refuse(found, store, False)
    return pull(folder, store, say) if found.standing == Standing.COPY_AHEAD else None


def _refuse(found: Compared, store: ObjectStore, replace: bool, *also: Standing) -> None:
    if replace or found.standing not in (Standing.BOTH_CHANGED, *also):
        return
    what = {
        Standing.BOTH_CHANGED: f"The data folder and its copy at {store.address} were both changed since they were last the same",
        Standing.COPY_AHEAD: f"The copy at {store.address} is newer than the data folder",
        Standing.FOLDER_AHEAD: f"The data folder is newer than its copy at {store.address}",
    }[found.standing]
    raise UserError(
        f"{what}, so nothing was written; `movie-pref folder push --replace` keeps the folder's files, `movie-pref folder pull --replace` the copy's."
    )


def _remember(folder: DataFolder, store: ObjectStore, manifest: Manifest) -> None:
    write_json(folder.copy_state, {"address": store.address, "files": manifest.contents})
