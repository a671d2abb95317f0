"""`movie-pref import` and `movie-pref metadata` as a person types them, against the sites on loopback."""

import pandas as pd
import pytest

from movie_pref.labels.merge import labelled_library
from movie_pref.labels.store import read_events
from movie_pref.library import read_library
from movie_pref.settings import load_settings
from movie_pref.sources.importers.open_questions import read_questions, settle
from movie_pref.sources.online import imdb_files
from movie_pref_tests.command_line import says
from movie_pref_tests.commands.exports import HEADER, contents, movies
from movie_pref_tests.sources.online.server import imdb_file


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
    rows = read_library(load_settings().library_path).rows
    assert set(rows["imdb_id"]) == {f"tt{1_000_000 + number}" for number in range(30)}
    assert rows["overview"].notna().all() and (rows["runtime"] == 101).all()  # what TMDB said of them is kept
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


RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n"


def named(*films: tuple[str, int, float], day: str = "2024-05-01") -> str:
    """Letterboxd's ratings of (name, year, stars)."""
    return RATINGS + "".join(
        f"{day},{name},{year},https://boxd.it/{name[-3:]}{year},{stars}\n" for name, year, stars in films
    )


@pytest.fixture
def imdb_folder(tmp_path):
    """IMDb's files of 60 films, of which one has a hardly known namesake of its year and two are as well known as each other."""
    known = [
        *movies(60),
        {"imdb_id": "tt2000001", "title": "Film 7", "year": 2007, "votes": 0},
        {"imdb_id": "tt2000002", "title": "Twins", "year": 2001, "votes": 900},
        {"imdb_id": "tt2000003", "title": "Twins", "year": 2001, "votes": 800},
        {"imdb_id": "tt2000004", "title": "Rivals", "year": 2001, "votes": 90_000},
        {"imdb_id": "tt2000005", "title": "Rivals", "year": 2001, "votes": 80_000},
    ]
    for film in known[:60]:
        film["votes"] += 100
    folder = tmp_path / "imdb"
    folder.mkdir()
    for name in (imdb_files.TITLES, imdb_files.RATINGS):
        (folder / name).write_bytes(imdb_file(name, known))
    return folder


def test_with_nowhere_to_look_it_says_so_first_keeps_what_was_read_and_goes_on_later(data, tmp_path, imdb_folder):
    (tmp_path / "ratings.csv").write_text(named(*((f"Film {number}", 2000 + number, 0.5 + number % 10 / 2) for number in range(20))))  # fmt: skip
    said = says("import", str(tmp_path / "ratings.csv"), "--yes", code=2)
    assert said.startswith("20 films of your export are known by name only")
    assert "https://datasets.imdbws.com/" in said and "https://www.themoviedb.org/settings/api" in said
    assert "is to be settled" not in said and "not found" not in said
    assert [path.name for path in data.rglob("import*")] == ["import_films.parquet"]
    assert "Film 3" in pd.read_parquet(data / "import_films.parquet")["title"].tolist()

    said = says("import", "--imdb-data", str(imdb_folder), "--yes")
    assert said.startswith("20 films kept from an import before")
    assert "taken: Film 7 (2007) for tt1000007, which has by far the most votes of its name" in said
    rows = read_library(load_settings().library_path).rows
    assert set(rows["imdb_id"]) == {f"tt{1_000_000 + number}" for number in range(20)}
    assert rows["imdb_votes"].tolist() == [100 + number for number in range(20)] and (rows["runtime"] == 95).all()
    assert not (data / "import_films.parquet").exists()
    assert "No film waits" in says("import", code=2)


def test_metadata_brings_in_what_an_import_kept(data, tmp_path, imdb_folder):
    (tmp_path / "ratings.csv").write_text(named(*((f"Film {number}", 2000 + number, 0.5 + number % 10 / 2) for number in range(20))))  # fmt: skip
    says("import", str(tmp_path / "ratings.csv"), "--yes", code=2)
    assert "known by name only" in says("metadata", code=2)
    said = says("metadata", "--imdb-data", str(imdb_folder), "--add-candidates", "10")
    assert "10 candidates more" in said and len(read_library(load_settings().library_path).rows) == 20


