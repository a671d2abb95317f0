"""Recall at a share of the movies, against counts made by hand."""

import numpy as np
import pytest

from movie_pref.metrics.budget import most_flagged, recall_at_share

LIKED = np.array([1, 0, 1, 0, 0, 0, 1, 0, 0, 0])
FALLING = np.arange(10.0, 0.0, -1.0)


@pytest.mark.parametrize(
    ("share", "found"),
    [
        (0.0, 0.0),
        (0.1, 1 / 3),
        (0.2, 1 / 3),
        (0.25, 1.5 / 3),  # two movies and half of the third, which is liked
        (0.3, 2 / 3),
        (0.7, 1.0),
        (1.0, 1.0),
    ],
)
def test_the_liked_movies_at_the_top_are_counted(share, found):
    assert recall_at_share(LIKED, FALLING, share) == pytest.approx(found)


def test_a_tie_that_is_cut_counts_by_expectation():
    # four movies tie at the top, two of them liked: looking at two of them finds one on average
    tied = np.array([9.0, 9.0, 9.0, 9.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
    assert recall_at_share(LIKED, tied, 0.2) == pytest.approx(1 / 3)
    assert recall_at_share(LIKED, np.zeros(10), 0.4) == pytest.approx(0.4)


def test_only_the_order_counts():
    assert recall_at_share(LIKED, np.exp(FALLING), 0.3) == recall_at_share(LIKED, FALLING, 0.3)


def test_the_mean_over_random_orders_of_the_ties_is_the_expectation():
    rng = np.random.default_rng(0)
    liked, coarse = rng.integers(0, 2, 60), rng.integers(0, 4, 60).astype(float)
    drawn = [recall_at_share(liked, coarse + rng.uniform(0, 0.5, 60), 0.3) for _ in range(4000)]
    assert recall_at_share(liked, coarse, 0.3) == pytest.approx(np.mean(drawn), abs=0.004)


def test_what_may_be_flagged_allows_for_chance_and_a_point_that_nobody_minds():
    # by hand: 0.15 + 2 * sqrt(0.15 * 0.85 / 510) = 0.15 + 0.0316; of a million movies chance is nothing
    assert most_flagged(0.15, 510) == pytest.approx(0.1816, abs=1e-4)
    assert most_flagged(0.15, 1_000_000) == pytest.approx(0.16)
    assert most_flagged(0.15, 0) > 1
