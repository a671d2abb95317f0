"""Letterboxd: all files of the zip together speak of one film each, and names decide only where contents are alike."""

import csv

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movie_pref.errors import UserError
from movie_pref.library.titles import one_line
from movie_pref.sources.importers import read_export, recognise
from movie_pref.sources.importers.films import COLUMNS
from movie_pref_tests.sources.importers.conftest import as_csv

FILM = "Date,Name,Year,Letterboxd URI\n"
RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n"
DIARY = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
LIST = "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2024-01-01,Best,,u,\n\nPosition,Name,Year,URL,Description\n1,A,1999,u,\n"
MEMBERS = {
    "ratings.csv": RATINGS + "2024-02-01,Alpha,1999,https://boxd.it/a,4.5\n2024-02-02,Gamma,,https://boxd.it/c,0.5\n",
    "diary.csv": DIARY
    + "2024-01-02,Alpha,1999,https://boxd.it/d1,2,,,2024-01-01\n"
    + "2024-03-02,Beta,2001,https://boxd.it/d2,3.5,,,2024-03-01\n"
    + '2024-05-02,Beta,2001,https://boxd.it/d3,4,Yes,"a, b",2024-05-01\n'
    + "2024-06-02,Beta,2001,https://boxd.it/d4,,Yes,,2024-06-01\n"
    + "2024-07-02,Delta,2002,https://boxd.it/d5,,,,2024-07-01\n",
    "watched.csv": FILM + "2024-01-01,Alpha,1999,https://boxd.it/a\n2024-01-01,Beta,2001,https://boxd.it/b\n",
    "watchlist.csv": FILM + "2024-01-01,七人の侍,1954,https://boxd.it/s\n",
    "likes/films.csv": FILM + "2024-02-01,Alpha,1999,https://boxd.it/a\n2024-02-03,Delta,2002,https://boxd.it/dd\n",
    "comments.csv": "Date,Content,Comment\n",
    "profile.csv": "Date Joined,Username\n2020-01-01,nobody\n",
    "reviews.csv": DIARY.replace("Tags", "Review,Tags"),
    "lists/best.csv": LIST,
    "deleted/diary.csv": DIARY + "2024-01-02,Gone,1999,https://boxd.it/x,5,,,2024-01-01\n",
    "orphaned/likes/films.csv": FILM + "2024-01-02,Gone,1999,https://boxd.it/x\n",
}


def test_the_whole_zip_gives_one_row_a_film(save_zip):
    found = read_export(save_zip(MEMBERS))

    films = found.films.set_index("title")
    assert {name: str(kind) for name, kind in found.films.dtypes.items()} == COLUMNS
    assert sorted(films.index) == ["Alpha", "Beta", "Delta", "Gamma", "七人の侍"]
    # the ratings file over the diary, stars doubled, a heart from the likes
    alpha = films.loc["Alpha"]
    assert (alpha["rating"], alpha["liked"], alpha["watched"], alpha["source_file"]) == (9.0, True, True, "ratings.csv")
    # the newest entry of the diary with stars
    beta = films.loc["Beta"]
    assert (beta["rating"], beta["line"], beta["uri"]) == (8.0, 4, "https://boxd.it/b")
    assert beta["at"] == pd.Timestamp("2024-05-01", tz="UTC")
    delta = films.loc["Delta"]
    assert pd.isna(delta["rating"]) and delta["watched"] and delta["liked"]
    assert pd.isna(films.loc["Gamma", "year"]) and films.loc["Gamma", "rating"] == 1.0
    seven = films.loc["七人の侍"]
    assert (seven["watched"], seven["watchlist"]) == (False, True)
    assert films["imdb_id"].isna().all()


def test_a_film_is_watched_again_where_the_diary_says_so_or_has_it_on_two_days(save_zip):
    days = [("One", "2024-01-01"), ("Two", "2024-01-01"), ("Two", "2024-05-01"), ("Same day", "2024-01-01"), ("Same day", "2024-01-01")]  # fmt: skip
    lines = [f"2024-06-01,{name},2001,https://boxd.it/{number},4,,,{day}" for number, (name, day) in enumerate(days)]
    diary = DIARY + "\n".join([*lines, "2024-06-01,Said,2001,https://boxd.it/s,4,Yes,,2024-06-01"]) + "\n"
    films = read_export(save_zip({"diary.csv": diary, "ratings.csv": RATINGS})).films
    assert films.set_index("title")["rewatched"].to_dict() == {
        "One": False,
        "Two": True,
        "Same day": False,
        "Said": True,
    }


