"""The services of deploy/compose.yaml as processes of this machine: the same commands, environment and health checks."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PATIENCE = 240.0  # seconds in all for what happens by itself; nothing is judged by it


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


class Service:
    """One service, started again whenever it ends, as `restart: always` has it; a session of its own stands for its container.

    Parameters
    ----------
    here
        What stands in this machine's place of each text in the file: addresses, ports, paths.
    more
        Environment beside the file's.
    """

    def __init__(self, name: str, folder: Path, here: dict[str, str], more: dict[str, str]) -> None:
        self.name, self.here = name, here
        found = compose()["services"][name]
        assert found["restart"] == "always"
        self.command = ["sh", str(DEPLOY / "entrypoint.sh"), *map(self._here, found["command"])]
        given = {key: self._here(value) for key, value in found["environment"].items() if value is not None}
        own = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PGPASSFILE": str(folder / f".pgpass-{name}"),
        }
        self.environment = {**_nothing_set(), **given, **more, **own}
        self.check = [self._here(word) for word in found["healthcheck"]["test"][1:]]
        self.folder, self.log = folder, folder / f"{name}.log"
        self.starts, self._ending = 0, False
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _here(self, text: str) -> str:
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def _keep(self) -> None:
        while not self._ending:
            with self.log.open("a") as log:
                self._process = subprocess.Popen(
                    self.command, env=self.environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
                )
            self.starts += 1
            self._process.wait()

    def kill(self) -> None:
        """End it with all that it started, as kill -9 of a container does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        self._ending = True
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._keeper.join(timeout=10)

    def is_healthy(self) -> bool:
        """What the file's health check says."""
        found = subprocess.run(self.check, env=self.environment, cwd=self.folder, capture_output=True, check=False)
        return found.returncode == 0

    def until_healthy(self) -> None:
        # to ask is a process that imports Dagster, a third of what the start costs
        until(self.is_healthy, lambda: f"{self.name} is healthy:\n{self.log.read_text()[-3000:]}", every=2.0)


def until(what: Any, why: Any, every: float = 0.5) -> Any:
    """Wait until something is so, which is asked again after so many seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(every)
    raise AssertionError(f"still waiting until {why() if callable(why) else why}")


def _nothing_set() -> dict[str, str]:
    names = ("MOVIE_PREF_", "DAGSTER_", "PG", "POSTGRES_", "AWS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(names)}
