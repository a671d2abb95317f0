"""Titles are compared without what people write differently."""

import pytest

from movie_pref.library.titles import loosely, normalised


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Fast & Furious", "Fast and Furious", True),
        ("Schindler's List", "Schindler’s List", True),
        ("WALL·E", "Wall-E", True),
        ("Größe", "GRÖSSE", True),
        ("Søren", "Soren", True),
        ("Ёлки", "Елки", True),
        ("か", "が", False),  # a mark that is a letter there
        ("की", "क", False),
        ("!!!", "???", False),
        ("M", "N", False),
        ("Matrix, The", "The Matrix", True),
        ("Avventura, L'", "L'avventura", True),
        ("Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly (1966)", True),
        ("Me, Myself & Irene", "Irene Me, Myself &", False),
        ("Boys' Night, The", "The Boys’ Night", True),
        ("", "!", False),
    ],
)
def test_normalised_titles(one, other, same):
    assert (normalised(one) == normalised(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Spider-Man", "Spiderman", True),
        ("The Quiet King of the North", "Quiet King of the North", True),
        ("Rocky IV", "Rocky 4", True),
        ("King of the North", "King of North", False),  # an article within is a word of its own
        ("V", "5", False),  # alone, it is a letter
        ("X", "10", False),
        ("The", "A", False),
        ("Alien", "Aliens", False),
    ],
)
def test_titles_that_sites_write_otherwise(one, other, same):
    assert (loosely(normalised(one)) == loosely(normalised(other))) is same
