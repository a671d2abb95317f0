"""What algorithms need that read complete numbers only: columns scaled, filled and encoded, as fitted on the rows to train on."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from movie_pref.evaluation.fold_data import Data

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer

QUANTILES = 100
FARTHEST = 3.0

Predict = Callable[[np.ndarray], np.ndarray]


def one_hot(columns: pd.DataFrame) -> "ColumnTransformer":
    """Categories as indicators, everything else as it is; null stays null."""
    from sklearn.compose import make_column_transformer
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer((encoder, named(columns, "O")), remainder="passthrough")


def complete(columns: pd.DataFrame, rows: int, products: bool = False) -> "ColumnTransformer":
    """Numbers brought to a normal distribution by their ranks, null filled by the median and marked, categories as
    indicators; `products` adds the squares and products of all numbers and marks.

    The numbers come first, in the order of `columns`.
    """
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import (
        FunctionTransformer,
        OneHotEncoder,
        PolynomialFeatures,
        QuantileTransformer,
        StandardScaler,
    )

    steps = [
        QuantileTransformer(n_quantiles=min(QUANTILES, rows), output_distribution="normal", subsample=None),
        # the extremes, which many rows may share, come out as 5.2 standard deviations
        FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST}),
        SimpleImputer(
            strategy="constant", fill_value=0.0, add_indicator=True, keep_empty_features=True
        ),  # 0 is the median after the ranks
    ]
    if products:
        steps += [PolynomialFeatures(degree=2, include_bias=False), StandardScaler()]
    return make_column_transformer(
        (make_pipeline(*steps), named(columns, "f")),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), named(columns, "O")),
        remainder="passthrough",
    )


def named(columns: pd.DataFrame, kind: str) -> list[str]:
    """The columns of a kind of numpy's: `f` numbers, `O` categories."""
    return [name for name in columns if columns[name].dtype.kind == kind]


def fitted_pipeline(prepare: "ColumnTransformer", model: Any, data: Data, train: np.ndarray) -> Predict:
    """Prepare and fit on the rows at `train`; what scores the rows at any positions."""
    with quiet():
        model.fit(prepare.fit_transform(data.columns.iloc[train]), data.label[train])
    return lambda rows: scores_of(model, prepare.transform(data.columns.iloc[rows]))


def scores_of(model: Any, values: np.ndarray) -> np.ndarray:
    """Probabilities of a fitted model of scikit-learn's, or its scores where it gives none."""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(values)[:, 1]
    return model.decision_function(values) if hasattr(model, "decision_function") else model.predict(values)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that a fit on few rows gives and that are no news."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice encountered")  # a number that none of these rows has
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of steps is part of the setting
        yield
