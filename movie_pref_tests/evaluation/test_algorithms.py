"""The algorithms of a comparison: each learns, copes with what it has not seen, and says why it cannot be measured."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits

from movie_pref.evaluation.algorithms import ALGORITHMS, BASELINE, FLOOR
from movie_pref.evaluation.fold_data import Data, raw_columns
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import load_catalogue
from movie_pref_tests.evaluation.comparison_samples import BY_NAME


def test_every_algorithm_tries_as_many_settings():
    assert {algorithm.name: len(set(map(str, algorithm.settings))) for algorithm in ALGORITHMS} == {
        **{algorithm.name: 4 for algorithm in ALGORITHMS},
        FLOOR: 1,
    }


@pytest.mark.parametrize("name", [algorithm.name for algorithm in ALGORITHMS if algorithm.name != "TabNet"])
def test_each_algorithm_learns_and_copes_with_what_it_has_not_seen(name, data):
    algorithm = BY_NAME[name]
    if algorithm.missing:
        pytest.skip(algorithm.missing)
    # trained on rows of which one number is all null and one category never occurs
    columns, raw = data.columns.copy(), data.raw.copy()
    train = np.flatnonzero((data.columns["original_language"] != "fr").to_numpy() & (np.arange(300) % 3 != 0))
    columns.loc[train, "metascore_norm"] = np.nan
    raw.loc[train, "metascore"] = np.nan
    rows = np.arange(0, 300, 3)
    part = Data(columns, raw, data.label)
    setting = algorithm.settings[-1]
    with threadpool_limits(1):
        scores = [np.asarray(algorithm.fit(part, train, setting, 0).predict(rows)) for _ in range(2)]
    np.testing.assert_array_equal(*scores)
    assert np.isfinite(scores[0]).all()
    if algorithm.probability:
        assert scores[0].min() >= 0 and scores[0].max() <= 1
    assert average_precision_score(data.label[rows], scores[0]) > data.label.mean() + 0.1


def test_the_single_column_is_chosen_on_the_training_rows_and_null_comes_last():
    columns = pd.DataFrame(
        {
            "a_norm": [0.9, 0.1, 0.8, 0.2, 0.0, 1.0],
            "b_norm": [0.1, 0.9, np.nan, 0.8, 0.9, 0.0],
            "genre_x": [0, 0, 1, 0, 1, 0],
        }
    ).astype({"genre_x": "int8"})
    data = Data(columns, columns, np.array([1, 0, 1, 0, 1, 0]))
    train = np.array([0, 1, 2, 3])
    found = BY_NAME[FLOOR].fit(data, train, {}, 0)
    assert found.says == "a_norm, high first"  # b_norm would rank the others better
    np.testing.assert_allclose(found.predict(np.array([4, 5])), [0, 1])
    low = Data(columns[["b_norm"]], columns, np.array([1, 0, 0, 0, 0, 1]))
    found = BY_NAME[FLOOR].fit(low, train, {}, 0)
    assert found.says == "b_norm, low first"
    ranks = found.predict(np.arange(6))
    assert ranks[2] == ranks.min() and ranks[5] == ranks.max()


def test_raw_columns_are_the_librarys_own(movies):
    movies.loc[0, "genre"], movies.loc[0, "budget"] = ["Drama", "Comedy"], 0.0
    found = raw_columns(movies, Preprocessor(load_catalogue()).fit(movies))
    assert (found["budget"].iloc[0], found["imdb_votes"].iloc[5]) == (0, movies["imdb_votes"].iloc[5])
    assert (found["genre"].iloc[0], found["genre_first"].iloc[0]) == ("Drama | Comedy", "Drama")
    assert found.loc[movies["genre"].isna(), "genre"].eq("").all()
    assert not {"label", "imdb_id", "overview"} & set(found)


def test_numbers_only_leaves_categories_lists_and_indicators_out(data):
    part = data.numbers_only()
    assert all(name.endswith("_norm") for name in part.columns) and part.columns.shape[1] > 5
    assert {"imdb_votes", "rt_score"} <= set(part.raw) and not {"genre", "original_language"} & set(part.raw)


def test_tabnet_is_fitted_by_its_own_interface_where_it_is_installed(monkeypatch, data):
    """Its package is too large to install for a test: this one only has its interface."""

    class TabNetClassifier:
        def __init__(self, *, seed, verbose, device_name, n_d, lambda_sparse):
            self.made = SimpleNamespace(seed=seed, n_d=n_d)

        def fit(self, X_train, y_train, *, max_epochs, batch_size, virtual_batch_size, drop_last):
            assert X_train.dtype == np.float32 and not np.isnan(X_train).any() and len(X_train) == len(y_train)
            self.column = np.argmax([abs(np.corrcoef(one, y_train)[0, 1]) for one in X_train.T[:5]])

        def predict_proba(self, X):
            return np.column_stack([1 - X[:, self.column], X[:, self.column]])

    package, torch = ModuleType("pytorch_tabnet"), ModuleType("torch")
    model = ModuleType("pytorch_tabnet.tab_model")
    model.TabNetClassifier = TabNetClassifier  # type: ignore[attr-defined]
    torch.set_num_threads = lambda count: None  # type: ignore[attr-defined]
    for module in (package, model, torch):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    algorithm = BY_NAME["TabNet"]
    assert algorithm.missing == ""
    fitted = algorithm.fit(data, np.arange(200), algorithm.settings[0], 0)
    assert fitted.predict(np.arange(200, 300)).shape == (100,)


def test_a_package_that_lacks_a_library_of_the_system_is_left_out(monkeypatch):
    def fail(name):
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr("importlib.import_module", fail)
    assert "does not load (libgomp.so.1" in BY_NAME["LightGBM"].missing
    assert BY_NAME[BASELINE].missing == ""
