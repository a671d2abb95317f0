"""Which movies are asked about first: known ones, not the same kind twice, and what tells most."""

import numpy as np
import pytest

from movie_pref.model.first_guess import FirstGuess
from movie_pref.ranking.first_questions import first_questions, well_known

NAMES = ["imdb_votes_norm", "tmdb_votes_norm", "genre_drama", "genre_horror"]


@pytest.fixture(scope="module")
def values():
    """Two kinds of movies, dramas and horror, with votes that are alike."""
    rng = np.random.default_rng(2)
    drama = np.arange(600) % 2 == 0
    return np.column_stack([rng.random(600), rng.random(600), drama, ~drama]).astype(np.float32)


@pytest.fixture(scope="module")
def guess(values):
    return FirstGuess(values, ["float"] * 4, NAMES)


def test_the_well_known_have_the_most_votes_at_any_site(values):
    values = values.copy()
    values[:5, 0], values[:5, 1] = np.nan, 1.0  # unknown to one site, first at the other
    values[5] = np.nan
    among = np.ones(600, dtype=bool)
    among[:2] = False
    found = well_known(values, NAMES, among)
    assert found.sum() == 400 and not found[:2].any() and found[2:5].all() and not found[5]
    best = np.maximum(*(values[among, at] for at in (0, 1)))
    assert np.nanmin(best[found[among]]) > 0.4


def test_without_votes_or_among_few_all_may_be_asked_about(values):
    among = np.arange(600) < 100
    assert (well_known(values, NAMES, among) == among).all()
    assert well_known(values, ["a", "b", "c", "d"], np.ones(600, dtype=bool)).all()


def test_each_question_is_unlike_those_before_and_none_is_asked_twice(guess, values):
    posterior = guess.posterior(np.array([], dtype=int), np.array([]))
    found = first_questions(guess, posterior, np.ones(600, dtype=bool), 6)
    rows = [one.row for one in found]
    assert len(set(rows)) == 6
    assert set(values[rows[:3], 2]) == {0.0, 1.0}
    alike = first_questions(guess, posterior, values[:, 2] == 1, 600)
    assert len(alike) == 300 and all(values[one.row, 2] == 1 for one in alike)


def test_what_is_chosen_next_is_what_would_be_chosen_after_an_answer_that_changes_no_belief(guess):
    """A list is worth what its movies tell together: the second is the one of most variance that the first leaves."""
    nothing = guess.posterior(np.array([], dtype=int), np.array([]))
    first, second = first_questions(guess, nothing, np.ones(600, dtype=bool), 2)
    chance = nothing.probability
    even = chance * (1 - chance)
    covariance = guess.scaled @ guess.scaled.T
    left = nothing.variance - covariance[first.row] ** 2 / (covariance[first.row, first.row] + 1 / even[first.row])
    worth = even * left
    worth[first.row] = 0
    assert second.row == int(np.argmax(worth)) and second.probability == pytest.approx(chance[second.row])


def test_a_kind_that_was_answered_is_asked_about_less(guess, values):
    dramas = np.flatnonzero(values[:, 2] == 1)[:12]
    answered = guess.posterior(dramas, np.zeros(12))
    open_ = np.ones(600, dtype=bool)
    open_[dramas] = False
    found = first_questions(guess, answered, open_, 5)
    assert [values[one.row, 3] for one in found].count(1.0) >= 3
