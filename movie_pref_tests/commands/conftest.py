"""A data folder, the sites on loopback, and an export to import."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from movie_pref.settings import Settings
from movie_pref_tests.commands.exports import HEADER, movies
from movie_pref_tests.sources.online.server import Sites


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
    for name in ("TMDB_API_KEY", "OMDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch, data: Path) -> Iterator[Sites]:
    server = Sites(movies(1000))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {**server.environment, "MOVIE_PREF_QUESTIONS_PER_SECOND": "1000"}.items():
        monkeypatch.setenv(name, value)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def imdb(tmp_path: Path) -> Callable[[int], Path]:
    def write(count: int) -> Path:
        lines = [
            f'tt{1_000_000 + number},{1 + number % 10},2024-03-01,"Film {number}",,Movie,6.5,,{2000 + number % 20},,9000,,'
            for number in range(count)
        ]
        path = tmp_path / "ratings.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return path

    return write
