"""IMDb's ratings: every form of the file gives the same films, and a cell that is wrong is named."""

import csv
import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movie_pref.errors import UserError
from movie_pref.library.titles import one_line
from movie_pref.sources.importers import read_export, recognise
from movie_pref.sources.importers.films import COLUMNS
from movie_pref.sources.importers.imdb import media_type
from movie_pref_tests.sources.importers.conftest import IMDB_13, as_csv, imdb_row

THIRTEEN = (
    IMDB_13 + "\n"
    'tt0000001,9,2024-01-31,"Road, ""Long""",https://www.imdb.com/title/tt0000001/,movie,8.5,136,1999,'
    '"Action, Sci-Fi, Musical, Biography, Krimi",2000,1999-03-31,A\n'
    "tt00000002,4,2023-12-01,Сталкер,,TV Movie,,,,Drama,,1979-05-25,\n"
)


def test_thirteen_columns_give_the_films_with_what_imdb_knows_of_them(save):
    found = read_export(save(THIRTEEN, "whatever.txt"))

    assert (found.source, found.name, len(found.left_out)) == ("imdb", "whatever.txt", 0)
    assert {name: str(kind) for name, kind in found.films.dtypes.items()} == COLUMNS
    first, second = found.films.to_dict("records")
    assert first["title"] == 'Road, "Long"'
    assert (first["imdb_id"], first["rating"], first["year"], first["runtime"]) == ("tt0000001", 9.0, 1999, 136.0)
    assert (first["imdb_rating"], first["imdb_votes"], first["media_type"]) == (8.5, 2000.0, "movie")
    # TMDB's name for what it has too, IMDb's own for the others
    assert first["genre"] == ["Action", "Science Fiction", "Musical", "Biography"]
    assert first["at"] == pd.Timestamp("2024-01-31", tz="UTC")
    assert (first["watched"], first["watchlist"], first["liked"]) == (True, False, False)
    assert (first["source_file"], first["line"], second["line"]) == ("whatever.txt", 2, 3)
    # no year: that of the release; cells that are empty are not known
    assert (second["imdb_id"], second["title"], second["year"]) == ("tt00000002", "Сталкер", 1979)
    assert pd.isna(second["runtime"]) and pd.isna(second["imdb_votes"]) and second["genre"] == ["Drama"]
    assert found.notes == ["Words that are none of IMDb's genres are not kept as such: Krimi (1)."]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: (text + "\n\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("2024-01-31", "31/1/2024").replace("2023-12-01", "1/12/2023").encode(),
        lambda text: text.replace("2024-01-31", "1/31/2024").replace("2023-12-01", "12/1/2023").encode(),
        lambda text: text.replace(",movie,", ",Película,").replace(",TV Movie,", ",Fernsehfilm,").encode(),
        lambda text: text.replace("Your Rating", "your rating").encode(),
    ],
    ids=["BOM", "UTF-16", "CRLF", "CR", "blank-lines", "no-last-newline", "D/M/YYYY", "M/D/YYYY", "localised", "case"],
)
def test_every_form_of_the_file_gives_the_same_films(save, change):
    plain = read_export(save(THIRTEEN))
    changed = read_export(save(change(THIRTEEN)))

    pd.testing.assert_frame_equal(plain.films, changed.films)
    assert len(changed.films) == 2 and changed.left_out.empty


def test_a_date_that_could_be_either_is_day_month_year(save):
    found = read_export(save(as_csv([imdb_row(Date_Rated="3/4/2024")])))

    assert found.films["at"].tolist() == [pd.Timestamp("2024-04-03", tz="UTC")]


def test_fourteen_columns_and_more_keep_the_original_title(save):
    row = {**imdb_row(), "Original Title": "La Strada", "Mood": "good"}

    found = read_export(save(as_csv([row], [*list(row)[:4], "Original Title", *list(row)[4:13], "Mood"])))

    assert found.films["original_title"].tolist() == ["La Strada"]
    assert found.notes == ["Columns that IMDb's exports do not have are ignored: Mood."]


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_read(save):
    text = as_csv([imdb_row(IMDb_Rating="8.5")]).replace(",", ";").replace("8.5", "8,5")

    assert read_export(save(text)).films["imdb_rating"].tolist() == [8.5]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *((word, "movie") for word in ("movie", "Movie", "Feature Film", "tvMovie", "Film", "Filme", "Película")),
        *((word, "movie") for word in ("फ़िल्म", "Spielfilm", "Court métrage", "Kurzfilm", "TV Special", "Video")),
        *((word, "tv_show") for word in ("tvSeries", "TV Mini Series", "Serie TV", "Série télévisée", "Fernsehserie")),
        *((word, "an episode of television") for word in ("tvEpisode", "TV Episode", "Episodio de TV", "Folge")),
        *((word, "a game") for word in ("Video Game", "videoGame", "Jeu vidéo", "Videojuego", "Videospiel")),
        *((word, "a podcast") for word in ("Podcast Series", "podcastEpisode")),
        ("Music Video", "a music video"),
        ("Zzz", None),
        ("", None),
    ],
)
def test_a_title_type_in_any_of_imdbs_languages(word, kind):
    assert media_type(word) == kind


