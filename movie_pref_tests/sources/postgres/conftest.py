"""A library in PostgreSQL: 40 labelled movies, 20 without a label."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.sources.postgres.atp import Atp


@pytest.fixture
def atp(postgres: str, unchanging_movies: pd.DataFrame) -> Atp:
    """The database; movies 1 to 40 have a reviewed label that a person gave, 41 to 60 none."""
    made = Atp(postgres)
    rows = unchanging_movies.head(60).assign(reviewed=lambda movies: movies.index < 40)
    rows["human_labeled"] = rows["reviewed"]
    rows["label"] = rows["label"].astype(object).where(rows["reviewed"], None)
    made.fill(rows)
    return made


@pytest.fixture
def settings(atp: Atp, tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path / "data", library=atp.address)


@pytest.fixture
def store(settings: Settings) -> Iterator[LabelStore]:
    with LabelStore(settings.label_store_url) as opened:
        yield opened
