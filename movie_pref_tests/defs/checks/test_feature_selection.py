"""The checks of the selection: each is seen to fail, a threshold warns only of what was overruled."""

from typing import Any

import dagster as dg
import pytest

from movie_pref.analysis.ledger import Cause, entry, ledger
from movie_pref.analysis.nodes import ADVICE, QUESTIONS, TESTED
from movie_pref.defs.checks import feature_selection as checks
from movie_pref.defs.checks.feature_selection import guard_withheld_nothing, threshold_verdict
from movie_pref.settings import load_settings
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


WITH = {"statistic": "some_statistic", "value": 3.0, "threshold": 2.0, "n": 100}


def breach(asset: str, feature: str = "runtime", **changes: Any) -> dict[str, Any]:
    verdict, cause = ("keep", Cause.NOT_GENERALLY_NORMAL) if asset == "normality" else ("drop", Cause.REDUNDANT)
    return entry(
        "panel", asset, feature, "continuous", **{"verdict": verdict, "cause": cause, "reason": "", **WITH, **changes}
    )


def last_word(verdict: str, cause: Cause, feature: str = "runtime") -> dict[str, Any]:
    return entry("feature_selection", "selected_features", feature, "continuous", verdict, cause, "for some reason")


@pytest.mark.parametrize("asset", sorted(TESTED))
def test_a_threshold_warns_of_a_breach_that_was_overruled_and_passes_without_a_breach(asset: str) -> None:
    pinned = last_word("keep", Cause.PINNED_KEEP)
    found = threshold_verdict(asset, ledger([breach(asset), pinned]), load_settings())
    assert found.passed == (asset in (*QUESTIONS, *ADVICE)) and found.severity == dg.AssetCheckSeverity.WARN
    assert "runtime" in str(found.description) and "3" in str(found.description) and "2" in str(found.description)
    assert {name: found.metadata[name].value for name in ("value", "threshold")} == {"value": 3.0, "threshold": 2.0}
    kept = breach(asset, verdict="keep", cause=Cause.PASSES, applied=True)
    assert threshold_verdict(asset, ledger([kept, pinned]), load_settings()).passed


@pytest.mark.parametrize("asset", sorted(TESTED))
def test_a_breach_that_was_applied_passes_and_says_what_was_dropped(asset: str) -> None:
    rows = ledger([breach(asset, applied=True), last_word("drop", Cause.REDUNDANT)])
    found = threshold_verdict(asset, rows, load_settings())
    assert found.passed
    assert asset in QUESTIONS or "1 dropped (runtime)" in str(found.description)


def test_a_withheld_drop_is_a_warning_with_its_cost() -> None:
    def judged(cause: Cause) -> dg.AssetCheckResult:
        reason = "r = 0.9; removing runtime costs +0.0200 ± 0.0100"
        final = entry("feature_selection", "selected_features", "runtime", "continuous", "keep", cause, reason)
        found = guard_withheld_nothing(settings=load_settings(), selected_features=ledger([final]))
        assert isinstance(found, dg.AssetCheckResult)
        return found

    withheld = judged(Cause.WITHHELD_BY_GUARD)
    assert not withheld.passed and withheld.severity == dg.AssetCheckSeverity.WARN
    assert "+0.0200" in str(withheld.description)
    assert judged(Cause.PASSES).passed
