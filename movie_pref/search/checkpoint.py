"""What a search has finished, kept on disk, so that one that was killed goes on where it was."""

import hashlib
import io
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from movie_pref.files import whole_file
from movie_pref.search.fits import MEASURES, Fit

DIGEST = 32  # bytes of SHA-256 in front of a shard's content
KEPT_DAYS = 30


class Checkpoint:
    """Finished shards of one search, a file each, in a folder named by everything that their content depends on.

    A changed library, grid, fold, seed or library version makes another folder. A file holds the hash of its content
    and is written whole or not at all, so two searches at once only ever write the same thing twice.

    Parameters
    ----------
    folder
        Holds a folder for each search; those that were not touched for 30 days are removed.
    fingerprint
        `Problem.fingerprint`.
    say
        Told in a sentence when a damaged shard has to be computed again.
    """

    def __init__(self, folder: Path, fingerprint: str, say: Callable[[str], object] = lambda text: None) -> None:
        self.folder, self.say = folder / fingerprint, say
        _forget(folder, keep=fingerprint)

    def read(self, shard: Sequence[Fit]) -> np.ndarray | None:
        """The measures of a finished shard, one row a size; None where it is not finished or its file is damaged."""
        path = self._path(shard)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        rows = sum(len(fit.sizes) for fit in shard)
        if hashlib.sha256(content[DIGEST:]).digest() == content[:DIGEST]:
            found = np.load(io.BytesIO(content[DIGEST:]), allow_pickle=False)
            if found.shape == (rows, len(MEASURES)):
                return found
        self.say(f"a finished part of the search is damaged on disk ({path.name}) and is computed again")
        return None

    def write(self, shard: Sequence[Fit], found: np.ndarray) -> None:
        """Keep a finished shard.

        Raises
        ------
        UserError
            The disk is full or the folder cannot be written; what was finished before is still there.
        """
        content = io.BytesIO()
        np.save(content, found, allow_pickle=False)
        with whole_file(self._path(shard), lasting=False) as temporary:
            temporary.write_bytes(hashlib.sha256(content.getvalue()).digest() + content.getvalue())

    def _path(self, shard: Sequence[Fit]) -> Path:
        name = hashlib.sha256(repr([tuple(fit) for fit in shard]).encode()).hexdigest()[:20]
        return self.folder / f"{name}.shard"


def _forget(folder: Path, keep: str) -> None:
    """Remove searches that nothing was added to for a month."""
    if not folder.is_dir():
        return
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for old in folder.iterdir():
        if old.is_dir() and old.name != keep and old.stat().st_mtime < oldest:
            shutil.rmtree(old, ignore_errors=True)
