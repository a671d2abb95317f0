"""IMDb's public files: streamed, matched, and refused where they are none."""

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.sources.online import imdb_files
from movie_pref_tests.sources.online.server import imdb_file

MOVIES = [
    {"imdb_id": "tt0000001", "title": "Solaris", "original": "Солярис", "year": 1972, "votes": 90_000},
    {"imdb_id": "tt0000002", "title": "Solaris", "year": 2002, "votes": 80_000},
    {"imdb_id": "tt0000003", "title": "Solaris", "year": 2002, "votes": 12},
    {"imdb_id": "tt0000004", "title": 'Say "Yes"', "year": 1999, "votes": 500},
    {"imdb_id": "tt0000005", "title": "A series", "year": 1999, "votes": 10**6, "type": "tvSeries"},
    {"imdb_id": "tt0000006", "title": "Unrated", "year": "\\N", "votes": 7},
]


def tell(text: str) -> None: ...


@pytest.fixture
def folder(tmp_path):
    for name in (imdb_files.TITLES, imdb_files.RATINGS):
        (tmp_path / name).write_bytes(imdb_file(name, MOVIES))
    return tmp_path


def test_details_of_movies(folder):
    found = imdb_files.details(folder, {"tt0000001", "tt0000005", "tt0000099"}, tell)
    (movie,) = found.to_dict("records")
    assert movie == {
        "imdb_id": "tt0000001", "original_media_title": "Солярис", "runtime": 95, "genre": ["Drama", "Science Fiction"],
        "imdb_rating": 6.7, "imdb_votes": 90_000,
    }  # fmt: skip


def test_all_that_have_the_name_of_a_film_and_those_that_are_wanted_come_with_what_is_known_of_them(folder):
    films = pd.DataFrame({"title": ["SOLARIS", "The Say 'Yes'"], "year": pd.array([2002, 2000], dtype="Int64")})
    found = imdb_files.search(films, {"tt0000001"}, folder, tell).set_index("imdb_id")
    assert found["imdb_votes"].to_dict() == {
        "tt0000001": 90_000,
        "tt0000002": 80_000,
        "tt0000003": 12,
        "tt0000004": 500,
    }
    assert found.loc["tt0000001", "runtime"] == 95 and found.loc["tt0000001", "genre"] == ["Drama", "Science Fiction"]


def test_the_most_voted_movies(folder):
    found = imdb_files.most_voted(folder, 2, {"tt0000001"}, tell)
    assert found["imdb_id"].tolist() == ["tt0000002", "tt0000004"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (imdb_file(imdb_files.TITLES, MOVIES * 1)[:-30], "cut short or damaged"),
        (b"tconst\ttitleType\n", "cut short or damaged"),
        (imdb_file(imdb_files.RATINGS, MOVIES), "not IMDb's file of that name"),
    ],
    ids=["cut short", "not packed", "of another name"],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(folder, content, said):
    (folder / imdb_files.TITLES).write_bytes(content)
    with pytest.raises(UserError, match=said):
        imdb_files.details(folder, {"tt0000001"}, tell)


def test_a_missing_file_is_named(folder):
    (folder / imdb_files.RATINGS).unlink()
    with pytest.raises(UserError, match=r"There is no title\.ratings\.tsv\.gz"):
        imdb_files.details(folder, {"tt0000001"}, tell)


def test_files_are_downloaded_once(sites, tmp_path):
    imdb_files.download(tmp_path, tell)
    imdb_files.download(tmp_path, tell)
    assert {name: count for name, count in sites.asked.items() if "imdb" in name} == {
        "/imdb/title.basics.tsv.gz?": 1,
        "/imdb/title.ratings.tsv.gz?": 1,
    }
    assert len(imdb_files.details(tmp_path, {"tt1000001"}, tell)) == 1


def test_a_download_that_fails_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("IMDB_DATA_URL", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="could not be downloaded"):
        imdb_files.download(tmp_path, tell)
    assert not list(tmp_path.iterdir())


def test_imdb_is_asked_at_its_own_address_only_and_no_secret_of_that_is_shown(sites, tmp_path, monkeypatch):
    monkeypatch.setenv("IMDB_DATA_URL", sites.address.replace("//", "//me:secret@") + "/imdb?key=hidden")
    sites.elsewhere, sites.faults = "http://127.0.0.1:1", {"imdb": ["elsewhere"]}
    with pytest.raises(UserError, match="TooManyRedirects") as caught:
        imdb_files.download(tmp_path, tell)
    assert f"from {sites.address}/imdb" in str(caught.value)
    assert "secret" not in str(caught.value) and "hidden" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["file:///etc", "ftp://127.0.0.1/x", "//127.0.0.1", "nonsense", "http://[::1", "http://"]
)
def test_what_is_no_address_of_the_web_is_a_sentence(tmp_path, monkeypatch, address):
    monkeypatch.setenv("IMDB_DATA_URL", address)
    with pytest.raises(UserError, match="could not be downloaded"):
        imdb_files.download(tmp_path, tell)
    assert list(tmp_path.iterdir()) == []
