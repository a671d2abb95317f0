"""What is written of a probability, by hand."""

from itertools import pairwise

import pytest

from movie_pref.ranking.in_percent import in_percent, in_percents


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


@pytest.mark.parametrize(
    ("probabilities", "written"),
    [
        ([0.9873, 0.9866, 0.9751], ["98.73%", "98.66%", "97.5%"]),  # both are 98.7 to one decimal
        ([0.98712, 0.98712, 0.98698], ["98.71%", "98.71%", "98.70%"]),  # what is the same stays the same
        ([0.98712, 0.98712, 0.9], ["98.7%", "98.7%", "90.0%"]),
        ([0.87344, 0.87341, 0.8612, 0.8608], ["87.344%", "87.341%", "86.12%", "86.08%"]),
        ([0.99899102, 0.99899101], ["99.8991%", "99.8991%"]),  # two decimals more at most
        ([0.99996, 0.99995], [">99.99%", ">99.99%"]),
        ([0.5, 0.6, 0.5], ["50.0%", "60.0%", "50.0%"]),  # no neighbours
        ([], []),
    ],
)
def test_neighbours_of_a_list_are_told_apart_by_another_decimal(probabilities, written):
    assert in_percents(probabilities) == written
