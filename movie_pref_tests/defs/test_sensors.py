"""When a retrain starts by itself: the sensor on a real Dagster instance, tick by tick, and the schedules."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

import movie_pref.defs.sensors
from movie_pref.commands.runs import labels_not_learnt
from movie_pref.definitions import build_defs
from movie_pref.defs.resources import settings_resource
from movie_pref.defs.run_history import BY_HAND, CHAMPION, DEAD_AFTER
from movie_pref.defs.schedules import nightly_score, weekly_retrain
from movie_pref.labels.retraining import LABELS_TAG, LIBRARY_TAG, in_words
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings

Status = dg.DagsterRunStatus
HOUR = 3600.0


class House:
    """A data folder with a library, its label store, and the sensor with its cursor between ticks."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance, movies: pd.DataFrame) -> None:
        self.settings = load_settings(data=folder)
        self.store = LabelStore(self.settings.label_store_url)
        self.instance = instance
        self.cursor: str | None = None
        self.late = 0.0  # how far the clock is ahead
        self.given = 0
        movies.to_parquet(self.settings.library_path)

    def label(self, count: int = 1, **how: Any) -> None:
        for _ in range(count):
            self.given += 1
            self.store.record(f"tt{self.given:07d}", "would_watch", **how)

    def tick(self) -> dg.SensorResult:
        """One tick; what it requests is not started yet."""
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"settings": self.settings}
        ) as context:
            found = movie_pref.defs.sensors.new_labels(context)
        assert isinstance(found, dg.SensorResult)
        self.cursor = found.cursor
        return found

    def says(self) -> str:
        found = self.tick()
        assert not found.run_requests
        return found.skip_reason.skip_message or ""

    def request(self) -> dg.RunRequest:
        requests = self.tick().run_requests
        assert requests is not None and len(requests) == 1
        return requests[0]

    def run(self, job: str = "retrain", status: Status = Status.SUCCESS, **options: Any) -> dg.DagsterRun:
        """A run in the history, as the daemon makes one of a request."""
        run = self.instance.create_run_for_job(
            dg.job(name="stand_in")(lambda: None), tags=options.pop("tags", {}), status=Status.NOT_STARTED
        )
        self.instance.delete_run(run.run_id)
        made = run._replace(job_name=job, status=status, **options)
        self.instance.add_run(made)
        return made

    def end(self, run: dg.DagsterRun, status: Status) -> None:
        self.instance.delete_run(run.run_id)
        self.instance.add_run(run._replace(status=status))


