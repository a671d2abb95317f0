"""A small model, trained once, for the tests of what is done with a model."""

from types import SimpleNamespace

import pytest

PARAMS = {
    "n_estimators": 25,
    "max_depth": 3,
    "learning_rate": 0.2,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "enable_categorical": True,
}


@pytest.fixture(scope="session")
def trained(unchanging_movies):
    """The model of `movies` with everything it was made from; made once, so nothing in it may be changed."""
    from movie_pref.modeling.preprocess import Preprocessor
    from movie_pref.modeling.split import split
    from movie_pref.modeling.training import train_model

    movies = unchanging_movies
    sides = split(movies, seed=3)
    training = sides["partition"] == "train"
    preprocessing = Preprocessor().fit(movies[training])
    features = preprocessing.transform(movies)
    model = train_model(features, sides["label"], training, preprocessing, PARAMS, threshold=0.35, seed=3)
    return SimpleNamespace(
        rows=movies,
        split=sides,
        training=training,
        preprocessing=preprocessing,
        features=features,
        params=PARAMS,
        model=model.with_facts(calibration={"slope": 0.8, "intercept": -0.2}),
    )


@pytest.fixture
def champion(trained, tmp_path):
    """That model, promoted and loaded."""
    from movie_pref.modeling.champion import Champion, promote

    promote(trained.model, tmp_path / "model", "first")
    return Champion.load(tmp_path / "model")
