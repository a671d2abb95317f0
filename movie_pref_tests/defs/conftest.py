"""The finished pipeline that the tests of assets and of checks look at."""

import pytest

from movie_pref_tests.defs.small_run import Finished, run_twice
from movie_pref_tests.made_once import made_once


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Two runs on the same input, made once for all files and workers; nothing in it may be changed."""
    return made_once(tmp_path_factory, "pipeline", run_twice)
