"""Names to identifiers: sure where there is one movie, a question where there are several, an answer asked for once."""

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.sources.importers import match, questions, read_answers
from movie_pref.sources.importers.films import COLUMNS, as_films

KNOWN = pd.DataFrame(
    [
        ("tt0000001", 11, "Amélie", "Le Fabuleux Destin d'Amélie Poulain", 2001, "movie"),
        ("tt0000002", 12, "Dune", None, 1984, "movie"),
        ("tt0000003", 13, "Dune", None, 2021, "movie"),
        ("tt0000004", 14, "Crash", None, 2004, "movie"),
        ("tt0000005", 15, "Crash", None, 2005, "movie"),
        ("tt0000006", 16, "Seven Samurai", "七人の侍", 1954, "movie"),
        ("tt0000007", 17, "Twin", None, 2000, "movie"),
        ("tt0000008", 18, "Twin", None, 2000, "movie"),
        ("tt0000009", 19, "Alone", None, 1990, "movie"),
        ("tt0000010", 20, "Serial", None, 1990, "tv_show"),
        ("tt0000011", 21, "Near", None, 1991, "movie"),
        ("tt0000012", 22, "Near", None, 1993, "movie"),
    ],
    columns=["imdb_id", "tmdb_id", "media_title", "original_media_title", "release_year", "media_type"],
)


def films(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["title", "year"])
    return as_films(frame.assign(source_file="x", line=range(len(rows)), **columns))


def outcome(found):
    """For each title and year: what became of it."""
    return {
        name: frame[["title", "year", *extra]].astype("object").to_numpy().tolist()
        for name, frame, extra in (
            ("matched", found.matched, ["imdb_id", "how"]),
            ("ambiguous", found.ambiguous, ["suggestions"]),
            ("unmatched", found.unmatched, []),
            ("dismissed", found.dismissed, []),
        )
        if len(frame)
    }


def test_the_year_decides_between_movies_of_one_name():
    found = match(
        films(("Dune", 2021), ("Dune", 1985), ("Dune", 1986), ("Dune", 2019), ("Crash", 2004), ("Crash", 2005)), KNOWN
    )

    assert outcome(found) == {
        "matched": [
            ["Dune", 2021, "tt0000003", "year"],
            ["Dune", 1985, "tt0000002", "near year"],
            ["Crash", 2004, "tt0000004", "year"],
            ["Crash", 2005, "tt0000005", "year"],
        ],
        "unmatched": [["Dune", 1986], ["Dune", 2019]],
    }


def test_several_movies_and_a_missing_year_are_questions():
    found = match(films(("Twin", 2000), ("Near", 1992), ("Alone", None), ("Nothing", None)), KNOWN)

    assert outcome(found) == {
        "ambiguous": [
            ["Twin", 2000, ["tt0000007", "tt0000008"]],
            ["Near", 1992, ["tt0000011", "tt0000012"]],
            ["Alone", pd.NA, ["tt0000009"]],
        ],
        "unmatched": [["Nothing", pd.NA]],
    }
    assert found.ambiguous["reason"].tolist()[1:] == [
        "several known movies have this name and year",
        "the export gives no year",
    ]


def test_two_films_that_find_one_movie_are_a_question_unless_one_fits_better():
    found = match(films(("Alone", 1990), ("Alone", 1991), ("Seven Samurai", 1954), ("七人の侍", 1954)), KNOWN)

    assert found.matched["imdb_id"].tolist() == ["tt0000009"]
    assert found.ambiguous[["title", "year"]].to_numpy().tolist() == [
        *(["Alone", 1991], ["Seven Samurai", 1954], ["七人の侍", 1954])
    ]
    assert set(found.ambiguous["reason"]) == {"another film of the export finds the same movie"}


@pytest.mark.parametrize(
    "title",
    ["amelie", "AMÉLIE", "Ame\u0301lie!", "Ａｍéｌｉｅ", "le fabuleux destin d’amelie poulain"],
)
def test_case_accents_width_and_punctuation_do_not_matter(title):
    assert match(films((title, 2001)), KNOWN).matched["imdb_id"].tolist() == ["tt0000001"]


def test_television_is_not_looked_at():
    assert len(match(films(("Serial", 1990)), KNOWN).unmatched) == 1


def test_identifiers_of_the_export_come_first():
    frame = films(("Dune", 2021), ("Zzz", 1900), imdb_id=["tt9999999", None], tmdb_id=[13, 12])

    assert outcome(match(frame, KNOWN))["matched"] == [
        ["Dune", 2021, "tt9999999", "export"],
        ["Zzz", 1900, "tt0000002", "tmdb_id"],
    ]


def test_answers_are_honoured_and_survive_a_round_trip(save):
    frame = films(("Twin", 2000), ("Nothing", 1999), ("Home, Video", 1999), uri=["u1", "u2", "u3"])
    asked = questions(match(frame, KNOWN), KNOWN)
    assert asked["suggestions"].tolist() == ["tt0000007 Twin (2000); tt0000008 Twin (2000)", "", ""]

    filled = asked.assign(imdb_id=["tt0000008", "", "NONE"])
    answers = read_answers(save(filled.to_csv(index=False), "answers.csv"))
    found = match(frame, KNOWN, answers)

    assert outcome(found) == {
        "matched": [["Twin", 2000, "tt0000008", "answer"]],
        "unmatched": [["Nothing", 1999]],
        "dismissed": [["Home, Video", 1999]],
    }
    assert len(questions(found, KNOWN)) == 1


