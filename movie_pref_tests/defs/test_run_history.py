"""Which runs of the past have learnt what, and which are waited for."""

import subprocess
import sys

import dagster as dg
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.definitions import build_defs
from movie_pref.defs.living_runs import CUT_OFF_TAG, SHOWS_LIFE_WITHIN
from movie_pref.defs.resources import settings_resource
from movie_pref.defs.run_history import BY_HAND, CHAMPION, DEAD_AFTER
from movie_pref.labels.retraining import LABELS_TAG, LIBRARY_TAG
from movie_pref_tests.defs.house import House, Status


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


@pytest.mark.parametrize("house", ["on disk"], indirect=True)
@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
def test_a_run_that_was_killed_before_it_showed_life_is_waited_for_ten_minutes(house: House, status: str) -> None:
    house.label(10)
    run, elsewhere = house.run(status=Status[status]), another_folder(house, Status[status])
    house.late = SHOWS_LIFE_WITHIN - 60
    assert "has not ended" in house.says()
    house.late = SHOWS_LIFE_WITHIN + 60
    assert elsewhere.run_id[:8] in house.says()
    house.end(elsewhere, Status.SUCCESS)
    assert house.request()
    ended = house.instance.get_run_by_id(run.run_id)
    assert ended is not None and ended.status is Status.FAILURE and CUT_OFF_TAG in ended.tags


def another_folder(house: House, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """A run that the launchpad sent into another data folder."""
    return house.run("pipeline", status, run_config={"resources": {"settings": {"config": {"data": "/elsewhere"}}}})


def test_a_run_that_dagster_watches_over_is_not_waited_for_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(house.instance), "run_monitoring_enabled", True)  # as in a deployment
    house.label(10)
    house.run(status=Status.STARTED)
    house.late = DEAD_AFTER - 60
    assert "has not ended" in house.says()
    house.late = DEAD_AFTER + 60
    assert house.request()


LIVE = """
import sys, time
from pathlib import Path
from movie_pref.files import show_life
show_life(Path(sys.argv[1]))
print("lives", flush=True)
time.sleep(600)
"""


def in_a_process(house: House, run: dg.DagsterRun) -> subprocess.Popen[str]:
    """A process that a run works in."""
    sign = DataFolder(house.settings.data).living_runs / run.run_id
    process = subprocess.Popen([sys.executable, "-c", LIVE, sign], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "lives\n"
    return process


def test_a_run_whose_process_was_killed_is_not_waited_for_and_started_once_more(house: House) -> None:
    house.label(10)
    tags = house.request().tags
    for once_more in (True, False):
        run = house.run(status=Status.STARTED, tags=tags)
        process = in_a_process(house, run)
        assert "has not ended" in house.says()
        process.kill()
        process.communicate()
        if once_more:
            assert house.request().tags[LABELS_TAG] == tags[LABELS_TAG]
        else:
            assert "did not succeed: the next label" in house.says()
        ended = house.instance.get_run_by_id(run.run_id)
        assert ended is not None and ended.status is Status.FAILURE
    house.label(1)
    assert house.request()


def test_a_training_notes_on_its_run_what_it_has_read(house: House) -> None:
    house.label(2)
    house.store.record("tt0000001", "would_not_watch", set_by="machine")
    job = build_defs({"settings": settings_resource(house.settings)}).resolve_job_def("retrain")
    done = job.execute_in_process(instance=house.instance, asset_selection=[dg.AssetKey("raw_training")])
    run = house.instance.get_run_by_id(done.run_id)
    assert run is not None and run.tags[LABELS_TAG].startswith("2:")
    assert run.tags[LIBRARY_TAG].startswith(str(house.settings.library_path.resolve()))
