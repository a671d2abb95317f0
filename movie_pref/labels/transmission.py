"""Which torrents of Transmission are the movies to remove, and removing them: what is done beyond the file of requests.

A torrent is removed only where everything speaks for it: its name and its only film say the requested title and year, no
other movie that is known has them, it is complete, and no other torrent uses its files. The rest is `unsure`, with why.
"""

import json
import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.files import write_json
from movie_pref.library.titles import normalised

if TYPE_CHECKING:
    from transmission_rpc import Client

DONE = {"imdb_id", "movie", "torrent", "hash", "files_deleted", "at"}
TIMEOUT = 20.0  # seconds that an answer may take
GONE_WITHIN = 15.0  # seconds until a removed torrent must be off the list
FIELDS = ("id", "name", "hashString", "downloadDir", "files", "percentDone", "leftUntilDone")
VIDEO = re.compile(r"\.(avi|divx|flv|img|iso|m2ts|m4v|mkv|mov|mp4|mpe?g|og[mv]|rmvb|ts|vob|webm|wmv)$", re.IGNORECASE)
ASIDE = re.compile(r"\b(sample|trailer|featurettes?|extras?|behind the scenes|deleted scenes)\b")
ASIDE_SHARE = 0.25  # of the largest video, up to which a sample or an extra may be


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


class Match(NamedTuple):
    """A torrent that is a requested movie beyond doubt."""

    torrent: Torrent
    imdb_id: str
    movie: str


class Unsure(NamedTuple):
    """A torrent that may be a requested movie and is left alone, and why."""

    torrent: Torrent
    movie: str
    why: str


class Plan(NamedTuple):
    """What is to be removed, and what looks like it and is not."""

    sure: list[Match]
    unsure: list[Unsure]


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


def plan_removals(
    requests: pd.DataFrame, torrents: Sequence[Torrent], known: pd.DataFrame, done: Sequence[dict[str, Any]] = ()
) -> Plan:
    """Find the torrents of requested movies.

    Parameters
    ----------
    requests
        `imdb_id`, `media_title`, `release_year`.
    torrents
        All that Transmission has; those that share files protect each other.
    known
        Every movie that is known, requested or not, in the same columns.
    done
        What was removed before, as `read_done` gives it: a torrent that is back is left alone.
    """
    names = {title: normalised(title) for title in requests["media_title"]}
    by_title: dict[str, list[Any]] = {}
    for request in requests.itertuples():
        by_title.setdefault(names[request.media_title], []).append(request)
    rivals = _rivals(requests, known, set(by_title))
    before = {entry["hash"]: entry["at"] for entry in done}
    sure, unsure = [], []
    for torrent in torrents:
        words = f" {normalised(torrent.name)} "
        if not any(f" {title} " in words for title in by_title):
            continue
        judged = _judge(torrent, by_title, rivals, before)
        if isinstance(judged, Match):
            sure.append(judged)
        elif judged is not None:
            unsure.append(judged)
    return _without_shared(sure, unsure, torrents)


def still_the_same(planned: Sequence[Match], now: Plan) -> tuple[list[Match], list[Match]]:
    """The removals of a plan that are in the present one too, torrent for torrent, and those that are not any more."""
    return [one for one in planned if one in now.sure], [one for one in planned if one not in now.sure]


def read_done(data: Path) -> list[dict[str, Any]]:
    """What was removed, oldest first: `imdb_id`, `movie`, `torrent`, `hash`, `files_deleted`, `at` (UTC).

    Raises
    ------
    UserError
        The file is damaged.
    """
    path = DataFolder(data).removals_done
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(found, list) and all(isinstance(row, dict) and row.keys() >= DONE for row in found)
    except (ValueError, OSError):
        whole = False
    if not whole:
        raise UserError(
            f"{path} does not tell what was removed from Transmission before; mend it, or move it away to begin anew."
        )
    return found


