"""The algorithms that a comparison measures: how each is fitted, with the preprocessing it needs and the settings it tries.

Every algorithm tries the same number of settings. What it scales, fills or encodes is fitted on the rows it is given.
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from movie_pref.evaluation.fold_data import Data
from movie_pref.evaluation.preparation import Predict, complete, fitted_pipeline, one_hot
from movie_pref.metrics.scores import scores
from movie_pref.search.boosting import fit_booster, training_matrix

BASELINE = "XGBoost"
AVERAGE = "XGBoost + LightGBM, averaged"
COMMITTEE = "the committee"
FLOOR = "best single column"
TREES = 200
SAMPLED = {"n_estimators": TREES, "subsample": 0.8, "colsample_bytree": 0.8}
EPOCHS = 60

Setting = dict[str, Any]


class FittedAlgorithm(NamedTuple):
    """A fitted algorithm: scores of rows by position, and what it has chosen itself, in words."""

    predict: Predict
    says: str = ""


FitAlgorithm = Callable[[Data, np.ndarray, Setting, int], FittedAlgorithm]


class Algorithm(NamedTuple):
    """What is fitted by `fit(data, positions of the rows to train on, setting, seed)`, and the settings to choose from.

    The scores of one that gives no probability are any numbers, higher for liked movies. `package` is what has to be
    installed for it (the extras `compare` and `tabnet` of this project).
    """

    name: str
    fit: FitAlgorithm
    settings: tuple[Setting, ...]
    probability: bool = True
    package: str = ""

    @property
    def missing(self) -> str:
        """Why this algorithm cannot be measured here, in words; empty where it can."""
        if not self.package:
            return ""
        try:
            importlib.import_module(self.package)
        except ImportError:
            return f"it is not installed; pip install {self.package.replace('_', '-')} adds it"
        except OSError as error:  # a library of the system that it is linked to
            return f"it is installed but does not load ({error})"
        return ""


def described(setting: Setting) -> str:
    """A setting in words: `max_depth 3, min_child_weight 1`."""
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in setting.items()
    )


# trees


def _xgboost(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    values, types = data.sparse
    booster = fit_booster(training_matrix(values[train], data.label[train], types), SAMPLED | setting, seed)
    return FittedAlgorithm(lambda rows: booster.inplace_predict(values[rows]))


def _lightgbm(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    values, types = data.dense
    import lightgbm

    # one thread and a fixed order, so that it is the same every time
    every = {
        "objective": "binary", "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8, "learning_rate": 0.05,
        "num_leaves": 15, "min_data_in_leaf": 10, "seed": seed, "deterministic": True, "force_row_wise": True,
        "num_threads": 1, "verbosity": -1, **setting,
    }  # fmt: skip
    categories = [position for position, kind in enumerate(types) if kind == "c"]
    quiet = {"verbosity": -1, "num_threads": 1}
    rows = lightgbm.Dataset(values[train], data.label[train], categorical_feature=categories, params=quiet)
    booster = lightgbm.train(every, rows, num_boost_round=TREES)
    return FittedAlgorithm(lambda rows: np.asarray(booster.predict(values[rows], num_threads=1)))


def _catboost(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    import catboost

    texts = [position for position, name in enumerate(data.raw) if data.raw[name].dtype.kind == "O"]

    def pool(rows: np.ndarray, label: np.ndarray | None = None) -> Any:
        return catboost.Pool(data.raw.iloc[rows], label, cat_features=texts, thread_count=1)

    model = catboost.CatBoostClassifier(
        iterations=TREES,
        random_seed=seed,
        thread_count=1,
        allow_writing_files=False,
        verbose=False,
        max_ctr_complexity=1,
        **setting,
    ).fit(pool(train, data.label[train]))
    return FittedAlgorithm(lambda rows: model.predict_proba(pool(rows), thread_count=1)[:, 1])


def _random_forest(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(n_estimators=TREES, random_state=seed, n_jobs=1, **setting)
    return FittedAlgorithm(fitted_pipeline(one_hot(data.columns), model, data, train))


# algorithms that read complete, scaled numbers


def _ridge(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.linear_model import Ridge

    return FittedAlgorithm(fitted_pipeline(complete(data.columns, len(train)), Ridge(**setting), data, train))


def _logistic(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.linear_model import LogisticRegression

    return FittedAlgorithm(
        fitted_pipeline(complete(data.columns, len(train)), LogisticRegression(max_iter=1000, **setting), data, train)
    )


def _logistic_polynomial(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.linear_model import LogisticRegression

    prepare = complete(data.columns, len(train), products=True)
    return FittedAlgorithm(fitted_pipeline(prepare, LogisticRegression(max_iter=1000, **setting), data, train))


def _naive_bayes(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.naive_bayes import GaussianNB

    return FittedAlgorithm(fitted_pipeline(complete(data.columns, len(train)), GaussianNB(**setting), data, train))


def _nearest_neighbours(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.neighbors import KNeighborsClassifier

    chosen = {**setting, "n_neighbors": min(setting["n_neighbors"], len(train))}
    model = KNeighborsClassifier(weights="distance", n_jobs=1, **chosen)
    return FittedAlgorithm(fitted_pipeline(complete(data.columns, len(train)), model, data, train))


def _svm(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.svm import SVC

    return FittedAlgorithm(
        fitted_pipeline(complete(data.columns, len(train)), SVC(kernel="rbf", **setting), data, train)
    )


def _neural_network(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(max_iter=EPOCHS, batch_size=min(64, len(train)), random_state=seed, **setting)
    return FittedAlgorithm(fitted_pipeline(complete(data.columns, len(train)), model, data, train))


def _tabnet(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    import torch
    from pytorch_tabnet.tab_model import TabNetClassifier

    torch.set_num_threads(1)
    prepare = complete(data.columns, len(train)).fit(data.columns.iloc[train])
    model = TabNetClassifier(seed=seed, verbose=0, device_name="cpu", **setting)
    model.fit(
        prepare.transform(data.columns.iloc[train]).astype(np.float32), data.label[train],
        max_epochs=EPOCHS, batch_size=256, virtual_batch_size=64, drop_last=False,
    )  # fmt: skip
    return FittedAlgorithm(
        lambda rows: model.predict_proba(prepare.transform(data.columns.iloc[rows]).astype(np.float32))[:, 1]
    )


# the floor


def _single_column(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    """The number or indicator that alone ranks the training rows best, from its high or its low end; null comes last."""
    values, types = data.dense
    found = []
    for position, kind in enumerate(types):
        if kind == "float":
            found += [(_ranked_by(values, position, sign, data.label, train), position, sign) for sign in (1, -1)]
    if not found:
        return FittedAlgorithm(lambda rows: np.zeros(len(rows)), "no number and no indicator")
    _, position, sign = max(found, key=lambda one: (one[0], -one[1], one[2]))
    column = _oriented(values, position, sign)
    return FittedAlgorithm(
        lambda rows: column[rows], f"{data.columns.columns[position]}, {'high' if sign > 0 else 'low'} first"
    )


def _ranked_by(values: np.ndarray, position: int, sign: int, label: np.ndarray, train: np.ndarray) -> float:
    return scores(label[train], _oriented(values, position, sign)[train], thresholds=())["average_precision"]


def _oriented(values: np.ndarray, position: int, sign: int) -> np.ndarray:
    """A column of values from 0 to 1, turned round where `sign` is negative, null below all others."""
    column = values[:, position]
    return np.where(np.isnan(column), -2.0, sign * column)


def _grid(**values: tuple[Any, ...]) -> tuple[Setting, ...]:
    """Every combination, the first value of each name first."""
    found: list[Setting] = [{}]
    for name, options in values.items():
        found = [{**setting, name: option} for setting in found for option in options]
    return tuple(found)


# the first setting of each is the nearest to its library's default
ALGORITHMS = (
    Algorithm(BASELINE, _xgboost, _grid(max_depth=(5, 3), learning_rate=(0.1, 0.05))),
    Algorithm("LightGBM", _lightgbm, _grid(num_leaves=(31, 7), learning_rate=(0.1, 0.05)), package="lightgbm"),
    Algorithm("CatBoost", _catboost, _grid(depth=(6, 4), learning_rate=(0.1, 0.05)), package="catboost"),
    Algorithm("random forest", _random_forest, _grid(max_features=("sqrt", 0.3), min_samples_leaf=(1, 3))),
    Algorithm("linear model", _ridge, _grid(alpha=(1.0, 30.0, 1000.0, 10000.0)), probability=False),
    Algorithm("logistic regression", _logistic, _grid(C=(1.0, 0.1, 0.03, 10.0))),
    Algorithm("logistic regression, polynomial", _logistic_polynomial, _grid(C=(1.0, 0.1, 0.03, 0.01))),
    Algorithm("Gaussian naive Bayes", _naive_bayes, _grid(var_smoothing=(1e-9, 1e-3, 1e-1, 1.0))),
    Algorithm("nearest neighbours", _nearest_neighbours, _grid(n_neighbors=(5, 15, 31, 61))),
    Algorithm("SVM, RBF kernel", _svm, _grid(C=(1.0, 10.0), gamma=("scale", 0.01)), probability=False),
    Algorithm("neural network", _neural_network, _grid(hidden_layer_sizes=((100,), (32, 16)), alpha=(1e-4, 1.0))),
    Algorithm("TabNet", _tabnet, _grid(n_d=(8, 16), lambda_sparse=(1e-3, 1e-2)), package="pytorch_tabnet"),
    Algorithm(FLOOR, _single_column, ({},), probability=False),
)  # fmt: skip