def test_what_is_ambiguous_is_asked_best_known_first_and_an_answer_needs_no_file_again(data, tmp_path, imdb_folder):
    films = [*((f"Film {number}", 2000 + number, 3) for number in range(15)), ("Twins", 2001, 5), ("Rivals", 2001, 1)]
    (tmp_path / "ratings.csv").write_text(named(*films))
    said = says("import", str(tmp_path / "ratings.csv"), "--imdb-data", str(imdb_folder), "--liked-from", "7", "--yes")
    asked = read_questions(load_settings().data)
    assert "2 films are to be settled" in said and asked["title"].tolist() == ["Rivals", "Twins"]
    assert asked["described"].iloc[0] == "tt2000004 Rivals (2001); tt2000005 Rivals (2001)"
    settle(load_settings().data, "Twins", 2001, None, "tt2000003")
    says("import", "--imdb-data", str(imdb_folder), "--yes")
    rows = read_library(load_settings().library_path).rows.set_index("imdb_id")
    assert rows.loc["tt2000003", "rating"] == 10 and "tt2000004" not in rows.index
    assert read_questions(load_settings().data)["title"].tolist() == ["Rivals"]


def test_two_exports_become_one_library_and_the_newer_rating_counts(data, tmp_path, imdb, imdb_folder):
    by_id = imdb(20)  # rated on 2024-03-01: Film 8 with 9, Film 9 with 10
    (tmp_path / "boxd").mkdir()
    (tmp_path / "boxd" / "ratings.csv").write_text(named(("Film 8", 2008, 1), ("Film 30", 2010, 5), day="2024-06-01"))
    (tmp_path / "boxd" / "watchlist.csv").write_text(
        "Date,Name,Year,Letterboxd URI\n2024-06-01,Film 40,2000,https://boxd.it/w\n"
        "2024-06-01,Film 9,2009,https://boxd.it/v\n"
    )
    says("import", str(by_id), str(tmp_path / "boxd"), "--imdb-data", str(imdb_folder), "--yes")
    rows = read_library(load_settings().library_path).rows.set_index("imdb_id")
    assert len(rows) == 21 and rows.loc["tt1000008", "rating"] == 2 and rows.loc["tt1000009", "rating"] == 10
    assert rows.loc["tt1000030", "rating"] == 10
    candidates = read_library(load_settings().candidates_path, False).rows
    assert candidates[["imdb_id", "wished"]].to_numpy().tolist() == [["tt1000040", True]]
    before = contents(data)
    says("import", str(by_id), str(tmp_path / "boxd"), "--imdb-data", str(imdb_folder), "--yes")
    assert contents(data) == before


@pytest.mark.parametrize(
    ("stars", "cut", "liked"),
    [
        ([5] * 12 + [4.5] * 30 + [4] * 40 + [3.5] * 18, 10, 12),  # a mild hand: the highest alone
        ([4] * 3 + [3.5] * 12 + [2] * 40 + [1] * 45, 7, 15),  # a harsh one
    ],
    ids=["mild", "harsh"],
)
def test_a_harsh_and_a_mild_hand_have_both_their_share_liked_and_it_is_proved(data, tmp_path, stars, cut, liked):
    lines = [
        f"tt{1_000_000 + number},{2 * one:g},2024-03-01,Film {number},,Movie,,,2000,,,,"
        for number, one in enumerate(stars)
    ]
    (tmp_path / "ratings.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    said = says("import", str(tmp_path / "ratings.csv"), "--yes")
    assert (
        f"Proposed: a rating of {cut} of 10 ({cut / 2:g} stars) or more is liked. That is {liked} of your 100 rated films, {liked} %"
        in said
    )
    assert f"Of your {liked} best-rated films" in said and "all are liked" in said


# favourites

LABELS = ["would_not_watch", "would_watch", "would_watch_again"]


def labels() -> list[int]:
    """How many movies of the library each of the three labels has, after the label store."""
    settings = load_settings()
    rows = labelled_library(settings, read_events(settings))[1].rows
    return [int((rows["label"] == label).sum()) for label in LABELS]


def test_two_labels_as_before_and_one_line_that_favourites_were_seen(data, imdb):
    said = says("import", str(imdb(40)), "--liked-from", "8", "--yes")
    assert "watch again:" not in said and "second cut" not in said
    assert "4 films look like favourites" in said  # of 12 liked, the 4 rated 10 are a third, nearer to a quarter than 8
    assert f"movie-pref import {imdb(40)} --favourites makes them would_watch_again" in " ".join(said.split())
    assert labels() == [28, 12, 0]
    assert "import_favourites" not in (data / "settings.toml").read_text()


def test_favourites_are_taken_by_a_proposed_second_cut_and_from_then_on_without_asking(data, imdb):
    said = says("import", str(imdb(40)), "--liked-from", "8", "--favourites", "--yes")
    assert "Which of them you would watch again: a second cut" in said
    assert "Proposed: a liked film rated 10 of 10 (5 stars) or more you would watch again." in said
    assert "That is 4 of the 12 films you like (4 by stars), 33 %" in said
    assert labels() == [28, 8, 4]
    before = contents(data)
    said = says("import", str(imdb(40)), "--yes")
    assert "As confirmed last time: a liked film rated 10 of 10" in said and "Nothing changes" in said
    assert contents(data) == before
    says("import", str(imdb(50)), "--yes")
    assert labels() == [35, 10, 5]


def test_the_second_cut_is_asked_for_and_lies_above_the_first(data, imdb):
    said = says("import", str(imdb(40)), "--favourites", answer="8\n8\n9\ny\n")
    assert "8 is not above 8, from which on films are liked." in said
    assert labels() == [28, 4, 8] and load_settings().import_again_cut == 9


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--liked-from", "8", "--again-from", "8"), "You would watch again from 8 on and like from 8 on"),
        (("--again-from", "2"), "You would watch again from 2 on and like from 9 on"),
        (("--again-from", "10", "--no-favourites"), "give one of them"),
    ],
)
def test_cuts_that_contradict_each_other_are_a_sentence_and_nothing_is_written(data, imdb, options, sentence):
    assert sentence in " ".join(says("import", str(imdb(40)), *options, "--yes", code=2).split())
    assert not [path for path in contents(data) if "labels" not in path]


