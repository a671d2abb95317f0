"""A file that is no library is one sentence, which says what is wrong with it."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref.library.table_file import check_header
from movie_pref_tests.library.rows import HEADER, ROW


def test_a_file_that_is_not_there_a_folder_and_an_empty_file_are_one_sentence(tmp_path, one_sentence):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "blank.csv").write_text(" \n\n")
    (tmp_path / "mark.csv").write_bytes(b"\xef\xbb\xbf")
    for name, says in [
        ("gone.parquet", "There is no file"),
        (".", "is a folder"),
        ("empty.csv", "is empty"),
        ("blank.csv", "is empty"),
        ("mark.csv", "is empty"),
    ]:
        with pytest.raises(UserError) as caught:
            read_library(tmp_path / name)
        one_sentence(caught, tmp_path / name, says)


def test_only_a_header_is_one_sentence(csv, parquet, one_sentence):
    for path in (csv(HEADER + "\n"), parquet(pd.DataFrame([ROW]).iloc[:0])):
        with pytest.raises(UserError) as caught:
            read_library(path)
        one_sentence(caught, path, "no rows")


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_parquet_file_cut_short_is_one_sentence(movies, parquet, one_sentence, share):
    path = parquet(movies)
    content = path.read_bytes()
    path.write_bytes(content[: max(4, int(len(content) * share))])

    with pytest.raises(UserError) as caught:
        read_library(path)

    one_sentence(caught, path, "cut short")


@pytest.mark.parametrize("start", [4, 2000, 20_000])
def test_a_parquet_file_overwritten_in_the_middle_never_ends_in_a_traceback(movies, parquet, one_sentence, start):
    path = parquet(movies)
    content = bytearray(path.read_bytes())
    content[start : start + 500] = b"\x55" * 500
    path.write_bytes(content)

    try:
        library = read_library(path)
    except UserError as error:
        assert str(path) in str(error) and "\n" not in str(error)
    else:
        assert len(library.rows) + len(library.rejected) == 300


def test_binary_junk_is_one_sentence(tmp_path, one_sentence):
    path = tmp_path / "library"
    for content in (bytes(range(256)) * 40, b"\x89\xff\xfe" * 100, "imdb_id,label\n".encode("utf-16"), b"\x1f\x8b\x08"):
        path.write_bytes(content)
        with pytest.raises(UserError) as caught:
            read_library(path)
        one_sentence(caught, path)


def test_a_name_that_claims_the_other_form_is_one_sentence_with_the_right_name(tmp_path, parquet, csv, one_sentence):
    as_parquet = csv(f"{HEADER}\n", name="library.parquet")
    with pytest.raises(UserError) as caught:
        read_library(as_parquet)
    one_sentence(caught, as_parquet, "rename it to library.csv")

    as_csv = parquet([ROW], name="library.csv")
    with pytest.raises(UserError) as caught:
        read_library(as_csv)
    one_sentence(caught, as_csv, "rename it to library.parquet")


@pytest.mark.parametrize("column", ["imdb_id", "media_type", "media_title", "release_year", "label"])
def test_a_missing_required_column_is_named_with_the_remedy(parquet, one_sentence, column):
    path = parquet([{name: value for name, value in ROW.items() if name != column}])

    with pytest.raises(UserError) as caught:
        read_library(path)

    one_sentence(caught, path, f"no column '{column}'", "add or rename it")


def test_a_csv_with_semicolons_shows_what_it_found(csv, one_sentence):
    with pytest.raises(UserError) as caught:
        read_library(csv(HEADER.replace(",", ";") + "\n"))

    one_sentence(caught, "imdb_id;label", "no column 'imdb_id'")


@pytest.mark.parametrize("good_lines", [0, 2])
def test_a_csv_with_a_quote_that_is_never_closed_is_one_sentence(csv, one_sentence, good_lines):
    line = 'tt0000001,would_watch,movie,"A,1999'
    good = "".join(f"tt000001{number},would_watch,movie,A,1999\n" for number in range(good_lines))
    path = csv(f"{HEADER}\n{good}{line}\n")

    with pytest.raises(UserError) as caught:
        read_library(path)

    one_sentence(caught, path, "cannot be read as CSV")


def test_a_csv_in_another_encoding_is_one_sentence(csv, one_sentence):
    path = csv(f"{HEADER}\ntt0000001,would_watch,movie,Amélie,1999\n", encoding="latin-1")

    with pytest.raises(UserError) as caught:
        read_library(path)

    one_sentence(caught, path, "UTF-8")


def test_two_columns_of_one_name_are_one_sentence(tmp_path, one_sentence):
    table = pa.table([[value] for value in ROW.values()] + [["x"]], names=[*ROW, "label"])
    pq.write_table(table, tmp_path / "library.parquet")

    with pytest.raises(UserError) as caught:
        read_library(tmp_path / "library.parquet")

    one_sentence(caught, "library.parquet", "label")


def test_a_file_of_bad_rows_only_says_what_is_wrong_most_often(movies, parquet, one_sentence):
    movies["imdb_id"] = "nm0000001"
    path = parquet(movies)

    with pytest.raises(UserError) as caught:
        read_library(path)

    one_sentence(caught, path, "each of its 300 rows", "imdb_id 'nm0000001' is not tt and 7 or 8 digits")


def test_a_header_alone_is_refused_for_the_same_reasons_as_the_whole_file(parquet, csv, candidates):
    whole, headed = parquet(candidates), csv(f"\ufeff{HEADER}\ntt0000001,would_watch,movie,A,1999\n")

    assert check_header(headed) is None and check_header(whole, labelled=False) is None
    for path in (whole, parquet([{"imdb_id": "tt0000001"}], name="other.parquet"), csv("a;b\n", name="other.csv")):
        with pytest.raises(UserError) as by_header:
            check_header(path)
        with pytest.raises(UserError) as by_file:
            read_library(path)
        assert str(by_header.value) == str(by_file.value)
