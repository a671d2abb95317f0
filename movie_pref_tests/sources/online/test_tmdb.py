"""What is asked of TMDB beside the movies of a library."""

import pandas as pd

from movie_pref.sources.online import search
from movie_pref.sources.online.client import TMDB, Client
from movie_pref.sources.online.tmdb import most_voted


def test_films_are_found_by_name(sites, tmp_path):
    films = pd.DataFrame(
        {"title": ["film 3", "FILM 5", "Film 7", "Nowhere"], "year": pd.array([2003, 2006, None, 1990], dtype="Int64")}
    )
    found, stopped = search(films, tmp_path / "cache.sqlite", 2000, lambda text: None)
    assert set(found["imdb_id"]) == {"tt1000003", "tt1000005", "tt1000007"}
    assert stopped == ""


def test_the_most_voted_become_candidates(sites, tmp_path):
    client = Client(TMDB, tmp_path / "cache.sqlite", 2000)
    found = most_voted(client, 25, {"tt1000039"}, lambda done: None)
    assert found["imdb_id"].tolist() == [f"tt{1_000_038 - number}" for number in range(25)]
    assert len(most_voted(client, 100, set(), lambda done: None)) == 40
