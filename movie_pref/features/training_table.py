"""From selected features to the columns of the training table, and back to where each comes from."""

import numpy as np
import pandas as pd

from movie_pref.features.preprocessing import Preprocessor, text_columns
from movie_pref.library.catalogue import blank_unknown, own_catalogue
from movie_pref.settings import Settings

IDENTIFIERS = ["imdb_id", "media_title", "partition"]
LIST_COLUMNS = ["origin_country", "production_countries", "spoken_languages", "genre"]


def fitted_preprocessor(model_columns: pd.DataFrame, settings: Settings) -> Preprocessor:
    """The one preprocessing object, fitted on the training rows of `model_columns`.

    Which columns it makes, and which texts it takes for categories, `model_columns` carries in its `attrs`, which a
    Parquet file keeps.
    """
    catalogue = own_catalogue(settings.data)
    for name in model_columns.attrs["texts_as_categories"]:
        catalogue[name] = catalogue[name].model_copy(update={"kind": "categorical"})
    training = model_columns[model_columns["partition"] == "train"]
    selected = model_columns.attrs["selected"]
    return Preprocessor(catalogue, settings.list_level_limit, selected, settings.text_components).fit(training)


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
    return {**{name: ("model_columns", name) for name in IDENTIFIERS}, "label": ("encoded_labels", "label"), **origins}


def training_rows(
    training_table: pd.DataFrame, data_split: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, list[tuple[np.ndarray, np.ndarray]]]:
    """The model columns, the label and the folds of the training rows, as `grid_search` takes them."""
    from movie_pref.features.split import fold_indices

    rows = training_table[training_table["partition"] == "train"].merge(data_split[["imdb_id", "fold"]], on="imdb_id")
    return rows[feature_columns(training_table)], rows["label"], fold_indices(rows["fold"])
