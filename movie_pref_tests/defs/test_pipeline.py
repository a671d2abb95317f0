"""The pipeline through Dagster's real parts, on a small generated library with a bit of everything in it."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref_tests.defs.graph import CHECKS, LINEAGE
from movie_pref_tests.defs.small_run import Finished, quick_settings, small_library, write_input
from movie_pref_tests.job_runner import materialize


def test_both_runs_succeed_and_materialize_everything(finished: Finished) -> None:
    plots = {name for name, (group, _) in LINEAGE.items() if group == "visualization"}
    for result, left_out in ((finished.result, set()), (finished.second, plots)):
        assert result is not None and result.success
        assert set(LINEAGE) - set(result.made) == left_out


def test_every_check_gives_its_value_its_threshold_and_a_sentence(finished: Finished) -> None:
    found = finished.result.checks
    assert set(CHECKS) <= set(found)
    for key, evaluation in found.items():
        assert {"value", "threshold"} <= set(evaluation.metadata), key
        assert evaluation.description, key


def test_only_checks_that_may_warn_do_not_pass(finished: Finished) -> None:
    wrong = [key for key, found in finished.result.checks.items() if not found.passed and CHECKS.get(key)]
    assert wrong == []


def test_nothing_is_pickled_and_nothing_half_written_is_left(finished: Finished) -> None:
    living = DataFolder(
        finished.settings.data
    ).living_runs  # a run's sign of life is an empty file, and held until its process ends
    files = [path for path in finished.settings.data.rglob("*") if path.is_file() and path.parent != living]
    assert {path.suffix for path in files} == {".parquet", ".json", ".png", ".html", ".shard", ".lock"}
    assert [path for path in finished.settings.data.rglob("*") if path.suffix in (".tmp", ".old")] == []


def test_two_runs_on_the_same_input_give_identical_tables(finished: Finished) -> None:
    assert set(finished.tables) == set(finished.tables_again)
    for name, table in finished.tables.items():
        pd.testing.assert_frame_equal(table, finished.tables_again[name], check_exact=True, obj=name)


def test_two_runs_on_the_same_input_give_the_same_model(finished: Finished) -> None:
    assert finished.models and finished.models == finished.models_again


# a check that blocks


def test_blocking_check_stops_everything_downstream_and_leaves_the_champion(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import movie_pref.library.tables as module

    read = module.read_library

    def lossy(*args: Any, **kwargs: Any) -> Any:
        library = read(*args, **kwargs)
        return replace(library, rows=library.rows.iloc[1:])

    monkeypatch.setattr(module, "read_library", lossy)
    folder = Path(shutil.copytree(finished.settings.data, tmp_path / "data"))
    champion = (folder / "model" / "champion.json").read_bytes()
    result = materialize(quick_settings(folder), may_fail=True)
    assert not result.success
    assert set(result.made) == {"library_source", "raw_training"}
    assert not result.checks["raw_training", "rows_in_are_kept_or_rejected"].passed
    assert (folder / "model" / "champion.json").read_bytes() == champion


def test_failed_split_check_stops_before_any_feature_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import movie_pref.defs.assets.data_split as module

    split = module.split

    def leaky(*args: Any, **kwargs: Any) -> pd.DataFrame:
        found = split(*args, **kwargs)
        return pd.concat([found, found.head(1).assign(partition="holdout")], ignore_index=True)

    monkeypatch.setattr(module, "split", leaky)
    write_input(tmp_path, *small_library())
    result = materialize(quick_settings(tmp_path), may_fail=True)
    assert not result.success
    assert set(result.made) == {"library_source", "raw_training", "movies_only", "candidates", "data_split"}
    assert not result.checks["data_split", "no_movie_in_two_partitions"].passed
    assert not (tmp_path / "model").exists()
