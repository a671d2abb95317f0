"""The contract: what each column may hold, and how its documentation follows from it."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.library import contract
from movie_pref.library.contract import LIBRARY, columns_as_markdown
from movie_pref.library.read import apply_contract

# what a person may find in a file -> the words with which it is refused
BAD = [
    ("imdb_id", "0000001", "imdb_id '0000001' is not tt and 7 or 8 digits"),
    ("imdb_id", "tt12345", "imdb_id 'tt12345' is not tt and 7 or 8 digits"),
    ("imdb_id", "tt123456789", "is not tt and 7 or 8 digits"),
    ("imdb_id", "tt٠٠٠٠٠٠١", "is not tt and 7 or 8 digits"),
    ("imdb_id", "tt0000001\n", "is not tt and 7 or 8 digits"),
    ("imdb_id", None, "imdb_id is missing"),
    ("tmdb_id", 1.5, "tmdb_id '1.5' is not a whole number"),
    ("tmdb_id", "abc", "tmdb_id 'abc' is not a number"),
    ("label", "Would_Watch", "label 'Would_Watch' is none of would_not_watch, would_watch, would_watch_again"),
    (
        "label",
        "Would Watch Again",
        "label 'Would Watch Again' is none of would_not_watch, would_watch, would_watch_again",
    ),
    ("label", "would_watch_daily", "label 'would_watch_daily' is none of"),
    ("label", "would watch", "label 'would watch' is none of"),
    ("label", "1", "label '1' is none of"),
    ("label", 1, "label '1' is not text"),
    ("media_type", "film", "media_type 'film' is none of movie, tv_show, tv_season"),
    ("media_type", None, "media_type is missing"),
    ("media_title", None, "media_title is missing"),
    ("media_title", " ", "media_title ' ' is not a title"),
    ("media_title", 1917, "media_title '1917' is not text"),
    ("season", -1, "season '-1' is below 0"),
    ("episode", 0.5, "episode '0.5' is not a whole number"),
    ("release_year", 20255, "release_year '20255' is not from 1850 to 2100"),
    ("release_year", 1849, "is not from 1850 to 2100"),
    ("release_year", 1999.5, "release_year '1999.5' is not a whole number"),
    ("release_year", None, "release_year is missing"),
    ("release_year", "soon", "release_year 'soon' is not a number"),
    ("budget", -1, "budget '-1' is below 0"),
    ("budget", "$1,000", "budget '$1,000' is not a number"),
    ("budget", np.inf, "budget 'inf' is not a number"),
    ("revenue", -0.01, "revenue '-0.01' is below 0"),
    ("runtime", -90, "runtime '-90' is below 0"),
    ("runtime", [90], "runtime '[90]' is not a number"),
    ("origin_country", "US", "origin_country 'US' is not a list of strings"),
    ("production_companies", [1, 2], "production_companies '[1, 2]' is not a list of strings"),
    ("production_countries", {"a": 1}, "is not a list of strings"),
    ("production_status", 3, "production_status '3' is not text"),
    ("original_language", 3.5, "original_language '3.5' is not text"),
    ("spoken_languages", "[en", "spoken_languages '[en' is not a list of strings"),
    ("genre", ["Drama", None], "genre \"['Drama', None]\" is not a list of strings"),
    ("genre", "[{[]: 1}]", "is not a list of strings"),
    ("original_media_title", 5, "is not text"),
    ("tagline", 5, "is not text"),
    ("overview", ["a"], "is not text"),
    ("tmdb_rating", 10.1, "tmdb_rating '10.1' is not from 0 to 10"),
    ("tmdb_votes", -5, "tmdb_votes '-5' is below 0"),
    ("poster_path", 5, "poster_path '5' is not text"),
    ("rt_score", 101, "rt_score '101' is not from 0 to 100"),
    ("metascore", -1, "metascore '-1' is not from 0 to 100"),
    ("imdb_rating", 100.5, "imdb_rating '100.5' is not from 0 to 100"),
    ("imdb_votes", "many", "imdb_votes 'many' is not a number"),
    ("human_labeled", "perhaps", "human_labeled 'perhaps' is neither true nor false"),
    ("wished", "perhaps", "wished 'perhaps' is neither true nor false"),
    ("reviewed", 2, "reviewed '2' is neither true nor false"),
    ("anomalous", "", "anomalous '' is neither true nor false"),
]


@pytest.mark.parametrize(("column", "value", "reason"), BAD)
def test_a_bad_value_costs_its_row_only_and_the_reason_names_column_and_value(movies, column, value, reason):
    rows = movies.head(5).assign(human_labeled=True, reviewed=True, anomalous=False, wished=True, poster_path="/a.jpg")
    cells = rows[column].astype(object).tolist()
    cells[2] = value
    rows[column] = pd.Series(cells, dtype=object)

    kept, reasons = apply_contract(rows)

    assert reasons.index.tolist() == [2]
    assert reason in reasons[2]
    assert kept.index.tolist() == [0, 1, 3, 4]


@pytest.mark.parametrize(
    "cells", [[True, False], pd.to_datetime(["2020-01-01", "2021-01-01"])], ids=["booleans", "dates"]
)
def test_a_number_column_of_booleans_or_dates_is_refused_although_pandas_can_make_numbers_of_them(movies, cells):
    reasons = apply_contract(movies.head(2).assign(budget=cells)).reasons

    assert reasons.str.contains("budget .* is not a number").tolist() == [True, True]


def test_every_column_with_a_limit_is_among_the_bad_values():
    free = {"created_at", "updated_at"}  # no movie is lost over a date of entry
    assert {column for column, *_ in BAD} == set(LIBRARY.columns) - free


def test_a_row_with_two_faults_names_both(movies):
    rows = movies.head(2)
    rows["budget"], rows["release_year"] = [-1.0, 1.0], [20255, 1999]

    reasons = apply_contract(rows).reasons

    assert reasons.tolist() == ["release_year '20255' is not from 1850 to 2100; budget '-1' is below 0"]


def test_a_null_is_fine_wherever_a_column_is_not_required(movies):
    rows = movies.head(2).assign(human_labeled=True, reviewed=True, anomalous=False, wished=True, poster_path="/a.jpg")
    required = {"imdb_id", "media_type", "media_title", "release_year"}
    for name in set(LIBRARY.columns) - required:
        rows[name] = pd.Series([None, None], dtype=object)

    kept, reasons = apply_contract(rows)

    assert reasons.empty
    assert set(kept.columns[kept.isna().all()]) == set(LIBRARY.columns) - required


@pytest.mark.parametrize(
    ("column", "low", "high"),
    [("release_year", 1850, 2100), ("rt_score", 0, 100), ("tmdb_rating", 0, 10), ("imdb_rating", 0, 10)],
)
def test_the_limits_themselves_are_allowed(movies, column, low, high):
    kept, reasons = apply_contract(movies.head(2).assign(**{column: [low, high]}))

    assert reasons.empty
    assert kept[column].tolist() == [low, high]


def test_columns_come_out_in_the_types_of_the_contract(movies):
    kept = apply_contract(movies.assign(reviewed=["true", "False"] * 150, tmdb_id=movies["tmdb_id"].astype(int))).kept

    assert kept["release_year"].dtype == "int64"
    assert kept["tmdb_id"].dtype == "float64"
    assert kept["label"].dtype == "str"
    assert kept["updated_at"].dtype == "datetime64[us, UTC]"
    assert kept["reviewed"].tolist() == [True, False] * 150
    assert kept.loc[1, "genre"] == ["Science Fiction", "Action"]


def test_a_time_that_is_none_becomes_null_and_the_row_stays(movies):
    kept, reasons = apply_contract(movies.head(3).assign(updated_at=["2024-05-01T12:00:00+02:00", "yesterday", None]))

    assert reasons.empty
    assert kept["updated_at"].iloc[0] == pd.Timestamp("2024-05-01 10:00", tz="UTC")
    assert kept["updated_at"].iloc[1:].isna().all()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ([7.5, 6.0, 85.0], [7.5, 6.0, 8.5]),  # one value on 0 to 100 among values on 0 to 10
        ([75.0, 60.0, 9.0], [7.5, 6.0, 0.9]),  # a column on 0 to 100: a 9 in it is a 0.9
        ([10.0, 0.0, np.nan], [10.0, 0.0, np.nan]),
    ],
)
def test_imdb_ratings_on_0_to_100_are_brought_to_0_to_10(movies, given, read):
    kept = apply_contract(movies.head(3).assign(imdb_rating=given)).kept

    np.testing.assert_allclose(kept["imdb_rating"], read, atol=1e-12)


def test_the_documentation_has_one_row_for_each_column():
    lines = [line for line in columns_as_markdown().splitlines() if line.startswith("| `")]

    assert [line.split("`")[1] for line in lines] == list(LIBRARY.columns)
    assert {line.count("|") for line in lines} == {6}
    assert all(LIBRARY.columns[name].description for name in LIBRARY.columns)
    assert "| `release_year` | whole number | 1850 to 2100 | yes | Year of release. |" in lines


def test_the_contract_has_the_columns_of_the_design_in_its_order():
    assert list(LIBRARY.columns) == [
        "imdb_id",
        "tmdb_id",
        "label",
        "media_type",
        "media_title",
        "season",
        "episode",
        "release_year",
        "budget",
        "revenue",
        "runtime",
        "origin_country",
        "production_companies",
        "production_countries",
        "production_status",
        "original_language",
        "spoken_languages",
        "genre",
        "original_media_title",
        "tagline",
        "overview",
        "tmdb_rating",
        "tmdb_votes",
        "rt_score",
        "metascore",
        "imdb_rating",
        "imdb_votes",
        "poster_path",
        "created_at",
        "updated_at",
        "human_labeled",
        "reviewed",
        "anomalous",
        "wished",
    ]
    assert contract.column_type("genre") == "list of strings"
