"""Dagster's history goes from SQLite files to a real PostgreSQL server and back, and is the same."""

import dagster as dg
import pytest
from dagster import DagsterInstance
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    SensorInstigatorData,
    TickData,
    TickStatus,
)

from movie_pref.defs.history_copy import Copied, copy_history, open_storage
from movie_pref.errors import UserError

pytest.importorskip("dagster_postgres")


@dg.asset
def movies(context: dg.AssetExecutionContext) -> None:
    context.add_output_metadata({"rows": 7})


@dg.asset_check(asset=movies)
def enough() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, metadata={"value": 7, "threshold": 10})


@dg.asset
def broken(movies) -> None:  # type: ignore[no-untyped-def]
    raise ValueError("it broke")


@pytest.fixture
def home(tmp_path) -> str:
    """A folder with the history of two runs, one of which failed, and a sensor that ticked twice."""
    (tmp_path / "old").mkdir()
    with DagsterInstance.local_temp(str(tmp_path / "old")) as instance:
        defs = dg.Definitions([movies, broken], asset_checks=[enough])
        job = defs.resolve_implicit_global_asset_job_def()
        for _ in range(2):
            job.execute_in_process(instance=instance, raise_on_error=False, tags={"movie_pref/labels": "3:abc"})
        origin = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("movie_pref.definitions"), "__repository__")
        sensor = RemoteInstigatorOrigin(origin, "new_labels")
        data = SensorInstigatorData(cursor='{"oldest": 3}', last_tick_timestamp=1_700_000_030.0)
        instance.add_instigator_state(InstigatorState(sensor, InstigatorType.SENSOR, InstigatorStatus.RUNNING, data))
        for second in (0, 30):
            instance.create_tick(
                TickData(
                    sensor.get_id(), "new_labels", InstigatorType.SENSOR, TickStatus.SKIPPED, 1_700_000_000.0 + second,
                    skip_reason="3 of 10 new labels", selector_id=sensor.get_selector().get_id(),
                )
            )  # fmt: skip
    return str(tmp_path / "old")


def seen(storage) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """What the UI shows of a history."""
    records = storage.run_storage.get_run_records(ascending=True)
    runs = [(one.dagster_run, one.create_timestamp.timestamp(), one.start_time, one.end_time) for one in records]
    logs = {
        one.dagster_run.run_id: storage.event_log_storage.get_logs_for_run(one.dagster_run.run_id) for one in records
    }
    assets = {
        one.asset_entry.asset_key: one.asset_entry.last_materialization
        for one in storage.event_log_storage.get_asset_records()
    }
    key = dg.AssetCheckKey(dg.AssetKey("movies"), "enough")
    checks = [
        (one.run_id, one.status, one.event.dagster_event)
        for one in storage.event_log_storage.get_asset_check_execution_history(key, limit=9)
    ]
    sensors = [
        (
            state,
            [
                tick.tick_data
                for tick in storage.schedule_storage.get_ticks(state.instigator_origin_id, state.selector_id)
            ],
        )
        for state in storage.schedule_storage.all_instigator_state()
    ]
    return {"runs": runs, "logs": logs, "assets": assets, "checks": checks, "sensors": sensors}


def test_there_and_back_again(home: str, empty_database: str, tmp_path) -> None:
    with open_storage(home) as old, open_storage(empty_database) as new, open_storage(str(tmp_path / "back")) as back:
        counted = copy_history(old, new, write=False)
        assert counted.runs == counted.runs_new == 2 and counted.events == counted.events_new > 20
        assert counted.ticks == counted.ticks_new == 2
        assert new.run_storage.get_runs_count() == 0

        assert copy_history(old, new, write=True) == counted
        assert seen(new) == seen(old)
        again = copy_history(old, new, write=True)
        assert (again.runs_new, again.events_new, again.ticks_new) == (0, 0, 0)

        copy_history(new, back, write=True)
        assert seen(back) == seen(old)


def test_a_copy_that_was_cut_off_goes_on(home: str, empty_database: str) -> None:
    with open_storage(home) as old, open_storage(empty_database) as new:
        stored = new.event_log_storage.store_event
        calls = []

        def cut_off(event) -> None:  # type: ignore[no-untyped-def]
            calls.append(event)
            if len(calls) == 12:
                raise KeyboardInterrupt
            stored(event)

        new.event_log_storage.store_event = cut_off
        with pytest.raises(KeyboardInterrupt):
            copy_history(old, new, write=True)
        new.event_log_storage.store_event = stored
        rest = copy_history(old, new, write=True)
        assert rest.runs_new == 1 and 0 < rest.events_new < rest.events
        assert seen(new) == seen(old)


def test_an_address_with_a_password_and_one_where_nobody_answers(tmp_path, one_sentence) -> None:
    with pytest.raises(UserError) as caught, open_storage("postgresql://me:secret@host/dagster"):
        pass
    assert "secret" not in one_sentence(caught, "~/.pgpass")
    with pytest.raises(UserError) as caught, open_storage(f"postgresql://me@/dagster?host={tmp_path}"):
        pass
    one_sentence(caught, "postgresql://me@host/dagster")


def test_nothing_is_counted_of_nothing(tmp_path) -> None:
    with open_storage(str(tmp_path / "one")) as one, open_storage(str(tmp_path / "other")) as other:
        assert copy_history(one, other, write=True) == Copied()
