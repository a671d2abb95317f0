"""The files of an export as bytes and text: one file, a zip or its folder, within limits, and nothing unpacked to disk."""

import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from movie_pref.errors import UserError, cause
from movie_pref.sources.importers.text import Decoded, decoded

MAX_BYTES = 50 * 2**20  # of an export, unpacked: hundreds of times one of 1,000 ratings
MAX_FILES = 10_000  # in a zip or a folder
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Source:
    """One file of an export: its name in the zip or folder (or on disk), how an error names it, and its bytes.

    `alone` says that it was given itself, and is not one of several in a zip or folder.
    """

    name: str
    where: str
    data: bytes
    alone: bool = True

    @cached_property
    def decoded(self) -> Decoded:
        """The text and how it was read; see `decode`."""
        try:
            return decoded(self.data)
        except UnicodeDecodeError as error:
            if b"\0" in self.data:
                raise _not_text(self) from None
            before = self.data[: error.start].decode("utf-8", errors="ignore")
            raise UserError(
                f"{self.where}, line {_lines(before)}: the text is not in UTF-8, nor in an encoding that can be told; use the file "
                "as it was downloaded, or save it again as CSV in UTF-8."
            ) from None


def open_sources(path: str | Path) -> list[Source]:
    """The files of an export, by name: the file itself, or each file in it where it is a zip or a folder.

    Raises
    ------
    UserError
        The path is missing, no file, unreadable or empty; the zip is damaged, cut short or locked with a password,
        holds more than `MAX_FILES` files or `MAX_BYTES` unpacked, or a name that leads out of it.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise UserError(
                f"There is no file {path}; give the path of an export of IMDb, Letterboxd or Trakt (a CSV, JSON or zip file, "
                "or the unpacked folder)."
            )
        if path.is_dir():
            return _in_folder(path)
        if not path.is_file():
            raise UserError(f"{path} is a device or a pipe and no file; give an export of IMDb, Letterboxd or Trakt.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UserError(f"{path} has {_megabytes(size)}, and an export has at most {_megabytes(MAX_BYTES)}.")
        data = path.read_bytes()
    except PermissionError as error:
        raise UserError(f"{error.filename or path} may not be read by this user; change its permissions.") from None
    except OSError as error:
        raise UserError(f"{str(path)[:200]} cannot be read ({error.strerror}); give the path of an export.") from None
    if not data.strip():
        raise UserError(f"{path} is empty; export it again.")
    return _members(path) if data.startswith(ZIP) else [Source(path.name, str(path), data)]


def decode(source: Source) -> str:
    """The text of a file: in UTF-8 or UTF-16, or in an encoding that is guessed; the byte order mark is taken off.

    Raises
    ------
    UserError
        The bytes are no such text; the sentence names the line.
    """
    return source.decoded.text


def _in_folder(path: Path) -> list[Source]:
    """The files of an unpacked export; links are not followed, since they may lead out of it."""
    files = []
    for file in _walked(path):
        files.append(file)
        if len(files) > MAX_FILES:
            raise UserError(f"{path} holds more than {MAX_FILES} files; give the folder that your export made.")
    if not files:
        raise UserError(f"{path} is a folder without a file in it; give the folder that your export made.")
    wanted = [file for file in files if file.suffix.casefold() in (".csv", ".json")]
    total = sum(file.stat().st_size for file in wanted)
    if total > MAX_BYTES:
        raise UserError(
            f"{path} holds {_megabytes(total)} of CSV and JSON, and an export has at most {_megabytes(MAX_BYTES)}; give one file in it."
        )
    return [
        Source(file.relative_to(path).as_posix(), str(file), file.read_bytes() if file in wanted else b"", alone=False)
        for file in sorted(files)
    ]


def _walked(path: Path) -> Iterator[Path]:
    for folder, names, found in os.walk(path):
        names.sort()
        for name in sorted(found):
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
            _refuse_unsafe(path, members)
            return [
                Source(member.filename, f"{path} ({member.filename})", archive.read(member), alone=False)
                for member in sorted(members, key=lambda member: member.filename)
            ]
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError, ValueError) as error:  # fmt: skip
        raise UserError(
            f"{path} is a zip that cannot be read ({cause(error)}); it is probably cut short or damaged: download it again."
        ) from None
    except RuntimeError:  # what zipfile raises for a member that asks for a password
        raise UserError(f"{path} is locked with a password; unpack it and give the folder.") from None


def _refuse_unsafe(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse, before a byte is unpacked, a zip of too much or with a name that leads out of it."""
    if not members:
        raise UserError(f"{path} is a zip with no file in it; download it again.")
    total = sum(member.file_size for member in members)
    if len(members) > MAX_FILES or total > MAX_BYTES:
        raise UserError(
            f"{path} would unpack to {len(members)} files of {_megabytes(total)}, and an export has at most {MAX_FILES} of {_megabytes(MAX_BYTES)}; download it again."
        )
    for member in members:
        name = (member.orig_filename or member.filename).replace("\\", "/")
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            raise UserError(
                f"{path} holds a file named {name!r}, which leads out of the zip; an export has no such name: download it again."
            )


def _not_text(source: Source) -> UserError:
    return UserError(f"{source.where} is not text; give an export of IMDb, Letterboxd or Trakt (CSV, JSON or zip).")


def _lines(text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text)) + 1


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"
