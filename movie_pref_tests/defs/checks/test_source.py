"""The checks of what was read: each is seen to fail, and those that block pass on what a run leaves."""

import pandas as pd
import pytest

from movie_pref.defs.checks import source as checks
from movie_pref_tests.defs.checks.wrong_input import WARN, State, Wrong, blocking, checked


def _append_to_library_file(state: State) -> None:
    path = state.settings.library_path
    rows = pd.read_parquet(path)
    pd.concat([rows, rows.head(1)]).to_parquet(path, index=False)


def _reject_a_row(state: State) -> None:
    nothing = {"row_number": [0], "imdb_id": ["x"], "media_title": ["A"], "reason": ["odd"], "row": ["{}"]}
    pd.DataFrame(nothing).to_parquet(state.settings.data / "rejected_rows.parquet", index=False)


def _drift(state: State) -> None:
    state.change("candidates", imdb_votes=5e6)


WRONG_INPUT = {
    "a row more in the file": Wrong(("raw_training", "rows_in_are_kept_or_rejected"), _append_to_library_file),
    "a row lost while reading": Wrong(
        ("raw_training", "rows_in_are_kept_or_rejected"), lambda state: state.drop_row("raw_training")
    ),
    "a rejected row": Wrong(("raw_training", "no_row_rejected"), _reject_a_row, WARN),
    "a candidate lost": Wrong(
        ("candidates", "candidate_rows_are_accounted_for"),
        lambda state: state.frames.update(candidates=state.frames["candidates"].iloc[1:]),
    ),
    "candidates far more popular": Wrong(("candidates", "candidates_resemble_the_library"), _drift, WARN),
}


@pytest.mark.parametrize("what", WRONG_INPUT)
def test_check_fails_on_wrong_input(what: str, state: State) -> None:
    state.fails_on(WRONG_INPUT[what])


@pytest.mark.parametrize("key", blocking(checks), ids=".".join)
def test_blocking_check_passes_on_what_a_run_leaves(key: tuple[str, str], state: State) -> None:
    assert state.judge(key).passed


def test_every_check_is_seen_to_fail() -> None:
    assert {wrong.check for wrong in WRONG_INPUT.values()} == checked(checks)
