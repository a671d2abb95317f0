"""Titles are compared without what people write differently."""

import pytest

from movie_pref.library.titles import normalised


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
        ("", "!", False),
    ],
)
def test_normalised_titles(one, other, same):
    assert (normalised(one) == normalised(other)) is same
