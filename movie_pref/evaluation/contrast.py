"""What a contrast is: an algorithm with one thing about it changed, measured on a fold to learn what that thing is worth."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from movie_pref.evaluation.algorithms import Setting
from movie_pref.evaluation.fold_data import Data

FIGURES = ("rounds", "lowest_loss", "splits", "training_loss")


class Fold(NamedTuple):
    """The rows of a fold, the positions of those to train on and of those tested, and the seed of what is drawn."""

    data: Data
    train: np.ndarray
    tested: np.ndarray
    seed: int


class Outcome(NamedTuple):
    """Probabilities of the tested rows; seconds of the fit where a belief is about them; and of `FIGURES` what was counted.

    `rounds` are boosting rounds to a level of loss, `lowest_loss` the lowest log loss of the tested rows after any number
    of them, `splits` those of all trees, `training_loss` the log loss of the rows that were fitted on.
    """

    probability: np.ndarray
    seconds: float = np.nan
    figures: Mapping[str, float] = MappingProxyType({})


class Contrast(NamedTuple):
    """What is measured, under which names, wherever an algorithm is, with the setting that it chose in the fold.

    `measure` leaves out a name whose columns the fold does not have.
    """

    algorithm: str
    names: tuple[str, ...]
    measure: Callable[[Fold, Setting], dict[str, Outcome]]


def half(train: np.ndarray, label: np.ndarray, seed: int) -> np.ndarray:
    """Half of the rows of each class, drawn at random, at least one of each."""
    rng = np.random.default_rng(seed)
    parts = [train[label[train] == kind] for kind in (0, 1)]
    return np.sort(np.concatenate([rng.permutation(part)[: -(-len(part) // 2)] for part in parts]))
