"""The demonstration library, to draw."""

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return demo_library()[0]


@pytest.fixture(scope="module")
def liked(demo) -> pd.Series:
    return demo["label"].eq("would_watch")