def test_an_answer_by_name_and_year_alone(save):
    answers = read_answers(save("name,year,imdb_id\ntwin!,2000,tt0000007\nAlone,,tt0000009\n"))

    found = match(films(("Twin", 2000), ("Alone", None), uri=["u1", "u2"]), KNOWN, answers)

    assert found.matched["how"].tolist() == ["answer", "answer"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title,year,imdb_id\nA,2000,tt1\n", r"line 2, column 'imdb_id': 'tt1' is not an identifier"),
        (
            "title,year,imdb_id\nA,2000,tt0000001\na,2000,tt0000002\n",
            r"line 3, column 'imdb_id': 'a' has another answer",
        ),
        ("title,year,imdb_id\nA,20,tt0000001\n", r"line 2, column 'year': '20' is not a year"),
        ("title,year\nA,2000\n", "there is no column 'imdb_id'"),
    ],
)
def test_a_wrong_answer_is_named(save, text, sentence):
    with pytest.raises(UserError, match=sentence):
        read_answers(save(text, "answers.csv"))


def test_every_film_is_in_one_frame_and_the_order_of_the_known_does_not_matter():
    rows = [(title, year) for title in ("Dune", "Crash", "Twin", "Near", "Alone", "Zzz") for year in (None, 1991, 2005)]
    frame = films(*rows)

    found, shuffled = match(frame, KNOWN), match(frame, KNOWN.sample(frac=1, random_state=1))

    assert sum(map(len, found)) == len(rows)
    for one, other in zip(found, shuffled, strict=True):
        pd.testing.assert_frame_equal(one, other)


NAMESAKES = pd.DataFrame(
    [
        ("tt0000101", "Home", 2015, 90_000),  # by far the best known of its name and year
        ("tt0000102", "Home", 2015, 100),
        ("tt0000103", "Home", 2016, 500),
        ("tt0000104", "Rivals", 2001, 90_000),
        ("tt0000105", "Rivals", 2001, 80_000),
        (
            "tt0000106",
            "Later",
            1999,
            500_000,
        ),  # of the year beside it, and known to everybody: 500,001 < 20 x (1 + 30 x 901)
        ("tt0000107", "Later", 2000, 900),
        ("tt0000108", "Obscure", 1980, 15),
        ("tt0000109", "The Spider-Man III", 1990, 5_000),
    ],
    columns=["imdb_id", "media_title", "release_year", "imdb_votes"],
)


def test_votes_and_years_decide_between_namesakes_and_doubt_is_a_question():
    found = match(
        films(("Home", 2015), ("Rivals", 2001), ("Later", 2000), ("Obscure", 1980), ("Obscure", 1981)), NAMESAKES
    )

    # a movie weighs its votes + 1, times 30 where the year is the same; it is taken from 20 times 1 and all others together on
    assert outcome(found) == {
        "matched": [["Home", 2015, "tt0000101", "votes"], ["Obscure", 1980, "tt0000108", "year"]],
        "ambiguous": [
            ["Rivals", 2001, ["tt0000104", "tt0000105"]],
            ["Later", 2000, ["tt0000106", "tt0000107"]],
            ["Obscure", 1981, ["tt0000108"]],
        ],
    }
    assert found.ambiguous["reason"].iloc[2] == "the only known movie of this name is hardly known and of another year"


def test_a_name_that_is_written_otherwise_is_found_where_none_is_the_same():
    found = match(films(("Spiderman 3", 1990), ("Spiderman 3", 1995)), NAMESAKES)

    assert outcome(found) == {
        "matched": [["Spiderman 3", 1990, "tt0000109", "like name"]],
        "unmatched": [["Spiderman 3", 1995]],
    }


def test_two_exports_may_find_the_same_movie_and_one_may_not():
    twice = films(("Home", 2015), ("HOME!", 2015))

    assert len(match(twice.assign(export=["a", "b"]).astype(COLUMNS), NAMESAKES).matched) == 2
    assert len(match(twice.assign(export=["a", "a"]).astype(COLUMNS), NAMESAKES).ambiguous) == 2


def test_questions_come_in_the_order_of_their_worth_and_name_the_movies():
    found = match(films(("Later", 2000), ("Rivals", 2001), ("Nothing", 1999)), NAMESAKES)

    asked = questions(found, NAMESAKES, pd.Series([0.1, 0.9]))

    assert asked["title"].tolist() == ["Rivals", "Later", "Nothing"]
    assert asked["suggestions"].iloc[0] == "tt0000104 Rivals (2001); tt0000105 Rivals (2001)"


def test_names_are_found_in_a_real_library(shared):
    known = pd.concat([pd.read_parquet(shared / name) for name in ("01_training.parquet", "candidates.parquet")])
    movies = known[known["media_type"] == "movie"].drop_duplicates("imdb_id") if "media_type" in known else known
    frame = films(*zip(movies["media_title"].str.upper(), movies["release_year"], strict=True))

    found = match(frame, known)

    truth = movies["imdb_id"].to_numpy()[found.matched["line"]]
    assert (found.matched["imdb_id"] == truth).all()
    assert len(found.matched) > 0.97 * len(movies) and len(found.unmatched) == 0