@pytest.fixture
def house(
    request: pytest.FixtureRequest, tmp_path: Path, movies: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """With a history in memory, or on disk where the test asks for it (a schedule's context takes no other)."""
    on_disk = getattr(request, "param", "") == "on disk"
    with dg.DagsterInstance.local_temp() if on_disk else dg.DagsterInstance.ephemeral() as instance:
        found = House(tmp_path, instance, movies)
        real = time.time
        monkeypatch.setattr(movie_pref.defs.sensors.time, "time", lambda: real() + found.late)
        yield found
        found.store.close()


def test_without_labels_it_waits_and_says_so(house: House) -> None:
    assert house.says() == "no new labels"
    house.label(20, set_by="machine")
    assert house.says() == "no new labels"


def test_one_below_the_batch_waits_and_says_for_what(house: House) -> None:
    house.label(9)
    house.late = 2.5 * HOUR
    assert house.says() == "9 of 10 new labels; the oldest waits since 2 h"


def test_the_batch_starts_one_retrain_and_never_a_second_for_the_same_labels(house: House) -> None:
    house.label(10)
    request = house.request()
    assert request.run_key is None
    assert request.tags[LABELS_TAG].startswith("10:")
    assert "was started" in house.says()
    run = house.run(status=Status.STARTED, tags=request.tags)
    assert "has not ended" in house.says()
    house.end(run, Status.SUCCESS)
    assert house.says() == "no new labels"
    house.label(9)
    assert house.says().startswith("9 of 10 new labels")
    house.label(1)
    assert house.request().tags[LABELS_TAG].startswith("20:")


def test_a_label_that_waits_longer_than_a_day_starts_a_retrain_alone(house: House) -> None:
    house.label(1)
    house.late = 23.9 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 23 h"
    house.late = 24.1 * HOUR
    assert "1 of 10" in house.request().tags["movie_pref/because"]


@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
@pytest.mark.parametrize("job", ["retrain", "pipeline"])
def test_while_a_training_runs_it_waits(house: House, job: str, status: str) -> None:
    house.label(10)
    run = house.run(job, Status[status])
    assert house.says().startswith(f"{job} {run.run_id[:8]}, started")
    house.end(run, Status.FAILURE)
    assert house.request()


def test_a_run_that_trains_nothing_is_neither_waited_for_nor_has_it_learnt(house: House) -> None:
    house.label(10)
    house.run("score", Status.STARTED)
    house.run("pipeline", Status.STARTED, asset_selection=frozenset({dg.AssetKey("raw_training")}))
    house.run("pipeline", Status.SUCCESS, asset_selection=frozenset({dg.AssetKey("raw_training")}))
    assert house.request()


def test_a_training_that_was_started_by_hand_has_learnt_too(house: House) -> None:
    house.label(10)
    tags = house.request().tags
    house.run(BY_HAND, tags=tags, asset_selection=frozenset({dg.AssetKey("raw_training"), CHAMPION}))
    house.cursor = None
    assert house.says() == "no new labels"


def test_after_a_failed_retrain_the_next_label_starts_another_with_all_of_them(house: House) -> None:
    house.label(10)
    house.run(status=Status.FAILURE, tags=house.request().tags)
    for _ in range(2):
        assert "did not succeed: the next label" in house.says()
        assert "10 of 10 new labels" in house.says()
    house.label(1)
    assert house.request().tags["movie_pref/because"].startswith("11 of 10")


def test_after_a_restart_with_or_without_its_cursor_it_goes_on_where_it_was(house: House) -> None:
    house.label(10)
    run = house.run(tags=house.request().tags, status=Status.FAILURE)
    house.cursor = None
    assert "did not succeed" in house.says()
    house.end(run, Status.SUCCESS)
    house.cursor = None
    assert house.says() == "no new labels"
    house.label(3)
    house.cursor = None
    assert house.says().startswith("3 of 10")


def test_a_clock_that_is_set_back_neither_breaks_it_nor_stops_the_waiting(house: House) -> None:
    house.label(1)
    house.late = -400 * 24 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 0 s"
    house.late += 20 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 20 h"
    house.late += 5 * HOUR
    assert house.request()
    house.run(status=Status.STARTED)
    house.label(20)
    assert "has not ended" in house.says()


def test_a_clock_that_is_set_back_between_two_trainings_does_not_confuse_their_order(house: House) -> None:
    house.label(10)
    house.run(tags=house.request().tags)
    house.late = -400 * 24 * HOUR
    house.label(10)
    house.run(tags=house.request().tags)
    assert house.says() == "no new labels"


def test_another_content_of_the_library_starts_a_retrain_once(house: House, movies: pd.DataFrame) -> None:
    assert house.says() == "no new labels"
    movies.head(290).to_parquet(house.settings.library_path)
    request = house.request()
    assert request.tags["movie_pref/because"] == "the library file has changed"
    assert house.says()
    house.run(tags=request.tags)
    assert house.says() == "no new labels"
    os.utime(house.settings.library_path, ns=(1, 1))
    assert house.request().tags[LIBRARY_TAG].endswith("|1")


def test_a_library_that_was_never_seen_before_is_no_change_and_a_missing_one_starts_nothing(house: House) -> None:
    house.label(10)
    house.settings.library_path.unlink()
    assert "there is no library" in house.says()


def test_what_was_undone_is_no_new_label_and_undoing_a_learnt_one_is(house: House) -> None:
    house.label(10)
    house.store.undo("tt0000010")
    assert house.says().startswith("9 of 10")
    house.label(1)
    house.run(tags=house.request().tags)
    house.store.undo("tt0000001")
    assert house.says().startswith("1 of 10")


def test_a_label_store_that_was_made_anew_is_learnt_from_the_start(house: House) -> None:
    house.label(10)
    house.run(tags=house.request().tags)
    house.store.close()
    for file in house.settings.data.glob("labels.sqlite*"):
        file.unlink()
    house.store = LabelStore(house.settings.label_store_url)
    house.label(4)
    assert house.says().startswith("4 of 10")


def test_a_run_whose_machine_was_switched_off_is_not_waited_for_for_ever(house: House) -> None:
    house.label(10)
    house.run(status=Status.STARTED)
    assert "has not ended" in house.says()
    house.late = DEAD_AFTER + 60
    assert house.request()


def test_the_batch_and_the_hours_are_settings(house: House) -> None:
    house.settings = load_settings(data=house.settings.data, retrain_labels=2, retrain_hours=1)
    house.label(1)
    assert house.says().startswith("1 of 2")
    house.late = 1.1 * HOUR
    assert house.request()


def test_the_command_counts_as_the_sensor_does_before_there_is_a_history(house: House) -> None:
    house.label(3)
    assert labels_not_learnt(house.settings).movies == 3


def test_a_training_notes_on_its_run_what_it_has_read(house: House) -> None:
    house.label(2)
    house.store.record("tt0000001", "would_not_watch", set_by="machine")
    job = build_defs({"settings": settings_resource(house.settings)}).resolve_job_def("retrain")
    done = job.execute_in_process(instance=house.instance, asset_selection=[dg.AssetKey("raw_training")])
    run = house.instance.get_run_by_id(done.run_id)
    assert run is not None and run.tags[LABELS_TAG].startswith("2:")
    assert run.tags[LIBRARY_TAG].startswith(str(house.settings.library_path.resolve()))


# schedules and wiring


@pytest.mark.parametrize("house", ["on disk"], indirect=True)
@pytest.mark.parametrize("schedule", [weekly_retrain, nightly_score])
def test_a_schedule_starts_its_job_unless_a_training_runs_or_there_is_nothing_to_do(house: House, schedule) -> None:
    def tick() -> Any:
        with dg.build_schedule_context(instance=house.instance, resources={"settings": house.settings}) as context:
            return schedule(context)

    if schedule is nightly_score:
        assert "no champion" in tick().skip_message
        (house.settings.data / "model").mkdir()
        (house.settings.data / "model" / "champion.json").write_text("{}")
    assert isinstance(tick(), dg.RunRequest)
    house.run("pipeline", Status.STARTED)
    assert "pipeline" in tick().skip_message
    if schedule is weekly_retrain:
        house.settings.library_path.unlink()
        assert "no library" in tick().skip_message


def test_everything_is_on_by_default() -> None:
    repository = build_defs().get_repository_def()
    (sensor,) = repository.sensor_defs
    assert (sensor.name, sensor.job_name) == ("new_labels", "retrain")
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    found = {schedule.name: (schedule.job_name, schedule.cron_schedule) for schedule in repository.schedule_defs}
    assert found == {"weekly_retrain": ("retrain", "0 3 * * 0"), "nightly_score": ("score", "30 4 * * *")}
    assert {schedule.default_status for schedule in repository.schedule_defs} == {dg.DefaultScheduleStatus.RUNNING}


def test_the_champion_and_the_ranking_have_to_be_fresh() -> None:
    specs = {spec.key.to_user_string(): spec for spec in build_defs().resolve_all_asset_specs()}
    fresh = {name for name, spec in specs.items() if spec.freshness_policy is not None}
    assert fresh == {"champion_model", "scored_candidates"}


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0 s"), (59, "59 s"), (3599, "59 min"), (7200, "2 h"), (3 * 86400, "3 days")]
)
def test_a_length_of_time_is_said_in_one_unit(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
