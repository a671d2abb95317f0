"""Predictions of each labelled movie by a model that has not seen it."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import Catalogue
from movie_pref.metrics.scores import confusion
from movie_pref.model.calibration import Calibrator, choose_calibration, cross_fitted
from movie_pref.model.committee import predict_unseen
from movie_pref.model.model import Model


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
