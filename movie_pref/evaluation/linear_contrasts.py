"""Linear models with terms that a person makes by hand, and with slopes that may, or may not, change their sign."""

from functools import partial

import numpy as np

from movie_pref.evaluation.contrast import Contrast, Fold, Outcome
from movie_pref.evaluation.engineered_terms import FEWEST, Terms, terms_of
from movie_pref.evaluation.inner_choice import STRENGTHS, chosen, tuned
from movie_pref.evaluation.preparation import Predict, scores_of

LOGISTIC = "logistic regression"
STEPS, PRODUCTS, ENGINEERED = f"{LOGISTIC}, thresholds", f"{LOGISTIC}, genre products", f"{LOGISTIC}, engineered terms"
BOTH_SIGNS, ONE_SIGN = f"{LOGISTIC}, slopes of either sign", f"{LOGISTIC}, slopes of one sign"
ITERATIONS = 200


def _with_terms(fold: Fold, setting: dict) -> dict[str, Outcome]:
    """Logistic regression that is given steps, genre products, or all that a person would think of."""
    from sklearn.linear_model import LogisticRegression

    terms, found = terms_of(fold.data, fold.train), {}
    for name, more in (
        (STEPS, terms.steps()),
        (PRODUCTS, terms.genre_products()),
        (ENGINEERED, terms.engineered()),
    ):
        if more.shape[1]:
            values = np.hstack([terms.plain, more])
            model = tuned(LogisticRegression(max_iter=1000), {"C": STRENGTHS}, values, fold)
            found[name] = Outcome(scores_of(model, values[fold.tested]))
    return found


# slopes that depend on other columns


def _signs(fold: Fold, setting: dict) -> dict[str, Outcome]:
    """A slope of each number in and out of each region, of either sign or all of the sign that a plain model gives it.

    Regions are genres and the upper half of each other number. All slopes of one sign are still free in size, and any
    sum of slopes that is of one sign everywhere can be written so; what the free ones gain is what a change of sign is
    worth.
    """
    from sklearn.linear_model import LogisticRegression

    terms = terms_of(fold.data, fold.train)
    regions = _regions(terms)
    if not regions or terms.numbers.empty:
        return {}
    plain = tuned(LogisticRegression(max_iter=1000), {"C": STRENGTHS}, terms.plain, fold).coef_[0]
    turned = terms.numbers * np.where(plain[: terms.numbers.shape[1]] < 0, -1.0, 1.0)
    slopes = [
        turned[name].to_numpy() * side
        for name in turned
        for region, inside in regions.items()
        if region != name
        for side in (inside, 1 - inside)
    ]
    if not slopes:
        return {}
    # without the halves of numbers by themselves: a falling step beside a rising slope would be a change of sign
    values = np.column_stack([*slopes, terms.plain[:, terms.numbers.shape[1] :]])
    free = np.full(values.shape[1], -np.inf)
    bounded = np.where(np.arange(len(free)) < len(slopes), 0.0, -np.inf)
    return {
        name: Outcome(chosen(STRENGTHS, partial(bounded_logistic, lower=lower), values, fold))
        for name, lower in ((BOTH_SIGNS, free), (ONE_SIGN, bounded))
    }


def _regions(terms: Terms) -> dict[str, np.ndarray]:
    """0/1 of all rows by what parts them: each genre, and being above the training rows' median of each number."""
    found = {name: terms.genres[name].to_numpy() for name in terms.genres}
    for name in terms.numbers:
        values = terms.numbers[name].to_numpy()
        found[name] = (values > np.median(values[terms.train])).astype(np.float64)
    parted = {name: inside[terms.train].sum() for name, inside in found.items()}
    return {name: inside for name, inside in found.items() if FEWEST <= parted[name] <= len(terms.train) - FEWEST}


def bounded_logistic(values: np.ndarray, label: np.ndarray, strength: float, lower: np.ndarray) -> Predict:
    """Logistic regression with an L2 penalty as scikit-learn has it (C is `strength`), no slope below its `lower`.

    Returns
    -------
    What gives the probability of a liked movie from values of the same columns.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    sign = np.where(label == 1, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (values @ weights[:-1] + weights[-1])
        pull = -strength * sign * expit(-margin)
        penalised = weights * (np.arange(len(weights)) < len(weights) - 1)
        total = strength * np.logaddexp(0, -margin).sum() + penalised @ penalised / 2
        return total, penalised + np.append(pull @ values, pull.sum())

    bounds = [*((low, np.inf) for low in lower), (-np.inf, np.inf)]
    start = np.zeros(values.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": ITERATIONS}).x
    return lambda rows: expit(rows @ found[:-1] + found[-1])


LINEAR = (
    Contrast(LOGISTIC, (STEPS, PRODUCTS, ENGINEERED), _with_terms),
    Contrast(LOGISTIC, (BOTH_SIGNS, ONE_SIGN), _signs),
)