def test_what_is_passed_over_says_why(save_zip):
    files = read_export(save_zip(MEMBERS)).files.set_index("source_file")["kind"]

    assert files["ratings.csv"] == "ratings" and files["likes/films.csv"] == "likes"
    assert "which holds what you removed" in files["deleted/diary.csv"]
    assert "orphaned/" in files["orphaned/likes/films.csv"]
    assert "a list of Letterboxd's" in files["lists/best.csv"]
    assert files["comments.csv"].startswith("passed over") and files["reviews.csv"].startswith("passed over")


def test_a_zip_packed_again_with_its_folder_is_the_same(save_zip):
    folder = {f"letterboxd-nobody/{name}": text for name, text in MEMBERS.items()}
    folder["__MACOSX/letterboxd-nobody/._ratings.csv"] = b"\x00\x05\x16"

    plain, packed = read_export(save_zip(MEMBERS)), read_export(save_zip(folder))

    pd.testing.assert_frame_equal(
        plain.films.drop(columns="source_file"), packed.films.drop(columns="source_file"), check_like=True
    )


@pytest.mark.parametrize(
    ("name", "saved_as", "kind"),
    [
        ("ratings.csv", "a.txt", "ratings"),
        ("diary.csv", "b.csv", "diary"),
        ("watched.csv", "my watched (1).csv", "watched"),
        ("watchlist.csv", "watchlist-nobody.csv", "watchlist"),
        ("likes/films.csv", "films.csv", "likes"),
    ],
)
def test_a_single_file_is_recognised(save, name, saved_as, kind):
    export = recognise(save(MEMBERS[name], saved_as))

    assert (export.site, [part.kind for part in export.parts]) == ("letterboxd", [kind])
    assert len(read_export(export).films) > 0


def test_files_of_a_header_alone_give_no_films(save_zip):
    found = read_export(save_zip({"ratings.csv": RATINGS, "diary.csv": DIARY, "watched.csv": FILM, "empty.csv": ""}))

    assert len(found.films) == 0 and len(found.left_out) == 0


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (LIST, "best.csv", "a list of Letterboxd's, which says nothing of what you thought"),
        (MEMBERS["watched.csv"], "x.csv", "look alike, and its name is neither watched.csv, watchlist.csv nor films"),
        ("a,b\n1,2\n", "x.csv", "its first line is 'a, b'"),
    ],
)
def test_a_file_that_is_no_history_is_refused_with_a_sentence(save, text, name, sentence):
    with pytest.raises(UserError, match=sentence) as raised:
        recognise(save(text, name))
    assert "\n" not in str(raised.value)


def test_a_wrong_cell_in_a_zip_is_named_by_file_line_and_column(save_zip):
    ratings = MEMBERS["ratings.csv"].replace("0.5\n", "0.7\n")

    with pytest.raises(
        UserError, match=r"export\.zip \(ratings\.csv\), line 3, column 'Rating': '0\.7' is not a number"
    ):
        read_export(save_zip({**MEMBERS, "ratings.csv": ratings}))


def test_two_films_of_one_name_and_year_stay_two(save_zip):
    ratings = RATINGS + "2024-02-01,Twin,2000,https://boxd.it/1,5\n2024-02-01,Twin,2000,https://boxd.it/2,1\n"
    diary = DIARY + "2024-02-01,Twin,2000,https://boxd.it/9,3,,,\n"

    found = read_export(save_zip({"ratings.csv": ratings, "diary.csv": diary}))

    assert found.films["rating"].tolist() == [10.0, 2.0]
    assert found.left_out[["source_file", "reason"]].to_numpy().tolist() == [
        ["diary.csv", "of a name and year that two films of the export have"]
    ]


def test_the_same_title_in_two_years_is_two_films(save):
    text = RATINGS + "2024-02-01,Dune,1984,https://boxd.it/1,2\n2024-02-01,Dune,2021,https://boxd.it/2,4\n"

    assert read_export(save(text)).films[["year", "rating"]].to_numpy().tolist() == [[1984, 4], [2021, 8]]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.sampled_from("aé七\",;\n\r\t '|&"), min_size=1).filter(one_line), min_size=1, max_size=6)
)
def test_names_with_quotes_commas_and_newlines_come_back(save, names):
    rows = [
        {"Date": "2024-01-01", "Name": name, "Year": "", "Letterboxd URI": f"u{number}", "Rating": "4"}
        for number, name in enumerate(names)
    ]

    found = read_export(save(as_csv(rows, quoting=csv.QUOTE_ALL)))

    assert found.films["title"].tolist() == [one_line(name) for name in names]


def test_the_same_file_twice_gives_the_same_tables(save_zip):
    path = save_zip(MEMBERS)
    first, again = read_export(path), read_export(path)

    pd.testing.assert_frame_equal(first.films, again.films)
    pd.testing.assert_frame_equal(first.left_out, again.left_out)
