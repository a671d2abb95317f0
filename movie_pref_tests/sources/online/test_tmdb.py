"""What is asked of TMDB beside the movies of a library."""

import pandas as pd
import pytest

from movie_pref.sources.online import search
from movie_pref.sources.online.client import TMDB, Client
from movie_pref.sources.online.tmdb import NO_ANSWER, in_columns, most_voted


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


@pytest.mark.parametrize("fault", ["garbage", "odd"])
def test_a_movie_or_a_page_of_them_without_a_usable_answer_is_left_out(sites, tmp_path, fault):
    sites.faults = {"/movie/539": [fault], "page=1": [fault]}  # the first twenty are a page
    found = most_voted(Client(TMDB, tmp_path / "cache.sqlite", 2000), 100, set(), lambda done: None)
    assert len(found) in (0, 20)  # a page that is an answer without movies is the last
    sites.faults = {"/movie/539": [fault]}
    found = most_voted(Client(TMDB, tmp_path / "other.sqlite", 2000), 100, set(), lambda done: None)
    assert len(found) == 39 and "tt1000039" not in set(found["imdb_id"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ["A"]},
        {"runtime": "long"},
        {"vote_count": True},
        {"overview": {"a": 1}},
        {"genres": [1]},
        {"id": "x"},
        {"budget": [1]},
    ],
)
def test_details_of_another_type_than_documented_are_no_answer(wrong):
    with pytest.raises(NO_ANSWER):
        in_columns({"id": 5, "title": "A", "vote_count": 3, **wrong})


def test_half_a_character_can_be_written():
    assert in_columns({"id": 5, "title": "A\ud83d"})["media_title"] == "A?"
