"""Files that are written whole or not at all: into a temporary one beside the target, then renamed over it.

What bears its name is on the disk first, and its folder after the rename, so that a power cut leaves the old file or the
new one. What a run makes again (parts of a search, pictures, assets: 217 of the 246 files that one for 2,700 movies
writes) is left to the operating system. The rest are 99 waits, 1 s of 90 on a disk without moving parts, and no arithmetic.
"""

import errno
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from movie_pref.errors import DiskFullError, UserError

LEFTOVER = re.compile(
    r"\.(?P<target>.+)\.[a-z0-9_]{8}\.(?P<end>tmp|old)"
)  # as `whole_file` and `whole_folder` name them
_HELD: set[str] = set()  # the locks of this process
_SIGNS: dict[str, int] = {}  # the file that this process shows life by, and its handle
A_MOMENT = 0.1  # seconds, in which a writer that has just made a temporary file holds it
A_PAGE = 65_536  # bytes free, below which SQLite cannot enlarge its files
LARGEST_TEXT = 1_000_000  # bytes of a file that a person writes by hand


@contextmanager
def whole_file(target: Path, lasting: bool = True) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place when the block ends well, and is removed when it does not.

    `lasting` is False for what is computed again where a power cut leaves it empty.

    Raises
    ------
    UserError
        The folder cannot be written, or the disk is full; whatever stood at `target` is still there.
    """
    with _sentences_for(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            _hold(handle)
            yield temporary
            temporary.chmod(0o644)
            if lasting:
                _to_disk(temporary)
            temporary.replace(target)
            if lasting:
                _to_disk(target.parent)
        finally:
            os.close(handle)
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its place when the block ends well (see `whole_file`)."""
    with _sentences_for(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"))
        handle = os.open(temporary, os.O_RDONLY)
        try:
            _hold(handle)
            yield temporary
            temporary.chmod(0o755)
            for path in (*temporary.rglob("*"), temporary):
                _to_disk(path)
            retired = temporary.with_suffix(".old")
            if target.exists():
                target.replace(retired)
            temporary.replace(target)
            _to_disk(target.parent)
            if retired.exists():
                shutil.rmtree(retired)
        finally:
            os.close(handle)
            shutil.rmtree(temporary, ignore_errors=True)


def _to_disk(path: Path) -> None:
    """Wait until what a file holds, or which names a folder holds, is on the disk and not in memory only."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network drives know no such thing of a folder
            raise
    finally:
        os.close(handle)


class Leftovers(NamedTuple):
    """What was tidied up: how many things were removed, and which had to be brought back."""

    removed: int
    restored: list[Path]


def clear_leftovers(root: Path) -> Leftovers:
    """Tidy up, in a folder and two levels below it, what writers left that were killed while they wrote.

    A folder that was moved aside for a new one which never came is moved back. What somebody still writes is held by the
    operating system until they end, however they end, and is left alone.
    """
    removed, restored = 0, []
    hidden = sorted(one for depth in ("", "*/", "*/*/") for one in root.glob(f"{depth}.*"))
    left = [(path, found) for path in hidden if (found := LEFTOVER.fullmatch(path.name))]
    if left:
        time.sleep(A_MOMENT)
    for path, found in left:
        target = path.with_name(found["target"])
        if any(_is_held(one) for one in (path, path.with_suffix(".tmp"), target)):
            continue
        if found["end"] == "old" and not target.exists():
            path.replace(target)
            restored.append(target)
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return Leftovers(removed, restored)


def _hold(handle: int) -> bool:
    """Let others see, for as long as the handle is open, that somebody works on it; False where it is held already.

    Some network drives hold nothing, and say so as if it were held.
    """
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_held(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # it is not there
        return False
    try:
        return not _hold(handle)
    finally:
        os.close(handle)


def read_handwritten(path: Path, problem: str, remedy: str) -> str | None:
    """The text of a file that a person writes by hand; None where there is none.

    Raises
    ------
    UserError
        It is no file, may not be read, is far too large, or no UTF-8: the path, `problem` with the cause, and `remedy`.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe is never opened: that would wait for whoever writes
            cause = "it is a folder" if stat.S_ISDIR(found.st_mode) else "it is no file but a device or a pipe"
        elif found.st_size > LARGEST_TEXT:
            cause = f"it has {found.st_size:,} bytes, and at most {LARGEST_TEXT:,} were expected"
        else:
            return path.read_text(encoding="utf-8-sig")  # editors of Windows put a mark before the text
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        cause = f"it is no text in UTF-8: the byte {error.object[error.start]:#x} at {error.start:,}"
    except OSError as error:
        cause = f"it cannot be read: {error.strerror}"
    raise UserError(f"{path} {problem} ({cause}); {remedy}.")


def content_hash(paths: Iterable[Path]) -> str:
    """Sixteen digits of a hash over what these files, and the files of these folders, hold."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()[:16]


@contextmanager
def one_at_a_time(lock: Path, who: str, say: Callable[[str], object], what: str = "run") -> Iterator[None]:
    """Hold a lock for as long as the block runs. Whoever comes second waits, and `say` tells them for what and whom.

    `who` is what others are told. The operating system holds the lock and lets go of it when the process ends, however
    it ends; a process that has it already is let in again.

    Raises
    ------
    UserError
        The file of the lock may not be written.
    """
    import fcntl

    key = str(lock.resolve())
    if key in _HELD:
        yield
        return
    with _sentences_for(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        opened = lock.open("a+", encoding="utf-8")
    with opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            opened.seek(0)
            say(
                f"Another {what} is at work in {lock.parent} ({opened.read().strip()}); this one starts when it has ended."
            )
            fcntl.flock(opened, fcntl.LOCK_EX)
        opened.truncate(0)
        opened.write(who)
        opened.flush()
        _HELD.add(key)
        try:
            yield
        finally:
            _HELD.discard(key)


def show_life(file: Path) -> None:
    """Be known to work, by a file that is held until this process ends, however it ends, or shows life by another one.

    Raises
    ------
    UserError
        The file may not be written.
    """
    if str(file) in _SIGNS:
        return
    with _sentences_for(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".tmp")
        _hold(handle)  # before it bears its name, so that it is never seen there and not held
        Path(name).chmod(0o644)
        Path(name).replace(file)
    while _SIGNS:
        os.close(_SIGNS.popitem()[1])
    _SIGNS[str(file)] = handle


def shows_life(file: Path) -> bool:
    """Whether the process that showed life by this file still does."""
    return _is_held(file)


def write_json(target: Path, content: Any) -> None:
    """Write JSON, whole or not at all."""
    with whole_file(target) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def is_disk_full(error: BaseException, where: Path) -> bool:
    """Whether an error that came while something was written there came of a full disk.

    Arrow says so in its text only, and SQLite not at all where it cannot enlarge its log, or where a table could not be made before.
    Python's sqlite3 has lost the error and raises SystemError where another thread asks the same connection just then.
    """
    import sqlite3

    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return True
    code = _sqlite_code(error)
    there = next((one for one in (where, *where.parents) if one.exists()), Path())
    in_need = isinstance(error, SystemError) or code not in (0, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return code == sqlite3.SQLITE_FULL or (in_need and shutil.disk_usage(there).free < A_PAGE)


def is_locked(error: BaseException) -> bool:
    """Whether another program holds a SQLite database."""
    import sqlite3

    return _sqlite_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _sqlite_code(error: BaseException) -> int:
    """The code of an error of SQLite, whoever has wrapped it; 0 of any other."""
    return getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _sentences_for(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_disk_full(error, target):
            raise DiskFullError(target) from error
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise UserError(
                f"{target} cannot be written because a file stands where a folder should be ({error.filename}); move it away or name another folder with MOVIE_PREF_DATA."
            ) from error
        if error.errno == errno.ENAMETOOLONG:
            raise UserError(
                f"{str(target)[:200]} … cannot be written: the name is too long; give a shorter one."
            ) from error
        if isinstance(error, FileNotFoundError) and error.filename and target.is_relative_to(error.filename):
            raise UserError(
                f"{target} cannot be written: no folder can be made at {error.filename}; give another path."
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
