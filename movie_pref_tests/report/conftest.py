"""A data folder as a run leaves it, made without one: a small model, promoted, and the files that the page reads."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis.ledger import Cause, entry
from movie_pref.analysis.ledger import ledger as as_ledger
from movie_pref.evaluation.preference_rules import judge_rules
from movie_pref.model.champion import Champion, promote
from movie_pref.model.model import Model
from movie_pref.model.out_of_fold import out_of_sample
from movie_pref.ranking.plots import probability_histogram
from movie_pref.ranking.scoring import score
from movie_pref.report.page import render
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.report.reading import Page

METRICS = {
    "recall_at_0.35": {"value": 0.934, "low": 0.861, "high": 0.978},
    "flagged_at_0.35": {"value": 0.31, "low": 0.0, "high": 1.0},
    "precision_at_0.35": {"value": 0.61, "low": 0.5, "high": 0.72},
    "average_precision": {"value": 0.88, "low": None, "high": None},
    "calibration_error_calibrated": {"value": 0.021, "low": None, "high": None},
    "calibration_error_calibrated_floor": {"value": 0.018, "low": None, "high": None},
}


@pytest.fixture(scope="session")
def made_of(trained: SimpleNamespace) -> dict:
    """What costs time, made once."""
    predictions = out_of_sample(trained.rows, trained.split, trained.model)
    return {
        "movies_only": trained.rows,
        "data_split": trained.split,
        "model": trained.model.with_facts(metrics={"rows": "holdout", **METRICS}),
        "predictions": predictions,
        "rules": judge_rules(trained.rows, trained.split, trained.model, predictions),
    }


@pytest.fixture(scope="session")
def write_into(made_of: dict) -> Callable[..., Settings]:
    """Write the folder and give its settings; candidates in the library's columns, all files or only the ranking, and the model
    of a second question with the movies' levels."""

    def write(
        data: Path,
        candidates: pd.DataFrame,
        everything: bool = True,
        second: Model | None = None,
        level: np.ndarray | None = None,
        **facts: object,
    ) -> Settings:
        assets = data / "assets"
        assets.mkdir(parents=True)
        promote(replace(made_of["model"].with_facts(**facts), again=second), data / "model", "first")
        score(Champion.load(data / "model"), candidates).to_parquet(data / "scored_candidates.parquet", index=False)
        if everything:
            candidates.to_parquet(assets / "candidates.parquet", index=False)
            for name in ("movies_only", "data_split"):
                made_of[name].to_parquet(assets / f"{name}.parquet", index=False)
            made_of["rules"].to_parquet(assets / "preference_rules.parquet", index=False)
            predictions = made_of["predictions"]
            if level is not None:
                predictions = predictions.assign(level=level, probability_again=predictions["probability"] / 2)
            predictions.to_parquet(data / "03_binomial_classifier_results.parquet", index=False)
            ledger().to_parquet(data / "feature_decisions.parquet", index=False)
            searched().to_parquet(data / "03_grid_search_results.parquet", index=False)
            (data / "reports").mkdir()
            for name in ("holdout_curves", "holdout_calibration", "preference_rules"):
                probability_histogram(np.array([0.2, 0.8]), 0.35).savefig(data / "reports" / f"{name}.png", dpi=20)
        return load_settings(data=data)

    return write


def ledger() -> pd.DataFrame:
    last = [
        ("imdb_votes", "continuous", "keep", Cause.PASSES),
        ("tmdb_votes", "continuous", "drop", Cause.REDUNDANT),
        ("genre", "categorical_list", "keep", Cause.INDICATORS_KEPT),
        ("genre_drama", "indicator", "keep", Cause.PASSES),
        ("genre_horror", "indicator", "drop", Cause.UNSUPPORTED),
        ("origin_country_jp", "indicator", "keep", Cause.PASSES),
    ]
    rows = [entry("feature_selection", "selected_features", *one, "for some reason") for one in last]
    pair = ("drop", Cause.REDUNDANT, "pearson_r = 0.957")
    node = "inter_feature_selection"
    rows.append(entry("inter_feature_analysis", node, "tmdb_votes", "continuous", *pair, other_feature="imdb_votes"))
    return as_ledger(rows)


def searched() -> pd.DataFrame:
    return pd.DataFrame({"rank": [2, 1, 3], "folds": [5, 5, 2]})


@pytest.fixture
def write_folder(write_into: Callable[..., Settings], tmp_path: Path) -> Callable[..., Settings]:
    """`write_into` a folder of the test's own."""
    return partial(write_into, tmp_path / "data")


@pytest.fixture(scope="session")
def unchanging(
    write_into: Callable[..., Settings], unchanging_candidates: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A folder with everything in it, made once; not to be changed."""
    return write_into(tmp_path_factory.mktemp("report") / "data", unchanging_candidates)


@pytest.fixture
def settings(unchanging: Settings, tmp_path: Path) -> Settings:
    """A copy of it."""
    return load_settings(data=shutil.copytree(unchanging.data, tmp_path / "data"))


@pytest.fixture(scope="session")
def page(unchanging: Settings) -> Page:
    return Page(render(unchanging))
