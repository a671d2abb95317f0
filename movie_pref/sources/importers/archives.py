"""The files of an export as bytes and text: a single file or a zip, within limits, and nothing ever unpacked to disk."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from movie_pref.errors import UserError

MAX_BYTES = 200 * 2**20  # of an export, unpacked: a thousand times one of 1,000 ratings
MAX_FILES = 10_000  # in a zip


@dataclass(frozen=True)
class Source:
    """One file of an export: its name in the zip (or on disk), how an error names it, and its bytes."""

    name: str
    where: str
    data: bytes


def open_sources(path: str | Path) -> list[Source]:
    """The files of an export, by name: the file itself, or each file in it where it is a zip.

    Raises
    ------
    UserError
        The path is missing, a folder, unreadable or empty; the zip is damaged, cut short or locked with a password,
        holds more than `MAX_FILES` files or `MAX_BYTES` unpacked, or a name that leads out of it.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(
            f"There is no file {path}; give the path of an export of IMDb, Letterboxd or Trakt (a CSV, JSON or zip file)."
        )
    if path.is_dir():
        raise UserError(f"{path} is a folder; give the zip as you downloaded it, or one file in the folder.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UserError(f"{path} has {_megabytes(size)}, and an export has at most {_megabytes(MAX_BYTES)}.")
        data = path.read_bytes()
    except PermissionError:
        raise UserError(f"{path} may not be read by this user; change its permissions.") from None
    if not data.strip():
        raise UserError(f"{path} is empty; export it again.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _members(path)
    return [Source(path.name, str(path), data)]


def decode(source: Source) -> str:
    """The text of a file: UTF-8, or UTF-16 where it begins with that mark; the byte order mark is taken off.

    Raises
    ------
    UserError
        The bytes are no such text; the sentence names the line.
    """
    wide = source.data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = source.data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in source.data and not wide:
            raise _not_text(source) from None
        before = source.data[: error.start].decode("utf-16" if wide else "utf-8", errors="ignore")
        raise UserError(
            f"{source.where}, line {_lines(before)}: the text is not in {'UTF-16' if wide else 'UTF-8'}; use the file as it was "
            "downloaded, or save it again as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise _not_text(source)
    return text


def _members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_unsafe(path, members)
            return [
                Source(member.filename, f"{path} ({member.filename})", archive.read(member))
                for member in sorted(members, key=lambda member: member.filename)
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise UserError(
            f"{path} is a zip that cannot be read ({' '.join(str(error).split()).rstrip('.')}); it is probably cut short or damaged: download it again."
        ) from None
    except RuntimeError:  # what zipfile raises for a member that asks for a password
        raise UserError(f"{path} is locked with a password; unpack it and give the files in it.") from None


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
