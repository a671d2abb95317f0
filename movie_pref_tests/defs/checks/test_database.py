"""The checks of the table `prediction` are seen to fail where it is not what was predicted."""

import dagster as dg
import pytest

from movie_pref.settings import load_settings
from movie_pref_tests.defs.checks.wrong_input import every_check

DATABASE = "postgresql://me@host/movies"

WRITTEN = {"rows": 60, "changed": 5, "removed": 1, "elsewhere": 3, "kept": 2, "shown": 60, "ranked": 61}


def found(name: str, tmp_path, library: str | None, **wrong: int) -> dg.AssetCheckResult:
    check = every_check()["prediction_table", name]
    return check(settings=load_settings(data=tmp_path, library=library), prediction_table=WRITTEN | wrong)


@pytest.mark.parametrize("name", ["rows_written_are_rows_ranked", "view_movies_shows_them"])
def test_they_pass_for_what_was_written_and_for_a_library_that_is_a_file(name: str, tmp_path) -> None:
    assert found(name, tmp_path, DATABASE).passed
    assert found(name, tmp_path, None, rows=0).passed


def test_a_row_too_few_and_a_prediction_that_nobody_sees_fail_with_value_and_threshold(tmp_path) -> None:
    fewer = found("rows_written_are_rows_ranked", tmp_path, DATABASE, rows=59)
    hidden = found("view_movies_shows_them", tmp_path, DATABASE, shown=58)

    assert not fewer.passed and not hidden.passed
    assert [fewer.metadata[name].value for name in ("value", "threshold")] == [59, 60]
    assert [hidden.metadata[name].value for name in ("value", "threshold")] == [58, 60]
    assert "59 rows in the table" in str(fewer.description) and "58 of 60" in str(hidden.description)
