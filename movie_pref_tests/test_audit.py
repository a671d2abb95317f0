"""The audit of the dependencies, with a pip-audit that answers as the real one does."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from movie_pref_tests.audit import NOT_AUDITED, audit

LOCK = "numpy==2.3.0 \\\n    --hash=sha256:aa\nrequests==2.32.5 \\\n    --hash=sha256:bb\nzict==3.0.0 \\\n    --hash=sha256:cc\n"
SOUND = [{"name": name, "version": "1", "vulns": []} for name in ("numpy", "requests")]
SKIPPED = [{"name": "zict", "skip_reason": "Dependency not found on PyPI"}]
BAD = {"name": "numpy", "version": "2.3.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.3.1"]}]}


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """Audits with a pip-audit that says this; `asked` has the file that each call was given."""

    def run(says: str, exits: int = 0) -> Any:
        script = "import pathlib, sys; log = pathlib.Path({log!r}); log.open('a').write(pathlib.Path(sys.argv[2]).read_text() + '|'); print({says!r}); sys.exit({exits})"
        code = script.format(log=str(tmp_path / "asked"), says=says, exits=exits)
        (tmp_path / "requirements.lock").write_text(LOCK)
        return audit(tmp_path / "requirements.lock", tmp_path / "stamp", (sys.executable, "-c", code))

    return run


def test_sound_dependencies_are_asked_for_once_a_day(told: Any, tmp_path: Path) -> None:
    says = json.dumps({"dependencies": SOUND + SKIPPED})
    assert told(says) == ("2 dependencies have no known vulnerability; 1 are not known to the registry.", 0)
    assert (tmp_path / "asked").read_text().split("|")[:2] == ["requests==2.32.5 \\\n    --hash=sha256:bb\n", LOCK]
    assert told(says) == ("The dependencies were audited today.", 0)
    assert (tmp_path / "asked").read_text().count("|") == 2


def test_a_known_vulnerability_fails_and_is_asked_for_again(told: Any, tmp_path: Path) -> None:
    found = told(json.dumps({"dependencies": [*SOUND, BAD]}), exits=1)
    assert found.code == 1 and "numpy 2.3.0: CVE-1 (mended in 2.3.1)" in found.says
    assert not (tmp_path / "stamp").exists()


@pytest.mark.parametrize(
    "says", ["", "no JSON", "{}", json.dumps({"dependencies": SKIPPED}), json.dumps({"dependencies": []})]
)
def test_where_the_registry_does_not_answer_nothing_is_audited_and_nothing_fails(
    told: Any, tmp_path: Path, says: str
) -> None:
    assert told(says, exits=1) == (NOT_AUDITED, 0)
    assert (tmp_path / "asked").read_text().count("|") == 1 and not (tmp_path / "stamp").exists()


def test_without_pip_audit_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK)
    assert audit(tmp_path / "lock", tmp_path / "stamp", ("no such command",)).says == NOT_AUDITED
