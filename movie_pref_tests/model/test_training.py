"""Training: two boosters that XGBoost itself would fit, and what is noted of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.features.matrix import to_matrix
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import OF_THE_MODEL, fingerprint, settings_facts, train_model
from movie_pref.settings import Settings, load_settings


def test_evaluated_is_fitted_on_training_rows_and_serving_on_all(trained, by_xgboost):
    values, _ = to_matrix(trained.features)
    everything = pd.Series(True, index=trained.rows.index)

    for booster, rows in ((trained.model.evaluated, trained.training), (trained.model.serving, everything)):
        expected = by_xgboost(trained.features, rows).predict_proba(trained.features)[:, 1]
        np.testing.assert_allclose(booster.predict(values), expected, atol=1e-6)


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
            Recipe.alone(trained.params, seed),
            Limits(threshold, 0.3, 0.98),
            seed,
        )

    version = train(3).version
    assert train(3).version == version
    assert train(4).version != version
    assert train(3, threshold=0.5).version != version


def test_a_fingerprint_is_the_same_for_the_same_values_and_another_for_others(trained):
    frame = trained.features

    assert fingerprint(frame.copy()) == fingerprint(frame)
    assert fingerprint(frame.iloc[::-1]) != fingerprint(frame)
    assert fingerprint(frame.rename(columns={"genre_drama": "genre_comedy_"})) != fingerprint(frame)
    assert fingerprint(frame.assign(genre_drama=1 - frame["genre_drama"])) != fingerprint(frame)


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
