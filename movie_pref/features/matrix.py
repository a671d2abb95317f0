"""Model columns as the sparse matrix that XGBoost reads."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def to_matrix(frame: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """A frame of model columns as (float32 values, XGBoost feature types): a category becomes its code, null NaN."""
    types = ["c" if isinstance(kind, pd.CategoricalDtype) else "float" for kind in frame.dtypes]
    values = np.empty(frame.shape, dtype=np.float32)
    plain = np.array([isinstance(kind, np.dtype) and kind.kind in "biuf" for kind in frame.dtypes], dtype=bool)
    values[:, plain] = frame.loc[:, plain].to_numpy(dtype=np.float32)  # all at once: of hundreds most are indicators
    for position in np.flatnonzero(~plain):
        column = frame.iloc[:, position]
        if types[position] == "c":
            codes = column.cat.codes.to_numpy()
            values[:, position] = np.where(codes < 0, np.nan, codes)
        else:
            values[:, position] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, types


def to_sparse(frame: pd.DataFrame) -> tuple["csr_matrix", list[str]]:
    """A frame of model columns as (float32 values, XGBoost feature types) that holds indicators only where they are 1.

    An indicator is a column of 0 and 1 without null. XGBoost takes an entry that is not there for a missing value, so
    its trees part the rows of an indicator exactly as on `to_matrix`; zeros of other columns are stored. A model fitted
    on these values has to predict on such values.
    """
    from scipy.sparse import csr_matrix

    values, types = to_matrix(frame)
    indicator = ((values == 0) | (values == 1)).all(axis=0) & (np.array(types) == "float")
    row, column = np.nonzero(~np.isnan(values) & ~((values == 0) & indicator))
    starts = np.searchsorted(row, np.arange(len(frame) + 1))
    return csr_matrix((values[row, column], column, starts), shape=values.shape), types
