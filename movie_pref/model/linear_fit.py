"""How the linear member is fitted: logistic regression under a prior of what most people's libraries agree on.

Before any label, movies that many know and rate well are the more likely ones, and nothing else is known; each label moves
that. The prior holds indicators back more than numbers, and products most. With thousands of labels it hardly counts, with
sixty it is worth 0.01 to 0.03 of average precision over a ridge penalty, and a first guess rests on it (`first_guess`).
"""

import numpy as np
from scipy.special import expit

from movie_pref.metrics.log_odds import log_odds
from movie_pref.model.linear_member import MAIN, Kind, LinearMember

# coefficients of normal scores before any label, by a word of the column's name
MEANS = {"votes": 0.5, "rating": 0.4, "score": 0.2}
# how far a coefficient may be from that (a standard deviation); a number of those that enter products counts for more
SPREADS = {
    Kind.SCORE: 0.25, Kind.SQUARE: 0.15, Kind.FLAG: 0.2, Kind.LEVEL: 0.25, Kind.INDICATOR: 0.25, Kind.PAIR: 0.1,
    Kind.CROSSED: 0.1,
}  # fmt: skip
MAIN_SPREAD = 0.5
LEAST_CHANGE = 3e-14  # of the loss, relative, at which it is the mode
LEAST_SLOPE = 1e-9  # of the loss, a row


def prior(member: LinearMember, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the standard deviation of each coefficient before any label, shape (terms,)."""
    owners, kinds = member.owners(), member.kinds
    mean, spread = np.zeros(len(kinds)), np.array([SPREADS[kind] for kind in kinds])
    for at, (columns, kind) in enumerate(zip(owners, kinds, strict=True)):
        if kind is Kind.SCORE:
            name = names[columns[0]]
            mean[at] = next((much for word, much in MEANS.items() if word in name), 0.0)
            spread[at] = MAIN_SPREAD if any(word in name for word in MAIN) else SPREADS[kind]
    return mean, spread


def fit_linear(values: np.ndarray, types: list[str], names: list[str], target: np.ndarray) -> LinearMember:
    """Fit on training rows: the coefficients of highest posterior density, and an intercept that is free.

    Parameters
    ----------
    values
        Model columns, shape (rows, columns); NaN is null, a category its code.
    types
        `float` or `c` (category) for each column.
    names
        Of the columns.
    target
        0/1, one a row. Where only one of them is there, or no column tells anything, all that is known is their share.
    """
    from scipy.optimize import minimize

    bare = LinearMember.unfitted(values, types, names)
    terms = bare.terms(values)
    if not terms.shape[1] or len(np.unique(target)) < 2:
        return LinearMember(values.shape[1], [], [], [], [], [], [], [], [], float(log_odds(target.mean())))
    means = terms.mean(axis=0)
    expected, spread = prior(bare, names)
    centred = terms - means
    before, scaled = centred @ expected, centred * spread

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = before + scaled @ at[:-1] + at[-1]
        gap = expit(margin) - target
        value = (np.logaddexp(0, margin) - target * margin).sum() + (at[:-1] ** 2).sum() / 2
        return float(value), np.append(scaled.T @ gap + at[:-1], gap.sum())

    start = np.append(np.zeros(len(expected)), log_odds(target.mean()))
    options = {"maxiter": 2000, "ftol": LEAST_CHANGE, "gtol": LEAST_SLOPE * len(target)}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    coefficients = expected + spread * found[:-1]
    return bare.with_coefficients(coefficients, means, float(found[-1] - coefficients @ means))
