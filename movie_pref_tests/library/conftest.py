"""Files that a test writes as it likes."""

import pandas as pd
import pytest


@pytest.fixture
def parquet(tmp_path):
    def write(rows, name="library.parquet"):
        pd.DataFrame(rows).to_parquet(tmp_path / name, index=False)
        return tmp_path / name

    return write


@pytest.fixture
def csv(tmp_path):
    def write(text, name="library.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write
