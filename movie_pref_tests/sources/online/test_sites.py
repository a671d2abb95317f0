"""Metadata from TMDB and OMDb, against a server on loopback that speaks their paths and shapes."""

import logging
import sqlite3

import pandas as pd
import pytest

from movie_pref.sources.online import fill_in, search
from movie_pref.sources.online.client import OMDB, TMDB, Client, Stopped, Unanswered
from movie_pref.sources.online.tmdb import most_voted
from movie_pref_tests.sources.online.server import OMDB_KEY, TMDB_KEY


def rows(*numbers: int, **columns: object) -> pd.DataFrame:
    ids = [f"tt{1_000_000 + number}" for number in numbers]
    frame = pd.DataFrame({"imdb_id": ids, "media_type": "movie", "media_title": ids, "release_year": 2001})
    return frame.assign(label="would_watch", **columns)


def filled(frame: pd.DataFrame, tmp_path, **kwargs):
    return fill_in([frame], tmp_path / "cache.sqlite", 2000, lambda text: None, **kwargs)


def test_every_column_that_the_sites_know_is_filled(sites, tmp_path):
    (done,), report = filled(rows(3), tmp_path)
    movie = done.iloc[0]
    assert movie[["tmdb_id", "runtime", "budget", "revenue", "tmdb_rating", "tmdb_votes"]].tolist() == [
        503,
        101,
        1e6,
        0,
        6.5,
        3,
    ]
    assert movie[["rt_score", "imdb_rating", "imdb_votes"]].tolist() == [91, 7.3, 2_912_345]
    assert pd.isna(movie["metascore"])
    assert (list(movie["genre"]), list(movie["spoken_languages"]), list(movie["production_countries"])) == (
        ["Drama"],
        ["en"],
        ["US"],
    )
    assert (movie["original_language"], movie["production_status"]) == ("en", "Released")
    assert movie["overview"] == "What Film 3 is about."
    # known before, so it stays
    assert (movie["media_title"], movie["release_year"], movie["label"]) == ("tt1000003", 2001, "would_watch")
    assert report.set_index("site")["asked"].to_dict() == {"TMDB": 2, "OMDb": 1}


def test_nothing_is_asked_twice_not_even_what_is_unknown_there(sites, tmp_path):
    frame = rows(1, 2, 99)
    first = filled(frame, tmp_path)
    assert first.report["unknown"].tolist() == [1, 1]
    again = filled(frame, tmp_path)
    assert again.report["asked"].tolist() == [0, 0]
    assert max(sites.asked.values()) == 1
    pd.testing.assert_frame_equal(first.tables[0], again.tables[0])


def test_what_is_known_is_neither_asked_for_nor_overwritten(sites, tmp_path):
    scores = {"rt_score": 12.0, "metascore": 13.0, "imdb_rating": 1.4, "imdb_votes": 15.0}
    (done,), report = filled(rows(1, runtime=77.0, tmdb_id=501.0, **scores), tmp_path)
    assert (done["runtime"] == 77).all() and (done["rt_score"] == 12).all()
    assert report.set_index("site")["wanted"].to_dict() == {"TMDB": 1, "OMDb": 0}
    assert sites.asked and not any("/find/" in question for question in sites.asked)  # its tmdb_id was there


def test_a_tmdb_id_of_another_movie_brings_nothing_in(sites, tmp_path):
    (done,), report = filled(rows(1, tmdb_id=509.0), tmp_path)
    assert done.get("overview", pd.Series(dtype=object)).dropna().empty
    assert report.set_index("site").loc["TMDB", "unknown"] == 1


def test_television_is_not_looked_up(sites, tmp_path):
    filled(rows(1).assign(media_type="tv_show"), tmp_path)
    assert not sites.asked


@pytest.mark.parametrize("fault", ["429", "500", "hang"])
def test_a_passing_fault_is_waited_for(sites, tmp_path, fault):
    sites.faults["/movie/501"] = [fault]
    (done,), report = filled(rows(1), tmp_path)
    assert done["runtime"].iloc[0] == 101
    times = [at for question, at in sites.times if "/movie/501" in question]
    assert len(times) == 2
    if fault == "429":
        assert times[1] - times[0] >= 1  # as the site's Retry-After said
    assert report["unanswered"].sum() == 0


