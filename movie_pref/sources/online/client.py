"""One client for the sites that answer in JSON: cached on disk, rate-limited, retried, and silent about its key."""

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import requests
from requests_cache import CachedSession
from requests_ratelimiter import LimiterAdapter
from urllib3.util import Retry

from movie_pref.errors import DiskFullError, UserError, cause
from movie_pref.files import is_disk_full

KEPT_FOR = timedelta(days=90)  # votes and scores move slowly
TIMEOUT = (10.0, 20.0)  # seconds to connect and to wait for an answer
RETRIES, LONGEST_WAIT = 4, 60  # and seconds at most between two of them, whatever a site asks for
BUSY = 60  # seconds that an answer waits to be kept while another process keeps one
LARGEST_ANSWER = (
    4_000_000  # bytes, unpacked: a page of search results has 20,000, and a few packed ones may become gigabytes
)
FAILURES_IN_A_ROW = 5  # after which a site is taken for being away
KEY_PARAMETERS = ("api_key", "apikey")


class Site(NamedTuple):
    """A site: its name, the variables of the environment that hold its key and another address, and its address."""

    name: str
    key_variable: str
    address_variable: str
    address: str


TMDB = Site("TMDB", "TMDB_API_KEY", "TMDB_URL", "https://api.themoviedb.org/3")
OMDB = Site("OMDb", "OMDB_API_KEY", "OMDB_URL", "https://www.omdbapi.com")
SITES = (TMDB, OMDB)


class Unanswered(Exception):
    """One question had no usable answer; the same question is asked again another time."""


class _TooLarge(requests.RequestException):
    """More came than any answer has."""


class Stopped(UserError):
    """A site answers no more today, or never did: a wrong key, a limit that is reached, no connection."""


def configured() -> list[str]:
    """The sites for which the environment holds a key."""
    return [site.name for site in SITES if key_of(site)]


def key_of(site: Site) -> str:
    """The key, empty where there is none."""
    return os.environ.get(site.key_variable, "").strip()


