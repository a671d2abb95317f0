"""Asking a site: faults, limits, keys and the cache."""

import logging
import sqlite3
import threading
import tracemalloc
from types import SimpleNamespace

import pytest

from movie_pref.errors import DiskFullError
from movie_pref.sources.online.client import OMDB, TMDB, Client, Stopped, Unanswered
from movie_pref_tests.sources.online.asking import filled, rows
from movie_pref_tests.sources.online.server import OMDB_KEY, TMDB_KEY, Sites


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


@pytest.mark.parametrize("site", [TMDB, OMDB], ids=["TMDB", "OMDb"])
def test_no_site_sends_the_key_on_to_another_host(sites, tmp_path, site):
    other = Sites([])
    threading.Thread(target=other.serve_forever, daemon=True).start()
    sites.elsewhere, sites.faults = other.address, {"?": ["elsewhere"]}
    with pytest.raises(Unanswered, match="another address, which is not asked"):
        Client(site, tmp_path / "cache.sqlite", 2000).get()
    assert sum(sites.asked.values()) == 1 and not other.asked
    other.shutdown()
    other.server_close()


@pytest.mark.parametrize("site", [TMDB, OMDB], ids=["TMDB", "OMDb"])
def test_an_answer_that_becomes_huge_when_it_is_unpacked_is_read_no_further_than_an_answer_goes(sites, tmp_path, site):
    sites.faults = {"?": ["bomb"] * 5}
    client = Client(site, tmp_path / "cache.sqlite", 2000)
    tracemalloc.start()
    for _ in range(4):
        with pytest.raises(Unanswered, match="more than 4 MB came where a few kB were expected"):
            client.get()
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    with pytest.raises(Stopped, match=r"did not answer 5 times in a row \(more than 4 MB .* look at your connection"):
        client.get()
    assert not client.remembered and (tmp_path / "cache.sqlite").stat().st_size < 100_000


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


@pytest.mark.parametrize(("free", "raised"), [(0, DiskFullError), (10**9, SystemError)], ids=["full", "not full"])
def test_an_error_that_sqlite_has_lost_among_threads_is_one_of_the_disk_where_that_is_full(
    sites, tmp_path, monkeypatch, free, raised
):
    def lost(*_: object) -> None:  # as Python's sqlite3 does it now and then, seen on a full disk
        raise SystemError("error return without exception set")

    monkeypatch.setattr("requests_cache.backends.sqlite.SQLiteDict._write", lost)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(raised):
        filled(rows(1), tmp_path)


def test_the_cache_holds_no_pickle(sites, tmp_path):
    filled(rows(1), tmp_path)
    with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
        kept = [
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for (value,) in connection.execute("select value from responses")
        ]
    assert kept and all(value.startswith(b"{") for value in kept)