def test_favourites_are_given_up_again_and_that_is_remembered(data, imdb):
    says("import", str(imdb(40)), "--liked-from", "8", "--again-from", "9", "--yes")
    assert labels() == [28, 4, 8]
    says("import", str(imdb(40)), "--no-favourites", "--yes")
    assert labels() == [28, 12, 0]
    said = says("import", str(imdb(40)), "--yes")
    assert "Nothing changes" in said and "look like favourites" not in said


def test_where_the_third_label_is_in_use_favourites_are_taken_without_asking(data, imdb):
    says("import", str(imdb(40)), "--liked-from", "8", "--yes")
    says("label", "tt1000000", "would_watch_again")
    says("import", str(imdb(40)), answer="\ny\n")  # the first cut is confirmed, the second not asked for
    assert labels() == [27, 8, 5]  # the four rated 10 and the one labelled by hand, whose 1 of 10 does not overrule it


def test_films_that_wait_are_labelled_as_was_asked_when_they_were_read(data, tmp_path, imdb_folder):
    (tmp_path / "ratings.csv").write_text(named(*((f"Film {number}", 2000 + number, 0.5 + number % 10 / 2) for number in range(20))))  # fmt: skip
    says("import", str(tmp_path / "ratings.csv"), "--again-from", "10", "--yes", code=2)
    says("import", "--imdb-data", str(imdb_folder), "--liked-from", "8", "--yes")
    assert labels() == [14, 4, 2]


def test_hearts_and_viewings_of_letterboxd_make_favourites(data, tmp_path, imdb_folder):
    films = [(f"Film {number}", 2000 + number, 0.5 + number % 10 / 2) for number in range(20)]  # 8, 9, 18, 19 are liked
    (tmp_path / "boxd" / "likes").mkdir(parents=True)
    (tmp_path / "boxd" / "ratings.csv").write_text(named(*films))
    heart = "Date,Name,Year,Letterboxd URI\n2024-05-01,Film 8,2008,https://boxd.it/m 82008\n"
    (tmp_path / "boxd" / "likes" / "films.csv").write_text(heart)
    seen = [("Film 18", 2018, "Yes"), ("Film 0", 2000, "Yes"), ("Film 30", 2010, "Yes"), ("Film 31", 2011, "")]
    diary = "".join(f"2024-05-02,{name},{year},https://boxd.it/d,,{again},,2024-05-02\n" for name, year, again in seen)
    (tmp_path / "boxd" / "diary.csv").write_text(
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n" + diary
    )
    options = ("--imdb-data", str(imdb_folder), "--liked-from", "9", "--favourites", "--yes")
    said = " ".join(says("import", str(tmp_path / "boxd"), *options).split())
    # 9 and 19 by 10 of 10; 8 by its heart; 18 and 30, which has no stars, by being watched again; 0 is not liked
    assert (
        "That is 5 of the 5 films you like (2 by stars, 1 by a heart beside stars, 2 watched more than once), 100 %"
        in said
    )
    assert "1 films were only watched" in said and labels() == [16, 0, 5]
