"""The copy at the end of a run, and a machine whose folder is empty that takes it before one."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.definitions import build_defs
from movie_pref_tests.defs.small_run import Finished, quick_settings
from movie_pref_tests.job_runner import definitions_of, materialize
from movie_pref_tests.object_store.bucket import Server
from movie_pref_tests.object_store.conftest import contents

COPY = "object_store_copy"


@pytest.mark.parametrize("job", ["pipeline", "retrain", "score", "first_guess"])
def test_in_every_job_the_copy_comes_after_all_that_it_copies(job: str) -> None:
    definition = build_defs().resolve_job_def(job)
    made_from = {
        node.name: {found.node for one in inputs.values() for found in one.get_node_dependencies()}
        for node, inputs in definition.graph.dependencies.items()
    }
    before: set[str] = set()
    waiting = [COPY]
    while waiting:
        new = made_from.get(waiting.pop(), set()) - before
        before |= new
        waiting += new
    assets = {key.to_user_string() for key in definition.asset_layer.selected_asset_keys}
    assert assets - before == {COPY}


def test_without_the_setting_nothing_is_done_and_that_is_said(finished: Finished) -> None:
    assert finished.result.made[COPY]["says"] == "nothing was copied: the setting object_store names no place"
    assert not DataFolder(finished.settings.data).copy_state.exists()


def test_a_machine_with_an_empty_folder_ranks_by_the_champion_of_another(
    finished: Finished,
    tmp_path: Path,
    s3: Server,
) -> None:
    first = quick_settings(tmp_path / "first", object_store=s3.address)
    shutil.copytree(finished.settings.data, first.data)
    sent = materialize(first, COPY).made[COPY]
    assert sent["files"] == len(contents(DataFolder(first.data))) > 100
    assert sent["files_sent"] == len({content for content, _ in contents(DataFolder(first.data)).values()})
    assert materialize(first, COPY).made[COPY]["files_sent"] == 0

    second = quick_settings(tmp_path / "second", object_store=s3.address)
    with dg.DagsterInstance.ephemeral() as instance:
        ran = definitions_of(second).resolve_job_def("score").execute_in_process(instance=instance)
    assert ran.success
    (before, after) = (DataFolder(one.data).made("scored_candidates") for one in (first, second))
    assert after.drop(columns="scored_at").equals(before.drop(columns="scored_at"))
    # what the second made is in the copy by now, and the first takes it before its next run
    materialize(first, "candidates")
    assert DataFolder(first.data).made("scored_candidates").equals(after)
