"""The checks of the model: each is seen to fail; none blocks."""

import json
from collections.abc import Callable

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from movie_pref.defs.checks import model_evaluation as checks
from movie_pref.defs.checks.model_evaluation import no_algorithm_is_clearly_better
from movie_pref.evaluation.algorithms import BASELINE
from movie_pref.evaluation.comparison_table import TABLE
from movie_pref_tests.defs.checks.wrong_input import WARN, State, Wrong, checked


def _report(metric: str, value: float, low: float, high: float) -> Callable[[State], None]:
    def corrupt(state: State) -> None:
        frame = state.frames["holdout_report"].set_index("metric")
        frame.loc[metric, ["value", "low", "high"]] = [value, low, high]
        state.frames["holdout_report"] = frame.reset_index()

    return corrupt


def _miss_favourites(state: State) -> None:
    frame = state.frames["holdout_report"]
    row = frame.iloc[[0]].assign(metric="recall_again_at_budget", liked=40, value=0.5, low=0.35, high=0.65)
    state.frames["holdout_report"] = pd.concat([frame, row], ignore_index=True)


def _refuse_the_challenger(state: State) -> None:
    folder = state.settings.data / "model"
    folder.mkdir()
    compared = {"movies": 60, "average_precision": {"difference": -0.3, "low": -0.4, "high": -0.2}}
    pointer = {"champion": "0123456789ab", "decision": "kept", "because": "it is worse", "compared": compared}
    (folder / "champion.json").write_text(json.dumps(pointer))


def _rank_backwards(state: State) -> None:
    state.change("out_of_fold_predictions", probability=1 - state.frames["out_of_fold_predictions"]["probability"])


WRONG_INPUT = {
    "recall below the floor": Wrong(
        ("holdout_report", "recall_reaches_the_floor"), _report("recall_at_0.35", 0.4, 0.3, 0.5)
    ),
    "favourites missed": Wrong(("holdout_report", "would_watch_again_is_found"), _miss_favourites),
    "too much flagged": Wrong(
        ("holdout_report", "flagged_share_within_budget"), _report("flagged_at_0.35", 0.8, 0.7, 0.9)
    ),
    "a ranking worse than one column": Wrong(
        ("holdout_report", "average_precision_above_the_best_column"), _rank_backwards
    ),
    "probabilities that mean something else": Wrong(
        ("holdout_report", "calibration_error_near_its_floor"),
        _report("calibration_error_calibrated", 0.5, 0.5, 0.5),
        WARN,
    ),
    "a challenger that was refused": Wrong(
        ("champion_model", "challenger_took_the_place_of_the_champion"), _refuse_the_challenger, WARN
    ),
    "a rule that covers enough movies and is not learnt": Wrong(
        ("preference_rules", "rules_are_learnt"),
        lambda state: state.change("preference_rules", verdict="not learnt"),
        WARN,
    ),
}


@pytest.mark.parametrize("what", WRONG_INPUT)
def test_check_fails_on_wrong_input(what: str, state: State) -> None:
    state.fails_on(WRONG_INPUT[what])


def test_every_check_is_seen_to_fail() -> None:
    assert {wrong.check for wrong in WRONG_INPUT.values()} == checked(checks)


def test_gates_do_not_block_while_the_interval_allows_doubt(state: State) -> None:
    _report("recall_at_0.35", 0.8, 0.6, 1.0)(state)
    _report("flagged_at_0.35", 0.3, 0.1, 0.4)(state)
    found = state.judge(("holdout_report", "recall_reaches_the_floor"))
    assert not found.passed and found.severity == dg.AssetCheckSeverity.WARN
    assert state.judge(("holdout_report", "flagged_share_within_budget")).passed  # chance puts half of all shares above


def test_rules_that_cover_too_few_movies_do_not_count_against_the_model(state: State) -> None:
    rules = state.frames["preference_rules"]["rule"]
    state.change("preference_rules", verdict=np.where(rules == "foreign", "learnt", "too few movies"))
    found = state.judge(("preference_rules", "rules_are_learnt"))
    assert found.passed
    assert (found.metadata["value"].value, found.metadata["threshold"].value) == (1, 1)
    assert "acclaimed_unseen" in found.metadata["too_few_movies"].value


def table_of(**intervals: tuple[float, float]) -> pd.DataFrame:
    """A comparison with these intervals, beyond doubt where they are clear of zero."""
    rows = [{"algorithm": BASELINE, "difference": 0.0, "low": 0.0, "high": 0.0}, {"algorithm": "TabNet"}]
    rows += [
        {
            "algorithm": name,
            "difference": (low + high) / 2,
            "low": low,
            "high": high,
            "adjusted_p": 0.01 if low > 0 else 0.2 + low,
        }
        for name, (low, high) in intervals.items()
    ]
    return pd.DataFrame(rows, columns=TABLE)


def judged(table: pd.DataFrame) -> dg.AssetCheckResult:
    found = no_algorithm_is_clearly_better(algorithm_comparison=table)
    assert isinstance(found, dg.AssetCheckResult)
    return found


def test_an_algorithm_better_beyond_the_interval_is_a_warning() -> None:
    found = judged(table_of(CatBoost=(0.002, 0.02), LightGBM=(-0.01, 0.03)))
    assert not found.passed and found.severity == dg.AssetCheckSeverity.WARN
    assert "CatBoost +0.011 (+0.002 to +0.020, adjusted p 0.01)" in str(found.description) and "LightGBM" not in str(
        found.description
    )
    assert found.metadata["value"].value == pytest.approx(0.01)
    assert found.metadata["threshold"].value == pytest.approx(0.05)


def test_one_that_may_be_luck_passes_and_the_nearest_is_named() -> None:
    found = judged(table_of(CatBoost=(-0.002, 0.02), LightGBM=(-0.01, 0.03)))
    assert found.passed and "none of 2 other algorithms" in str(found.description)
    assert "LightGBM +0.010 (-0.010 to +0.030, adjusted p 0.19)" in str(found.description)
    assert judged(table_of()).passed
