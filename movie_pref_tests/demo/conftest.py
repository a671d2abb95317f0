"""The demonstration library, made once."""

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library


@pytest.fixture(scope="session", params=[0, 11], ids="seed {}".format)
def frames(request) -> tuple[pd.DataFrame, pd.DataFrame]:
    return demo_library(request.param)


@pytest.fixture(scope="session")
def library(frames) -> pd.DataFrame:
    return frames[0]


@pytest.fixture(scope="session")
def candidates(frames) -> pd.DataFrame:
    return frames[1]
