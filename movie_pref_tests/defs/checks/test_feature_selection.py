"""The checks of the selection: each is seen to fail, and those that block pass on what a run leaves."""

import pytest

from movie_pref.defs.checks import feature_selection as checks
from movie_pref_tests.defs.checks.wrong_input import State, Wrong, blocking, checked

WRONG_INPUT = {
    "a dropped feature that came back": Wrong(
        ("training_table", "selection_is_enforced"), lambda state: state.resolve("runtime", "drop")
    ),
    "a kept feature that is missing": Wrong(
        ("training_table", "selection_is_enforced"),
        lambda state: state.frames.update(training_table=state.frames["training_table"].drop(columns="runtime_norm")),
    ),
}


@pytest.mark.parametrize("what", WRONG_INPUT)
def test_check_fails_on_wrong_input(what: str, state: State) -> None:
    state.fails_on(WRONG_INPUT[what])


@pytest.mark.parametrize("key", blocking(checks), ids=".".join)
def test_blocking_check_passes_on_what_a_run_leaves(key: tuple[str, str], state: State) -> None:
    assert state.judge(key).passed


def test_every_check_is_seen_to_fail() -> None:
    assert {wrong.check for wrong in WRONG_INPUT.values()} == checked(checks)
