"""Label stores: on both databases, and a local one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from movie_pref.labels.store import LabelStore


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of a store that nobody has used."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'labels.sqlite'}"
    import sqlalchemy as sa

    address = request.getfixturevalue("postgres").replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for table in ("label_events", "label_sequence"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    engine.dispose()
    return address


@pytest.fixture
def store(url: str) -> Iterator[LabelStore]:
    with LabelStore(url) as opened:
        yield opened


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LabelStore]:
    with LabelStore(f"sqlite:///{tmp_path / 'labels.sqlite'}") as opened:
        yield opened


@pytest.fixture
def counts() -> Callable[[LabelStore], dict[str, str]]:
    """The label that counts of each movie."""
    return lambda store: dict(store.effective().set_index("imdb_id")["label"])
