"""The same booster by XGBoost's own interface, to compare with."""

import pytest
from xgboost import XGBClassifier

from movie_pref.features.matrix import to_matrix


@pytest.fixture(scope="session")
def by_xgboost(trained):
    """scikit-learn's interface to XGBoost, fitted on some rows of a frame of model columns."""

    def fitted(features, rows):
        model = XGBClassifier(**trained.params, random_state=3, n_jobs=1)
        return model.fit(features[rows], trained.split.loc[rows, "label"])

    return fitted


@pytest.fixture(scope="module")
def table(trained):
    values, types = to_matrix(trained.features)
    return values, types, list(trained.features.columns), trained.split["label"].to_numpy()
