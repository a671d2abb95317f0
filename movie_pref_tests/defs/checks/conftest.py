"""What a finished run left, for a test to put something wrong in."""

from pathlib import Path

import pytest

from movie_pref_tests.defs.checks.wrong_input import State
from movie_pref_tests.defs.small_run import Finished


@pytest.fixture
def state(finished: Finished, tmp_path: Path) -> State:
    return State(finished, tmp_path)
