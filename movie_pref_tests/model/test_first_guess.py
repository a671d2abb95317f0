"""The first guess: its arithmetic beside direct minimisation, what is believed before any label, and votes alone."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from movie_pref.features.matrix import to_matrix
from movie_pref.model.first_guess import START, FirstGuess, by_votes
from movie_pref.model.linear_fit import MEANS

NAMES = ["imdb_votes_norm", "imdb_rating_norm", "runtime_norm", "genre_drama"]
TYPES = ["float", "float", "float", "float"]
ROWS, TARGET = np.array([3, 40, 77, 120, 160, 199]), np.array([1, 0, 0, 1, 0, 0])


@pytest.fixture(scope="module")
def values():
    rng = np.random.default_rng(5)
    found = np.column_stack([rng.random(200), rng.random(200), rng.random(200), rng.random(200) < 0.4])
    found[:30, 1] = np.nan
    return found.astype(np.float32)


@pytest.fixture(scope="module")
def guess(values):
    return FirstGuess(values, TYPES, NAMES)


@pytest.fixture(scope="module")
def mode(guess):
    """The most believable weights of the scaled terms, by a general minimiser, and the covariance of what is believed."""

    def loss(weights):
        log_odds = guess.before[ROWS] + guess.scaled[ROWS] @ weights
        return weights @ weights / 2 - (TARGET * log_odds - np.logaddexp(0, log_odds)).sum()

    found = minimize(loss, np.zeros(guess.scaled.shape[1]), method="BFGS", options={"gtol": 1e-8}).x
    chance = expit(guess.before[ROWS] + guess.scaled[ROWS] @ found)
    information = guess.scaled[ROWS].T @ (guess.scaled[ROWS] * (chance * (1 - chance))[:, None])
    return found, np.linalg.inv(np.eye(len(found)) + information)


def test_mean_and_variance_are_those_of_the_weights_found_by_a_general_minimiser(guess, mode):
    weights, covariance = mode
    found = guess.posterior(ROWS, TARGET)
    np.testing.assert_allclose(found.log_odds, guess.before + guess.scaled @ weights, atol=1e-4)
    np.testing.assert_allclose(
        found.variance, np.einsum("ij,jk,ik->i", guess.scaled, covariance, guess.scaled), rtol=1e-3
    )


def test_draws_have_that_mean_and_that_covariance(guess, mode):
    movies = np.array([0, 50, 100, 150])
    found = guess.draws(guess.posterior(ROWS, TARGET), movies, 40_000, seed=1)
    expected = guess.scaled[movies] @ mode[1] @ guess.scaled[movies].T
    np.testing.assert_allclose(found.mean(axis=1), guess.before[movies] + guess.scaled[movies] @ mode[0], atol=0.05)
    np.testing.assert_allclose(np.cov(found), expected, atol=0.06 * expected.max())


def test_the_linear_member_says_the_same(guess, values):
    posterior = guess.posterior(ROWS, TARGET)
    np.testing.assert_allclose(guess.member_of(posterior).log_odds(values), posterior.log_odds, atol=1e-9)


def test_before_any_label_the_known_and_well_rated_come_first_and_the_mean_movie_is_one_in_ten(guess, values):
    found = guess.posterior(np.array([], dtype=int), np.array([]))
    assert found.log_odds.mean() == pytest.approx(START) and expit(START) == pytest.approx(0.1, abs=0.01)
    scores = guess.member.terms(values)[:, :2]
    expected = (scores - scores.mean(axis=0)) @ [MEANS["votes"], MEANS["rating"]] + START
    np.testing.assert_allclose(found.log_odds, expected)
    np.testing.assert_allclose(found.variance, (guess.scaled**2).sum(axis=1))


def test_a_label_moves_movies_like_it_more_than_others(guess, values):
    drama = values[:, 3] == 1
    liked = np.flatnonzero(drama)[:3]
    moved = guess.posterior(liked, np.ones(3)).log_odds - guess.before
    assert moved[drama].mean() > moved[~drama].mean() > 0


def test_of_a_label_that_is_plenty_only_some_count(guess):
    many = guess.posterior(np.arange(200).repeat(4), np.r_[np.ones(3), np.zeros(797)])
    assert len(many.rows) == 503


def test_votes_alone_order_strictly_and_a_movie_without_votes_is_last(trained):
    values, _ = to_matrix(trained.features)
    names = list(trained.features.columns)
    at = names.index("imdb_votes_norm")
    member, column = by_votes(values, names)
    assert column == "imdb_votes_norm"  # known of seven in eight, TMDB's of all
    fewer = values.copy()
    fewer[::4, at] = np.nan
    assert by_votes(fewer, names)[1] == "tmdb_votes_norm"
    votes = values[:, names.index(column)]
    log_odds, known = member.log_odds(values), ~np.isnan(votes)
    order = np.argsort(votes[known], kind="stable")
    steps = np.diff(log_odds[known][order])
    assert ((steps > 0) == (np.diff(votes[known][order]) > 0)).all()
    assert log_odds[~known].max() < log_odds[known].min()
    assert by_votes(values[:, :1] * 0, ["release_year_norm"]) is None