class Client:
    """Asks one site; threads may share it.

    `per_second` is the most questions a second; `asked` counts those that went out to the site, `remembered` those that
    the cache answered.
    """

    def __init__(self, site: Site, cache: Path, per_second: float) -> None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        self._cache = cache
        self.site, self.asked, self.remembered, self._failures = site, 0, 0, 0
        self._address = os.environ.get(site.address_variable, site.address).rstrip("/")
        self._lock, self._stopped = threading.Lock(), cast("Stopped | None", None)
        with _sentences_for(cache):
            self._session = CachedSession(
                str(cache),
                backend="sqlite",
                serializer="json",
                busy_timeout=BUSY * 1000,
                expire_after=KEPT_FOR,
                allowable_codes=(200, 404),
                ignored_parameters=[*KEY_PARAMETERS, "Authorization"],  # neither part of what is kept nor kept
                filter_fn=_is_an_answer,
            )
        self._session.hooks["response"].append(_read_so_much)  # comes before the cache and requests read it
        retry = Retry(
            RETRIES,
            status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=0.5,
            backoff_max=LONGEST_WAIT,
            retry_after_max=LONGEST_WAIT,
            raise_on_status=False,
        )
        adapter = LimiterAdapter(per_second=per_second, burst=5, max_retries=retry)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)
        _keep_out_of_logs(key_of(site))

    def get(self, path: str = "", **params: str | int) -> dict[str, Any] | None:
        """The answer to a question, None where the site knows no such thing.

        Raises
        ------
        Unanswered
            No usable answer came, after retries.
        Stopped
            The key is refused, a limit is reached, or the site did not answer several times in a row.
        """
        if self._stopped is not None:
            raise self._stopped
        try:
            return self._asked(path, params)
        except Stopped as why:
            self._stopped = why
            raise

    def _asked(self, path: str, params: dict[str, str | int]) -> dict[str, Any] | None:
        key, headers = key_of(self.site), {}
        if self.site is TMDB and key.startswith("eyJ"):  # a read access token, which TMDB takes as a header
            headers["Authorization"] = f"Bearer {key}"
        else:
            params["api_key" if self.site is TMDB else "apikey"] = key
        try:
            with _sentences_for(self._cache):
                answer = self._session.get(
                    f"{self._address}{path}", params=params, headers=headers, timeout=TIMEOUT, allow_redirects=False
                )
        except requests.RequestException as error:
            why = f"more than {LARGEST_ANSWER / 1e6:.0f} MB came where a few kB were expected"
            if not isinstance(error, _TooLarge):
                why = type(error).__name__  # its text holds the whole address, with the key
            raise self._failed(why) from None
        with self._lock:
            known = getattr(answer, "from_cache", False)
            self.remembered, self.asked = self.remembered + known, self.asked + (not known)
        return self._understood(answer)

    def _understood(self, answer: requests.Response) -> dict[str, Any] | None:
        if answer.is_redirect:  # where that leads, the key has nothing to do
            raise self._failed("it sends on to another address, which is not asked")
        content = _content(answer)
        said = str(content.get("Error") or content.get("status_message") or "")
        if "limit" in said.lower() or answer.status_code == 429:
            raise Stopped(
                f"{self.site.name} answers no more questions for now ({said or 'too many requests'}); what it said so far is kept, "
                "so run movie-pref metadata again tomorrow and it goes on from there."
            )
        if answer.status_code in (401, 403):
            raise Stopped(
                f"{self.site.name} refuses the key in {self.site.key_variable} ({said or answer.status_code}); copy it again from your account there."
            )
        if answer.status_code == 404 or (content.get("Response") == "False" and _is_an_answer(answer)):
            self._failures = 0
            return None
        if answer.status_code != 200 or not content or content.get("Response") == "False":
            raise self._failed(f"status {answer.status_code}" if answer.status_code != 200 else "no usable JSON")
        self._failures = 0
        return content

    def _failed(self, why: str) -> Exception:
        with self._lock:
            self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            return Stopped(
                f"{self.site.name} did not answer {FAILURES_IN_A_ROW} times in a row ({why}); what it said so far is kept, "
                "so look at your connection and run the same command again."
            )
        return Unanswered(why)


@contextmanager
def _sentences_for(cache: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, SystemError) as error:
        if is_disk_full(error, cache):
            raise DiskFullError(cache) from None
        if isinstance(error, SystemError):
            raise
        raise UserError(
            f"What the sites say cannot be kept in {cache} ({cause(error)}); end the program that holds it if it is locked, mend its "
            "permissions, or delete it if it is damaged, and run the same command again."
        ) from None


def _read_so_much(answer: requests.Response, *_: Any, **__: Any) -> None:
    """Read and unpack an answer that came just now, piece by piece, and no further than an answer goes."""
    if getattr(answer, "from_cache", False):
        return
    parts, size = [], 0
    for part in answer.iter_content(1 << 16):
        size += len(part)
        if size > LARGEST_ANSWER:
            answer.close()
            raise _TooLarge
        parts.append(part)
    answer._content = b"".join(parts)


def _content(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _is_an_answer(answer: requests.Response) -> bool:
    """Whether a response is worth keeping: a movie, or that there is none; not a failure that passes."""
    content = _content(answer)
    if content.get("Response") == "False":  # OMDb says with status 200 what others say with another one
        said = str(content.get("Error", "")).lower()
        return "not found" in said or "incorrect imdb id" in said
    return bool(content)


class _WithoutKeys(logging.Filter):
    """Takes keys out of what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if any(key in text for key in self.keys):
            for key in self.keys:
                text = text.replace(key, "...")
            record.msg, record.args = text, ()
        return True


_FILTER = _WithoutKeys()


def _keep_out_of_logs(key: str) -> None:
    """The libraries below log whole addresses when they retry."""
    if key:
        _FILTER.keys.add(key)
    for name in (
        "urllib3.connectionpool",
        "urllib3.util.retry",
        "requests_cache.session",
        "requests_cache.backends.base",
    ):
        logging.getLogger(name).addFilter(_FILTER)
