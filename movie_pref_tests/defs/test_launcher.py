"""What the deployment's launcher says of a run that its code server does not answer for."""

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._core.test_utils import create_run_for_test

from movie_pref.defs.launcher import AttentiveRunLauncher
from movie_pref_tests.review.test_learning_by_itself import free_port


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


@pytest.mark.parametrize("tags", [{}, {GRPC_INFO_TAG: f'{{"host": "127.0.0.1", "port": {free_port()}}}'}])
def test_nothing_is_ended_as_long_as_the_code_server_is_away(
    instance: dg.DagsterInstance, tags: dict[str, str]
) -> None:
    launcher = AttentiveRunLauncher()
    launcher.register_instance(instance)
    run = create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED, tags=tags)
    assert launcher.supports_check_run_worker_health
    assert launcher.check_run_worker_health(run).status == WorkerStatus.RUNNING
