"""From a winner's hyperparameters to a model, and to predictions of every labelled movie that no model has seen."""

import hashlib
import importlib.metadata
from typing import Any

import pandas as pd

from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.committee import fit_model
from movie_pref.model.model import Model
from movie_pref.settings import Settings

# the settings that decide what a model is; named one by one, since others are paths and addresses, some with a password
OF_THE_MODEL = {
    "holdout_share", "validation_share", "folds", "list_level_limit", "target", "policy", "guard", "cost_repeats",
    "null_share_high", "distinct_share_high", "skewness_limit", "kurtosis_limit", "dominant_share", "indicator_support",
    "text_length_short", "text_distinct_few", "text_components", "correlation_limit", "cramers_v_limit", "chi_squared_p",
    "anova_f_limit", "target_correlation", "target_cramers_v", "search", "search_budget", "search_points",
    "review_budget", "recall_floor", "bootstrap_samples", "average_with_lightgbm",
}  # fmt: skip


def train_model(
    features: pd.DataFrame,
    label: pd.Series,
    training: pd.Series,
    preprocessing: Preprocessor,
    params: dict[str, Any],
    threshold: float,
    seed: int,
) -> Model:
    """Fit both boosters of a model: `evaluated` on the training rows, `serving` on all rows.

    Parameters
    ----------
    features
        Model columns of all labelled movies, as `preprocessing` gives them.
    label
        0/1, one a row.
    training
        Whether each row is a training row.
    """
    values, types = to_matrix(features)
    target, rows = label.to_numpy(), training.to_numpy()
    names = list(features.columns)
    facts = {
        "params": params,
        "threshold": threshold,
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
    return Model(
        evaluated=fit_model(values[rows], target[rows], types, params, seed, names),
        serving=fit_model(values, target, types, params, seed, names),
        preprocessing=preprocessing,
        facts=facts,
    )


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
