"""Movies by name."""

import pandas as pd
import pytest

from movie_pref.library.title_search import Titles

MOVIES = [
    ("tt0113277", "Heat", 1995),
    ("tt0093164", "Heat", 1986),
    ("tt0061811", "In the Heat of the Night", 1967),
    ("tt0240772", "Ocean's Eleven", 2001),
    ("tt0211915", "Amélie", 2001),
    ("tt8579674", "1917", 2019),
    ("tt0145487", "Spider-Man", 2002),
    ("tt0106918", "Theatre of the Night", 1993),
    ("tt9000000", "...", None),
    ("tt9000001", None, 2001),
]


@pytest.fixture(scope="module")
def titles() -> Titles:
    return Titles(pd.DataFrame(MOVIES, columns=["imdb_id", "media_title", "release_year"]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("heat", ["tt0113277", "tt0093164"]),  # of this title, not every one with the word
        ("Heat (1995)", ["tt0113277"]),
        ("heat 1986", ["tt0093164"]),
        ("heat night", ["tt0061811"]),  # whole words before parts of words, which "theatre night" has
        ("eatr", ["tt0106918"]),
        ("oceans eleven", ["tt0240772"]),
        ("AMELIE", ["tt0211915"]),
        ("spider man", ["tt0145487"]),
        ("1917", ["tt8579674"]),
        ("https://www.imdb.com/title/tt0211915/", ["tt0211915"]),
        (" TT0211915 ", ["tt0211915"]),
        ("tt0000001", []),
        ("nothing", []),
        (" ", []),
        ("...", []),
    ],
)
def test_a_text_names_the_movies_of_its_title_or_else_all_that_have_its_words(
    titles: Titles, text: str, found: list[str]
) -> None:
    assert [hit.imdb_id for hit in titles.named(text)] == found


def test_a_search_finds_words_in_any_order_and_titles_that_begin_so_first(titles: Titles) -> None:
    assert [hit.imdb_id for hit in titles.search("heat")] == ["tt0113277", "tt0093164", "tt0106918", "tt0061811"]
    assert [hit.imdb_id for hit in titles.search("heat", most=1)] == ["tt0113277"]
    assert [hit.imdb_id for hit in titles.search("2001")] == ["tt0211915", "tt9000001", "tt0240772"]


def test_a_movie_in_words(titles: Titles) -> None:
    assert [titles.one(one).words for one in ("tt0113277", "tt9000000")] == [  # type: ignore[union-attr]
        "Heat (1995), tt0113277",
        "... (year unknown), tt9000000",
    ]
    assert titles.one("tt0000001") is None
