"""What goes out: to the addresses that are configured, and to no other."""

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from movie_pref_tests.command_line import QUICK, says
from movie_pref_tests.sources.online.server import Sites

_WATCHED: list[list[str]] = []  # an audit hook stays for good, so it looks here whether anybody watches


def _hook(event: str, found: tuple[Any, ...]) -> None:
    if not _WATCHED:
        return
    if event == "socket.getaddrinfo":
        _WATCHED[-1].append(f"{found[0]}:{found[1]}")
    elif event in ("socket.connect", "socket.sendto") and found[0].family in (socket.AF_INET, socket.AF_INET6):
        _WATCHED[-1].append(f"{found[1][0]}:{found[1][1]}")


sys.addaudithook(_hook)


@pytest.fixture
def asked_for() -> Iterator[list[str]]:
    """Every host and port that this process looks up or connects to."""
    _WATCHED.append([])
    yield _WATCHED[-1]
    _WATCHED.pop()


def test_the_watch_sees_whoever_is_asked(asked_for: list[str]) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", 1), timeout=5)
    assert set(asked_for) == {"127.0.0.1:1"}


def test_an_import_metadata_and_a_run_ask_only_the_sites_that_are_configured(
    sites: Sites, data: Any, imdb: Any, asked_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in QUICK.items():
        monkeypatch.setenv(name, value)
    says("import", str(imdb(60)), "--yes")
    says("metadata", "--add-candidates", "30", "--imdb-data", str(data.parent))
    there = set(asked_for)
    assert there == {sites.address.removeprefix("http://")}
    says("run")
    says("score")
    says("report")
    says("status")
    assert set(asked_for) == there and sites.asked
