"""The comparison of algorithms as an asset, as a job and in the command; a check that can warn."""

import shutil
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.defs.home import HOME, open_history
from movie_pref.evaluation.algorithms import ALGORITHMS, AVERAGE, COMMITTEE
from movie_pref.evaluation.beliefs import BELIEFS
from movie_pref.evaluation.comparison_table import TABLE
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.good_run import compared_folder
from movie_pref_tests.job_runner import definitions_of, materialize


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a copy of the folder in which 300 movies were compared on."""
    data = shutil.copytree(compared_folder(tmp_path_factory)[0], tmp_path_factory.mktemp("comparison") / "data")
    return load_settings(data=data, folds=2, comparison_repeats=1, jobs=1, policy="none")


def read(settings: Settings, name: str) -> pd.DataFrame:
    return pd.read_parquet(settings.data / "assets" / f"{name}.parquet")


def test_table_beliefs_and_picture_are_written(settings: Settings) -> None:
    table, beliefs = read(settings, "algorithm_comparison"), read(settings, "algorithm_beliefs")
    assert list(table) == TABLE
    assert set(table["algorithm"]) == {*(algorithm.name for algorithm in ALGORITHMS), AVERAGE, COMMITTEE}
    assert list(beliefs["belief"]) == [belief.words for belief in BELIEFS]
    assert (settings.data / "reports" / "algorithm_comparison.png").stat().st_size > 10_000


def test_the_ui_shows_both_tables_and_the_best_as_numbers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    home = DataFolder(settings.data).dagster_home
    monkeypatch.setenv(HOME, str(home))
    with open_history(home) as instance:
        made = instance.get_latest_materialization_event(dg.AssetKey("algorithm_comparison")).asset_materialization
    found = {name: shown.value for name, shown in made.metadata.items()}
    best = read(settings, "algorithm_comparison").iloc[0]
    assert found["best_algorithm"] == best["algorithm"]
    assert found["best_difference"] == pytest.approx(best["difference"])
    assert {"algorithms", "beliefs", "picture", "best_difference_low", "xgboost_average_precision"} <= set(found)


def test_only_training_rows_are_measured(settings: Settings, monkeypatch) -> None:
    """Labels of validation and holdout rows could be anything."""
    (rows, *_), split = handed_to_the_comparison(settings, monkeypatch), read(settings, "data_split")
    assert set(rows["imdb_id"]) == set(split.loc[split["partition"] == "train", "imdb_id"])


def test_settings_say_how_often_the_folds_are_drawn(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    thrice = settings.model_copy(update={"comparison_repeats": 3})
    assert handed_to_the_comparison(thrice, monkeypatch)[3] == 3
    folds = read(settings, "algorithm_comparison_folds")
    assert set(zip(folds["draw"], folds["fold"], strict=True)) == {(0, 0), (0, 1)}  # drawn once, two folds


def handed_to_the_comparison(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What the asset gives to the function that compares."""
    seen: list[tuple[Any, ...]] = []

    def spy(*given: Any, **more: object) -> None:
        seen.append(given)
        raise InterruptedError

    monkeypatch.setattr("movie_pref.evaluation.comparison.compare", spy)
    materialize(settings, "algorithm_comparison", may_fail=True)
    (given,) = seen
    return given


def test_it_is_part_of_the_job_compare_and_of_no_other(settings: Settings) -> None:
    defs = definitions_of(settings)
    steps = {
        name: set(defs.resolve_job_def(name).graph.node_dict) for name in ("compare", "pipeline", "retrain", "score")
    }
    mine = {"algorithm_comparison", "algorithm_comparison_checks"}
    assert steps["compare"] == {"selection_ablation", "label_comparison", *mine}
    assert not any(mine & steps[name] for name in ("pipeline", "retrain", "score"))


# the command


def test_compare_prints_policies_algorithms_and_beliefs(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, said = compared_folder(tmp_path_factory)
    words = said.words
    assert said.code == 0
    table = read(settings, "algorithm_comparison")
    best = table.iloc[0]
    assert f"{best['average_precision']:.4f}" in words and words.index("policy") < words.index(str(best["algorithm"]))
    for name in table.loc[table["average_precision"].isna(), "algorithm"]:
        assert f"{name} was left out: it is not installed; pip install" in words
    beliefs = read(settings, "algorithm_beliefs")
    for row in beliefs.itertuples():
        assert row.verdict in words
    assert f"corrected for all {beliefs['adjusted_p'].notna().sum()} that were judged" in words
    assert "algorithm_comparison.png" in said.out.replace("\n", "")
