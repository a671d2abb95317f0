"""From a winner's hyperparameters to a model, and to predictions of every labelled movie that no model has seen."""

import hashlib
import importlib.metadata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from movie_pref.library.catalogue import Catalogue
from movie_pref.modeling.boosting import fit_model, predict_unseen
from movie_pref.modeling.calibration import Calibrator, choose_calibration, cross_fitted
from movie_pref.modeling.champion import Model
from movie_pref.modeling.metrics import confusion
from movie_pref.modeling.preprocess import Preprocessor, to_matrix
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


def out_of_sample(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    model: Model,
    select: Callable[[pd.DataFrame], tuple[list[str] | None, Catalogue]] | None = None,
) -> pd.DataFrame:
    """A prediction for every labelled movie by a model that did not see it.

    Training rows are predicted by their fold's model, whose features were selected and whose preprocessing was fitted
    on the other folds too; validation and holdout rows by the model of the training rows. The calibration is fitted on
    the training rows' predictions, and each of these is calibrated by the other folds.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns.
    split
        `imdb_id`, `partition`, `fold`, `label` of the same movies in the same order.
    select
        Gives the model columns and the catalogue that a selection on some training rows keeps; without it the model's
        own columns are taken.

    Returns
    -------
    DataFrame in the columns of `03_binomial_classifier_results.parquet`, in the order of `rows`.
    """
    params, seed, threshold = model.facts["params"], model.facts["seed"], model.facts["threshold"]
    training = split["partition"].eq("train").to_numpy()
    actual = split["label"].to_numpy()
    probability = np.full(len(rows), np.nan)
    probability[~training] = model.predict_unseen(rows[~training])
    fold = split["fold"].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    like = model.preprocessing
    for number in np.unique(fold[training]):
        fitted_on, test = training & (fold != number), fold == number
        columns, catalogue = select(rows[fitted_on]) if select else (like.selected, like.catalogue)
        preprocessing = Preprocessor(catalogue, like.list_level_limit, columns, like.text_components).fit(
            rows[fitted_on]
        )
        seen_or_tested = fitted_on | test
        probability[test] = predict_unseen(
            preprocessing.transform(rows[seen_or_tested]),
            actual[seen_or_tested],
            fitted_on[seen_or_tested],
            params,
            seed,
        )
    inside = pd.DataFrame({"probability": probability, "actual": actual, "fold": fold})[training]
    choice = choose_calibration(inside["probability"], inside["actual"], inside["fold"])
    calibrated = choice.fit(probability[training], actual[training])(probability)
    calibrated[training] = cross_fitted(inside["probability"], inside["actual"], inside["fold"], choice.fit)
    predicted = (probability >= threshold).astype("int64")
    return pd.DataFrame(
        {
            "imdb_id": split["imdb_id"].to_numpy(),
            "partition": split["partition"].to_numpy(),
            "actual": actual,
            "predicted": predicted,
            "probability": probability,
            "calibrated_probability": calibrated,
            "cm_value": confusion(actual, predicted).to_numpy(),
        }
    )


def training_predictions(predictions: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """The training rows of `out_of_sample` with the fold that each was predicted in."""
    training = predictions[predictions["partition"] == "train"]
    return training.merge(split[["imdb_id", "fold"]], on="imdb_id", validate="1:1")


def calibration_of(predictions: pd.DataFrame, split: pd.DataFrame) -> Calibrator:
    """The calibration that `out_of_sample` used for rows outside training, fitted on its training rows."""
    training = training_predictions(predictions, split)
    choice = choose_calibration(training["probability"], training["actual"], training["fold"])
    return choice.fit(training["probability"].to_numpy(), training["actual"].to_numpy())


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
