"""The feature-engineering flowchart, node by node: from movies to the table that XGBoost trains on."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.linear_only import linear_only
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import table
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.training_table import (
    IDENTIFIERS,
    LIST_COLUMNS,
    ModelColumns,
    column_origins,
    rows_to_drop,
    select_columns,
)
from movie_pref.library.catalogue import features
from movie_pref.settings import Settings

GROUP = "feature_engineering"


@node(GROUP)
def model_columns(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    selected_features: pd.DataFrame,
) -> ModelColumns:
    """Select features: identifiers, label, continuous, categorical and categorical lists, as the ledger resolved them.

    A list column with more distinct elements than the setting `list_level_limit` is dropped here (production companies:
    too many columns), and text, which yields no column. The preprocessing is fitted here, once, on the training rows.
    """
    rows = data_split[["imdb_id", "partition"]].merge(movies_only, on="imdb_id", how="left", validate="1:1")
    dropped_rows = rows_to_drop(rows, selected_features, settings)
    rows = rows[~dropped_rows].reset_index(drop=True)
    final = selected_features[selected_features["node"] == "selected_features"]
    left = linear_only(final, selected_features, settings)
    found = select_columns(rows, selected_features, settings, left)
    context.add_output_metadata(
        {
            "features": table(_roles(found.preprocessing, selected_features)),
            "list_level_limit": settings.list_level_limit,
            "training_rows_dropped": int(dropped_rows.sum()),
        }
    )
    return found


def _roles(preprocessing: Preprocessor, selected_features: pd.DataFrame) -> pd.DataFrame:
    final = selected_features[selected_features["node"] == "selected_features"]
    why = final.set_index("feature")["reason"]
    readers = dict.fromkeys(preprocessing.inputs, "all members")
    readers |= {name.removesuffix("_norm"): "the linear member only" for name in preprocessing.linear_only}
    return pd.DataFrame(
        [
            {
                "column": name,
                "kind": preprocessing.catalogue[name].kind,
                "taken": name in preprocessing.inputs,
                "by": readers.get(name, ""),
                "because": why.get(name, preprocessing.dropped.get(name, "")),
            }
            for name in features(preprocessing.catalogue)
        ]
    )


@node(GROUP)
def encoded_labels(model_columns: pd.DataFrame, data_split: pd.DataFrame) -> pd.DataFrame:
    """Label encoding: would_not_watch becomes 0, would_watch 1, and would_watch_again 2."""
    level = data_split[["imdb_id", "level"]].rename(columns={"level": "label"})
    return model_columns[["imdb_id"]].merge(level, on="imdb_id", validate="1:1")


@node(GROUP, kinds=("json",))
def normalization_parameters(context: dg.AssetExecutionContext, model_columns: ModelColumns) -> dict:
    """Save normalization parameters: min and max of each numeric field over the training rows, for inference use.

    Values that mean 'not known' (TMDB's zeros) are null before min and max are taken.
    """
    preprocessing = model_columns.preprocessing
    numeric = preprocessing.to_dict()["numeric"]
    found = {name: limits for name, limits in numeric.items() if f"{name}_norm" not in preprocessing.linear_only}
    limits = pd.DataFrame(found).T.rename_axis("feature").reset_index() if found else pd.DataFrame(columns=["feature"])
    context.add_output_metadata({"limits": table(limits)})
    return found


@node(GROUP)
def normalized_features(model_columns: ModelColumns, normalization_parameters: dict) -> pd.DataFrame:
    """Normalize continuous features into <feature>_norm from 0 to 1, and drop the original continuous columns."""
    rows = model_columns.rows
    made = model_columns.preprocessing.with_ranges(normalization_parameters).transform(rows)
    return rows[["imdb_id"]].join(made[[f"{name}_norm" for name in normalization_parameters]])


def _encoded_list(column: str) -> dg.AssetsDefinition:
    words = column.replace("_", " ")

    @node(
        GROUP,
        name=f"encoded_{column}",
        description=f"Encode list columns, {words}: one 0/1 indicator for each element that a training movie has; "
        "the original list column is dropped. A null list gives zeros.",
    )
    def encoded(context: dg.AssetExecutionContext, model_columns: ModelColumns) -> pd.DataFrame:
        indicators = model_columns.features[model_columns.preprocessing.indicator_columns(column)]
        counts = indicators.sum().sort_values(ascending=False, kind="stable")
        context.add_output_metadata(
            {"movies_per_indicator": table(counts.rename_axis("indicator").reset_index(name="movies"), rows=30)}
        )
        return model_columns.rows[["imdb_id"]].join(indicators)

    return encoded


encoded_origin_country = _encoded_list("origin_country")
encoded_production_countries = _encoded_list("production_countries")
encoded_spoken_languages = _encoded_list("spoken_languages")
encoded_genre = _encoded_list("genre")


@node(GROUP, kinds=("parquet", "pandas"))
def training_table(
    context: dg.AssetExecutionContext,
    model_columns: ModelColumns,
    encoded_labels: pd.DataFrame,
    normalized_features: pd.DataFrame,
    encoded_origin_country: pd.DataFrame,
    encoded_production_countries: pd.DataFrame,
    encoded_spoken_languages: pd.DataFrame,
    encoded_genre: pd.DataFrame,
) -> pd.DataFrame:
    """Final training dataset: identifiers, partition, label, normalized numbers, categories and indicators.

    Every labelled movie is in it; `partition` says which rows a model may be fitted on. Ready for XGBoost training.
    """
    preprocessing, rows = model_columns.preprocessing, model_columns.rows
    elsewhere = {
        *normalized_features,
        *(name for column in LIST_COLUMNS for name in preprocessing.indicator_columns(column)),
    }
    rest = [
        name for name in preprocessing.table_columns if name not in elsewhere
    ]  # categories, texts, lists let in by a raised limit
    unencoded = rows[["imdb_id"]].join(model_columns.features[rest])
    found = rows[IDENTIFIERS]
    lists = [encoded_origin_country, encoded_production_countries, encoded_spoken_languages, encoded_genre]
    for part in (encoded_labels, normalized_features, unencoded, *lists):
        found = found.merge(part, on="imdb_id", how="left", validate="1:1")
    context.add_output_metadata(_lineage(preprocessing))
    return found[[*IDENTIFIERS, "label", *preprocessing.table_columns]]


def _lineage(preprocessing: Preprocessor) -> dict[str, dg.MetadataValue]:
    origins = column_origins(preprocessing)
    made_from = pd.DataFrame(
        [
            {"column": column, "made from": source, "by": asset, "unknown values": _unknown(preprocessing, source)}
            for column, (asset, source) in origins.items()
        ]
    )
    lineage = dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(
                    asset_key=dg.AssetKey(asset), column_name=source if asset == "model_columns" else column
                )
            ]
            for column, (asset, source) in origins.items()
        }
    )
    return {"dagster/column_lineage": lineage, "lineage": table(made_from, rows=1000)}  # type: ignore[dict-item]


def _unknown(preprocessing: Preprocessor, source: str) -> str:
    entry = preprocessing.catalogue.get(source)
    if entry is None:
        return ""
    values = [repr(value) for value in entry.unknown]
    return ", ".join([*values, *(f"any where {other} is {value:g}" for other, value in entry.unknown_when.items())])
