"""Whether the training table is what the flowchart says, counted again from the source where that is possible."""

from collections import Counter

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.defs.decorators import Check, check
from movie_pref.defs.metadata import table, verdict
from movie_pref.features.preprocessing import indicator_name
from movie_pref.features.training_table import IDENTIFIERS, LIST_COLUMNS, ModelColumns, feature_columns
from movie_pref.library.catalogue import own_catalogue
from movie_pref.settings import Settings


@check("normalized_features", "data_split", blocking=True)
def training_values_within_0_and_1(normalized_features: pd.DataFrame, data_split: pd.DataFrame) -> dg.AssetCheckResult:
    """Every known normalised value of a training row lies within 0 and 1."""
    rows = normalized_features[
        normalized_features["imdb_id"].isin(data_split.loc[data_split["partition"] == "train", "imdb_id"])
    ]
    columns = [name for name in rows if name.endswith("_norm")]
    ranges = rows[columns].agg(["min", "max"]).T.rename_axis("feature").reset_index()
    low, high = (float(ranges["min"].min()), float(ranges["max"].max())) if columns else (0.0, 0.0)
    return verdict(
        low >= 0 and high <= 1,
        f"{len(columns)} features lie from {low:g} to {high:g} in {len(rows)} training rows",
        value=f"{low:g} to {high:g}",
        threshold="0 to 1",
        more={"ranges": table(ranges)},
    )


def _membership(column: str) -> Check:
    asset = f"encoded_{column}"

    @check(
        asset,
        "movies_only",
        blocking=True,
        name="indicator_counts_equal_membership",
        description=f"Each indicator's count equals the number of movies whose {column} list holds the element, counted again from the source.",
    )
    def counts(
        settings: ResourceParam[Settings], encoded: pd.DataFrame, movies_only: pd.DataFrame
    ) -> dg.AssetCheckResult:
        """The check of one list column."""
        entry = own_catalogue(settings.data).get(column)
        source = movies_only[movies_only["imdb_id"].isin(encoded["imdb_id"])]
        lists = source.get(column, [])
        members = Counter(
            name
            for cell in lists
            if cell is not None and entry is not None  # a column that the catalogue leaves out is not encoded
            for name in {indicator_name(entry, level) for level in cell}
        )
        indicators = encoded.drop(columns="imdb_id").sum()
        expected = pd.Series({name: members[name] for name in indicators.index}, dtype="int64")
        wrong = indicators[indicators != expected]
        return verdict(
            wrong.empty,
            f"{len(wrong)} of {len(indicators)} indicators differ from the lists they were made from"
            + (f"; {wrong.index[0]} counts {wrong.iloc[0]}, its list {expected[wrong.index[0]]}" if len(wrong) else ""),
            value=int(indicators.sum()),
            threshold=int(expected.sum()),
        )

    return counts


origin_country_membership = _membership("origin_country")
production_countries_membership = _membership("production_countries")
spoken_languages_membership = _membership("spoken_languages")
genre_membership = _membership("genre")


@check("training_table", blocking=True)
def no_identifier_and_no_null_label(
    settings: ResourceParam[Settings], training_table: pd.DataFrame
) -> dg.AssetCheckResult:
    """The features hold no identifier, and every label is 0, 1 or 2."""
    catalogue = own_catalogue(settings.data)
    identifiers = {name for name, entry in catalogue.items() if entry.kind == "identifier"} | set(IDENTIFIERS)
    found = [name for name in feature_columns(training_table) if name in identifiers]
    lists_left = [name for name in feature_columns(training_table) if name in LIST_COLUMNS]
    unlabelled = int((~training_table["label"].isin([0, 1, 2])).sum())
    return verdict(
        not found and not lists_left and not unlabelled,
        f"{len(found)} identifiers and {len(lists_left)} unencoded lists among {len(feature_columns(training_table))} features, "
        f"{unlabelled} of {len(training_table)} labels are not one of the three",
        value=len(found) + len(lists_left) + unlabelled,
        threshold=0,
        more={"offenders": ", ".join(found + lists_left) or "none"},
    )


@check("training_table", "model_columns", blocking=True)
def features_are_those_of_the_preprocessing(
    training_table: pd.DataFrame, model_columns: ModelColumns
) -> dg.AssetCheckResult:
    """The features are exactly the columns, and the values, that the preprocessing object gives to candidates."""
    expected = model_columns.features[model_columns.preprocessing.table_columns]
    found = training_table[feature_columns(training_table)]
    odd = sorted(set(found.columns) ^ set(expected.columns))
    if not odd:
        odd = [name for name in expected if not _alike(found[name], expected[name])]
    return verdict(
        not odd and list(found.columns) == list(expected.columns),
        f"{len(odd)} of {expected.shape[1]} columns differ"
        + (f", the first is {odd[0]}" if odd else " from what candidates are given"),
        value=len(odd),
        threshold=0,
        more={"columns": expected.shape[1]},
    )


def _alike(found: pd.Series, expected: pd.Series) -> bool:
    if isinstance(expected.dtype, pd.CategoricalDtype):
        return found.astype("object").equals(expected.astype("object"))
    return found.astype("float64").equals(expected.astype("float64"))
