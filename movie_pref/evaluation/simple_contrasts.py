"""Naive Bayes that is given what it assumes away, and nearest neighbours that are told which columns matter."""

from functools import partial

import numpy as np

from movie_pref.evaluation.contrast import Contrast, Fold, Outcome
from movie_pref.evaluation.engineered_terms import RATINGS, VOTES, Terms, terms_of
from movie_pref.evaluation.inner_choice import STRENGTHS, chosen, tuned
from movie_pref.evaluation.preparation import Predict, scores_of

BAYES, NEIGHBOURS = "Gaussian naive Bayes", "nearest neighbours"
RATINGS_AND_VOTES = f"{BAYES}, ratings, votes and genres dependent"
DEPENDENT, INTERACTING = f"{BAYES}, dependent within a class", f"{BAYES}, dependent by class"
WEIGHTED = f"{NEIGHBOURS}, columns weighted"
INDEPENDENT = (1.0, 0.9, 0.6, 0.3)  # shares; the first is naive Bayes itself
LEAST = 1e-6  # smoothing that covariances can be inverted with
COUNTS = (5, 15, 31, 61)


def _with_dependencies(fold: Fold, setting: dict) -> dict[str, Outcome]:
    """Naive Bayes whose columns depend on each other within a class: some of them, all alike in both classes, or by class."""
    terms = terms_of(fold.data, fold.train)
    smoothing = max(setting["var_smoothing"], LEAST)
    everything = np.ones(terms.plain.shape[1], dtype=bool)
    found = {}
    for name, together, by_class in (
        (RATINGS_AND_VOTES, _ratings_votes_and_genres(terms), True),
        (DEPENDENT, everything, False),
        (INTERACTING, everything, True),
    ):
        if together.sum() > 1:
            fit = partial(dependent_normals, smoothing=smoothing, together=together, by_class=by_class)
            found[name] = Outcome(chosen(INDEPENDENT, fit, terms.plain, fold))
    return found


def _ratings_votes_and_genres(terms: Terms) -> np.ndarray:
    """Which columns of `Terms.plain` are ratings, vote counts or genres; none where there are no ratings or no votes."""
    rated = list(terms.rated())
    found = np.zeros(terms.plain.shape[1], dtype=bool)
    if set(rated) & set(RATINGS) and set(rated) & set(VOTES):
        found[[position for position, name in enumerate(terms.numbers) if name in rated]] = True
        found[terms.places] = True
    return found


def dependent_normals(
    values: np.ndarray,
    label: np.ndarray,
    independent: float,
    smoothing: float,
    together: np.ndarray,
    by_class: bool = True,
) -> Predict:
    """Bayes with a normal distribution a class, whose correlations are shrunk by the share `independent`.

    With a share of 1 it is Gaussian naive Bayes with this `var_smoothing`.

    Parameters
    ----------
    together
        Which columns may depend on each other.
    by_class
        Whether each class has correlations of its own, which lets columns interact, or both the same.

    Returns
    -------
    What gives the probability of a liked movie from values of the same columns.
    """
    from scipy.special import expit
    from scipy.stats import multivariate_normal

    parts = [values[label == kind] for kind in (0, 1)]
    apart = [_correlations(part - part.mean(axis=0)) for part in parts]
    if not by_class:
        apart = [_correlations(np.vstack([(part - part.mean(axis=0)) / _spread(part) for part in parts]))] * 2
    kept = (1 - independent) * np.outer(together, together)
    floor = smoothing * values.var(axis=0).max()

    def of_class(kind: int) -> Predict:
        part, spread = parts[kind], parts[kind].std(axis=0)
        shared = np.where(np.eye(len(spread), dtype=bool), 1.0, kept * apart[kind]) * np.outer(spread, spread)
        normal = multivariate_normal(part.mean(axis=0), shared + floor * np.eye(len(spread)))
        prior = np.log(len(part) / len(label))
        return lambda new: normal.logpdf(new) + prior

    disliked, liked = of_class(0), of_class(1)
    return lambda new: expit(liked(new) - disliked(new))


def _correlations(centred: np.ndarray) -> np.ndarray:
    """Correlations of columns whose means are 0; 0 for one that never varies."""
    scaled = centred / _spread(centred)
    return scaled.T @ scaled / len(centred)


def _spread(values: np.ndarray) -> np.ndarray:
    """Standard deviations to divide by: 1 where a column never varies."""
    found = values.std(axis=0)
    return np.where(found > 0, found, 1.0)


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
    Contrast(BAYES, (RATINGS_AND_VOTES, DEPENDENT, INTERACTING), _with_dependencies),
    Contrast(NEIGHBOURS, (WEIGHTED,), _weighted),
)
