"""The training table and what it is made with, as a run writes them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref_tests.defs.graph import CHECKS
from movie_pref_tests.defs.small_run import LABELLED, Finished, quick_settings, small_library, write_input
from movie_pref_tests.job_runner import materialize, undrawn, upstream_of

PARTITIONS = {"train", "validation", "holdout"}


def test_normalization_holds_min_and_max_of_training_rows_without_unknown_values(finished: Finished) -> None:
    limits = json.loads((finished.settings.data / "normalization.json").read_text())
    assert all(set(entry) == {"min", "max"} and entry["min"] <= entry["max"] for entry in limits.values())
    split = finished.read("assets/data_split.parquet")
    rows = finished.read("assets/movies_only.parquet")
    training = rows[rows["imdb_id"].isin(split.loc[split["partition"] == "train", "imdb_id"])]
    known = training.loc[training["budget"] > 0, "budget"]
    assert limits["budget"] == {"min": known.min(), "max": known.max()}
    assert len(limits) == 10


def test_training_table_is_what_the_flowchart_ends_in(finished: Finished) -> None:
    table = finished.read("02_binomial_classifier_training_data.parquet")
    assert list(table)[:4] == ["imdb_id", "media_title", "partition", "label"]
    assert len(table) == LABELLED and table["imdb_id"].is_unique
    assert set(table["partition"]) == PARTITIONS
    assert set(table["label"]) == {0, 1} and table["label"].dtype == "int64"
    normalised = table[[name for name in table if name.endswith("_norm")]]
    assert normalised.shape[1] == 10 and normalised.min().min() >= 0 and normalised.max().max() <= 1
    assert {"genre_science_fiction", "origin_country_us", "production_country_us", "spoken_language_en"} <= set(table)
    indicators = table[[name for name in table if name.startswith(("genre_", "origin_", "production_c", "spoken_"))]]
    assert np.isin(indicators.to_numpy(), [0, 1]).all()
    assert table["original_language"].notna().any()
    assert not {"genre", "origin_country", "budget", "production_companies", "overview"} & set(table)


def test_column_lineage_names_an_origin_for_each_column_of_the_training_table(finished: Finished) -> None:
    metadata = finished.result.made["training_table"]
    lineage = metadata["dagster/column_lineage"].deps_by_column
    assert set(lineage) == set(finished.read("02_binomial_classifier_training_data.parquet"))
    (genre,) = lineage["genre_drama"]
    assert (genre.asset_key.to_user_string(), genre.column_name) == ("encoded_genre", "genre_drama")
    for dependencies in lineage.values():
        for dependency in dependencies:
            source = finished.read(f"assets/{dependency.asset_key.to_user_string()}.parquet")
            assert dependency.column_name in source


def test_catalogue_of_few_entries_makes_a_table_of_few_columns_and_its_checks_pass(tmp_path: Path) -> None:
    write_input(tmp_path, *small_library())
    (tmp_path / "feature_catalogue.yaml").write_text(
        "imdb_votes: {kind: continuous}\ngenre: {kind: categorical_list, indicator: genre}\n"
    )
    with undrawn():
        result = materialize(quick_settings(tmp_path), *upstream_of("training_table"))
    assert result.success
    blocking = {key: found.passed for key, found in result.checks.items() if CHECKS.get(key)}
    assert len(blocking) >= 8 and all(blocking.values()), blocking
    columns = list(pd.read_parquet(tmp_path / "02_binomial_classifier_training_data.parquet"))[4:]
    assert columns[0] == "imdb_votes_norm" and all(name.startswith("genre_") for name in columns[1:])
