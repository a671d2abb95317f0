import threading
from collections.abc import Iterator

import pytest

from movie_pref.sources.online import client
from movie_pref_tests.sources.online.server import Sites

MOVIES = [
    {
        "imdb_id": f"tt{1_000_000 + number}",
        "tmdb_id": 500 + number,
        "title": f"Film {number}",
        "year": 2000 + number % 20,
        "votes": number,
    }
    for number in range(40)
]


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sites]:
    """The sites, with 40 movies, and an environment that leads to them."""
    server = Sites(MOVIES)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(client, "TIMEOUT", (1.0, 1.0))
    yield server
    server.shutdown()
    server.server_close()
