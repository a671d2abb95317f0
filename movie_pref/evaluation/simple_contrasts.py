"""Naive Bayes that is given what it assumes away, and nearest neighbours that are told which columns matter."""

from functools import partial

import numpy as np

from movie_pref.evaluation.contrast import Contrast, Fold, Outcome
from movie_pref.evaluation.engineered_terms import terms_of
from movie_pref.evaluation.inner_choice import STRENGTHS, chosen, tuned
from movie_pref.evaluation.preparation import Predict, scores_of

BAYES, NEIGHBOURS = "Gaussian naive Bayes", "nearest neighbours"
RATINGS_AND_VOTES, PAIRS = f"{BAYES}, ratings with votes by genre", f"{BAYES}, products of numbers"
DEPENDENT = f"{BAYES}, dependent within a class"
WEIGHTED = f"{NEIGHBOURS}, columns weighted"
SMOOTHING = (1e-9, 1e-3, 1e-1, 1.0)
INDEPENDENT = (1.0, 0.9, 0.6, 0.3)  # shares; the first is naive Bayes itself
LEAST = 1e-6  # smoothing that covariances can be inverted with
COUNTS = (5, 15, 31, 61)


def _with_dependencies(fold: Fold, setting: dict) -> dict[str, Outcome]:
    """Naive Bayes with products of columns as more columns, and with columns that depend on each other within a class."""
    from sklearn.naive_bayes import GaussianNB

    terms, found = terms_of(fold.data, fold.train), {}
    for name, more in ((RATINGS_AND_VOTES, terms.ratings_and_votes()), (PAIRS, terms.pairs_of_numbers())):
        if more.shape[1]:
            values = np.hstack([terms.plain, more])
            model = tuned(GaussianNB(), {"var_smoothing": SMOOTHING}, values, fold)
            found[name] = Outcome(scores_of(model, values[fold.tested]))
    fit = partial(dependent_normals, smoothing=max(setting["var_smoothing"], LEAST))
    return found | {DEPENDENT: Outcome(chosen(INDEPENDENT, fit, terms.plain, fold))}


def dependent_normals(values: np.ndarray, label: np.ndarray, independent: float, smoothing: float) -> Predict:
    """Bayes with a normal distribution a class, whose covariances are shrunk by the share `independent`.

    With a share of 1 it is Gaussian naive Bayes with this `var_smoothing`.

    Returns
    -------
    What gives the probability of a liked movie from values of the same columns.
    """
    from scipy.special import expit
    from scipy.stats import multivariate_normal

    floor = smoothing * values.var(axis=0).max() * np.eye(values.shape[1])

    def of_class(kind: int) -> Predict:
        rows = values[label == kind]
        spread = np.atleast_2d(np.cov(rows, rowvar=False, bias=True))
        shrunk = (1 - independent) * spread + independent * np.diag(np.diag(spread)) + floor
        normal, prior = multivariate_normal(rows.mean(axis=0), shrunk), np.log((label == kind).mean())
        return lambda new: normal.logpdf(new) + prior

    liked, disliked = of_class(1), of_class(0)
    return lambda new: expit(liked(new) - disliked(new))


def _weighted(fold: Fold, setting: dict) -> dict[str, Outcome]:
    """Neighbours in columns that are stretched by how much each matters in a logistic regression: an explicit model first."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    plain = terms_of(fold.data, fold.train).plain
    weights = np.abs(tuned(LogisticRegression(max_iter=1000), {"C": STRENGTHS}, plain, fold).coef_[0])
    values, most = plain * weights, len(fold.train) // 2
    counts = tuple(dict.fromkeys(min(count, max(most, 1)) for count in COUNTS))
    model = tuned(KNeighborsClassifier(weights="distance", n_jobs=1), {"n_neighbors": counts}, values, fold)
    return {WEIGHTED: Outcome(scores_of(model, values[fold.tested]))}


SIMPLE = (
    Contrast(BAYES, (RATINGS_AND_VOTES, PAIRS, DEPENDENT), _with_dependencies),
    Contrast(NEIGHBOURS, (WEIGHTED,), _weighted),
)