@pytest.mark.parametrize("fault", ["garbage", "odd"])
def test_an_answer_that_is_none_is_asked_for_again_another_time(sites, tmp_path, fault):
    sites.faults["/find/tt1000001"] = [fault]
    first = filled(rows(1, 2), tmp_path)
    assert first.report.set_index("site").loc["TMDB", ["found", "unanswered"]].tolist() == [1, 1]
    if fault == "garbage":  # JSON of another shape cannot be told from an answer, and is kept like one
        again = filled(rows(1, 2), tmp_path)
        assert again.report.set_index("site").loc["TMDB", ["found", "unanswered"]].tolist() == [2, 0]


def test_a_fault_that_stays_leaves_the_others_filled(sites, tmp_path, monkeypatch):
    monkeypatch.setattr("movie_pref.sources.online.client.RETRIES", 0)
    sites.faults["/movie/501"] = ["500"] * 9
    (done,), report = filled(rows(1, 2, 3), tmp_path)
    assert done["overview"].isna().tolist() == [True, False, False]
    assert report.set_index("site").loc["TMDB", "unanswered"] == 1


def test_a_site_that_is_away_is_not_asked_a_thousand_times(sites, tmp_path, monkeypatch):
    monkeypatch.setenv("TMDB_URL", "http://127.0.0.1:9/3")
    monkeypatch.setattr("movie_pref.sources.online.client.RETRIES", 0)
    (done,), report = filled(rows(*range(200)), tmp_path)
    stopped = report.set_index("site").loc["TMDB", "stopped"]
    assert "did not answer 5 times in a row" in stopped and "run the same command again" in stopped
    assert done["imdb_rating"].notna().sum() == 40  # OMDb was asked none the less


def test_a_limit_keeps_what_was_said_and_goes_on_the_next_day(sites, tmp_path):
    sites.omdb_limit = 10
    (done,), report = filled(rows(*range(40)), tmp_path)
    assert done["rt_score"].notna().sum() == 10
    assert "Request limit reached" in report.set_index("site").loc["OMDb", "stopped"]
    sites.omdb_limit = 1000
    (done,), report = filled(rows(*range(40)), tmp_path)
    assert done["rt_score"].notna().sum() == 40
    answered = [question for question in sites.asked if "/omdb" in question]
    assert len(answered) == 40 and report.set_index("site").loc["OMDb", "asked"] == 30


def test_a_key_that_is_refused_is_named_by_its_variable(sites, tmp_path, monkeypatch):
    monkeypatch.setenv("TMDB_API_KEY", "f" * 32)
    report = filled(rows(1, 2), tmp_path).report.set_index("site")
    assert "refuses the key in TMDB_API_KEY" in report.loc["TMDB", "stopped"]
    assert report.loc["OMDb", "found"] == 2


def test_a_read_access_token_goes_into_a_header(sites, tmp_path, monkeypatch):
    monkeypatch.setenv("TMDB_API_KEY", "eyJ.token")
    assert filled(rows(1), tmp_path).report.set_index("site").loc["TMDB", "found"] == 1


def test_no_key_in_logs_cache_or_errors(sites, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("movie_pref.sources.online.client.RETRIES", 2)
    sites.faults = {"/movie/501": ["500", "hang"], "i=tt1000002": ["500"]}
    with caplog.at_level(logging.DEBUG):
        filled(rows(1, 2), tmp_path)
    assert "/3/movie/501" in caplog.text  # the library below does log addresses
    everything = (tmp_path / "cache.sqlite").read_bytes()
    for key in (TMDB_KEY, OMDB_KEY):
        assert key not in caplog.text
        assert key.encode() not in everything
    for site, key in ((TMDB, TMDB_KEY), (OMDB, OMDB_KEY)):
        sites.faults = {"nowhere": ["hang"] * 9}
        with pytest.raises((Unanswered, Stopped)) as caught:
            Client(site, tmp_path / "other.sqlite", 2000).get("/nowhere")
        assert key not in str(caught.value) + repr(caught.value)


def test_the_cache_holds_no_pickle(sites, tmp_path):
    filled(rows(1), tmp_path)
    with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
        kept = [
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for (value,) in connection.execute("select value from responses")
        ]
    assert kept and all(value.startswith(b"{") for value in kept)


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


def test_a_value_that_breaks_the_contract_does_not_cost_the_movie(sites, tmp_path):
    sites.movies.by_imdb["tt1000001"]["votes"] = -5
    (done,), _ = filled(rows(1, 2), tmp_path)
    assert done["imdb_id"].tolist() == ["tt1000001", "tt1000002"]
    assert done["overview"].isna().tolist() == [True, False]
    sites.movies.by_imdb["tt1000001"]["votes"] = 1
