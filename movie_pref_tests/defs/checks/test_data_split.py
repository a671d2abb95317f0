"""The checks of the split: each is seen to fail, and those that block pass on what a run leaves."""

import pytest

from movie_pref.defs.checks import data_split as checks
from movie_pref_tests.defs.checks.wrong_input import State, Wrong, blocking, checked


def _leave_a_partition_without_liked(state: State) -> None:
    split = state.frames["data_split"]
    state.change("data_split", label=split["label"].where(split["partition"] != "holdout", 0))


WRONG_INPUT = {
    "a movie twice": Wrong(("data_split", "no_movie_in_two_partitions"), lambda state: state.repeat_row("data_split")),
    "no liked movie held out": Wrong(("data_split", "positives_in_each_partition"), _leave_a_partition_without_liked),
    "no holdout at all": Wrong(
        ("data_split", "positives_in_each_partition"),
        lambda state: state.frames.update(data_split=state.frames["data_split"].query("partition != 'holdout'")),
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
