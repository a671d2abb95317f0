"""The rows of one fold of an evaluation as algorithms read them: model columns, or hardly prepared ones."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from movie_pref.analysis.all_panels import selected_columns
from movie_pref.features.matrix import to_matrix, to_sparse
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import Catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Data:
    """The rows of one fold of an evaluation, tested ones among them, as the algorithms read them.

    Attributes
    ----------
    columns
        Model columns, as a `Preprocessor` fitted on the fold's training rows gives them.
    raw
        What of the same rows an algorithm with native categories reads (`raw_columns`).
    label
        0/1, one a row.
    """

    columns: pd.DataFrame
    raw: pd.DataFrame
    label: np.ndarray

    @cached_property
    def sparse(self) -> "tuple[csr_matrix, list[str]]":
        return to_sparse(self.columns)

    @cached_property
    def dense(self) -> tuple[np.ndarray, list[str]]:
        return to_matrix(self.columns)

    def numbers_only(self) -> "Data":
        """The same rows without categories, lists and indicators."""
        kinds = {
            name: [column for column in frame if frame[column].dtype.kind == "f"]
            for name, frame in (("columns", self.columns), ("raw", self.raw))
        }
        return replace(self, columns=self.columns[kinds["columns"]], raw=self.raw[kinds["raw"]])

    def without_selection(self) -> "Data":
        """The model columns in the place of the raw ones, a category as its text, for who reads raw columns."""
        categories = [name for name in self.columns if isinstance(self.columns[name].dtype, pd.CategoricalDtype)]
        texts = {name: self.columns[name].astype(object).fillna("") for name in categories}
        return replace(self, raw=self.columns.assign(**texts))


def fold_data(rows: pd.DataFrame, test: np.ndarray, settings: Settings, catalogue: Catalogue) -> Data:
    """All rows of a fold as the algorithms read them; selection and preprocessing know the rows outside `test` only."""
    training = rows[~test]
    chosen = selected_columns(training, settings, catalogue)._replace(linear_only=[])
    preprocessing = chosen.preprocessor(settings.list_level_limit, settings.text_components).fit(training)
    unselected = Preprocessor(catalogue, settings.list_level_limit).fit(training)
    return Data(
        preprocessing.transform(rows).reset_index(drop=True),
        raw_columns(rows, unselected).reset_index(drop=True),
        encode_label(rows["label"]).to_numpy(),
    )


def raw_columns(rows: pd.DataFrame, fitted: Preprocessor) -> pd.DataFrame:
    """Library columns with hardly any preprocessing: numbers as they stand, categories as text, a list as its text.

    A list gives two columns, all its elements in one text and its first element. No value is taken for unknown, nothing
    is scaled, selected or encoded; `fitted` only says which columns there are.
    """
    parts: dict[str, Any] = {
        name: pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        for name in fitted.numeric
    }
    for name in [name for name in fitted.categories if name in rows]:  # others are made of lists
        parts[name] = rows[name].astype(object).where(rows[name].notna(), "")
    for name in fitted.levels:
        elements = [list(cell) if isinstance(cell, list | tuple | np.ndarray) else [] for cell in rows[name]]
        parts[name] = pd.Series([" | ".join(map(str, cell)) for cell in elements], rows.index, dtype=object)
        parts[f"{name}_first"] = pd.Series(
            [str(cell[0]) if cell else "" for cell in elements], rows.index, dtype=object
        )
    return pd.DataFrame(parts, index=rows.index)
