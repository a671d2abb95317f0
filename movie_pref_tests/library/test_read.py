"""Reading a library: every row is kept or accounted for, whatever form the file has."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref.library.contract import LIBRARY, column_type
from movie_pref_tests.library.rows import HEADER, ROW

LISTS = [name for name in LIBRARY.columns if column_type(name) == "list of strings"]


def as_json_lists(rows):
    """The frame as a CSV must write it: a list as JSON."""
    return rows.assign(
        **{name: rows[name].map(lambda cell: json.dumps(list(cell)), na_action="ignore") for name in LISTS}
    )


def comparable(rows):
    """Lists as tuples, and empty text as null: a CSV cannot tell the two apart."""
    rows = rows.copy()
    for name in rows:
        if name in LISTS:
            rows[name] = rows[name].map(tuple, na_action="ignore").astype(object)
        elif rows[name].dtype == "str":
            rows[name] = rows[name].replace("", None)
    return rows.where(rows.notna(), None)


# rows


def test_every_row_is_kept_or_rejected_and_none_is_lost(movies, parquet):
    movies["budget"] = movies["budget"].mask(movies.index % 50 == 7, -1.0)
    movies.loc[[3, 4], "imdb_id"] = ["nm0000001", movies.loc[0, "imdb_id"]]

    library = read_library(parquet(movies))

    bad = [3, *range(7, 300, 50)]
    assert len(library.rows) + len(library.rejected) == 300
    # row 4 repeats the identifier of row 0 and was changed four hours later
    assert library.rejected["row_number"].tolist() == sorted([0, *bad])
    assert sorted(library.rows["media_title"]) == sorted(movies["media_title"].drop([0, *bad]))


def test_a_rejected_row_is_kept_whole_as_json(parquet):
    rows = [{**ROW, "imdb_id": "x", "genre": ["Drama", "Comedy"], "my_note": "mine", "budget": None}, ROW]

    rejected = read_library(parquet(rows)).rejected

    assert rejected[["imdb_id", "media_title", "reason"]].to_numpy().tolist() == [
        ["x", "A", "imdb_id 'x' is not tt and 7 or 8 digits"]
    ]
    assert json.loads(rejected.loc[0, "row"]) == {
        **ROW,
        "imdb_id": "x",
        "genre": ["Drama", "Comedy"],
        "my_note": "mine",
    }


def test_of_two_rows_for_one_movie_the_newest_is_kept(parquet):
    rows = [
        {**ROW, "media_title": "newest", "updated_at": "2024-03-01"},
        {**ROW, "media_title": "oldest", "updated_at": "2023-01-01"},
        {**ROW, "media_title": "undated", "updated_at": None},
        {**ROW, "media_title": "tied, first", "updated_at": "2024-02-01", "imdb_id": "tt0000002"},
        {**ROW, "media_title": "tied, last", "updated_at": "2024-02-01", "imdb_id": "tt0000002"},
        {**ROW, "media_title": "undated, first", "updated_at": None, "imdb_id": "tt0000003"},
        {**ROW, "media_title": "undated, last", "updated_at": None, "imdb_id": "tt0000003"},
    ]
    library = read_library(parquet(rows))

    assert library.rows["media_title"].tolist() == ["newest", "tied, last", "undated, last"]
    assert library.rejected["row_number"].tolist() == [1, 2, 3, 5]
    assert library.rejected["reason"].str.contains("tt000000. is repeated").all()


def test_a_newer_row_that_breaks_the_contract_does_not_displace_the_older_one(parquet):
    rows = [
        {**ROW, "budget": 5.0, "updated_at": "2023-01-01"},
        {**ROW, "budget": -5.0, "updated_at": "2024-01-01"},
    ]
    library = read_library(parquet(rows))

    assert library.rows["budget"].tolist() == [5.0]
    assert library.rejected["reason"].tolist() == ["budget '-5' is below 0"]


def test_without_updated_at_the_last_of_two_rows_is_kept(parquet):
    library = read_library(parquet([{**ROW, "media_title": "first"}, {**ROW, "media_title": "last"}]))

    assert library.rows["media_title"].tolist() == ["last"]


def test_a_movie_without_a_label_is_kept(parquet):
    library = read_library(parquet([ROW, {**ROW, "imdb_id": "tt0000002", "label": None}]))

    assert library.rows["label"].isna().tolist() == [False, True]
    assert library.rejected.empty


def test_unknown_columns_are_listed_and_left_alone_and_absent_ones_are_listed(parquet):
    rows = [{**ROW, "Genre": "x", "my_note": [1, 2]}]

    library = read_library(parquet(rows))

    assert library.unknown == ["Genre", "my_note"]
    assert list(library.rows) == [*ROW, "Genre", "my_note"]
    assert list(library.rows["my_note"][0]) == [1, 2]
    assert library.absent == [name for name in LIBRARY.columns if name not in ROW]


def test_columns_come_in_the_order_of_the_contract_whatever_the_file_has(movies, parquet):
    library = read_library(parquet(movies[movies.columns[::-1]]))

    assert list(library.rows) == [name for name in LIBRARY.columns if name in movies]


def test_candidates_need_no_label(candidates, parquet):
    path = parquet(candidates)

    assert len(read_library(path, labelled=False).rows) == 60
    with pytest.raises(UserError, match="no column 'label', which a labelled library must have"):
        read_library(path)


# forms


def test_a_csv_and_a_parquet_file_of_one_library_are_read_alike(movies, parquet, csv):
    movies["reviewed"] = [True, False, None] * 100
    of_parquet = read_library(parquet(movies)).rows
    of_csv = read_library(csv(as_json_lists(movies).to_csv(index=False))).rows

    pd.testing.assert_frame_equal(comparable(of_csv), comparable(of_parquet))
    pd.testing.assert_frame_equal(comparable(of_parquet)[list(movies)], comparable(of_parquet))
    assert of_csv.dtypes.tolist() == of_parquet.dtypes.tolist()
    assert of_parquet.loc[1, "media_title"] == "七人の侍 1"
    assert of_csv.loc[5, "media_title"] == 'The "Quoted", Movie 5'
    assert of_csv.loc[6, "media_title"] == "Two\nLines 6"


def test_a_csv_and_a_parquet_file_lose_the_same_rows(movies, parquet, csv):
    movies.loc[[1, 5, 9], "media_title"] = ["", "  ", None]
    movies.loc[20, "release_year"] = 20255
    of_parquet = read_library(parquet(movies)).rejected
    of_csv = read_library(csv(as_json_lists(movies).to_csv(index=False))).rejected

    assert of_csv["row_number"].tolist() == of_parquet["row_number"].tolist() == [1, 5, 9, 20]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('["Drama", "Comedy"]', ["Drama", "Comedy"]),
        ("['Drama', \"Ocean's\"]", ["Drama", "Ocean's"]),
        ("[]", []),
        ("['七人', 'a, b']", ["七人", "a, b"]),
    ],
)
def test_lists_in_a_csv_may_be_json_or_python(csv, written, read):
    quoted = written.replace('"', '""')
    library = read_library(csv(f'{HEADER},genre\ntt0000001,would_watch,movie,A,1999,"{quoted}"\n'))

    assert library.rows["genre"].tolist() == [read]


def test_a_list_column_in_a_csv_may_be_empty(csv):
    library = read_library(csv(f"{HEADER},genre\ntt0000001,would_watch,movie,A,1999,\n"))

    assert library.rows["genre"].isna().all() and library.rejected.empty


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_not_matter(csv):
    library = read_library(csv(f"\ufeff{HEADER}\r\n\r\ntt0000001,would_watch,movie,Ü,1999\r\n\r\n"))

    assert library.rows["imdb_id"].tolist() == ["tt0000001"]
    assert library.rows["media_title"].tolist() == ["Ü"]


def test_words_such_as_null_and_na_stay_titles_in_a_csv(csv):
    library = read_library(csv(f"{HEADER}\ntt0000001,would_watch,movie,NULL,1999\ntt0000002,,movie,NA,1999\n"))

    assert library.rows["media_title"].tolist() == ["NULL", "NA"]
    assert library.rows["label"].isna().tolist() == [False, True]


def test_a_comma_at_the_end_of_every_line_shifts_nothing(csv):
    library = read_library(csv(f"{HEADER}\ntt0000001,would_watch,movie,A,1999,\ntt0000002,would_watch,movie,B,1998,\n"))

    assert library.rows["release_year"].tolist() == [1999, 1998]


@pytest.mark.parametrize("kind", ["large_list", "large_string_elements", "dictionary", "categorical_lists"])
def test_the_ways_in_which_arrow_writes_lists_and_text_are_read_alike(tmp_path, kind):
    genre, title = pa.array([["Drama"], None, []]), pa.array(["A", "B", "C"])
    if kind == "large_list":
        genre = genre.cast(pa.large_list(pa.string()))
    elif kind == "large_string_elements":
        genre, title = genre.cast(pa.list_(pa.large_string())), title.cast(pa.large_string())
    elif kind == "dictionary":
        title = title.dictionary_encode()
    else:
        genre = pa.array(['["Drama"]', None, "[]"]).dictionary_encode()
    table = pa.table(
        {
            "imdb_id": [f"tt000000{number}" for number in range(3)],
            "label": pa.array(["would_watch", "would_not_watch", None]).dictionary_encode(),
            "media_type": ["movie"] * 3,
            "media_title": title,
            "release_year": pa.array([1999, 2000, 2001], pa.int16()),
            "genre": genre,
        }
    )
    pq.write_table(table, tmp_path / "library.parquet")

    library = read_library(tmp_path / "library.parquet")

    assert library.rejected.empty
    assert library.rows["media_title"].tolist() == ["A", "B", "C"]
    assert [None if cell is None else list(cell) for cell in comparable(library.rows)["genre"]] == [["Drama"], None, []]


def test_a_file_without_a_name_for_its_form_is_read_by_its_content(parquet, csv):
    assert len(read_library(parquet([ROW], name="library")).rows) == 1
    assert len(read_library(csv(f"{HEADER}\ntt0000001,would_watch,movie,A,1999\n", name="library.txt")).rows) == 1


# the real library


def test_the_real_library_keeps_the_contract(shared):
    library = read_library(shared / "01_training.parquet")
    movies = library.rows[library.rows["media_type"] == "movie"]

    assert library.rejected.empty and library.unknown == []
    assert movies["label"].value_counts().to_dict() == {"would_not_watch": len(movies) - 285, "would_watch": 285}
    assert 2700 < len(movies) < 2760
    assert movies["imdb_rating"].max() <= 10


def test_the_real_candidates_keep_the_contract(shared):
    library = read_library(shared / "candidates.parquet", labelled=False)

    assert len(library.rows) == 4432 and library.rejected.empty
    assert np.isfinite(library.rows["release_year"]).all()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_csv_row_of_too_many_cells_is_rejected_with_all_of_them_and_the_rest_is_read(csv, place):
    rows = [f"tt000001{number},would_watch,movie,A{number},1999" for number in range(3)]
    rows[place] = "tt0000019,would_watch,movie,A, with a comma,1999"
    library = read_library(csv("\n\n".join([HEADER, '"tt0000018",would_watch,movie,"two\nlines",1999', *rows]) + "\n"))

    kept = [number for number in range(3) if number != place]
    assert library.rows["media_title"].tolist() == ["two\nlines", *(f"A{number}" for number in kept)]
    (refused,) = library.rejected.to_dict("records")
    assert refused["row_number"] == place + 1 and refused["imdb_id"] == "tt0000019" and refused["media_title"] == "A"
    assert refused["reason"].startswith("the row has 6 cells and the header 5")
    assert json.loads(refused["row"]) == {
        "imdb_id": "tt0000019",
        "label": "would_watch",
        "media_type": "movie",
        "media_title": "A",
        "release_year": " with a comma",
        "surplus_cells": ["1999"],
    }


def test_commas_at_the_end_of_a_csv_row_are_no_cells_and_a_short_row_knows_less(csv):
    text = f"{HEADER},runtime\ntt0000001,would_watch,movie,A,1999,90,,,\ntt0000002,would_watch,movie,B,1999\n"
    library = read_library(csv(text))

    assert library.rejected.empty and library.rows["media_title"].tolist() == ["A", "B"]
    assert library.rows["runtime"].tolist()[0] == 90 and library.rows["runtime"].isna().tolist() == [False, True]
