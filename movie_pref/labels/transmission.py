"""A connection to Transmission: its torrents, and removing one.

Belongs here: what goes over the wire, and what is said when it does not answer. Does not belong here: which torrents are
movies to remove (`movie_pref.labels.torrents_to_remove`).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from movie_pref.errors import UserError

if TYPE_CHECKING:
    from transmission_rpc import Client

TIMEOUT = 20.0  # seconds that an answer may take
GONE_WITHIN = 15.0  # seconds until a removed torrent must be off the list
FIELDS = ("id", "name", "hashString", "downloadDir", "files", "percentDone", "leftUntilDone")


class Access(BaseSettings):
    """Who asks Transmission: from `MOVIE_PREF_TRANSMISSION_USERNAME` and `..._PASSWORD` only, and never shown."""

    model_config = SettingsConfigDict(env_prefix="MOVIE_PREF_TRANSMISSION_", frozen=True)

    username: SecretStr | None = None
    password: SecretStr | None = None


class Torrent(NamedTuple):
    """A torrent as Transmission lists it; `files` holds (path in the folder, bytes)."""

    hash: str
    name: str
    folder: str
    files: tuple[tuple[str, int], ...]
    complete: bool

    @property
    def size(self) -> int:
        return sum(size for _, size in self.files)

    @property
    def paths(self) -> set[str]:
        return {f"{self.folder.rstrip('/')}/{path}" for path, _ in self.files}


class Transmission:
    """A connection to Transmission's RPC.

    Raises
    ------
    UserError
        The address is none, nobody or something else answers there, the answer is no, or the library is not installed.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = _connect(address, Access())

    def torrents(self) -> list[Torrent]:
        """Every torrent, by name."""
        with _sentences(self.address):
            found = [_torrent(one.fields) for one in self._client.get_torrents(arguments=FIELDS)]
        return sorted(found, key=lambda torrent: (torrent.name, torrent.hash))

    def remove(self, torrent: Torrent, files: bool) -> bool:
        """Remove one torrent, with its files or without; whether it was off the list soon after."""
        with _sentences(self.address):
            self._client.remove_torrent(torrent.hash, delete_data=files)
            until = time.monotonic() + GONE_WITHIN
            while self._client.get_torrents(ids=torrent.hash, arguments=("hashString",)):
                if time.monotonic() > until:
                    return False
                time.sleep(0.1)
        return True


def _torrent(fields: dict[str, Any]) -> Torrent:
    files = tuple((file["name"], int(file["length"])) for file in fields["files"])
    complete = fields["percentDone"] >= 1 and fields["leftUntilDone"] == 0
    return Torrent(fields["hashString"], fields["name"], fields["downloadDir"], files, bool(files) and complete)


def _connect(address: str, access: Access) -> "Client":
    try:
        from transmission_rpc import Client
    except ModuleNotFoundError:
        raise UserError(
            'Talking to Transmission needs the Python modules transmission-rpc and guessit, which are not installed; pip install "movie-pref[transmission]".'
        ) from None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        host = port = None
    if not host or not port or "@" in address:
        raise UserError(
            "The setting 'transmission_url' is no address of Transmission; give one such as http://localhost:9091/transmission/rpc, without user name and password."
        )
    silent = logging.getLogger("movie_pref.transmission")
    silent.disabled = True  # it would log passwords and tracebacks
    user, password = (part.get_secret_value() if part else None for part in (access.username, access.password))
    with _sentences(address):
        return Client(
            protocol="https" if parts.scheme == "https" else "http",
            username=user,
            password=password,
            host=f"[{host}]" if ":" in host else host,
            port=port,
            path=parts.path if parts.path not in ("", "/") else "/transmission/rpc",
            timeout=TIMEOUT,
            logger=silent,
        )


@contextmanager
def _sentences(address: str) -> Iterator[None]:
    """Turn what can go wrong on the way to Transmission into a sentence; causes are not shown, they may hold the password."""
    import requests
    from transmission_rpc import (
        TransmissionAuthError,
        TransmissionConnectError,
        TransmissionError,
        TransmissionTimeoutError,
    )

    try:
        yield
    except TransmissionAuthError as error:
        if error.original is not None and error.original.status_code == 403:
            says = "does not let this machine in; add its address to the rpc-whitelist of Transmission"
        else:
            says = "refuses the user name or the password; set MOVIE_PREF_TRANSMISSION_USERNAME and MOVIE_PREF_TRANSMISSION_PASSWORD in the environment"
        raise UserError(f"Transmission at {address} {says}.") from None
    except TransmissionTimeoutError:
        raise UserError(f"Transmission at {address} did not answer within {TIMEOUT:.0f} s; look whether it is well and try again.") from None  # fmt: skip
    except TransmissionConnectError:
        raise UserError(
            f"Nobody answers at {address}; start Transmission, or mend the setting 'transmission_url'."
        ) from None
    except TransmissionError as error:
        answer = error.response.get("result") if isinstance(error.response, dict) else None
        if answer is None:
            raise _not_transmission(address) from None
        raise UserError(
            f"Transmission at {address} answered {str(answer)!r}; try again, or look into its log."
        ) from None
    except (requests.exceptions.RequestException, KeyError, TypeError):
        raise _not_transmission(address) from None


def _not_transmission(address: str) -> UserError:
    return UserError(
        f"What answers at {address} is not Transmission's RPC; mend the setting 'transmission_url', which usually ends in /transmission/rpc."
    )
