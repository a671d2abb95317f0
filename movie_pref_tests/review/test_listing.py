"""The queue as a list: which movies are shown, in which order, and what there is to choose from."""

import pytest

from movie_pref.review.listing import ROWS, Choice, Row, listed
from movie_pref.review.movies import Movie
from movie_pref.review.session import Asked


def row(title: str, probability: float, label: str | None = None, **known: object) -> Row:
    return Row(Asked(title, title, probability, label, ""), Movie(title, title, **known))  # type: ignore[arg-type]


QUEUE = [
    row("Zebra", 0.40, year=1999, genres=("Drama", "War"), language="fr", votes=50.0, wished=True),
    row("apple", 0.90, "would_watch", year=2005, genres=("Drama",), language="en", votes=700.0),
    row("Mango", 0.10, year=1991, genres=("Comedy",), language="en", rated=True, wished=True),
    row("Banana", 0.35, "would_not_watch"),
]


def titles(**choice: object) -> list[str]:
    return [one.asked.title for one in listed(QUEUE, Choice(**choice))["rows"]]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, ["Zebra", "apple", "Mango", "Banana"]),
        ({"q": "AN"}, ["Mango", "Banana"]),
        ({"show": "labelled"}, ["apple", "Banana"]),
        ({"show": "candidates"}, ["Zebra", "Mango"]),
        ({"genre": "Drama"}, ["Zebra", "apple"]),
        ({"decade": "1990s"}, ["Zebra", "Mango"]),
        ({"decade": "2000s"}, ["apple"]),
        ({"language": "en"}, ["apple", "Mango"]),
        ({"elsewhere": "wished"}, ["Zebra", "Mango"]),
        ({"elsewhere": "rated"}, ["Mango"]),
        ({"elsewhere": "neither"}, ["apple", "Banana"]),
        ({"genre": "Drama", "language": "en"}, ["apple"]),
        ({"genre": "no such genre"}, []),
    ],
)
def test_each_filter_leaves_what_it_says(choice: dict[str, str], expected: list[str]) -> None:
    assert titles(**choice) == expected
    assert listed(QUEUE, Choice(**choice))["found"] == len(expected)  # type: ignore[arg-type]
    assert Choice(**choice).narrows == bool(choice)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Zebra", "apple", "Mango", "Banana"]),
        ("score", ["apple", "Zebra", "Banana", "Mango"]),
        ("low", ["Mango", "Banana", "Zebra", "apple"]),
        ("new", ["apple", "Zebra", "Mango", "Banana"]),  # of Banana neither year nor votes are known
        ("old", ["Mango", "Zebra", "apple", "Banana"]),
        ("votes", ["apple", "Zebra", "Mango", "Banana"]),
        ("title", ["apple", "Banana", "Mango", "Zebra"]),
        ("no such order", ["Zebra", "apple", "Mango", "Banana"]),
    ],
)
def test_each_order_is_what_it_says(sort: str, expected: list[str]) -> None:
    assert titles(sort=sort) == expected


def test_the_menus_count_the_whole_queue_and_keep_a_choice_that_nothing_fits() -> None:
    menus = {name: pairs for name, _, pairs in listed(QUEUE, Choice(genre="Western"))["choices"]}
    counted = [("Comedy", "Comedy (1)"), ("Drama", "Drama (2)"), ("War", "War (1)")]
    assert menus["genre"] == [("", "all"), *counted, ("Western", "Western (0)")]
    assert menus["decade"] == [("", "all"), ("2000s", "2000s (1)"), ("1990s", "1990s (2)")]
    assert menus["language"] == [("", "all"), ("en", "English (2)"), ("fr", "French (1)")]
    assert [value for value, _ in menus["elsewhere"]] == ["", "neither", "wished", "rated"]
    assert "elsewhere" not in {name for name, *_ in listed(QUEUE[1:2], Choice())["choices"]}


def test_pages_end_where_the_movies_do() -> None:
    many = [row(str(number), 0.5) for number in range(2 * ROWS + 1)]
    for asked_for, page, shown in ((1, 1, ROWS), (3, 3, 1), (99, 3, 1), (0, 1, ROWS)):
        found = listed(many, Choice(asked_for))
        assert (found["page"], found["pages"], len(found["rows"])) == (page, 3, shown)


def test_an_address_and_a_choice_say_the_same() -> None:
    choice = Choice.of({"page": "2", "genre": " Drama ", "sort": "votes", "strange": "x"})
    assert choice == Choice(2, genre="Drama", sort="votes")
    assert choice.link(3) == "/list?page=3&genre=Drama&sort=votes" and Choice().link(1) == "/list"
    assert [Choice.of({"page": said}).page for said in ("two", "-1", "9" * 20, "²")] == [1, 1, 1, 1]
