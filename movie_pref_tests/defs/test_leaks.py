"""No label reaches a model before its time: planted features, and labels without meaning.

A column that holds nothing still moves every figure a little, because trees find a slope in any noise. So a test here
either asks for equality bit by bit, or sets what is found against what chance gives, over many libraries; and each has
a control that shows that it would notice a leak.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import movie_pref.model.out_of_fold
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.split import fold_indices, split
from movie_pref.library.catalogue import load_catalogue
from movie_pref.metrics.scores import metric_names, scores
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import member_log_odds, out_of_sample
from movie_pref.model.training import train_model
from movie_pref.search.strategies import grid_search
from movie_pref.settings import load_settings
from movie_pref_tests.job_runner import materialize, undrawn, upstream_of

FOLDS, SEED = 3, 0
CATALOGUE = """
release_year: {kind: continuous}
imdb_votes: {kind: continuous}
rt_score: {kind: continuous}
genre: {kind: categorical_list, indicator: genre}
planted: {kind: continuous}
"""


def library(count: int = 1000, seed: int = 1) -> pd.DataFrame:
    """A taste that votes, score and genre give away in part; `planted` is noise, and enough movies show it."""
    rng = np.random.default_rng(seed)
    votes, score = rng.uniform(0, 5, count), rng.uniform(0, 100, count)
    drama = rng.random(count) < 0.4
    liked = votes + score / 25 + drama + rng.normal(0, 1.2, count) > 7.2
    return pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in rng.permutation(count) + 1],
            "label": np.where(liked, "would_watch", "would_not_watch"),
            "media_type": "movie",
            "media_title": "A",
            "release_year": rng.integers(1950, 2024, count),
            "imdb_votes": np.round(10**votes),
            "rt_score": np.round(score),
            "genre": [["Drama"] if yes else ["Comedy"] for yes in drama],
            "planted": rng.random(count),
        }
    )


# what is planted


Change = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def noise(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    return rows


def nothing(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(planted=0.5)


def label_outside_training(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(planted=rows["planted"].where(sides["partition"] == "train", sides["label"]))


def number_of_the_fold(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(planted=sides["fold"].astype("Float64").astype("float64").fillna(rows["planted"]))


def hint_at_the_label(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(planted=rows["planted"] + 0.3 * sides["label"])


def permuted_labels(rows: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """And 300 genres at random, of which the selection takes some by chance, as it does in any library."""
    rng = np.random.default_rng(5)
    genres = [[f"Genre {number}" for number in np.flatnonzero(rng.random(300) < 0.06)] for _ in range(len(rows))]
    return rows.assign(label=rng.permutation(rows["label"]), genre=genres)


# through the assets, from the file to the reports


@dataclass
class Found:
    """What a run leaves that a leak would show in."""

    folder: Path
    predictions: pd.DataFrame
    reports: pd.DataFrame
    search: pd.DataFrame
    ledger: pd.DataFrame
    columns: list[str]  # those that the model reads

    def average_precision(self, side: str) -> float:
        rows = self.predictions[self.predictions["partition"] == side]
        return scores(rows["actual"].to_numpy(), rows["probability"].to_numpy(), ())["average_precision"]


def run_assets(folder: Path, change: Change, policy: str) -> Found:
    rows = library()
    change(rows, split(rows, folds=FOLDS, seed=SEED)).to_parquet(folder / "01_training.parquet", index=False)
    (folder / "feature_catalogue.yaml").write_text(CATALOGUE)
    settings = load_settings(
        data=folder, folds=FOLDS, seed=SEED, jobs=1, policy=policy, guard=False, search="sample", search_points=2,
        cost_repeats=1, bootstrap_samples=100,
    )  # fmt: skip
    with undrawn():
        materialize(settings, *upstream_of("holdout_report", "validation_report"))
    made = [pd.read_parquet(folder / "assets" / f"{side}_report.parquet") for side in ("validation", "holdout")]
    return Found(
        folder,
        pd.read_parquet(folder / "03_binomial_classifier_results.parquet"),
        pd.concat(made, ignore_index=True),
        pd.read_parquet(folder / "03_grid_search_results.parquet").drop(columns="seconds"),
        pd.read_parquet(folder / "feature_decisions.parquet"),
        list(pd.read_parquet(folder / "02_binomial_classifier_training_data.parquet"))[4:],
    )


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Change, str], Found]:
    """The real assets on a changed library; each change once.

    Under the policy `none` the planted column reaches the model for certain. Under `balanced` the thresholds decide;
    the guard is off, which withholds a whole block of drops and noise with it.
    """
    return cache(lambda change, policy: run_assets(tmp_path_factory.mktemp(change.__name__), change, policy))


def test_a_feature_that_is_the_label_outside_training_rows_changes_nothing_that_is_learnt(after):
    """Bit by bit, with the column in the model: statistics, ranges, search, out-of-fold predictions and booster."""
    before, later = after(noise, "none"), after(label_outside_training, "none")
    assert "planted_norm" in before.columns

    pd.testing.assert_frame_equal(later.ledger, before.ledger)
    pd.testing.assert_frame_equal(later.search, before.search)
    train = before.predictions["partition"] == "train"
    pd.testing.assert_frame_equal(later.predictions[train], before.predictions[train])
    members = [pd.read_parquet(found.folder / "assets/member_predictions.parquet") for found in (before, later)]
    pd.testing.assert_frame_equal(members[1], members[0])
    learnt = ["evaluated.json", "evaluated_linear.json", "preprocessing.json"]
    files = [f"assets/{model}/{name}" for model in ("tuned_model", "committee") for name in learnt]
    for name in ("normalization.json", *files):
        assert json.loads((later.folder / name).read_text()) == json.loads((before.folder / name).read_text()), name
    for name in ("tuned_model/serving.json", "committee/serving.json", "committee/serving_linear.json"):
        serving = [(found.folder / "assets" / name).read_text() for found in (before, later)]
        assert serving[0] != serving[1]  # it does see those rows, so the planted values did arrive


def test_a_feature_that_is_the_label_outside_training_rows_improves_no_reported_metric(after):
    """On training rows it is noise, so the thresholds leave it out, and every reported figure stays as it was.

    Forced into the model it moves the holdout's figures, up or down by the sign of the slope that the trees happened to
    find in the noise; that no more than this reaches the model is what the test above says.
    """
    before, later = after(noise, "balanced"), after(label_outside_training, "balanced")
    assert "planted_norm" not in [*before.columns, *later.columns] and before.columns

    pd.testing.assert_frame_equal(later.reports, before.reports)
    pd.testing.assert_frame_equal(later.predictions, before.predictions)
    pd.testing.assert_frame_equal(later.search, before.search)


def by_chance(found: Found, side: str) -> tuple[float, float]:
    """Between which average precisions 998 of 1,000 random rankings of these movies lie."""
    actual = found.predictions.loc[found.predictions["partition"] == side, "actual"].to_numpy()
    rng = np.random.default_rng(0)
    drawn = [scores(actual, rng.random(len(actual)), ())["average_precision"] for _ in range(4000)]
    low, high = np.quantile(drawn, [0.001, 0.999])
    return float(low), float(high)


@pytest.mark.parametrize("side", ["train", "validation", "holdout"])
def test_permuted_labels_give_an_average_precision_near_the_base_rate(after, side):
    found = after(permuted_labels, "balanced")
    low, high = by_chance(found, side)

    assert len(found.columns) > 5  # the selection did take some by chance
    assert low <= found.average_precision(side) <= high
    real = after(noise, "balanced")
    assert real.average_precision(side) > by_chance(real, side)[1]


def test_a_selection_that_saw_the_fold_it_is_tested_on_would_be_noticed(tmp_path, monkeypatch):
    def leaky(
        rows: pd.DataFrame,
        sides: pd.DataFrame,
        recipes: Any,
        like: Preprocessor,
        select: Callable[..., Any],
        *more: Any,
        **rest: Any,
    ) -> pd.DataFrame:
        columns = select(rows[sides["partition"].eq("train").to_numpy()])
        return member_log_odds(rows, sides, recipes, like, lambda _: columns, *more, **rest)

    monkeypatch.setattr(movie_pref.model.out_of_fold, "member_log_odds", leaky)
    found = run_assets(tmp_path, permuted_labels, "balanced")

    assert found.average_precision("train") > by_chance(found, "train")[1]


# over many libraries, by the functions behind the assets


PARAMS = {"n_estimators": 20, "max_depth": 3, "learning_rate": 0.2, "enable_categorical": True}
LIBRARIES = 12


@cache
def reported(seed: int, change: Change) -> dict[str, float]:
    """The metrics of the out-of-fold predictions and of the search, on one of many libraries."""
    rows = library(400, seed)
    sides = split(rows, folds=FOLDS, seed=SEED)
    rows = change(rows, sides)
    training = sides["partition"] == "train"
    kinds = {name: entry for name, entry in load_catalogue().items() if name in ("imdb_votes", "rt_score")}
    kinds["planted"] = kinds["rt_score"]
    preprocessing = Preprocessor(kinds).fit(rows[training])
    columns = preprocessing.transform(rows)
    assert "planted_norm" in columns
    model = train_model(
        columns, sides["label"], training, preprocessing, Recipe.alone(PARAMS, SEED), Limits(0.35, 0.3, 0.98), SEED
    )
    unseen = out_of_sample(rows, sides, model)[training]
    grid = {name: [value] for name, value in PARAMS.items()}
    search = grid_search(
        columns[training], sides.loc[training, "label"], grid, fold_indices(sides.loc[training, "fold"]), "exhaustive"
    )
    return {
        **scores(unseen["actual"].to_numpy(), unseen["probability"].to_numpy()),
        **{f"search {name}": float(search[f"mean_test_{name}"].iloc[0]) for name in metric_names()},
    }


def gains(change: Change) -> pd.DataFrame:
    """By how much each metric is higher than with nothing planted: the mean over libraries, and its standard error."""
    pairs = [(reported(seed, change), reported(seed, nothing)) for seed in range(LIBRARIES)]
    found = pd.DataFrame([{name: later[name] - before[name] for name in before} for later, before in pairs])
    found = found.drop(columns=[name for name in found if "flagged" in name])
    return pd.DataFrame({"mean": found.mean(), "error": found.std(ddof=1) / np.sqrt(LIBRARIES)})


def test_a_feature_that_is_a_function_of_the_fold_improves_no_reported_metric():
    found = gains(number_of_the_fold)

    assert list(found.index[found["mean"] > 3 * found["error"]]) == []


def test_a_feature_that_hints_at_the_label_would_be_noticed():
    found = gains(hint_at_the_label)

    noticed = set(found.index[found["mean"] > 3 * found["error"]])
    assert {"average_precision", "roc_auc", "search average_precision", "search roc_auc"} <= noticed
