"""Whether a dependency of `requirements.lock` has a known vulnerability, as far as the registry answers: a step of `make lint`.

pip-audit asks for each package by name, so one is asked for first: where that is not answered, nothing is audited, which is
said and is no failure. What was audited without a finding is not asked for again on the same day.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

ASKED_FIRST = "requests"
PATIENCE = {"one": 15, "all": 240}  # seconds
NOT_AUDITED = "The registry did not answer: the dependencies are not audited."
COMMAND = (sys.executable, "-m", "pip_audit")


class Found(NamedTuple):
    """What is said at the end, and the exit code: 1 where a dependency is vulnerable."""

    says: str
    code: int = 0


def audit(lock: Path, stamp: Path, command: Sequence[str] = COMMAND) -> Found:
    """Audit a lock file, unless `stamp` says that the same was done today."""
    text = lock.read_text(encoding="utf-8")
    today = f"{datetime.now(UTC):%Y-%m-%d} {hashlib.sha256(text.encode()).hexdigest()}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == today:
        return Found("The dependencies were audited today.")
    first = re.search(rf"^{ASKED_FIRST}==.+?(?=^\S)", text, re.MULTILINE | re.DOTALL)
    if first is None or _answered(_asked(first[0], command, PATIENCE["one"])) == 0:
        return Found(NOT_AUDITED)
    dependencies = _asked(text, command, PATIENCE["all"])
    bad = [f"{one['name']} {one['version']}: {_told(one['vulns'])}" for one in dependencies if one.get("vulns")]
    if bad:
        return Found("Known vulnerabilities (renew what has them with `make lock`):\n  " + "\n  ".join(bad), 1)
    answered = _answered(dependencies)
    if answered == 0:
        return Found(NOT_AUDITED)
    stamp.write_text(today, encoding="utf-8")
    unknown = f"; {len(dependencies) - answered} are not known to the registry" if answered < len(dependencies) else ""
    return Found(f"{answered} dependencies have no known vulnerability{unknown}.")


def _asked(requirements: str, command: Sequence[str], patience: float) -> list[dict[str, Any]]:
    """What pip-audit says of each dependency; nothing where it does not come to an end."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(requirements)
        file.flush()
        options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "5", "--format", "json"]
        try:
            said = subprocess.run(
                [*command, "-r", file.name, *options], capture_output=True, text=True, timeout=patience
            )
            return json.loads(said.stdout)["dependencies"]
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
            return []


def _answered(dependencies: list[dict[str, Any]]) -> int:
    return sum("skip_reason" not in one for one in dependencies)


def _told(vulnerabilities: list[dict[str, Any]]) -> str:
    return ", ".join(
        f"{one['id']} (mended in {', '.join(one['fix_versions']) or 'no version yet'})" for one in vulnerabilities
    )


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    found = audit(root / "requirements.lock", root / ".venv" / ".audited")
    print(found.says)
    sys.exit(found.code)
