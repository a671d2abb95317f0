"""A schedule starts its job unless there is a reason not to."""

from typing import Any

import dagster as dg
import pytest

from movie_pref.defs.schedules import nightly_score, weekly_retrain
from movie_pref_tests.defs.house import House, Status


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
