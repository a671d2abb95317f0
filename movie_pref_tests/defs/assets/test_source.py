"""What a run reads: which rows train, which are ranked, and which are left behind."""

from movie_pref_tests.defs.small_run import LABELLED, TELEVISION, WAITING, Finished


def test_television_is_counted_and_left_behind(finished: Finished) -> None:
    metadata = finished.result.made
    assert metadata["movies_only"]["television_left_out"] == TELEVISION
    assert metadata["raw_training"]["dagster/row_count"] == LABELLED + TELEVISION + WAITING
    assert set(finished.read("assets/movies_only.parquet")["media_type"]) == {"movie"}


def test_rows_that_do_not_train_are_scored_and_in_no_table_of_the_model(finished: Finished) -> None:
    rows = finished.read("01_training.parquet")
    idle = rows["label"].isna() | ~rows["reviewed"] | rows["anomalous"]
    waiting = set(rows.loc[(rows["media_type"] == "movie") & idle, "imdb_id"])
    assert len(waiting) == WAITING
    assert waiting <= set(finished.read("scored_candidates.parquet")["imdb_id"])
    for name in (
        "assets/data_split.parquet",
        "assets/model_columns.parquet",
        "02_binomial_classifier_training_data.parquet",
        "03_binomial_classifier_results.parquet",
    ):
        assert not waiting & set(finished.read(name)["imdb_id"]), name


def test_labels_of_scored_rows_do_not_reach_the_scoring(finished: Finished) -> None:
    assert "label" not in finished.read("assets/candidates.parquet")


def test_rejected_rows_have_a_reason(finished: Finished) -> None:
    assert list(finished.read("rejected_rows.parquet")) == ["row_number", "imdb_id", "media_title", "reason", "row"]
