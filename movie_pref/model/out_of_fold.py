"""Predictions of each labelled movie by a model that has not seen it."""

import pandas as pd

from movie_pref.metrics.scores import confusion
from movie_pref.model.calibration import Calibrator, choose_calibration, cross_fitted
from movie_pref.model.fold_models import Select, folds_of, predict, unseen_models
from movie_pref.model.model import Model


def out_of_sample(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    model: Model,
    select: Select | None = None,
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
        Selects the features inside each fold; without it the model's own columns are taken.

    Returns
    -------
    DataFrame in the columns of `03_binomial_classifier_results.parquet`, in the order of `rows`.
    """
    training = split["partition"].eq("train").to_numpy()
    actual, folds = split["label"].to_numpy(), folds_of(split)
    probability = predict(unseen_models(rows, split, model, select), rows, folds)
    inside = pd.DataFrame({"probability": probability, "actual": actual, "fold": folds})[training]
    choice = choose_calibration(inside["probability"], inside["actual"], inside["fold"])
    calibrated = choice.fit(probability[training], actual[training])(probability)
    calibrated[training] = cross_fitted(inside["probability"], inside["actual"], inside["fold"], choice.fit)
    predicted = (probability >= model.facts["threshold"]).astype("int64")
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
