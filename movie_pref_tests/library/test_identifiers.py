"""The rule for an imdb_id is the same for a text, a column of pandas and a column of Arrow."""

import pandas as pd
import pyarrow as pa
import pytest

from movie_pref.errors import UserError
from movie_pref.library.identifiers import are_imdb_ids, arrow_imdb_ids, check_imdb_id, imdb_ids_in, is_imdb_id

GOOD = ["tt0111161", "tt10000003"]
BAD = ["", "tt", "tt123456", "tt123456789", "TT0111161", "tt0111161\n", " tt0111161", "tt٠١١١١٦١", "nm0111161"]


def test_a_text_a_column_and_an_arrow_column_are_judged_alike() -> None:
    cells = [*GOOD, *BAD]
    expected = [True] * len(GOOD) + [False] * len(BAD)
    assert [is_imdb_id(cell) for cell in cells] == expected
    assert are_imdb_ids(pd.Series([*cells, None], dtype="str")).tolist() == [*expected, False]
    assert arrow_imdb_ids(pa.chunked_array([[*cells, None]])).to_pylist() == [*expected, False]


def test_what_is_none_is_refused_with_the_form(one_sentence) -> None:
    check_imdb_id(GOOD[0])
    with pytest.raises(UserError) as caught:
        check_imdb_id("tt٠١١١١٦١")
    one_sentence(caught, "tt and 7 or 8 digits", "tt0111161", "٠")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://www.imdb.com/title/tt0111161/?ref_=x", ["tt0111161"]),
        ("tt0111161 (1994); tt10000003", GOOD),
        ("tt123456789", []),
        ("watt0111161", []),
        ("tt٠١١١١٦١", []),
    ],
)
def test_identifiers_are_found_in_a_text(text: str, found: list[str]) -> None:
    assert imdb_ids_in(text) == found
