"""Ways to spoil a file, and what must be true after the command refused it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq


def refused(said: Any, *named: str) -> str:
    """The one sentence with which the command refused, after checking that it is one and names what it must."""
    assert said.code == 2, said.out
    assert "Traceback" not in said.out and "unexpected error" not in said.out
    assert len(said.complaints) == 1, said.out
    (sentence,) = said.complaints
    assert sentence.endswith(".") and len(sentence) < 700, sentence
    for word in named:
        assert word in sentence
    return sentence


def readable(data: Path) -> None:
    """Every file that a run writes can be read to its end, and no temporary one bears such a name."""
    for path in data.rglob("*.parquet"):
        if path.name not in ("01_training.parquet", "candidates.parquet") or path.parent.name == "assets":
            pq.read_table(path)
    for path in [*data.glob("*.json"), *data.rglob("model/**/*.json")]:
        json.loads(path.read_text(encoding="utf-8"))
    assert [path for path in data.rglob("*.tmp") if not path.name.startswith(".")] == []


def as_text(text: str) -> Callable[[Path], Any]:
    return lambda path: path.write_text(text, encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def as_csv(path: Path) -> None:
    pd.read_parquet(path).to_csv(path, index=False)


def columns(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    return lambda path: change(pd.read_parquet(path)).to_parquet(path, index=False)