def test_shows_stay_television_and_what_is_left_out_is_counted(save):
    rows = [
        imdb_row(),
        imdb_row(Const="tt0000002", Title_Type="TV Series"),
        imdb_row(Const="tt0000003", Title_Type="TV Episode"),
        imdb_row(Const="tt0000004", Title_Type="Zzz"),
        imdb_row(Const="tt0000005", Your_Rating=""),
        imdb_row(Const="tt0000006", Title=""),
        imdb_row(Const="nm0000007"),
        imdb_row(Date_Rated="2024-05-01", Your_Rating="3"),
        imdb_row(Date_Rated="2024-03-01", Your_Rating="5"),
    ]
    found = read_export(save(as_csv(rows)))

    assert found.films[["imdb_id", "media_type", "rating"]].to_numpy().tolist() == [
        ["tt0000002", "tv_show", 8.0],
        ["tt0000001", "movie", 3.0],  # the newest of three
    ]
    assert found.files["rows"].sum() == len(found.films) + len(found.left_out) == 9
    assert found.left_out[["line", "reason"]].to_numpy().tolist() == [
        [2, "an older or repeated entry of a film in the same file"],
        [4, "an episode of television"],
        [5, "of an unknown title type, 'Zzz'"],
        [6, "without a rating of yours"],
        [7, "without a title"],
        [8, "without an identifier such as tt0111161"],
        [10, "an older or repeated entry of a film in the same file"],
    ]
    assert found.counts().iloc[0].to_list() == ["an older or repeated entry of a film in the same file", 2]


def test_a_file_without_one_usable_row_is_one_sentence(save):
    with pytest.raises(UserError, match=r"none of its 1 rows can be used.*'Zzz'.*language to English"):
        read_export(save(as_csv([imdb_row(Title_Type="Zzz")])))


def test_a_file_of_a_header_alone_gives_no_films(save):
    found = read_export(save(IMDB_13 + "\n"))

    assert len(found.films) == 0 and {name: str(kind) for name, kind in found.films.dtypes.items()} == COLUMNS


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"Your_Rating": "eleven"}, r"line 5, column 'Your Rating': 'eleven' is not a rating from 1 to 10; "),
        ({"Your_Rating": "11"}, r"line 5, column 'Your Rating': '11' is not"),
        ({"Your_Rating": "7.5"}, r"line 5, column 'Your Rating': '7.5' is not"),
        ({"Your_Rating": "nan"}, r"line 5, column 'Your Rating': 'nan' is not"),
        ({"Date_Rated": "yesterday"}, r"line 5, column 'Date Rated': 'yesterday' is not a date such as"),
        ({"Date_Rated": "31/31/2024"}, r"line 5, column 'Date Rated'"),
        ({"Year": "199"}, r"line 5, column 'Year': '199' is not a year from 1850 to 2100"),
        ({"Runtime (mins)": "-1"}, r"line 5, column 'Runtime \(mins\)'"),
        ({"Num_Votes": "inf"}, r"line 5, column 'Num Votes'"),
    ],
)
def test_a_wrong_cell_is_named_by_file_line_and_column(save, changes, sentence):
    rows = [imdb_row(Title="Two\nlines, and\na third"), imdb_row(Const="tt0000002", **changes)]

    with pytest.raises(UserError, match=r"export\.csv, " + sentence) as raised:
        read_export(save(as_csv(rows)))
    assert "\n" not in str(raised.value)


