"""The manifest: which files a copy of the data folder has, each by what it holds."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError, cause


@dataclass(frozen=True)
class Entry:
    """A file: the SHA-256 of what it holds, its bytes, and when it was written (nanoseconds since 1970)."""

    sha256: str
    bytes: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> Self:
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        found = path.stat()
        return cls(digest, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Manifest:
    """Files by their names within the data folder, with `/` between folders."""

    files: dict[str, Entry]

    @classmethod
    def of(cls, folder: DataFolder) -> Self:
        """What the folder holds now."""
        return cls({path.relative_to(folder.root).as_posix(): Entry.of(path) for path in folder.copied()})

    @property
    def contents(self) -> dict[str, str]:
        """What each file holds; two manifests are of the same copy where this is the same."""
        return {name: entry.sha256 for name, entry in self.files.items()}

    def bytes(self) -> int:
        """The bytes of all files together."""
        return sum(entry.bytes for entry in self.files.values())

    def as_json(self) -> str:
        files = {name: asdict(entry) for name, entry in sorted(self.files.items())}
        return json.dumps({"form": FORM, "files": files}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, content: str, where: str) -> Self:
        """A manifest as it was written.

        Raises
        ------
        UserError
            It is none, is of a later form, or names a file outside of the data folder.
        """
        try:
            found: dict[str, Any] = json.loads(content)
            if found["form"] != FORM:
                raise UserError(
                    f"{where} was written by another version of movie_pref (form {found['form']!r}, and {FORM} was expected); use that version."
                )
            files = {name: Entry(**entry) for name, entry in found["files"].items()}
            if any(not _is_inside(name) for name in files):
                raise ValueError("it names a file outside of the data folder")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"{where} is damaged ({cause(error, 120)}); write it anew with `movie-pref folder push --replace`."
            ) from None
        return cls(files)


FORM = 1


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
