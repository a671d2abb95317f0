"""What is written of a probability, by hand."""

from itertools import pairwise

import pytest

from movie_pref.ranking.in_percent import in_percent


@pytest.mark.parametrize(
    ("probability", "written"),
    [
        (0.5, "50.0%"),
        (0.3456, "34.6%"),
        (0.99, "99.0%"),
        (0.01, "1.0%"),
        (0.998992, "99.90%"),
        (0.998907, "99.89%"),
        (0.99883, "99.88%"),
        (0.0034, "0.34%"),
        (0.99994, "99.99%"),
        (0.999951, ">99.99%"),
        (0.00004, "<0.01%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
    ],
)
def test_two_decimals_near_either_end_and_one_between(probability, written):
    assert in_percent(probability) == written


def test_a_higher_probability_is_never_written_as_a_lower_one():
    steps = [number / 100_000 for number in range(100_001)]
    read = [float(in_percent(one).strip("<>%")) for one in steps]
    assert all(one <= following for one, following in pairwise(read))