def note_done(data: Path, match: Match, files: bool) -> None:
    """Add a removal to the file of what was done."""
    entry = {
        "imdb_id": match.imdb_id,
        "movie": match.movie,
        "torrent": match.torrent.name,
        "hash": match.torrent.hash,
        "files_deleted": files,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(DataFolder(data).removals_done, [*read_done(data), entry])


def _judge(
    torrent: Torrent, by_title: dict[str, list[Any]], rivals: dict[tuple[str, int], list[str]], before: dict[str, str]
) -> Match | Unsure | None:
    """What a torrent is among the requests; None where it is another movie."""
    guess = _guess(torrent.name)
    title = next((name for name in guess.titles if name in by_title), None)
    if title is None:
        return None
    requests = by_title[title]
    wanted = [one for one in requests if one.release_year == guess.year]
    first = wanted[0] if wanted else requests[0]
    movie = f"{first.media_title} ({first.release_year})"
    why = guess.doubt or None
    if why is None and guess.year is None:
        why = "its name says no year"
    if why is None and not wanted:
        years = ", ".join(sorted({str(one.release_year) for one in requests}))
        why = f"its year is {guess.year} and the requested movie is of {years}"
    if why is None and guess.title_before_year != title:
        why = f"its name says more than the title before the year ({guess.title_before_year!r})"
    if why is None and len(wanted) > 1:
        why = f"{len(wanted)} requests have this title and year ({', '.join(one.imdb_id for one in wanted)})"
    if why is None and (others := rivals.get((title, int(first.release_year)))):
        why = f"{', '.join(others)} has the same title and year and is not requested"
    if why is None:
        why = _doubt_about_content(torrent, title, int(first.release_year))
    if why is None and torrent.hash in before:
        why = f"it was removed on {before[torrent.hash][:10]} and is back"
    return Match(torrent, first.imdb_id, movie) if why is None else Unsure(torrent, movie, why)


class _Guess(NamedTuple):
    titles: tuple[str, ...]
    title_before_year: str
    year: int | None
    doubt: str


def _guess(name: str) -> _Guess:
    """What a release name says: titles that it may mean, normalised, the words before the year, the year, a doubt."""
    from guessit import guessit

    found = guessit(name)
    title, other = (_text(found.get(part)) for part in ("title", "alternative_title"))
    year = found.get("year")
    year = year if isinstance(year, int) else None
    places = [match.start() for match in re.finditer(rf"(?<!\d){year}(?!\d)", name)] if year else []
    # a tag or an address in front, as in '[tag] Title 2010', is no part of the title
    bare = re.sub(r"^\s*(\[[^\]]*\]|www\.\S+(\s+-)?)\s*", "", name[: places[-1]]) if places else ""
    words = normalised(bare) if bare.strip() else ""
    doubt = ""
    if found.get("type") != "movie" or "season" in found or "episode" in found:
        doubt = "its name is that of a series"
    elif any(isinstance(found.get(part), list) for part in ("title", "year")) or "bonus" in found:
        doubt = "its name is that of several movies or of a bonus"
    names = [normalised(part) for part in (title, f"{title} {other}") if part.strip()]
    return _Guess(tuple(dict.fromkeys([words, *reversed(names)])), words, year, doubt)


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _doubt_about_content(torrent: Torrent, title: str, year: int) -> str | None:
    """Why the files of a torrent may be something else than one whole movie of this title and year."""
    if not torrent.files:
        return "Transmission does not know its files yet"
    if not torrent.complete:
        return "it is not complete"
    videos = [(path, size) for path, size in torrent.files if VIDEO.search(path)]
    if not videos:
        return "there is no video in it"
    largest = max(size for _, size in videos)
    films = [path for path, size in videos if not (ASIDE.search(normalised(path)) and size <= ASIDE_SHARE * largest)]
    if len(films) != 1:
        return f"there are {len(films)} videos in it"
    guess = _guess(films[0].rpartition("/")[2])
    if guess.doubt:
        return f"the name of its video {films[0]!r} is that of a series or of several movies"
    if guess.year is not None and (guess.year != year or title not in guess.titles):
        return f"its video {films[0]!r} says another title or year"
    return None


def _rivals(requests: pd.DataFrame, known: pd.DataFrame, titles: set[str]) -> dict[tuple[str, int], list[str]]:
    """Movies that are not requested, by title and year, where a requested one has the same."""
    same_year = known[
        known["release_year"].isin(requests["release_year"]) & ~known["imdb_id"].isin(requests["imdb_id"])
    ]
    found: dict[tuple[str, int], list[str]] = {}
    for imdb_id, title, year in zip(
        *(same_year[name] for name in ("imdb_id", "media_title", "release_year")), strict=True
    ):
        name = normalised(str(title))
        if name in titles:
            found.setdefault((name, int(year)), []).append(imdb_id)
    return found


def _without_shared(sure: list[Match], unsure: list[Unsure], torrents: Sequence[Torrent]) -> Plan:
    """Leave alone what shares a file with a torrent that stays, as two torrents of one download do."""
    users: dict[str, list[Torrent]] = {}
    for torrent in torrents:
        for path in torrent.paths:
            users.setdefault(path, []).append(torrent)
    while True:
        going = {match.torrent.hash for match in sure}
        for match in sure:
            staying = [one for path in match.torrent.paths for one in users[path] if one.hash not in going]
            if staying:
                unsure = [*unsure, Unsure(match.torrent, match.movie, f"{staying[0].name!r} uses the same files")]
                sure = [one for one in sure if one is not match]
                break
        else:
            return Plan(sure, unsure)


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
