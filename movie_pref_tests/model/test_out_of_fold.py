"""Predictions of movies by models that have not seen them."""

import numpy as np
import pytest

from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.calibration import cross_fitted, fit_sigmoid
from movie_pref.model.out_of_fold import calibration_of, out_of_sample


@pytest.fixture(scope="module")
def predictions(trained):
    return out_of_sample(trained.rows, trained.split, trained.model)


def test_a_training_row_is_predicted_by_a_model_and_a_preprocessing_of_the_other_folds(
    trained, predictions, by_xgboost
):
    fold = trained.split["fold"].astype("float64")
    for number in range(5):
        others = (trained.training & (fold != number)).fillna(False)
        features = Preprocessor().fit(trained.rows[others]).transform(trained.rows)
        expected = by_xgboost(features, others).predict_proba(features[fold == number])[:, 1]
        np.testing.assert_allclose(predictions.loc[fold == number, "probability"], expected, atol=1e-6)


def test_validation_and_holdout_rows_are_predicted_by_the_model_of_the_training_rows(trained, predictions, by_xgboost):
    outside = ~trained.training
    expected = by_xgboost(trained.features, trained.training).predict_proba(trained.features[outside])[:, 1]

    np.testing.assert_allclose(predictions.loc[outside, "probability"], expected, atol=1e-6)


def test_no_prediction_depends_on_the_label_of_its_own_row(trained, predictions):
    """Turning the labels of one fold, and of the holdout, moves none of their own predictions."""
    turned = trained.split.copy()
    rows = (turned["fold"] == 1).fillna(False).astype(bool) | (turned["partition"] == "holdout")
    turned.loc[rows, "label"] = 1 - turned.loc[rows, "label"]

    after = out_of_sample(trained.rows, turned, trained.model)

    assert (after.loc[rows, "probability"] == predictions.loc[rows, "probability"]).all()
    others = (turned["fold"] == 2).fillna(False).astype(bool)
    assert (after.loc[others, "probability"] != predictions.loc[others, "probability"]).any()


def test_predictions_have_a_row_for_every_labelled_movie_and_agree_with_themselves(trained, predictions):
    assert list(predictions) == [
        "imdb_id", "partition", "actual", "predicted", "probability", "calibrated_probability", "cm_value",
    ]  # fmt: skip
    assert predictions["imdb_id"].tolist() == trained.rows["imdb_id"].tolist()
    assert predictions["probability"].between(0, 1).all()
    assert (predictions["predicted"] == (predictions["probability"] >= 0.35)).all()
    words = {(1, 1): "tp", (0, 0): "tn", (0, 1): "fp", (1, 0): "fn"}
    pairs = zip(predictions["actual"], predictions["predicted"], strict=True)
    assert predictions["cm_value"].tolist() == [words[pair] for pair in pairs]


def test_a_probability_just_below_the_threshold_in_float64_is_not_flagged(trained):
    """0.35 as XGBoost's float32 is 0.34999999: the file must agree with what a reader of it computes."""
    probability = float(np.float32(0.35))
    assert probability < 0.35

    model = trained.model.with_facts(threshold=0.35)

    class Always:
        def inplace_predict(self, values):
            return np.full(len(values), 0.35, dtype=np.float32)

    from dataclasses import replace

    found = out_of_sample(trained.rows, trained.split, replace(model, evaluated=Always()))
    assert (found["predicted"] == (found["probability"] >= 0.35)).all()


def test_calibration_of_other_rows_is_fitted_on_out_of_fold_predictions_of_training_rows(trained, predictions):
    training = predictions[trained.training]
    sigmoid = fit_sigmoid(training["probability"].to_numpy(), training["actual"].to_numpy())
    outside = predictions[~trained.training]

    assert calibration_of(predictions, trained.split) == sigmoid
    np.testing.assert_allclose(outside["calibrated_probability"], sigmoid(outside["probability"].to_numpy()))
    inside = cross_fitted(training["probability"], training["actual"], trained.split["fold"][trained.training])
    np.testing.assert_allclose(training["calibrated_probability"], inside)


def test_the_model_finds_the_taste_that_is_in_the_library(predictions):
    from sklearn.metrics import roc_auc_score

    assert roc_auc_score(predictions["actual"], predictions["probability"]) > 0.8


def test_a_fold_whose_selection_leaves_nothing_predicts_the_share_of_liked_movies(trained):
    found = out_of_sample(
        trained.rows, trained.split, trained.model, lambda rows: ([], trained.preprocessing.catalogue)
    )

    for number in range(int(trained.split["fold"].max()) + 1):
        test = (trained.split["fold"] == number).fillna(False).to_numpy(dtype=bool)
        fitted_on = (trained.split["partition"] == "train").to_numpy() & ~test
        share = trained.split.loc[fitted_on, "label"].mean()
        np.testing.assert_allclose(found.loc[test, "probability"], share)
