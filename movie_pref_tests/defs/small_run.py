"""A small library with a bit of everything in it, and what two runs of the whole pipeline on it leave behind."""

import hashlib
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from movie_pref.demo.library import demo_library
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.job_runner import Ran, materialize

LABELLED, TELEVISION, UNLABELLED, UNREVIEWED, ANOMALOUS, CANDIDATES = 400, 7, 8, 6, 5, 60
WAITING = UNLABELLED + UNREVIEWED + ANOMALOUS


def small_library() -> tuple[pd.DataFrame, pd.DataFrame]:
    """400 movies that train, and some of each kind of row that does not; candidates of which the library knows little."""
    labelled, unseen = demo_library()
    rows = labelled.sample(LABELLED + TELEVISION + WAITING, random_state=4).reset_index(drop=True)
    rows["reviewed"], rows["anomalous"] = True, False
    ends = np.cumsum([0, TELEVISION, UNLABELLED, UNREVIEWED, ANOMALOUS])
    television, unlabelled, unreviewed, anomalous = (slice(start, end - 1) for start, end in pairwise(ends))
    rows.loc[television, "media_type"] = ["tv_show", "tv_season"] * 3 + ["tv_show"]
    rows.loc[unlabelled, "label"] = None
    rows.loc[unreviewed, "reviewed"] = False
    rows.loc[anomalous, "anomalous"] = True
    candidates = unseen.head(CANDIDATES).drop(columns=["metascore", "spoken_languages", "tagline", "updated_at"])
    strange = candidates.index[:20]
    candidates.loc[strange, "origin_country"] = pd.Series([["ZZ"], ["XX", "US"]] * 10, index=strange)
    candidates.loc[strange, "original_language"] = "tlh"
    candidates.loc[strange, "budget"] = 9e12
    return rows, candidates


def write_input(folder: Path, rows: pd.DataFrame, candidates: pd.DataFrame) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "01_training.parquet", index=False)
    candidates.to_parquet(folder / "candidates.parquet", index=False)


def quick_settings(folder: Path, **changed: Any) -> Settings:
    return load_settings(
        **{
            "data": folder,
            "search": "sample",
            "search_points": 3,
            "folds": 3,
            "bootstrap_samples": 100,
            "jobs": 1,
            "policy": "none",
            **changed,
        }
    )


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table under the data folder but for the moment and the seconds; input included."""
    return {
        str(path.relative_to(folder)): pd.read_parquet(path).drop(
            columns=["scored_at", "seconds"], errors="ignore"
        )
        for path in sorted(folder.rglob("*.parquet"))
    }  # fmt: skip


def model_digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "model").rglob("*.json"))
        if path.name != "champion.json"
    }


@dataclass
class Finished:
    """A run that ended well, what it left behind, and what a second one on the same input left."""

    settings: Settings
    result: Ran
    tables: dict[str, pd.DataFrame]
    models: dict[str, str]
    second: Ran | None = None
    tables_again: dict[str, pd.DataFrame] = field(default_factory=dict)
    models_again: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> pd.DataFrame:
        return self.tables[name].copy()


def run_twice(folder: Path) -> Finished:
    """Two runs on the same input into one folder, the first on one thread, the second on two and without the plots."""
    write_input(folder, *small_library())
    settings = quick_settings(folder)
    found = Finished(settings, materialize(settings), tables(folder), model_digests(folder))
    found.second = materialize(quick_settings(folder, jobs=2), job="retrain")
    found.tables_again, found.models_again = tables(folder), model_digests(folder)
    return found
