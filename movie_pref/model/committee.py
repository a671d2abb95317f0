"""The average of XGBoost and LightGBM, for those who set `average_with_lightgbm`; behind the same calls as a booster.

The mean is one of log-odds, so that the contributions of both, averaged, still add up to the margin.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
import xgboost

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_sparse
from movie_pref.metrics.log_odds import mean_in_log_odds
from movie_pref.search.boosting import fit_booster, training_matrix

if TYPE_CHECKING:
    import xgboost
    from scipy.sparse import csr_matrix

ASKED = "average_with"  # the hyperparameter that asks for an average with another algorithm


TREES = 200
PARAMS = {"learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 10}


def settings_beside(params: dict[str, Any]) -> dict[str, Any]:
    """LightGBM's settings beside these of XGBoost: with the same weight of liked movies, so that a threshold means one thing."""
    return {**PARAMS, "scale_pos_weight": params.get("scale_pos_weight", 1)}


def fit_lightgbm(values: np.ndarray, target: np.ndarray, types: list[str], params: dict[str, Any], seed: int) -> Any:
    """A LightGBM booster of `TREES` trees on one thread, so that it is the same every time.

    Parameters
    ----------
    values
        float32, rows x columns; NaN is null, a category its code.
    types
        `float` or `c` (category) for each column.

    Raises
    ------
    UserError
        LightGBM is not installed.
    """
    lightgbm = _package()
    every = {
        "objective": "binary", "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8,
        "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1, **params,
    }  # fmt: skip
    categories = [position for position, kind in enumerate(types) if kind == "c"]
    data = lightgbm.Dataset(values, target, categorical_feature=categories, params={"verbosity": -1, "num_threads": 1})
    return lightgbm.train(every, data, num_boost_round=TREES)


class Averaged:
    """An XGBoost booster and a LightGBM one; predicts, explains and is saved as an XGBoost booster is."""

    def __init__(self, booster: xgboost.Booster, other: Any) -> None:
        self.booster, self.other = booster, other
        self._threads = 1

    @property
    def feature_names(self) -> Sequence[str] | None:
        return self.booster.feature_names

    def num_boosted_rounds(self) -> int:
        """The trees of both."""
        return self.booster.num_boosted_rounds() + self.other.num_trees()

    def set_param(self, params: dict[str, Any]) -> None:
        """As XGBoost's; `nthread` counts for both."""
        self.booster.set_param(params)
        self._threads = int(params.get("nthread", self._threads))

    def inplace_predict(self, values: Any) -> np.ndarray:
        """Probabilities, float32, shape (rows,)."""
        dense = values.toarray() if hasattr(values, "toarray") else values
        other = self.other.predict(dense, num_threads=self._threads)
        return mean_in_log_odds(self.booster.inplace_predict(values), other).astype(np.float32)

    def contributions(self, values: np.ndarray, of_xgboost: np.ndarray) -> np.ndarray:
        """The contributions to the mean margin, given XGBoost's, shape (rows, columns + 1)."""
        return (of_xgboost + self.other.predict(values, pred_contrib=True, num_threads=self._threads)) / 2

    def save_raw(self, form: str = "json") -> bytes:
        """Both boosters in one JSON text; LightGBM's own form is text, and has its SHA-256 beside it."""
        text = self.other.model_to_string()
        both = {"xgboost": json.loads(self.booster.save_raw(form)), "lightgbm": text, "sha256": _digest(text)}
        return json.dumps(both).encode()

    def save_model(self, path: Path) -> None:
        Path(path).write_bytes(self.save_raw())

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `save_model` wrote.

        Raises
        ------
        ValueError, KeyError
            The file is damaged. LightGBM is never given a text that is: it ends the process at some of them.
        """
        both = json.loads(path.read_text(encoding="utf-8"))
        if _digest(both["lightgbm"]) != both["sha256"]:
            raise ValueError("LightGBM's booster is not what was written")
        booster = xgboost.Booster()
        booster.load_model(bytearray(json.dumps(both["xgboost"]).encode()))
        return cls(booster, _package().Booster(model_str=both["lightgbm"]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _package() -> Any:
    try:
        import lightgbm
    except ImportError:
        raise UserError(
            "The setting 'average_with_lightgbm' needs LightGBM, which is not installed: pip install \"movie-pref[compare]\", or leave the setting out."
        ) from None
    return lightgbm


def fit_model(
    values: "np.ndarray | csr_matrix",
    target: np.ndarray,
    types: list[str],
    params: dict[str, Any],
    seed: int,
    names: list[str] | None = None,
) -> "xgboost.Booster | Averaged":
    """`fit_booster` on these rows, averaged with LightGBM where the hyperparameters ask for it."""
    of_xgboost = {name: value for name, value in params.items() if name != ASKED}
    booster = fit_booster(training_matrix(values, target, types, names), of_xgboost, seed)
    if ASKED not in params:
        return booster
    dense = values.toarray() if hasattr(values, "toarray") else values
    return Averaged(booster, fit_lightgbm(dense, target, types, settings_beside(params), seed))


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
    return fit_model(values[training], target[training], types, params, seed).inplace_predict(values[~training])
