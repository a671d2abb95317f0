"""The average of XGBoost and LightGBM: it predicts, explains, and is saved like any model."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.split import split
from movie_pref.library.training_rows import encode_label
from movie_pref.metrics.log_odds import mean_in_log_odds
from movie_pref.model.champion import Champion, promote
from movie_pref.model.committee import Averaged
from movie_pref.model.fold_models import unseen_model
from movie_pref.model.model import Model
from movie_pref.model.out_of_fold import out_of_sample
from movie_pref.model.training import train_model
from movie_pref.ranking.reasons import contributions
from movie_pref.ranking.scoring import score

pytest.importorskip("lightgbm", reason="the extra compare is not installed")

ALONE = {"n_estimators": 20, "max_depth": 3, "learning_rate": 0.2, "enable_categorical": True}
BOTH = {**ALONE, "average_with": "lightgbm"}


@pytest.fixture(scope="module")
def rows(unchanging_movies: pd.DataFrame) -> pd.DataFrame:
    return unchanging_movies


def model_of(rows: pd.DataFrame, params: dict) -> Model:
    training = split(rows, seed=3)["partition"] == "train"
    preprocessing = Preprocessor().fit(rows[training])
    return train_model(
        preprocessing.transform(rows), encode_label(rows["label"]), training, preprocessing, params, 0.35, 3
    )


def test_the_mean_is_one_of_log_odds():
    # by hand: log-odds of 0.2 and 0.8 are opposite, of 0.5 and 0.9 they are 0 and log 9
    assert mean_in_log_odds(np.array([0.2, 0.5]), np.array([0.8, 0.9])) == pytest.approx([0.5, 0.75])


def test_it_predicts_the_mean_of_both_and_its_contributions_add_up(rows):
    both, alone = model_of(rows, BOTH), model_of(rows, ALONE)
    values, _ = to_matrix(both.preprocessing.transform(rows))
    assert isinstance(both.serving, Averaged)
    found = both.serving.inplace_predict(values)
    margins = (
        logit(alone.serving.inplace_predict(values).astype(float)),
        both.serving.other.predict(values, raw_score=True),
    )
    assert found == pytest.approx(expit(np.mean(margins, axis=0)), abs=1e-5)
    added = contributions(both.serving, values, both.preprocessing)
    assert added.sum(axis=1) == pytest.approx(logit(found.astype(float)), abs=1e-3)


def test_it_is_kept_in_its_folder_and_ranks_the_same(rows, tmp_path):
    model = model_of(rows, BOTH).with_facts(calibration={"slope": 1.0, "intercept": 0.0})
    promote(model, tmp_path, "first")
    again = Champion.load(tmp_path)
    unseen = rows.drop(columns="label").head(50)
    one, other = score(Champion(model, {"champion": model.version}), unseen), score(again, unseen)
    pd.testing.assert_frame_equal(one.drop(columns="scored_at"), other.drop(columns="scored_at"))
    assert other["reasons"].notna().any()
    assert model.version == model_of(rows, BOTH).with_facts(calibration={"slope": 1.0, "intercept": 0.0}).version


def test_a_folder_that_was_tampered_with_is_refused(rows, tmp_path):
    model = model_of(rows, BOTH).with_facts(calibration={"slope": 1.0, "intercept": 0.0})
    promote(model, tmp_path, "first")
    path = tmp_path / model.version / "serving.json"
    path.write_text(path.read_text().replace("leaf_value=", "leaf_value=9", 1))
    with pytest.raises(UserError, match="run `movie-pref run`"):
        Champion.load(tmp_path)


def test_every_prediction_of_labelled_movies_is_an_average_too(rows):
    model, sides = model_of(rows, BOTH), split(rows, seed=3)
    alone = out_of_sample(rows, sides, model_of(rows, ALONE))
    assert (out_of_sample(rows, sides, model)["probability"] != alone["probability"]).mean() > 0.9
    assert isinstance(unseen_model(rows, sides, model, 0).booster, Averaged)


def test_without_lightgbm_it_is_said_what_to_install(rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(UserError, match=r"pip install \"movie-pref\[compare\]\""):
        model_of(rows, BOTH)
