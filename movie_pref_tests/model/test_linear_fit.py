"""The fit of the linear member: scikit-learn's where nothing is believed beforehand, and the prior's where little is known."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import bernoulli, norm
from sklearn.linear_model import LogisticRegression

from movie_pref.model.linear_fit import fit_linear, prior

NUMBERS = ["imdb_votes_norm", "runtime_norm"]


def movies(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two numbers and a genre, and labels that follow the first and, against it, the genre."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([rng.random(count), rng.random(count), rng.random(count) < 0.4]).astype(np.float32)
    return values, (rng.random(count) < expit(4 * values[:, 0] - 2 * values[:, 2] - 2)).astype(int)


def test_without_beliefs_it_is_scikit_learns_logistic_regression():
    values, target = movies(300, 0)
    names = ["budget_norm", "runtime_norm", "genre_drama"]  # no word that the prior knows
    member = fit_linear(values, ["float"] * 3, names, target)
    mean, spread = prior(member, names)
    terms = member.terms(values)
    scaled = (terms - terms.mean(axis=0)) * spread
    expected = LogisticRegression(C=1.0, tol=1e-10, max_iter=5000).fit(scaled, target)

    assert not mean.any()
    np.testing.assert_allclose(member.log_odds(values), expected.decision_function(scaled), atol=1e-4)


def test_it_is_the_mode_of_what_is_believed_and_what_the_labels_say():
    """The same posterior written with SciPy's distributions, its mode found without a gradient of ours."""
    values, target = movies(40, 1)
    member = fit_linear(values, ["float"] * 3, [*NUMBERS, "genre_drama"], target)
    mean, spread = prior(member, [*NUMBERS, "genre_drama"])
    terms = member.terms(values) - np.array(member.means)

    def surprise(at):
        chance = expit(terms @ at[:-1] + at[-1])
        return -bernoulli.logpmf(target, chance).sum() - norm.logpdf(at[:-1], mean, spread).sum()

    expected = minimize(surprise, np.append(mean, 0.0), method="BFGS", options={"gtol": 1e-6}).x
    np.testing.assert_allclose(member.coefficients, expected[:-1], atol=1e-3)


def test_few_labels_leave_it_at_what_most_people_like_and_many_do_not():
    few, many = (
        fit_linear(values, ["float"] * 3, [*NUMBERS, "genre_drama"], 1 - target)  # a person who likes what few know
        for values, target in (movies(12, 2), movies(4000, 2))
    )
    assert few.coefficients[0] > 0 > many.coefficients[0]


def test_the_prior_expects_votes_most_then_ratings_then_critics_and_nothing_else():
    names = ["tmdb_votes_norm", "imdb_rating_norm", "rt_score_norm", "runtime_norm"]
    values = np.random.default_rng(3).random((50, 4)).astype(np.float32)
    mean, spread = prior(fit_linear(values, ["float"] * 4, names, np.arange(50) % 2), names)
    assert mean[:4].tolist() == [0.5, 0.4, 0.2, 0.0] and not mean[4:].any()
    assert spread[:3].tolist() == [0.5] * 3 and spread[3] == 0.25  # those that enter products may go further


# what is known of nothing


def test_without_a_column_it_knows_the_share_of_liked_movies():
    member = fit_linear(np.empty((40, 0), dtype=np.float32), [], [], np.array([1] * 10 + [0] * 30))
    nothing = np.empty((3, 0), dtype=np.float32)
    np.testing.assert_allclose(member.log_odds(nothing), logit(0.25))
    np.testing.assert_allclose(member.contributions(nothing), np.full((3, 1), logit(0.25)))


def test_where_no_column_tells_anything_it_knows_the_share_of_liked_movies():
    target = np.arange(200) % 4 == 0
    member = fit_linear(np.ones((200, 2), dtype=np.float32), ["float", "c"], ["imdb_votes_norm", "language"], target)
    np.testing.assert_allclose(member.log_odds(np.ones((3, 2), dtype=np.float32)), logit(0.25))


@pytest.mark.parametrize("label", [0, 1])
def test_labels_of_one_kind_give_their_share_and_stay_finite(label):
    values, _ = movies(200, 4)
    found = fit_linear(values, ["float"] * 3, [*NUMBERS, "genre_drama"], np.full(200, label)).log_odds(values)
    assert len(set(found)) == 1 and np.isfinite(found).all() and (found[0] > 10) == bool(label)
