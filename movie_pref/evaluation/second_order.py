"""Boosting by second derivatives beside boosting by first ones alone: rounds, loss, and what contradictory labels cost.

Both grow the same trees of XGBoost's on the same rows; they differ in the second derivative h of the log loss. The
second-order one takes p (1 - p), as XGBoost does. The first-order one takes a constant 1/4, the largest value of
p (1 - p): gradient descent with the longest step that cannot raise the loss (Böhning and Lindsay 1988, "Monotonicity of
quadratic-approximation algorithms"). How fast a method is depends on its learning rate, and a longer step would only be
a higher rate, so each is run at several, and its best counts. The level that rounds are counted to is nine tenths of the
way down to the loss that both reach: the last tenth takes many rounds or few by chance.
"""

from typing import NamedTuple

import numpy as np

from movie_pref.evaluation.algorithms import BASELINE, SAMPLED, Setting
from movie_pref.evaluation.contrast import Contrast, Fold, Outcome
from movie_pref.search.boosting import fit_booster, training_matrix

SECOND, FIRST = "XGBoost, second order", "XGBoost, first order only"
CONTRADICTED = "contradicted"
RATES = (0.1, 0.3, 0.9)
ROUNDS = 100
FLIPPED = 0.1
REACHED = 0.9  # of the fall of the loss that both come to, from knowing only how many are liked
BOUND = 0.25
EDGE = 1e-7


class Run(NamedTuple):
    """Log loss and probabilities of the tested rows after 1, 2, 3, ... rounds at one learning rate."""

    losses: np.ndarray
    probabilities: np.ndarray


def contradictory(label: np.ndarray, seed: int, share: float = FLIPPED) -> np.ndarray:
    """The labels with as many liked ones turned into disliked as the other way round, this share of the rarer class."""
    rng, changed = np.random.default_rng(seed), label.copy()
    count = round(share * min((label == 1).sum(), (label == 0).sum()))
    for kind in (0, 1):
        changed[rng.permutation(np.flatnonzero(label == kind))[:count]] = 1 - kind
    return changed


def _measure(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    clean = fold.data.label[fold.train]
    runs = {name: _runs(fold, setting, clean, name == SECOND) for name in (SECOND, FIRST)}
    known, liked = _known(clean), float(fold.data.label[fold.tested].mean())
    start = -(liked * np.log(known) + (1 - liked) * np.log(1 - known))
    level = start - REACHED * (start - max(_lowest(mine) for mine in runs.values()))
    found = {}
    for name, mine in runs.items():
        rounds = min(_rounds_to(run.losses, level) for run in mine)
        found[name] = _best(mine)._replace(figures={"rounds": rounds, "lowest_loss": _lowest(mine)})
    flipped = contradictory(clean, fold.seed)
    for name in (SECOND, FIRST):
        found[f"{name}, {CONTRADICTED}"] = _best(_runs(fold, setting, flipped, name == SECOND))
    return found


def _runs(fold: Fold, setting: Setting, label: np.ndarray, second: bool) -> list[Run]:
    values, types = fold.data.sparse
    matrix = training_matrix(values[fold.train], label, types)
    rounds = min(ROUNDS, setting.get("n_estimators", ROUNDS))
    return [
        _run(fold, matrix, SAMPLED | setting | {"n_estimators": rounds, "learning_rate": rate}, label, second)
        for rate in RATES
    ]


def _run(fold: Fold, matrix, params: Setting, label: np.ndarray, second: bool) -> Run:
    from scipy.special import expit, xlog1py, xlogy

    def derivatives(margin: np.ndarray, _) -> tuple[np.ndarray, np.ndarray]:
        p = expit(margin)
        return p - label, p * (1 - p) if second else np.full(len(p), BOUND)

    booster = fit_booster(matrix, params | {"base_score": _known(label)}, fold.seed, derivatives)
    values = fold.data.sparse[0][fold.tested]
    rounds = range(1, params["n_estimators"] + 1)
    found = np.array([booster.inplace_predict(values, iteration_range=(0, last)) for last in rounds], dtype=np.float64)
    found = found.clip(EDGE, 1 - EDGE)
    actual = fold.data.label[fold.tested]
    return Run(-(xlogy(actual, found) + xlog1py(1 - actual, -found)).mean(axis=1), found)


def _known(label: np.ndarray) -> float:
    """The probability to start from: the share of liked ones, not quite 0 or 1."""
    return float(np.clip(label.mean(), EDGE, 1 - EDGE))


def _lowest(runs: list[Run]) -> float:
    return float(min(run.losses.min() for run in runs))


def _rounds_to(losses: np.ndarray, level: float) -> float:
    """The first round after which the loss is at the level; infinite where it never is."""
    reached = np.flatnonzero(losses <= level)
    return float(reached[0] + 1) if len(reached) else np.inf


def _best(runs: list[Run]) -> Outcome:
    """What the run of the lowest loss says after the round of it."""
    best = min(runs, key=lambda run: run.losses.min())
    return Outcome(best.probabilities[best.losses.argmin()])


NEWTON = Contrast(BASELINE, (SECOND, FIRST, f"{SECOND}, {CONTRADICTED}", f"{FIRST}, {CONTRADICTED}"), _measure)
