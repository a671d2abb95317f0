"""`movie-pref import` and `movie-pref metadata` as a person types them, against the sites on loopback."""

import pytest

from movie_pref.library import read_library
from movie_pref.settings import load_settings
from movie_pref_tests.command_line import says
from movie_pref_tests.commands.exports import HEADER, contents


def test_nothing_is_written_before_a_yes(data, imdb):
    said = says("import", str(imdb(40)), answer="9\nn\n")
    assert "an export of IMDb, 40 films" in said and "Nothing was written." in said
    assert "01_training.parquet" not in {path.name for path in data.rglob("*")}
    assert says("import", str(imdb(40)), answer="9\ny\n").count("Written.") == 1
    assert read_library(load_settings().library_path).rows["label"].value_counts().to_dict() == {
        "would_not_watch": 32,
        "would_watch": 8,
    }


def test_the_cut_is_asked_for_until_it_is_one_and_then_remembered(data, imdb):
    said = says("import", str(imdb(40)), answer="eleven\n11\n8,0\ny\n")
    assert said.count("is no number from 0 to 10") == 2
    assert load_settings().import_cut == 8
    assert "As given: a rating of 9 of 10" in says("import", str(imdb(50)), "--liked-from", "9", "--yes")


def test_the_same_file_again_changes_no_byte(data, imdb):
    says("import", str(imdb(40)), "--yes")
    before = contents(data)
    assert "Nothing changes" in says("import", str(imdb(40)), "--yes")
    assert contents(data) == before


def test_what_comes_next_is_said(data, imdb):
    said = says("import", str(imdb(10)), "--yes")
    assert "Features known for less than half of your films: " in said
    assert "There are no movies to rank yet" in said and "--add-candidates" in said
    assert "Not enough to learn from yet" in said  # 10 films, and it takes 8 of each label
    said = says("import", str(imdb(40)), "--yes")
    assert "Not enough to learn from yet" not in said and said.rstrip().endswith("movie-pref run")


def test_a_file_of_ones_own_stays_and_the_new_one_is_used(data, imdb, tmp_path, monkeypatch):
    own = tmp_path / "mine.csv"
    own.write_text(
        "imdb_id,media_type,media_title,release_year,label\ntt0000001,movie,One,1999,would_watch\n", encoding="utf-8"
    )
    before = own.read_bytes()
    data.mkdir()
    (data / "settings.toml").write_text(f'library = "{own}"\n', encoding="utf-8")
    assert "stays as it is" in says("import", str(imdb(40)), "--yes")
    assert own.read_bytes() == before
    assert len(read_library(load_settings().library_path).rows) == 41
    monkeypatch.setenv("MOVIE_PREF_LIBRARY", str(own))
    assert "Remove MOVIE_PREF_LIBRARY from the environment" in says("import", str(imdb(41)), "--yes")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ratings.csv", "", "empty"),
        ("ratings.csv", "a,b\n1,2\n", "ratings.csv"),
        ("ratings.csv", HEADER + "\ntt0111161,eleven,2024-01-01,A,,Movie,,,1994,,,,\n", "line 2, column 'Your Rating'"),
        ("ratings.zip", "PK\x03\x04 cut", "ratings.zip"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(data, tmp_path, name, content, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    answer = says("import", str(tmp_path / name), "--yes", code=2)
    assert answer.startswith("movie-pref: ") and said in answer and "Traceback" not in answer
    assert not contents(data)


def test_films_without_an_identifier_are_found_at_tmdb(sites, data, tmp_path):
    file = tmp_path / "ratings.csv"
    lines = [
        f"2024-05-01,Film {number},{2000 + number % 20},https://boxd.it/{number},{0.5 + number % 10 / 2}"
        for number in range(30)
    ]
    file.write_text(
        "\n".join(["Date,Name,Year,Letterboxd URI,Rating", *lines, "2024-05-01,Nowhere,1999,https://boxd.it/x,4"])
        + "\n",
        encoding="utf-8",
    )
    said = says("import", str(file), "--yes")
    assert "1 film is to be settled" in said
    assert set(read_library(load_settings().library_path).rows["imdb_id"]) == {
        f"tt{1_000_000 + number}" for number in range(30)
    }
    asked = sum(sites.asked.values())
    says("import", str(file), "--yes")
    assert sum(sites.asked.values()) == asked


def test_films_without_an_identifier_are_found_in_imdbs_files(sites, data, tmp_path, monkeypatch):
    for name in ("TMDB_API_KEY", "OMDB_API_KEY"):
        monkeypatch.delenv(name)
    file = tmp_path / "ratings.csv"
    file.write_text(
        "Date,Name,Year,Letterboxd URI,Rating\n2024-05-01,Film 3,2003,https://boxd.it/3,5\n2024-05-01,Film 4,2004,https://boxd.it/4,1\n",
        encoding="utf-8",
    )
    says("import", str(file), "--yes", "--imdb-data", str(tmp_path / "imdb"))
    assert set(read_library(load_settings().library_path).rows["imdb_id"]) == {"tt1000003", "tt1000004"}


def test_a_wrong_key_is_said_and_the_import_goes_on(sites, data, tmp_path, monkeypatch):
    monkeypatch.setenv("TMDB_API_KEY", "f" * 32)
    file = tmp_path / "ratings.csv"
    file.write_text(
        "Date,Name,Year,Letterboxd URI,Rating\n2024-05-01,Film 3,2003,https://boxd.it/3,5\n", encoding="utf-8"
    )
    said = says("import", str(file), "--yes")
    assert "refuses the key in TMDB_API_KEY" in said and "f" * 32 not in said
    assert "1 film is to be settled" in said
