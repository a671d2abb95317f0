"""Checks that are one step of a run: each stands alone in what it says, may be run alone, and blocks or not as it says."""

from typing import Any

import dagster as dg
import pytest

from movie_pref.definitions import build_defs
from movie_pref.defs.decorators import BAD_INPUT, as_step, check
from movie_pref.errors import UserError
from movie_pref_tests.defs.graph import CHECKS


@dg.asset(io_manager_key="data_folder")
def one() -> int:
    return 1


@dg.asset(io_manager_key="data_folder")
def two(one: int) -> int:
    return one + 1


@check("one")
def is_small(one: int) -> dg.AssetCheckResult:
    """It is small."""
    return dg.AssetCheckResult(passed=one < 10, metadata={"value": one}, description=f"{one} of 10")


@check("one", "two")
def is_less_than_the_next(one: int, two: int) -> dg.AssetCheckResult:
    """It is less than two."""
    return dg.AssetCheckResult(passed=two < one, severity=dg.AssetCheckSeverity.WARN)


@check("one")
def cannot_be_judged(one: int) -> dg.AssetCheckResult:
    """It is not judged."""
    raise UserError(f"{one} is no number that can be judged: give another.")


@check("one")
def is_broken(one: int) -> dg.AssetCheckResult:
    """It divides by zero."""
    return dg.AssetCheckResult(passed=bool(one / 0))


@check("one", blocking=True)
def is_large(one: int) -> dg.AssetCheckResult:
    """It is large."""
    return dg.AssetCheckResult(passed=one > 10)


@check("one", blocking=True)
def is_there(one: int) -> dg.AssetCheckResult:
    """It is there."""
    return dg.AssetCheckResult(passed=one is not None)


def run(*steps: dg.AssetChecksDefinition, only: dg.AssetSelection | None = None) -> dg.ExecuteInProcessResult:
    """The two assets with steps of checks; or only what is selected."""
    definitions = dg.Definitions(
        [one, two],
        asset_checks=steps,
        jobs=[dg.define_asset_job("job", selection=only or dg.AssetSelection.all())],
        resources={"data_folder": MEMORY},
        executor=dg.in_process_executor,
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def("job").execute_in_process(instance=instance, raise_on_error=False)


class _Memory(dg.IOManager):
    def __init__(self) -> None:
        self.kept: dict[dg.AssetKey, Any] = {}

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        self.kept[context.asset_key] = obj

    def load_input(self, context: dg.InputContext) -> Any:
        return self.kept[context.asset_key]


MEMORY = _Memory()


def found(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {one.check_name: one.passed for one in result.get_asset_check_evaluations()}


def made(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}


def failures(result: dg.ExecuteInProcessResult) -> dict[str | None, Any]:
    return {
        event.step_key: event.step_failure_data
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.STEP_FAILURE
    }


def test_each_check_of_a_step_says_its_own() -> None:
    result = run(as_step("one_checks", [is_small, is_less_than_the_next]))
    assert result.success
    small, less = result.get_asset_check_evaluations()
    assert (small.check_name, small.passed, small.description) == ("is_small", True, "1 of 10")
    assert small.metadata == {"value": dg.MetadataValue.int(1)} and small.severity == dg.AssetCheckSeverity.ERROR
    assert (less.check_name, less.passed, less.severity) == (
        "is_less_than_the_next",
        False,
        dg.AssetCheckSeverity.WARN,
    )
    assert {small.asset_key, less.asset_key} == {dg.AssetKey("one")}


@pytest.mark.parametrize("alone", [is_small, is_less_than_the_next])
def test_a_check_of_a_step_is_run_alone(alone: Any) -> None:
    step = as_step("one_checks", [is_small, is_less_than_the_next])
    assert run(step).success
    result = run(step, only=dg.AssetSelection.checks(alone.spec.key))
    assert list(found(result)) == [alone.spec.name] and made(result) == set()


def test_a_check_that_blocks_stops_what_comes_after_and_one_beside_it_is_told() -> None:
    result = run(as_step("one_blocking_checks", [is_large, is_there]))
    assert found(result) == {"is_large": False, "is_there": True}
    assert made(result) == {"one"} and not result.success


def test_one_that_does_not_block_stops_nothing_not_even_where_it_cannot_judge() -> None:
    result = run(as_step("one_checks", [cannot_be_judged, is_broken, is_small]))
    assert found(result) == {"is_small": True} and made(result) == {"one", "two"}
    (failure,) = failures(result).values()
    assert failure.user_failure_data.description == "1 is no number that can be judged: give another."
    assert failure.user_failure_data.metadata["cause"].value == BAD_INPUT


def test_a_mistake_of_ours_in_a_check_is_told_with_the_place_of_it() -> None:
    result = run(as_step("one_checks", [is_small, is_broken]))
    assert found(result) == {"is_small": True}
    (failure,) = failures(result).values()
    assert "division by zero" in str(failure.error.cause) and "is_broken" in str(failure.error.cause)


def test_a_step_of_the_project_blocks_with_all_its_checks_or_with_none() -> None:
    steps = [
        {CHECKS[key.asset_key.to_user_string(), key.name] for key in step.check_keys}
        for step in build_defs().asset_checks or []
        if all((key.asset_key.to_user_string(), key.name) in CHECKS for key in step.check_keys)
    ]
    assert len(steps) > 10 and all(len(blocks) == 1 for blocks in steps)


def test_every_check_of_the_project_may_be_run_alone() -> None:
    graph = build_defs().resolve_asset_graph()
    assert [key for key in graph.asset_check_keys if graph.get_execution_set_asset_and_check_keys(key) != {key}] == []
