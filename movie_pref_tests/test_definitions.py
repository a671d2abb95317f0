"""What is wired up, and how it stands when nobody changed it."""

import dagster as dg

from movie_pref.definitions import build_defs


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
