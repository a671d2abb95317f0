"""A file as a test describes it: by its content, or by what writes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Made = bytes | str | Callable[[Path], Any]


def made(tmp_path: Path, name: str, content: Made) -> Path:
    """The file of this name and content."""
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
