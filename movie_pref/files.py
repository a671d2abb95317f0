"""Files that are written whole or not at all: into a temporary one beside the target, then renamed over it."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from movie_pref.errors import UserError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place when the block ends well, and is removed when it does not.

    Raises
    ------
    UserError
        The folder cannot be written, or the disk is full; whatever stood at `target` is still there.
    """
    with _sentences_for(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its place when the block ends well (see `whole_file`)."""
    with _sentences_for(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"))
        try:
            yield temporary
            temporary.chmod(0o755)
            if target.exists():
                retired = temporary.with_suffix(".old")
                target.replace(retired)
                temporary.replace(target)
                shutil.rmtree(retired)
            else:
                temporary.replace(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def write_json(target: Path, content: Any) -> None:
    """Write JSON, whole or not at all."""
    with whole_file(target) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def _sentences_for(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Arrow raises a plain OSError with the cause in its text only
        full = error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
        if full:
            raise UserError(
                f"The disk is full: {target} could not be written; free some space and run again (what was there before is untouched)."
            ) from error
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise UserError(
                f"{target} cannot be written because a file stands where a folder should be ({error.filename}); move it away or name another folder with MOVIE_PREF_DATA."
            ) from error
        if isinstance(error, IsADirectoryError):
            raise UserError(
                f"{target} cannot be written because a folder of that name is there; move it away."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise UserError(
                f"{target} may not be written ({error.strerror}); change the permissions of {target.parent} or name another folder with MOVIE_PREF_DATA."
            ) from error
        raise
