"""From a recipe to a model."""

import hashlib
import importlib.metadata
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from movie_pref.cores import in_threads
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.committee import Recipe, fit_committee
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits, OperatingPoint
from movie_pref.model.out_of_fold import WINNER, settle
from movie_pref.model.weights import BEFORE
from movie_pref.search.winner import best_points, point_of
from movie_pref.settings import Settings

COMMITTEE = "committee"
# the settings that decide what a model is; named one by one, since others are paths and addresses, some with a password
OF_THE_MODEL = {
    "holdout_share", "validation_share", "folds", "list_level_limit", "target", "policy", "guard", "cost_repeats",
    "null_share_high", "distinct_share_high", "skewness_limit", "kurtosis_limit", "dominant_share", "indicator_support",
    "text_length_short", "text_distinct_few", "text_components", "correlation_limit", "cramers_v_limit", "chi_squared_p",
    "anova_f_limit", "target_correlation", "target_cramers_v", "search", "search_budget", "search_points",
    "review_budget", "recall_floor", "bootstrap_samples", "model", "recall_target", "committee_boosters",
}  # fmt: skip


def recipes(results: pd.DataFrame, boosters: int, seed: int) -> dict[str, Recipe]:
    """The recipes of the search's winner alone and of the committee, not settled yet.

    Parameters
    ----------
    results
        What `grid_search` gave.
    boosters
        How many of the best points the committee takes, each with a seed of its own from `seed` on.
    """
    points = [point_of(results, row) for row in best_points(results, boosters)]
    seeds = [seed + number for number in range(len(points))]
    return {WINNER: Recipe.alone(points[0], seed), COMMITTEE: Recipe(points, seeds, BEFORE)}


def settled_model(
    recipe: Recipe,
    members: pd.DataFrame,
    features: pd.DataFrame,
    label: pd.Series,
    training: pd.Series,
    preprocessing: Preprocessor,
    limits: Limits,
    seed: int,
    jobs: int = 1,
) -> tuple[Model, OperatingPoint]:
    """The model of a recipe whose weights and operating point are settled on out-of-fold predictions of its members.

    `members` is what `member_log_odds` gave; the rest as in `train_model`.
    """
    settled = settle(members, recipe, limits)
    return train_model(features, label, training, preprocessing, settled.recipe, limits, seed, jobs), settled.point


def train_model(
    features: pd.DataFrame,
    label: pd.Series,
    training: pd.Series,
    preprocessing: Preprocessor,
    recipe: Recipe,
    limits: Limits,
    seed: int,
    jobs: int = 1,
) -> Model:
    """Fit both committees of a model: `evaluated` on the training rows, `serving` on all rows.

    Parameters
    ----------
    features
        Model columns of all labelled movies, as `preprocessing` gives them.
    label
        0/1, one a row.
    training
        Whether each row is a training row.
    jobs
        Threads; the result does not depend on it.
    """
    values, types = to_matrix(features)
    target, rows = label.to_numpy(), training.to_numpy()
    names = list(features.columns)
    facts = {
        "params": recipe.points[0] if recipe.points else {},
        "recipe": asdict(recipe),
        **limits._asdict(),
        "seed": seed,
        "training_rows": int(rows.sum()),
        "labelled_rows": len(rows),
        "library_fingerprint": fingerprint(features.assign(label=target)),
        "libraries": {
            name: importlib.metadata.version(name)
            for name in ("movie-pref", "xgboost-cpu", "xgboost", "scikit-learn", "pandas", "numpy")
            if _installed(name)
        },
    }
    evaluated, serving = in_threads(
        jobs,
        lambda those: fit_committee(values[those], types, names, target[those], recipe, preprocessing.linear_only),
        [rows, np.ones(len(rows), dtype=bool)],
    )
    return Model(evaluated, serving, preprocessing, facts)


def settings_facts(settings: Settings) -> dict[str, Any]:
    """The settings that a model depends on, as plain values; `threshold` and `seed` are facts of their own."""
    return settings.model_dump(mode="json", include=OF_THE_MODEL)


def fingerprint(frame: pd.DataFrame) -> str:
    """Sixteen digits of a hash over a frame's content, the same for the same values in the same order."""
    digest = hashlib.sha256(",".join(map(str, frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
