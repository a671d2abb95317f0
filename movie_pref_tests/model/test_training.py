"""Training: two boosters that XGBoost itself would fit, and predictions by models that did not see the row."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from xgboost import XGBClassifier

from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.calibration import cross_fitted, fit_sigmoid
from movie_pref.model.out_of_fold import calibration_of, out_of_sample
from movie_pref.model.training import OF_THE_MODEL, fingerprint, settings_facts, train_model
from movie_pref.settings import Settings, load_settings


def by_xgboost(trained, features, rows):
    """scikit-learn's interface to XGBoost, fitted on some rows of a frame of model columns."""
    model = XGBClassifier(**trained.params, random_state=3, n_jobs=1)
    return model.fit(features[rows], trained.split.loc[rows, "label"])


def test_evaluated_is_fitted_on_training_rows_and_serving_on_all(trained):
    values, _ = to_matrix(trained.features)
    everything = pd.Series(True, index=trained.rows.index)

    for booster, rows in ((trained.model.evaluated, trained.training), (trained.model.serving, everything)):
        expected = by_xgboost(trained, trained.features, rows).predict_proba(trained.features)[:, 1]
        np.testing.assert_allclose(booster.inplace_predict(values), expected, atol=1e-6)


def test_facts_say_what_the_model_was_made_from(trained):
    facts = trained.model.facts

    assert facts["params"] == trained.params
    assert (facts["threshold"], facts["seed"]) == (0.35, 3)
    assert facts["training_rows"] == (trained.split["partition"] == "train").sum()
    assert facts["labelled_rows"] == 300
    assert facts["libraries"]["pandas"] == pd.__version__


def test_two_identical_trainings_are_one_version_and_another_seed_is_another(trained):
    def train(seed, threshold=0.35):
        return train_model(
            trained.features,
            trained.split["label"],
            trained.training,
            trained.preprocessing,
            trained.params,
            threshold,
            seed,
        )

    version = train(3).version
    assert train(3).version == version
    assert train(4).version != version
    assert train(3, threshold=0.5).version != version


@pytest.fixture(scope="module")
def predictions(trained):
    return out_of_sample(trained.rows, trained.split, trained.model)


def test_a_training_row_is_predicted_by_a_model_and_a_preprocessing_of_the_other_folds(trained, predictions):
    fold = trained.split["fold"].astype("float64")
    for number in range(5):
        others = (trained.training & (fold != number)).fillna(False)
        features = Preprocessor().fit(trained.rows[others]).transform(trained.rows)
        expected = by_xgboost(trained, features, others).predict_proba(features[fold == number])[:, 1]
        np.testing.assert_allclose(predictions.loc[fold == number, "probability"], expected, atol=1e-6)


def test_validation_and_holdout_rows_are_predicted_by_the_model_of_the_training_rows(trained, predictions):
    outside = ~trained.training
    expected = by_xgboost(trained, trained.features, trained.training).predict_proba(trained.features[outside])[:, 1]

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


def test_a_fingerprint_is_the_same_for_the_same_values_and_another_for_others(trained):
    frame = trained.features

    assert fingerprint(frame.copy()) == fingerprint(frame)
    assert fingerprint(frame.iloc[::-1]) != fingerprint(frame)
    assert fingerprint(frame.rename(columns={"genre_drama": "genre_comedy_"})) != fingerprint(frame)
    assert fingerprint(frame.assign(genre_drama=1 - frame["genre_drama"])) != fingerprint(frame)


def test_a_fold_whose_selection_leaves_nothing_predicts_the_share_of_liked_movies(trained):
    found = out_of_sample(
        trained.rows, trained.split, trained.model, lambda rows: ([], trained.preprocessing.catalogue)
    )

    for number in range(int(trained.split["fold"].max()) + 1):
        test = (trained.split["fold"] == number).fillna(False).to_numpy(dtype=bool)
        fitted_on = (trained.split["partition"] == "train").to_numpy() & ~test
        share = trained.split.loc[fitted_on, "label"].mean()
        np.testing.assert_allclose(found.loc[test, "probability"], share)


def test_a_model_says_the_settings_that_it_depends_on_and_neither_paths_nor_cores(tmp_path):
    found = settings_facts(load_settings(data=tmp_path, jobs=1, folds=4))

    assert found == settings_facts(load_settings(data=tmp_path / "elsewhere", jobs=2, folds=4))
    assert (found["folds"], found["policy"], found["holdout_share"]) == (4, "balanced", 0.15)
    assert found != settings_facts(load_settings(data=tmp_path, folds=5))


def test_no_free_text_of_the_settings_is_written_into_a_model():
    """A path, or an address with a password in it, has no place in a file that is passed on."""
    assert set(Settings.model_fields) >= OF_THE_MODEL
    free = [
        name for name in OF_THE_MODEL if Settings.model_fields[name].annotation in (str, str | None, Path, Path | None)
    ]
    assert free == []
