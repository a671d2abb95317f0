"""What is not known of a movie is filled in from TMDB and OMDb, against a server on loopback."""

import pandas as pd

from movie_pref_tests.sources.online.asking import filled, rows


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
    assert movie["poster_path"] == "/poster503.jpg"
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


def test_a_value_that_breaks_the_contract_does_not_cost_the_movie(sites, tmp_path):
    sites.movies.by_imdb["tt1000001"]["votes"] = -5
    (done,), _ = filled(rows(1, 2), tmp_path)
    assert done["imdb_id"].tolist() == ["tt1000001", "tt1000002"]
    assert done["overview"].isna().tolist() == [True, False]
    sites.movies.by_imdb["tt1000001"]["votes"] = 1