def test_a_half_written_last_line_is_left_out_and_named(save):
    whole = as_csv([imdb_row(), imdb_row(Const="tt0000002")])

    for end in ("tt0000003,", 'tt0000003,7,2024-01-01,"The half wr'):
        found = read_export(save(whole + end))

        assert found.films["imdb_id"].tolist() == ["tt0000001", "tt0000002"]
        assert found.left_out[["line", "reason"]].to_numpy().tolist() == [[4, "the last line of the file is cut short"]]
        assert found.files["rows"].tolist() == [3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (IMDB_13 + "\ntt0000001,8\n" + IMDB_13 + "\n", r"line 2, column 2: the row has 2 cells and the header 13"),
        (IMDB_13 + "\n" + "x," * 13 + "y\n" + IMDB_13, r"line 2, column 14: the row has 14 cells"),
        (IMDB_13 + '\ntt0000001,8,,"open\n\n\nmore,\n', r"line 2: a quote is opened and never closed"),
        (IMDB_13 + ",Title\n", r"line 1: there are two columns 'Title'"),
    ],
)
def test_a_broken_line_elsewhere_is_an_error(save, text, sentence):
    with pytest.raises(UserError, match=sentence):
        read_export(save(text))


def test_text_that_is_not_utf_8_is_read_by_a_guess_that_is_said(save):
    text = as_csv([imdb_row(), imdb_row(Const="tt0000002", Title="Amélie")])

    found = read_export(save(text.encode("cp1252")))

    assert found.films["title"].tolist() == ["The Long Road", "Amélie"]
    (note,) = found.notes
    assert note.startswith("export.csv is not in UTF-8 and was read as Windows-1252, a guess") and "Amélie" in note


def test_damage_in_utf_8_is_named_by_line_and_not_guessed_away(save):
    text = as_csv([imdb_row(), imdb_row(Const="tt0000002", Title="Amélie ë ?")])

    with pytest.raises(UserError, match=r"export\.csv, line 3: the text is not in UTF-8"):
        read_export(save(text.encode().replace(b"?", b"\xff")))


def test_a_title_that_was_damaged_before_is_left_out_and_counted(save):
    found = read_export(save(as_csv([imdb_row(), imdb_row(Const="tt0000002", Title="Am\N{REPLACEMENT CHARACTER}lie")])))

    assert found.films["title"].tolist() == ["The Long Road"]
    assert "damaged before it came here" in found.left_out["reason"].item()


WATCHLIST = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors,Your Rating,Date Rated\n"
    "1,tt0000001,2024-02-03,2024-02-03,,Wished,Wished,u,Movie,7.1,100,1999,Film-Noir,900,1999-01-01,A,,\n"
    "2,tt0000002,2024-02-04,2024-02-04,,Seen since,Seen since,u,Movie,7.1,100,1998,Drama,900,1998-01-01,A,8,2024-03-01\n"
)


def test_the_watchlist_holds_what_is_wished_for_and_what_was_rated_since(save):
    found = read_export(save(WATCHLIST, "WATCHLIST.csv")).films.set_index("title")

    assert found["watchlist"].to_dict() == {"Wished": True, "Seen since": False}
    assert found.loc["Seen since", "rating"] == 8 and found["watched"].to_dict() == {
        "Wished": False,
        "Seen since": True,
    }
    assert found.loc["Wished", "at"] == pd.Timestamp("2024-02-03", tz="UTC") and found.loc["Wished", "genre"] == [
        "Film-Noir"
    ]


def test_a_list_gives_its_ratings_and_says_how_to_make_a_watchlist_of_it(save):
    found = read_export(save(WATCHLIST, "9f3a.csv"))

    assert found.films["title"].tolist() == ["Seen since"]
    assert "name the file watchlist.csv" in found.left_out["reason"].item()
    with pytest.raises(UserError, match="a list of IMDb's without a column 'Your Rating'"):
        recognise(save("Position,Const,Created,Title,Title Type\n1,tt0000001,2024-01-01,A,Movie\n"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(one_line),
        min_size=1,
        max_size=5,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_title_comes_back_as_it_was_written_on_one_line(save, titles, end):
    rows = [imdb_row(Const=f"tt{number:07d}", Title=title) for number, title in enumerate(titles)]

    found = read_export(save(as_csv(rows, end=end, quoting=csv.QUOTE_ALL)))

    assert found.films["title"].tolist() == [one_line(title) for title in titles]


def test_ten_thousand_rows_take_seconds(save):
    rows = [imdb_row(Const=f"tt{number:07d}", Genres="Drama, Crime") for number in range(10_000)]
    path = save(as_csv(rows))

    start = time.perf_counter()
    assert len(read_export(path).films) == 10_000
    assert time.perf_counter() - start < 10
