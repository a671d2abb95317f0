"""From selected features to the columns of the training table, and back to where each comes from."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.features.preprocessing import Chosen, Preprocessor, text_columns
from movie_pref.files import whole_file, write_json
from movie_pref.library.catalogue import blank_unknown, features, own_catalogue
from movie_pref.settings import Settings

IDENTIFIERS = ["imdb_id", "media_title", "partition"]
LIST_COLUMNS = ["origin_country", "production_countries", "spoken_languages", "genre"]


@dataclass(frozen=True)
class ModelColumns:
    """The columns that were selected, of every labelled movie, and the preprocessing fitted on its training rows."""

    rows: pd.DataFrame
    preprocessing: Preprocessor

    @cached_property
    def features(self) -> pd.DataFrame:
        """What the preprocessing makes of the rows: all columns that a model reads."""
        return self.preprocessing.transform(self.rows)

    def save(self, path: Path) -> list[Path]:
        """Write the rows into a Parquet file, and the preprocessing beside it as JSON, in the file that is named."""
        write_json(_preprocessing_file(path), self.preprocessing.to_dict())
        with whole_file(path) as temporary:
            self.rows.to_parquet(temporary, index=False)
        return [_preprocessing_file(path)]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The rows and the preprocessing that `save` wrote."""
        content = json.loads(_preprocessing_file(path).read_text(encoding="utf-8"))
        return cls(pd.read_parquet(path), Preprocessor.from_dict(content))


def _preprocessing_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}_preprocessing.json")


def select_columns(
    rows: pd.DataFrame, selected_features: pd.DataFrame, settings: Settings, linear_only: Collection[str] = ()
) -> ModelColumns:
    """Of labelled movies with their partition, the columns that the ledger keeps, and the one preprocessing object.

    `linear_only` are features that the ledger drops and the linear member of the committee reads all the same.

    Raises
    ------
    UserError
        No feature is left.
    """
    catalogue = own_catalogue(settings.data)
    final = selected_features[selected_features["node"] == "selected_features"]
    for name in final.loc[final["family"] == "categorical", "feature"]:
        if catalogue[name].kind == "text":  # short enough to be taken for a category
            catalogue[name] = catalogue[name].model_copy(update={"kind": "categorical"})
    taken = {*final.loc[final["verdict"] == "keep", "feature"], *linear_only}
    names = [name for name in features(catalogue) if name in taken and name in rows]
    conditions = {other for name in names for other in catalogue[name].unknown_when} & set(rows) - set(names)
    rows = rows[[*IDENTIFIERS, "label", *names, *sorted(conditions)]]
    columns = columns_of(selected_features, "keep", settings.text_components)
    dropped = columns_of(selected_features[selected_features["feature"].isin(linear_only)], "drop", 0)
    chosen = Chosen(columns, catalogue, dropped)
    preprocessing = chosen.preprocessor(settings.list_level_limit, settings.text_components)
    preprocessing.fit(rows[rows["partition"] == "train"])
    if not preprocessing.table_columns:
        raise UserError(
            f"No feature is left to learn from: {settings.library_path} has none of those in the feature catalogue, or knows no "
            "value of them; add columns to the library, or entries to feature_catalogue.yaml."
        )
    return ModelColumns(rows, preprocessing)


def columns_of(selected_features: pd.DataFrame, verdict: str, text_components: int) -> list[str]:
    """The columns of the training table that stand for the features with this final word in the ledger."""
    final = selected_features[
        (selected_features["node"] == "selected_features") & (selected_features["verdict"] == verdict)
    ]
    names = {family: list(rows["feature"]) for family, rows in final.groupby("family")}
    return [
        *(f"{name}_norm" for name in names.get("continuous", [])),
        *names.get("categorical", []),
        *names.get("indicator", []),
        *(column for name in names.get("text", []) for column in text_columns(name, text_components)),
    ]


def rows_to_drop(rows: pd.DataFrame, selected_features: pd.DataFrame, settings: Settings) -> pd.Series:
    """Training rows without a value of a feature whose rows the catalogue confirms to drop."""
    confirmed = selected_features[
        (selected_features["verdict"] == "consider_dropping_rows") & selected_features["applied"]
    ]
    known = blank_unknown(rows, own_catalogue(settings.data))
    return known[list(confirmed["feature"])].isna().any(axis=1) & (rows["partition"] == "train")


def feature_columns(training_table: pd.DataFrame) -> list[str]:
    """The columns of the training table that a model reads."""
    return [name for name in training_table if name not in (*IDENTIFIERS, "label")]


def column_origins(preprocessing: Preprocessor) -> dict[str, tuple[str, str]]:
    """For each column of the training table, the asset and the library column that it is made from."""
    origins = {f"{name}_norm": ("normalized_features", name) for name in preprocessing.numeric}
    origins |= {name: ("model_columns", name) for name in preprocessing.categories}
    for name in preprocessing.levels:
        origins |= dict.fromkeys(preprocessing.indicator_columns(name), (f"encoded_{name}", name))
    for name in preprocessing.texts:
        origins |= dict.fromkeys(text_columns(name, preprocessing.text_components), ("model_columns", name))
    named = {name: ("model_columns", name) for name in IDENTIFIERS} | {"label": ("encoded_labels", "label")}
    return named | {name: origin for name, origin in origins.items() if name not in preprocessing.linear_only}


def training_rows(
    training_table: pd.DataFrame, data_split: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, list[tuple[np.ndarray, np.ndarray]]]:
    """The model columns, whether each is liked, and the folds of the training rows, as `grid_search` takes them."""
    from movie_pref.features.split import fold_indices

    rows = training_table[training_table["partition"] == "train"].merge(data_split[["imdb_id", "fold"]], on="imdb_id")
    return rows[feature_columns(training_table)], rows["label"].clip(upper=1), fold_indices(rows["fold"])
