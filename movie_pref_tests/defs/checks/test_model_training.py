"""The checks of the search and the predictions: each is seen to fail, and those that block pass on what a run leaves."""

import numpy as np
import pytest

from movie_pref.defs.checks import model_training as checks
from movie_pref_tests.defs.checks.wrong_input import WARN, State, Wrong, blocking, checked


def _lose_a_prediction(state: State) -> None:
    values = state.frames["out_of_fold_predictions"]["probability"]
    state.change("out_of_fold_predictions", probability=values.where(values.index > 0))


def _flag_everything(state: State) -> None:
    state.change("out_of_fold_predictions", predicted=1)


def _members_of_noise(state: State) -> None:
    """A committee whose members know nothing, beside a winner that knows all."""
    members, rng = state.frames["member_predictions"], np.random.default_rng(0)
    noise = {name: rng.normal(size=len(members)) for name in ("boosters", "linear")}
    state.change("member_predictions", winner=members["actual"].astype("float64"), **noise)


def _worse_than_the_defaults(state: State) -> None:
    found = state.frames["grid_search_results"]
    scores = [name for name in found if name.endswith("_test_average_precision")]
    state.change("grid_search_results", **dict.fromkeys(scores, 0.2))


def _rising_at_the_end(state: State) -> None:
    depths = np.array([3, 5, 7])
    state.change("grid_search_results", param_max_depth=depths, rank=[3, 2, 1], mean_test_average_precision=depths / 10)


WRONG_INPUT = {
    "a committee that knows nothing": Wrong(
        ("committee", "committee_is_no_worse_than_the_winner"), _members_of_noise, WARN
    ),
    "a threshold that flags everything": Wrong(
        ("out_of_fold_predictions", "flagged_share_is_the_budget"), _flag_everything, WARN
    ),
    "a winner worse than XGBoost's defaults": Wrong(
        ("grid_search_results", "winner_beats_the_defaults"), _worse_than_the_defaults, WARN
    ),
    "a winner at an end where precision still rises": Wrong(
        ("grid_search_results", "winner_is_inside_the_grid"), _rising_at_the_end, WARN
    ),
    "a movie without prediction": Wrong(
        ("out_of_fold_predictions", "every_labelled_movie_predicted_once"), _lose_a_prediction
    ),
    "a movie predicted twice": Wrong(
        ("out_of_fold_predictions", "every_labelled_movie_predicted_once"),
        lambda state: state.repeat_row("out_of_fold_predictions"),
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
