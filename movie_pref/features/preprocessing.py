"""From rows of a library to columns of a model: one object, fitted on training rows, that serves candidates alike.

How a column is read is in `arrow_columns`.
"""

import copy
import json
import re
from collections.abc import Iterable, Mapping, Sized
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from movie_pref.features.arrow_columns import arrow_table, codes, lists, members, numbers, prose, texts
from movie_pref.features.text_embedding import TextEmbedding
from movie_pref.library.catalogue import Catalogue, Entry, features, load_catalogue


class Matrix(NamedTuple):
    """What a model reads: `values` (rows x columns, float32), and how many values a feature had clipped to its range."""

    values: np.ndarray
    clipped: dict[str, int]


class Chosen(NamedTuple):
    """What a selection on some training rows keeps: model columns, the catalogue to make them by, and what only the linear member reads."""

    columns: list[str] | None
    catalogue: Catalogue
    linear_only: list[str]

    def preprocessor(self, list_level_limit: int, text_components: int) -> "Preprocessor":
        """A preprocessing that makes these columns, not fitted yet."""
        return Preprocessor(self.catalogue, list_level_limit, self.columns, text_components, self.linear_only)


class Preprocessor:
    """Min-max normalisation, native categories and list indicators, fitted on training rows.

    Parameters
    ----------
    catalogue
        What each column is and which values mean 'not known'; the shipped catalogue by default.
    list_level_limit
        A list or category column with more distinct values than this yields no model column.
    columns
        The names of the model columns to make, of those there are; all but text components by default. A text is
        embedded where its first component (`overview_text_01`) is among them.
    text_components
        Components of each embedded text.
    linear_only
        Further columns to make, which only the linear member of a committee reads; the training table is without them.

    Attributes (after `fit`)
    ------------------------
    numeric
        feature -> (min, max) over the training rows, unknown values left out.
    categories
        feature -> the levels seen in training, sorted; a level not among them is null.
    levels
        list column -> {element: indicator column}; an element not among them is ignored.
    summary
        feature -> statistics of the training rows that reasons in words need (quantiles of numerics).
    dropped
        feature -> why it yields no column.

    A text column that is not embedded yields no column. A column that is absent is null, never zero.
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        list_level_limit: int = 500,
        columns: Iterable[str] | None = None,
        text_components: int = 24,
        linear_only: Iterable[str] = (),
    ) -> None:
        self.catalogue = load_catalogue() if catalogue is None else catalogue
        self.list_level_limit = list_level_limit
        self.selected = None if columns is None else list(columns)
        self.text_components = text_components
        self.linear_only = list(linear_only)
        self.numeric: dict[str, tuple[float, float]] = {}
        self.categories: dict[str, list[str]] = {}
        self.levels: dict[str, dict[str, str]] = {}
        self.texts: dict[str, TextEmbedding] = {}
        self.summary: dict[str, dict[str, float]] = {}
        self.dropped: dict[str, str] = {}

    # fitting

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learn ranges, categories and list elements from training rows (library columns, one row a movie)."""
        table = self.table(rows)
        self.numeric, self.categories, self.levels, self.texts, self.summary, self.dropped = {}, {}, {}, {}, {}, {}
        for name in features(self.catalogue):
            if self.catalogue[name].kind == "text" and name not in self.embed:
                why: str | None = "text yields no column"
            elif name not in rows.columns:
                why = "the library has no such column"
            else:
                why = self._fit_column(name, table)
            if why:
                self.dropped[name] = why
        self._keep_selected()
        return self

    def _fit_column(self, name: str, table: pa.Table) -> str | None:
        """Learn what a column needs; why it yields no model column, if it yields none."""
        entry = self.catalogue[name]
        if entry.kind == "text":
            embedding = TextEmbedding.fit(prose(table, name, entry), self.text_components)
            if embedding is None:
                return "too few words to embed"
            self.texts[name] = embedding
        elif entry.kind == "continuous":
            return self._fit_numbers(name, numbers(table, name, entry))
        elif entry.kind == "categorical":
            found = _distinct(texts(table, name, entry))
            if why := self._unfit(found, "values"):
                return why
            self.categories[name] = found
        else:
            found = [level for level in _distinct(lists(table, name).flatten()) if level]
            if why := self._unfit(found, "elements"):
                return why
            self.levels[name] = {level: indicator_name(entry, level) for level in found}
        return None

    def _fit_numbers(self, name: str, values: np.ndarray) -> str | None:
        values = values[~np.isnan(values)]
        if why := self._unfit(values[:1], "values"):
            return why
        self.numeric[name] = (float(values.min()), float(values.max()))
        low, high = np.quantile(values, [1 / 3, 2 / 3])
        self.summary[name] = {"low": float(low), "high": float(high)}
        return None

    def _unfit(self, found: Sized, what: str) -> str | None:
        if len(found) > self.list_level_limit:
            return f"{len(found)} distinct {what}, more than the limit of {self.list_level_limit}"
        return None if len(found) else "no value is known in the training rows"

    def _keep_selected(self) -> None:
        if self.selected is None:
            return
        wanted = {*self.selected, *self.linear_only}
        self.numeric = {name: limits for name, limits in self.numeric.items() if f"{name}_norm" in wanted}
        self.categories = {name: levels for name, levels in self.categories.items() if name in wanted}
        self.levels = {
            name: kept
            for name, levels in self.levels.items()
            if (kept := {level: column for level, column in levels.items() if column in wanted})
        }

    # what it makes

    @property
    def embed(self) -> list[str]:
        """The text columns that become components."""
        wanted = set(self.selected or ())
        return [name for name in features(self.catalogue, "text") if text_columns(name, 1)[0] in wanted]

    @property
    def columns(self) -> list[str]:
        """The names of the model columns, in order: normalised numbers, categories, indicators."""
        return [*self._numeric_columns(), *self.categories, *self.indicator_columns(), *self._text_columns()]

    @property
    def table_columns(self) -> list[str]:
        """The model columns that are in the training table: all but those that only the linear member reads."""
        return [name for name in self.columns if name not in self.linear_only]

    @property
    def feature_types(self) -> list[str]:
        """XGBoost's type of each model column: `c` for a category's code, `float` for the rest."""
        return ["c" if name in self.categories else "float" for name in self.columns]

    @property
    def inputs(self) -> list[str]:
        """The library columns that the model columns are made from."""
        conditions = [other for name in self.numeric for other in self.catalogue[name].unknown_when]
        return list(dict.fromkeys([*self.numeric, *conditions, *self.categories, *self.levels, *self.texts]))

    def indicator_columns(self, name: str | None = None) -> list[str]:
        """The indicator columns of one list column, or of all."""
        names = self.levels if name is None else [name]
        return list(dict.fromkeys(column for each in names for column in self.levels.get(each, {}).values()))

    def transform(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The model columns of the rows: normalised numbers, categories of the fitted levels, 0/1 indicators.

        Returns a frame with the index of `rows`, columns as in `columns`.
        """
        table = self.table(rows)
        parts: dict[str, Any] = {
            column: self._normalised(table, name)[0]
            for name, column in zip(self.numeric, self._numeric_columns(), strict=True)
        }
        for name, levels in self.categories.items():
            codes = self._codes(table, name)
            parts[name] = pd.Categorical.from_codes(np.where(np.isnan(codes), -1, codes).astype(int), categories=levels)
        indicators = np.zeros((len(rows), len(self.indicator_columns())), dtype=np.int8)
        self._mark(table, indicators, offset=0)
        frame = pd.DataFrame(parts, index=rows.index)
        frame = frame.join(pd.DataFrame(indicators, index=rows.index, columns=self.indicator_columns()))
        return frame.join(pd.DataFrame(self._components(table), index=rows.index, columns=self._text_columns()))

    def matrix(self, table: pa.Table) -> Matrix:
        """The model columns of an Arrow table as XGBoost reads them: NaN for null, a category as its code."""
        numbers = len(self.numeric) + len(self.categories)
        values = np.zeros((table.num_rows, len(self.columns)), dtype=np.float32)
        clipped = {}
        for position, name in enumerate(self.numeric):
            values[:, position], outside = self._normalised(table, name)
            if outside:
                clipped[name] = outside
        for position, name in enumerate(self.categories, start=len(self.numeric)):
            values[:, position] = self._codes(table, name)
        self._mark(table, values, offset=numbers)
        values[:, values.shape[1] - len(self._text_columns()) :] = self._components(table)
        return Matrix(values, clipped)

    def with_ranges(self, limits: Mapping[str, Mapping[str, float]]) -> Self:
        """The same preprocessing with the min and max of each number taken from `limits`, and no other number."""
        made = copy.copy(self)
        made.numeric = {name: (limit["min"], limit["max"]) for name, limit in limits.items()}
        return made

    # saving

    def to_dict(self) -> dict[str, Any]:
        """Everything that `from_dict` needs, of JSON's types only."""
        return {
            "columns": self.columns,
            "numeric": {name: {"min": low, "max": high} for name, (low, high) in self.numeric.items()},
            "categories": self.categories,
            "levels": self.levels,
            "texts": {name: embedding.to_dict() for name, embedding in self.texts.items()},
            "summary": self.summary,
            "dropped": self.dropped,
            "list_level_limit": self.list_level_limit,
            "selected": self.selected,
            "text_components": self.text_components,
            "linear_only": self.linear_only,
            "catalogue": {name: entry.model_dump() for name, entry in self.catalogue.items()},
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The fitted preprocessor that `to_dict` described."""
        catalogue = {name: Entry(**entry) for name, entry in content["catalogue"].items()}
        made = cls(
            catalogue,
            content["list_level_limit"],
            content["selected"],
            content["text_components"],
            content["linear_only"],
        )
        made.texts = {name: TextEmbedding.from_dict(part) for name, part in content["texts"].items()}
        made.numeric = {name: (limits["min"], limits["max"]) for name, limits in content["numeric"].items()}
        made.categories, made.levels = dict(content["categories"]), dict(content["levels"])
        made.summary, made.dropped = dict(content["summary"]), dict(content["dropped"])
        return made

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False)

    # reading columns

    def table(self, rows: pd.DataFrame) -> pa.Table:
        """The columns of a frame that the model may need, as Arrow arrays; an absent column stays absent."""
        names = [name for name in features(self.catalogue) if self.catalogue[name].kind != "text" or name in self.embed]
        return arrow_table(rows, names, self.catalogue)

    def _numeric_columns(self) -> list[str]:
        return [f"{name}_norm" for name in self.numeric]

    def _text_columns(self) -> list[str]:
        return [column for name in self.texts for column in text_columns(name, self.text_components)]

    def _components(self, table: pa.Table) -> np.ndarray:
        parts = [
            embedding.transform(prose(table, name, self.catalogue[name])) for name, embedding in self.texts.items()
        ]
        return np.hstack(parts) if parts else np.empty((table.num_rows, 0))

    def _normalised(self, table: pa.Table, name: str) -> tuple[np.ndarray, int]:
        """(x - min) / (max - min), clipped into 0 to 1, and the number of values that were outside."""
        low, high = self.numeric[name]
        values = numbers(table, name, self.catalogue[name])
        outside = int(((values < low) | (values > high)).sum())
        width = high - low
        scaled = (values - low) / width if width > 0 else np.where(np.isnan(values), np.nan, 0.0)
        return np.clip(scaled, 0.0, 1.0), outside

    def _codes(self, table: pa.Table, name: str) -> np.ndarray:
        return codes(table, name, self.catalogue[name], self.categories[name])

    def _mark(self, table: pa.Table, target: np.ndarray, offset: int) -> None:
        """Write 1 into `target` wherever a row's list holds the element of an indicator column."""
        position = {column: offset + number for number, column in enumerate(self.indicator_columns())}
        for name, levels in self.levels.items():
            row, found = members(table, name, list(levels))
            places = np.array([position[column] for column in levels.values()])
            target[row, places[found]] = 1


def text_columns(name: str, components: int) -> list[str]:
    """The names of a text's components: `overview_text_01` and so on."""
    return [f"{name}_text_{number:02d}" for number in range(1, components + 1)]


def indicator_name(entry: Entry, level: str) -> str:
    """`genre` and `Science Fiction` make `genre_science_fiction`: lower case, each run of other characters one underscore."""
    return f"{entry.indicator}_{re.sub('[^a-z0-9]+', '_', level.lower())}"


def _distinct(column: pa.Array) -> list[str]:
    return sorted(level for level in pc.unique(column).to_pylist() if level is not None)
