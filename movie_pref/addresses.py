"""What a path or an address says without being asked: whether it can be one, a database's, or holds a secret."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PASSWORD_SHOWN = "An address that holds a password would be shown, so leave it to ~/.pgpass, PGPASSFILE or PGPASSWORD"
LONGEST_NAME = 255  # bytes; no file system in use knows a longer one


def can_be_a_path(path: Path) -> bool:
    """Whether a file may have this name at all."""
    return "\0" not in str(path) and max(map(len, map(os.fsencode, path.parts)), default=0) <= LONGEST_NAME


def is_address(text: str) -> bool:
    """Whether a text is an address such as `s3://bucket/folder`, without a question and blanks."""
    return re.fullmatch(r"[a-z][a-z0-9+.-]*://[^?#\s]+", text) is not None


def is_database(library: str) -> bool:
    """Whether a text is the address of a PostgreSQL database and not the name of a file."""
    return library.startswith(("postgresql://", "postgres://"))


def without_secrets(address: str) -> str:
    """An address of the web as it may be shown: without a user, a password and what is asked for."""
    try:
        parts = urlsplit(address)
    except ValueError:  # its host is none
        return "an address that is none"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def has_password(address: str) -> bool:
    """Whether a database address holds a password, before the host or among what is asked for after it."""
    try:
        parts = urlsplit(address)
        return bool(parts.password) or "password" in parse_qs(parts.query)
    except ValueError:  # the host is none: who reads the address says so
        return ":" in address.rpartition("@")[0].partition("://")[2]
