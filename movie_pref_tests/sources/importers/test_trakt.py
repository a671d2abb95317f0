"""Trakt: movies with their identifiers, shows left out and counted, a wrong item named."""

import json

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.sources.importers import read_export, recognise
from movie_pref.sources.importers.films import COLUMNS
from movie_pref_tests.sources.importers.conftest import trakt_movie

RATINGS = [
    {
        "rated_at": "2024-02-01T20:00:00.000Z",
        "rating": 9,
        "type": "movie",
        "movie": trakt_movie(1, "Alpha", 1999, "tt0000001"),
    },
    {"rated_at": "2024-02-02T20:00:00.000Z", "rating": 2, "type": "movie", "movie": trakt_movie(2, "Beta", None)},
    {"rated_at": "2024-02-02T20:00:00.000Z", "rating": 10, "type": "show", "show": trakt_movie(3, "Series")},
]
HISTORY = [
    {
        "id": 1,
        "watched_at": "2024-01-01T00:00:00.000Z",
        "action": "watch",
        "type": "movie",
        "movie": trakt_movie(1, "Alpha", 1999, "tt0000001"),
    },
    {
        "id": 2,
        "watched_at": "2024-03-01T00:00:00.000Z",
        "action": "watch",
        "type": "movie",
        "movie": trakt_movie(4, "Gamma"),
    },
    {
        "id": 3,
        "watched_at": "2024-04-01T00:00:00.000Z",
        "action": "watch",
        "type": "movie",
        "movie": trakt_movie(4, "Gamma"),
    },
    {
        "id": 4,
        "watched_at": "2024-04-01T00:00:00.000Z",
        "action": "watch",
        "type": "episode",
        "episode": {"season": 1, "number": 1, "title": "Pilot"},
        "show": trakt_movie(3, "Series"),
    },
]
WATCHED_SHOWS = [{"plays": 3, "last_watched_at": "2024-01-01T00:00:00.000Z", "show": trakt_movie(3, "Series")}]
WATCHED = [{"plays": 2, "last_watched_at": "2024-06-01T00:00:00.000Z", "movie": trakt_movie(4, "Gamma")}]
WATCHLIST = [{"rank": 1, "listed_at": "2024-01-01T00:00:00.000Z", "type": "movie", "movie": trakt_movie(5, "Delta")}]


def test_a_ratings_file_gives_movies_with_identifiers(save):
    found = read_export(save(json.dumps(RATINGS), "anything.dat"))

    assert found.source == "trakt"
    assert {name: str(kind) for name, kind in found.films.dtypes.items()} == COLUMNS
    assert found.films[["imdb_id", "tmdb_id", "title", "rating", "line"]].to_numpy("object").tolist()[0] == [
        *("tt0000001", 1001, "Alpha", 9.0, 1)
    ]
    beta = found.films.iloc[1]
    assert pd.isna(beta["imdb_id"]) and pd.isna(beta["year"]) and beta["tmdb_id"] == 1002
    assert beta["at"] == pd.Timestamp("2024-02-02 20:00", tz="UTC")
    assert found.left_out[["line", "title", "reason"]].to_numpy().tolist() == [[3, "Series", "television (show)"]]


def test_the_zip_joins_ratings_plays_and_the_watchlist(save_zip):
    members = {
        "ratings/ratings-movies.json": RATINGS,
        "watched/history-1.json": HISTORY,
        "watched/watched-movies.json": WATCHED,
        "watched/watched-shows.json": WATCHED_SHOWS,
        "lists/watchlist.json": WATCHLIST,
        "lists/favourite-list.json": WATCHLIST,
        "user/profile.json": {"username": "nobody"},
        "collection/collection-movies.json": [{"collected_at": "2024-01-01T00:00:00.000Z", "movie": trakt_movie(9)}],
        "comments/comments.json": [],
    }

    found = read_export(save_zip(members))

    films = found.films.set_index("title")
    assert sorted(films.index) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert films.loc["Alpha", "rating"] == 9 and films.loc["Alpha", "watched"]
    assert films.loc["Gamma", "watched"] and pd.isna(films.loc["Gamma", "rating"])
    assert films.loc["Gamma", "at"] == pd.Timestamp("2024-06-01", tz="UTC")
    assert films.loc["Delta", "watchlist"] and not films.loc["Delta", "watched"]
    assert found.counts().to_numpy().tolist() == [
        ["television (show)", 2],
        ["an older or repeated entry of a film in the same file", 1],
        ["television (episode)", 1],
    ]
    kinds = found.files.set_index("source_file")["kind"]
    assert kinds[kinds != "entries"].index.tolist() == [
        *("collection/collection-movies.json", "comments/comments.json"),
        *("lists/favourite-list.json", "user/profile.json"),
    ]


