"""The tables of the search and of the out-of-fold predictions, as a run writes them."""

import dagster as dg
import pandas as pd
import pytest

from movie_pref.cores import Background
from movie_pref.data_folder import DataFolder
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref_tests.defs.small_run import LABELLED, Finished, quick_settings, small_library, write_input
from movie_pref_tests.job_runner import materialize, undrawn, upstream_of

METRICS = ["recall", "precision", "f1", "balanced_accuracy", "accuracy"]


def test_search_results_have_a_row_a_point_with_every_metric(finished: Finished) -> None:
    found = pd.read_parquet(finished.settings.data / "03_grid_search_results.parquet")
    thresholded = [f"{name}_at_{threshold}" for name in [*METRICS, "flagged"] for threshold in ("0.35", "0.5")]
    metrics = ["average_precision", "roc_auc", "neg_log_loss", *thresholded]
    expected = {f"{kind}_test_{metric}" for metric in metrics for kind in ("mean", "std")}
    expected |= {f"param_{name}" for name in PRODUCTION_GRID} | {"folds", "rank", "seconds"}
    assert expected <= set(found)
    assert len(found) == 3 and sorted(found["rank"]) == [1, 2, 3] and set(found["folds"]) == {3}
    shares = found[[f"mean_test_{metric}" for metric in metrics if metric != "neg_log_loss"]]
    assert shares.min().min() >= 0 and shares.max().max() <= 1
    assert (found["mean_test_neg_log_loss"] < 0).all() and (found["seconds"] > 0).all()


def test_predictions_of_labelled_movies_are_out_of_sample_and_consistent(finished: Finished) -> None:
    found = finished.read("03_binomial_classifier_results.parquet")
    expected = ["imdb_id", "partition", "actual", "predicted", "probability", "calibrated_probability", "cm_value"]
    assert list(found) == expected
    assert len(found) == LABELLED and found["imdb_id"].is_unique
    assert found["actual"].dtype == found["predicted"].dtype == "int64"
    assert found["probability"].between(0, 1).all() and found["calibrated_probability"].between(0, 1).all()
    assert ((found["probability"] >= 0.35) == found["predicted"].astype(bool)).all()
    words = {(1, 1): "tp", (0, 0): "tn", (0, 1): "fp", (1, 0): "fn"}
    assert [words[pair] for pair in zip(found["actual"], found["predicted"], strict=True)] == list(found["cm_value"])
    # a booster that had seen these rows would hardly err on them: both classes must be mistaken somewhere
    table = finished.read("02_binomial_classifier_training_data.parquet")
    assert found.set_index("imdb_id")["actual"].equals(table.set_index("imdb_id")["label"].rename("actual"))


def test_the_committees_page_has_its_members_their_weights_and_a_picture(finished: Finished) -> None:
    page = finished.result.made["committee"]
    members = [record.data["member"] for record in page["members"].records]
    assert members[:4] == ["committee", "boosters", "linear", "winner"] and "booster_1" in members
    columns = [column.name for column in page["parameters_of_the_boosters"].schema.columns]
    assert columns == ["parameter", *(name for name in members if name.startswith("booster_"))]
    assert (finished.settings.data / "reports" / "committee_members.png").stat().st_size > 1000


def test_the_grid_is_shown_with_all_its_columns_and_each_value_of_the_winner(finished: Finished) -> None:
    page = finished.result.made["grid_search_results"]
    head, _, *rows = page["production_grid"].splitlines()
    columns = (
        "parameter | winner | values | default | range type | purpose | impact on model | priority | justification"
    )
    assert head == f"| {columns} |"
    assert len(rows) == len(PRODUCTION_GRID) == len(page["winner"].records)
    (depth,) = [row for row in rows if row.startswith("| max_depth |")]
    assert "| [3, 5, 7] | 6 | Low, Medium, High | Control tree complexity | Feature interaction depth | High |" in depth


@pytest.mark.parametrize(
    ("asset", "column"), [("grid_search_results", "winner"), ("tuned_model", "value"), ("committee", "boosters")]
)
def test_hyperparameters_are_explained_beside_their_values(finished: Finished, asset: str, column: str) -> None:
    page = finished.result.made[asset]
    head, _, *rows = page["hyperparameters_explained"].splitlines()
    assert head == f"| parameter | {column} | full name | definition | formula | explanation |"
    assert {row.split(" | ")[0].removeprefix("| ") for row in rows} >= set(PRODUCTION_GRID)
    assert any(r"penalty = alpha × Σ(\|weight_i\|)" in row for row in rows)


def test_selections_begun_after_the_split_are_those_asked_for_later(finished: Finished, tmp_path, monkeypatch) -> None:
    begun, used = [], []

    class Watched(Background):
        def begin(self, key, function, *arguments):
            begun.append(key)
            super().begin(key, function, *arguments)

        def result(self, key, function, *arguments):
            used.append(key)
            return super().result(key, function, *arguments)

    @dg.resource
    def watched(_):
        with Watched(1) as background:
            yield background

    monkeypatch.setattr("movie_pref.definitions.background", watched)
    monkeypatch.setattr("movie_pref.defs.assets.shared.WORTH_A_PROCESS", 1)
    write_input(tmp_path, *small_library())
    settings = quick_settings(tmp_path)
    with undrawn():
        materialize(settings, *upstream_of("analysis_rows"))
        assert not begun, "nothing in this run asks for them"
        materialize(settings, *upstream_of("member_predictions"))
    assert len(used) == 3 and begun == used[::-1] * 2, (
        "after the split, and in vain once more by the members themselves"
    )
    found = pd.read_parquet(DataFolder(tmp_path).asset("member_predictions"))
    pd.testing.assert_frame_equal(
        found, pd.read_parquet(DataFolder(finished.settings.data).asset("member_predictions"))
    )


def test_the_winner_is_fitted_once_for_itself_and_for_the_committee(finished: Finished) -> None:
    found = pd.read_parquet(DataFolder(finished.settings.data).asset("member_predictions"))
    assert (found["winner"] == found["booster_1"]).all() and (found["booster_1"] != found["booster_2"]).any()
