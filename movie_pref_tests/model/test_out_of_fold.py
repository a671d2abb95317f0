"""Predictions of movies by models that have not seen them."""

import numpy as np
import pytest
from scipy.special import logit

from movie_pref.features.preprocessing import Chosen, Preprocessor
from movie_pref.model.calibration import cross_fitted, fit_calibration
from movie_pref.model.out_of_fold import WINNER, calibration_of, member_log_odds, out_of_sample


@pytest.fixture(scope="module")
def predictions(trained):
    return out_of_sample(trained.rows, trained.split, trained.model)


def test_a_training_row_is_predicted_by_a_model_and_a_preprocessing_of_the_other_folds(
    trained, predictions, by_xgboost
):
    """Its log-odds are those of XGBoost but for one constant a fold, the operating point that the other folds gave."""
    fold = trained.split["fold"].astype("float64")
    constants = set()
    for number in range(5):
        others = (trained.training & (fold != number)).fillna(False)
        features = Preprocessor().fit(trained.rows[others]).transform(trained.rows)
        expected = by_xgboost(features, others).predict(features[fold == number], output_margin=True)
        apart = logit(predictions.loc[fold == number, "probability"].to_numpy()) - expected
        np.testing.assert_allclose(apart, apart.mean(), atol=1e-5)
        constants.add(round(float(apart.mean()), 3))
    assert len(constants) > 1


def test_validation_and_holdout_rows_are_predicted_by_the_model_of_the_training_rows(trained, predictions, by_xgboost):
    outside = ~trained.training
    expected = by_xgboost(trained.features, trained.training).predict_proba(trained.features[outside])[:, 1]

    np.testing.assert_allclose(predictions.loc[outside, "probability"], expected, atol=1e-6)


def test_no_member_depends_on_the_label_of_its_own_row(trained, predictions):
    """Turning the labels of one fold, and of the holdout, moves none of their own predictions."""
    turned = trained.split.copy()
    rows = (turned["fold"] == 1).fillna(False).astype(bool) | (turned["partition"] == "holdout")
    turned.loc[rows, "label"] = 1 - turned.loc[rows, "label"]
    recipes = {WINNER: trained.model.recipe}

    before, after = (
        member_log_odds(trained.rows, sides, recipes, trained.preprocessing).set_index("fold")[WINNER]
        for sides in (trained.split, turned)
    )
    assert (after[1] == before[1]).all() and (after[2] != before[2]).any()
    held = trained.split["partition"] == "holdout"
    found = out_of_sample(trained.rows, turned, trained.model)
    assert (found.loc[held, "probability"] == predictions.loc[held, "probability"]).all()


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


def test_calibration_of_other_rows_is_fitted_on_out_of_fold_predictions_of_training_rows(trained, predictions):
    training = predictions[trained.training]
    calibrate = fit_calibration(training["probability"].to_numpy(), training["actual"].to_numpy())
    outside = predictions[~trained.training]

    assert calibration_of(predictions, trained.split) == calibrate
    np.testing.assert_allclose(outside["calibrated_probability"], calibrate(outside["probability"].to_numpy()))
    inside = cross_fitted(training["probability"], training["actual"], trained.split["fold"][trained.training])
    np.testing.assert_allclose(training["calibrated_probability"], inside)


def test_the_model_finds_the_taste_that_is_in_the_library(predictions):
    from sklearn.metrics import roc_auc_score

    assert roc_auc_score(predictions["actual"], predictions["probability"]) > 0.8


def test_a_fold_whose_selection_leaves_nothing_predicts_the_share_of_liked_movies(trained):
    def nothing(rows):
        return Chosen([], trained.preprocessing.catalogue, [])

    found = out_of_sample(trained.rows, trained.split, trained.model, nothing)

    for number in range(int(trained.split["fold"].max()) + 1):
        test = (trained.split["fold"] == number).fillna(False).to_numpy(dtype=bool)
        fitted_on = (trained.split["partition"] == "train").to_numpy() & ~test
        assert len(set(found.loc[test, "probability"])) == 1
        members = member_log_odds(
            trained.rows, trained.split, {WINNER: trained.model.recipe}, trained.preprocessing, nothing
        )
        share = trained.split.loc[fitted_on, "label"].mean()
        np.testing.assert_allclose(members.loc[members["fold"] == number, WINNER], logit(share))
