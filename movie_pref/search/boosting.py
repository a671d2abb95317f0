"""The few calls into XGBoost that everything else shares, so that every model is trained in the same way."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from movie_pref.features.matrix import to_sparse

if TYPE_CHECKING:
    import xgboost
    from scipy.sparse import csr_matrix


NOT_XGBOOSTS = ("n_estimators", "enable_categorical")


def training_matrix(
    values: "np.ndarray | csr_matrix", target: np.ndarray, types: list[str], names: list[str] | None = None
) -> "xgboost.QuantileDMatrix":
    """Rows to train on, binned once; one matrix serves any number of boosters.

    Parameters
    ----------
    values
        float32, rows x columns, dense or sparse (`to_matrix`, `to_sparse`); NaN is null, a category its code.
    target
        0/1, one a row.
    types
        `float` or `c` (category) for each column.
    """
    import xgboost

    # its own option leaves a second thread waiting, which takes a core for twice as long as the matrix takes to make
    with xgboost.config_context(nthread=1):
        return xgboost.QuantileDMatrix(
            values, label=target, feature_types=types, feature_names=names, enable_categorical=True, nthread=1
        )


def fit_booster(
    matrix: "xgboost.QuantileDMatrix",
    params: dict[str, Any],
    seed: int,
    derivatives: "Callable[[np.ndarray, xgboost.DMatrix], tuple[np.ndarray, np.ndarray]] | None" = None,
) -> "xgboost.Booster":
    """What `XGBClassifier(**params, random_state=seed, n_jobs=1)` fits, on one thread, so that it is the same every time.

    `derivatives` gives the first and second derivative of another loss than the log loss, from margins and the matrix;
    a `base_score` has to be among the params then.
    """
    rest = {name: value for name, value in params.items() if name not in NOT_XGBOOSTS}
    booster = _booster_class()({"objective": "binary:logistic", "seed": seed, "nthread": 1, **rest}, [matrix])
    for iteration in range(params["n_estimators"]):
        booster.update(matrix, iteration, derivatives)
    return booster


def predict_unseen(
    columns: pd.DataFrame, target: np.ndarray, training: np.ndarray, params: dict[str, Any], seed: int
) -> np.ndarray:
    """Probabilities of the rows outside `training` by a booster fitted on those inside.

    Parameters
    ----------
    columns
        Model columns of all rows. Without a single one every row has the share of liked training rows.
    target
        0/1, one a row.
    training
        Whether each row is fitted on.
    """
    if columns.shape[1] == 0:
        return np.full((~training).sum(), target[training].mean())
    values, types = to_sparse(columns)
    booster = fit_booster(training_matrix(values[training], target[training], types), params, seed)
    return booster.inplace_predict(values[~training])


@cache
def _booster_class() -> type["xgboost.Booster"]:
    """XGBoost's booster, which compares the columns' names and types with its own in the first round only.

    It does so in every round, which takes a third of a fit's time on hundreds of columns. A version without the method
    that is replaced here would be slower, not wrong.
    """
    import xgboost

    class Booster(xgboost.Booster):
        def _assign_dmatrix_features(self, data: xgboost.DMatrix) -> None:
            if self.__dict__.get("_trained_on") != id(data):
                super()._assign_dmatrix_features(data)
                self.__dict__["_trained_on"] = id(data)

    return Booster
