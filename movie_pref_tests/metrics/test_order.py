"""The order of movies where there are two answers."""

import numpy as np

from movie_pref.metrics.order import perhaps_again, ranked_by


def test_the_order_is_by_the_probability_and_by_that_of_being_watched_again_with_its_weight():
    probability, again = np.array([0.8, 0.7]), np.array([0.1, 0.3])

    np.testing.assert_allclose(ranked_by(probability, again, 1.0), [0.9, 1.0])
    np.testing.assert_allclose(ranked_by(probability, again, 0.5), [0.85, 0.85])
    np.testing.assert_array_equal(ranked_by(probability, again, 0.0), probability)


def test_a_movie_is_perhaps_one_to_watch_again_when_both_answers_reach_the_threshold():
    probability = np.array([0.8, 0.8, 0.3, 0.0])
    again = np.array([0.4, 0.2, 0.3, 0.0])  # given liked: a half, a quarter, all, nothing

    assert perhaps_again(probability, again, 0.35).tolist() == [True, False, False, False]