def played(number, title, at, **more):
    return {"watched_at": at, "type": "movie", "movie": trakt_movie(number, title), **more}


def test_a_film_is_watched_again_after_two_plays_or_on_two_days(save_zip):
    history = [
        played(1, "Once", "2024-01-01T20:00:00.000Z"),
        played(2, "Two days", "2024-01-01T20:00:00.000Z"),
        played(2, "Two days", "2024-02-01T20:00:00.000Z"),
        played(3, "Stopped and gone on", "2024-01-01T18:00:00.000Z"),
        played(3, "Stopped and gone on", "2024-01-01T20:00:00.000Z"),
    ]
    watched = [
        {"plays": plays, "last_watched_at": "2024-01-01T20:00:00.000Z", "movie": trakt_movie(number, title)}
        for number, title, plays in ((1, "Once", 1), (4, "Two plays", 2))
    ]
    films = read_export(save_zip({"watched/history-1.json": history, "watched/watched-movies.json": watched})).films
    assert films.set_index("title")["rewatched"].to_dict() == {
        "Once": False,
        "Two days": True,
        "Stopped and gone on": False,
        "Two plays": True,
    }


@pytest.mark.parametrize(
    ("item", "films"),
    [
        (RATINGS[2], 0),
        ({**RATINGS[0], "rated_at": None}, 1),
        ({"rated_at": None, "rating": 5, "movie": {"title": "half a \ud800 character"}}, 1),
    ],
    ids=["shows-only", "no-time", "surrogate"],
)
def test_what_json_can_say_and_a_table_cannot(save, item, films):
    assert len(read_export(save(json.dumps([item]))).films) == films


def changed(**changes):
    return [RATINGS[0], {**RATINGS[1], **changes}]


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        (changed(rating=11), r"item 2: field 'rating' is 11, and not a rating from 1 to 10"),
        (changed(rating="9"), r"item 2: field 'rating' is \"9\""),
        (changed(rating=True), r"item 2: field 'rating' is true"),
        (changed(rating=None), r"item 2: field 'rating' is missing"),
        (changed(rated_at="soon"), r"item 2: field 'rated_at' is \"soon\""),
        (changed(movie=None), r"item 2: field 'movie' is missing"),
        (changed(movie={"title": 7}), r"item 2: field 'title' is 7"),
        (changed(movie=trakt_movie(1, year=19)), r"item 2: field 'year' is 19"),
        ([RATINGS[0], 7], r"item 2: the item is 7, and not an object"),
        ([RATINGS[0], {"movie": trakt_movie(1)}], r"item 2: there is no field 'rated_at'"),
    ],
)
def test_a_wrong_item_is_named(save, items, sentence):
    with pytest.raises(UserError, match=r"ratings\.json, " + sentence) as raised:
        read_export(save(json.dumps(items), "ratings.json"))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (json.dumps(RATINGS, indent=1)[:-40], r"line \d+, column \d+: the text is not JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("[]", "it is an empty list"),
        ('{"a": 1}', "not a list of ratings or plays"),
        ('[{"a": 1}]', "neither 'rated_at' nor 'watched_at'"),
        (json.dumps(WATCHLIST), "a list of Trakt's"),
    ],
)
def test_json_that_is_no_export_is_one_sentence(save, text, sentence):
    with pytest.raises(UserError, match=sentence):
        recognise(save(text, "some.json"))
