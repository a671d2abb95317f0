"""The search equals scikit-learn's cross-validation point by point, and the winner follows the rule of the design."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_validate
from xgboost import XGBClassifier

from movie_pref.modeling.metrics import metric_names
from movie_pref.modeling.preprocess import Preprocessor
from movie_pref.modeling.search import (
    PARAMETERS,
    PRODUCTION_GRID,
    grid_point,
    grid_search,
    grid_size,
    point_of,
    select_winner,
)

SMALL = {
    "scale_pos_weight": [1, 9],
    "max_depth": [2, 4],
    "n_estimators": [4, 12],
    "min_child_weight": [1],
    "learning_rate": [0.3],
    "gamma": [0.2],
    "reg_alpha": [0.1],
    "subsample": [0.8],
    "max_delta_step": [1],
    "colsample_bytree": [0.8],
    "colsample_bylevel": [0.8],
    "enable_categorical": [True],
}


@pytest.fixture
def table(movies):
    """Model columns with nulls and a category, labels, and three folds."""
    X = Preprocessor().fit(movies).transform(movies)
    y = (movies["label"] == "would_watch").astype(int)
    assert X.isna().any(axis=None) and any(isinstance(kind, pd.CategoricalDtype) for kind in X.dtypes)
    return X, y, list(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))


def sklearn_scores(estimator, X, y):
    """The metrics of the design by scikit-learn, as a scorer."""
    from sklearn import metrics as sk

    probability = estimator.predict_proba(X)[:, 1]
    found = {
        "average_precision": sk.average_precision_score(y, probability),
        "roc_auc": sk.roc_auc_score(y, probability),
        "neg_log_loss": -log_loss(y, probability.astype(float)),
    }
    for threshold in (0.35, 0.5):
        flagged = (probability >= threshold).astype(int)
        found |= {
            f"recall_at_{threshold}": sk.recall_score(y, flagged),
            f"precision_at_{threshold}": sk.precision_score(y, flagged, zero_division=0),
            f"f1_at_{threshold}": sk.f1_score(y, flagged, zero_division=0),
            f"balanced_accuracy_at_{threshold}": sk.balanced_accuracy_score(y, flagged),
            f"accuracy_at_{threshold}": sk.accuracy_score(y, flagged),
            f"flagged_at_{threshold}": flagged.mean(),
        }
    return found


def test_every_metric_of_every_fold_equals_scikit_learns_cross_validation(table):
    X, y, folds = table
    results = grid_search(X, y, SMALL, folds, strategy="exhaustive", seed=5)

    assert len(results) == 8
    for row, values in enumerate(itertools.product(*SMALL.values())):
        point = dict(zip(SMALL, values, strict=True))
        assert point_of(results, row) == point
        expected = cross_validate(
            XGBClassifier(**point, random_state=5, n_jobs=1), X, y, cv=folds, scoring=sklearn_scores
        )
        for metric in metric_names():
            by_fold = expected[f"test_{metric}"]
            found = [results.loc[row, f"split{fold}_test_{metric}"] for fold in range(3)]
            np.testing.assert_allclose(found, by_fold, atol=1e-6, err_msg=f"{metric} of {point}")
            assert results.loc[row, f"mean_test_{metric}"] == pytest.approx(by_fold.mean(), abs=1e-6)
            assert results.loc[row, f"std_test_{metric}"] == pytest.approx(by_fold.std(), abs=1e-6)


def test_a_smaller_forest_is_exactly_the_beginning_of_the_larger_one(table):
    X, y, folds = table
    grid = {**SMALL, "scale_pos_weight": [9], "max_depth": [4]}

    together = grid_search(X, y, {**grid, "n_estimators": [3, 7, 15]}, folds, strategy="exhaustive")
    for row, trees in enumerate([3, 7, 15]):
        alone = grid_search(X, y, {**grid, "n_estimators": [trees]}, folds, strategy="exhaustive")
        columns = [name for name in alone if "_test_" in name]
        assert together.loc[row, columns].tolist() == alone.loc[0, columns].tolist()


def test_the_result_does_not_depend_on_the_number_of_threads(table):
    X, y, folds = table
    one, two = (grid_search(X, y, SMALL, folds, points=7, n_jobs=jobs, seed=1) for jobs in (1, 2))

    pd.testing.assert_frame_equal(one.drop(columns="seconds"), two.drop(columns="seconds"))


def test_a_sample_is_reproducible_without_repetition_and_of_the_stated_size(table):
    X, y, folds = table
    parameters = [f"param_{name}" for name in SMALL]
    one, again, other = (grid_search(X, y, SMALL, folds, points=5, seed=seed)[parameters] for seed in (2, 2, 3))

    pd.testing.assert_frame_equal(one, again)
    assert len(one) == 5 and not one.duplicated().any()
    assert not one.equals(other)
    assert len(grid_search(X, y, SMALL, folds, points=500)) == 8


def test_progress_counts_every_fit(table):
    X, y, folds = table
    seen = []

    grid_search(X, y, SMALL, folds, points=4, progress=lambda done, fits: seen.append((done, fits)))

    assert seen[-1] == (12, 12)
    assert seen == sorted(seen)


def test_one_fold_and_a_grid_of_one_parameter_are_enough(table):
    X, y, folds = table
    results = grid_search(X, y, {"max_depth": [2, 3]}, folds[:1], strategy="exhaustive")

    # XGBoost's own default is 100 trees
    expected = cross_validate(
        XGBClassifier(max_depth=2, enable_categorical=True, random_state=0, n_jobs=1),
        X,
        y,
        cv=folds[:1],
        scoring="average_precision",
    )
    assert results.loc[0, "mean_test_average_precision"] == pytest.approx(expected["test_score"][0], abs=1e-6)
    assert sorted(results["rank"]) == [1, 2]


def test_results_have_the_columns_of_the_grid_search_file(table):
    X, y, folds = table
    results = grid_search(X, y, SMALL, folds, points=2)

    expected = {f"param_{name}" for name in SMALL} | {"folds", "rank", "seconds"}
    expected |= {f"{part}_test_{name}" for part in ("mean", "std") for name in metric_names()}
    assert expected <= set(results)
    assert {"mean_test_flagged_at_0.35", "mean_test_recall_at_0.5", "mean_test_average_precision"} <= set(results)
    assert results["folds"].tolist() == [3, 3]
    assert sorted(results["rank"]) == [1, 2]


# the production grid


def test_the_production_grid_is_the_one_of_the_experimental_design():
    documented = {
        "scale_pos_weight": [1, 5, 9, 15],
        "max_depth": [3, 5, 7],
        "n_estimators": [50, 100, 200],
        "min_child_weight": [1, 3, 5],
        "learning_rate": [0.01, 0.1, 0.2],
        "gamma": [0, 0.1, 0.2],
        "reg_alpha": [0, 0.01, 0.1, 1.0],
        "subsample": [0.8, 1.0],
        "max_delta_step": [0, 1, 5],
        "colsample_bytree": [0.8, 1.0],
        "colsample_bylevel": [0.8, 1.0],
        "enable_categorical": [True],
    }
    assert list(PRODUCTION_GRID.items()) == list(documented.items())
    assert grid_size(PRODUCTION_GRID) == 4 * 3 * 3 * 3 * 3 * 3 * 4 * 2 * 3 * 2 * 2 == 93_312


def test_every_parameter_has_its_default_purpose_priority_and_justification():
    assert list(PARAMETERS) == list(PRODUCTION_GRID)
    assert {name: parameter.default for name, parameter in PARAMETERS.items()} == {
        "scale_pos_weight": 1,
        "max_depth": 6,
        "n_estimators": 100,
        "min_child_weight": 1,
        "learning_rate": 0.3,
        "gamma": 0,
        "reg_alpha": 0,
        "subsample": 1.0,
        "max_delta_step": 0,
        "colsample_bytree": 1.0,
        "colsample_bylevel": 1.0,
        "enable_categorical": False,
    }
    assert [parameter.priority for parameter in PARAMETERS.values()] == ["High"] * 4 + ["Medium"] * 4 + ["Low"] * 4
    assert all(parameter.purpose and parameter.justification for parameter in PARAMETERS.values())


def test_points_are_numbered_with_the_last_parameter_changing_fastest():
    grid = {"a": [1, 2], "b": ["x", "y", "z"]}

    assert [tuple(grid_point(grid, position).values()) for position in range(6)] == list(
        itertools.product(*grid.values())
    )
    assert tuple(grid_point(PRODUCTION_GRID, 93_311).values()) == tuple(v[-1] for v in PRODUCTION_GRID.values())
    for outside in (-1, 6):
        with pytest.raises(IndexError, match="6 points"):
            grid_point(grid, outside)


# the winner, on results made by hand


def results(*points):
    """One row a point: flagged, recall (a list, one a fold), average precision, trees, depth."""
    rows = []
    for flagged, recall, precision, trees, depth in points:
        row = {"param_n_estimators": trees, "param_max_depth": depth}
        for metric, values in (("flagged_at_0.35", flagged), ("recall_at_0.35", recall)):
            row |= {f"split{fold}_test_{metric}": value for fold, value in enumerate(values)}
            row[f"mean_test_{metric}"] = sum(values) / len(values)
        rows.append({**row, "mean_test_average_precision": precision})
    return pd.DataFrame(rows)


STEADY = [0.1, 0.1, 0.1]
BEST = [0.9, 0.8, 0.7]


def test_the_budget_is_kept_with_one_standard_error_to_spare():
    # mean 0.15, deviations -0.05, 0, 0.05: standard error 0.05 / sqrt(3) = 0.0289, so the bound is 0.1789
    table = results(([0.10, 0.15, 0.20], BEST, 0.9, 50, 3), (STEADY, [0.5, 0.5, 0.5], 0.5, 50, 3))

    assert select_winner(table, budget=0.15 + 0.05 / math.sqrt(3) + 1e-9) == 0
    assert select_winner(table, budget=0.15 + 0.05 / math.sqrt(3) - 1e-9) == 1


def test_recall_counts_as_equal_within_one_paired_standard_error_of_the_best():
    # behind the best by -0.05, 0.10, 0.05: mean 0.033, standard error 0.0764 / sqrt(3) = 0.044
    near = [0.95, 0.70, 0.65]
    # behind by 0.02 in every fold: no doubt about that, although the folds differ by 0.2
    far = [0.88, 0.78, 0.68]

    table = results((STEADY, BEST, 0.80, 50, 3), (STEADY, near, 0.85, 50, 3), (STEADY, far, 0.99, 50, 3))

    assert select_winner(table, budget=0.15) == 1


def test_average_precision_counts_as_equal_within_three_thousandths_and_then_the_fewest_trees_win():
    table = results(
        (STEADY, BEST, 0.9000, 200, 3),
        (STEADY, BEST, 0.8971, 100, 7),
        (STEADY, BEST, 0.8969, 50, 3),
    )
    assert select_winner(table, budget=0.15) == 1


def test_of_equal_trees_the_least_depth_wins_and_then_the_order_of_the_grid():
    by_depth = results((STEADY, BEST, 0.9, 100, 5), (STEADY, BEST, 0.899, 100, 3), (STEADY, BEST, 0.9, 200, 2))
    by_order = results((STEADY, BEST, 0.899, 100, 3), (STEADY, BEST, 0.9, 100, 3))

    assert select_winner(by_depth, budget=0.15) == 1
    assert select_winner(by_order, budget=0.15) == 0


def test_where_nobody_keeps_the_budget_the_closest_to_it_wins():
    table = results(
        ([0.5, 0.5, 0.5], [1.0, 1.0, 1.0], 0.95, 50, 3),
        ([0.2, 0.2, 0.2], [0.6, 0.6, 0.6], 0.60, 50, 3),
        ([0.3, 0.3, 0.3], [0.9, 0.9, 0.9], 0.90, 50, 3),
    )
    assert select_winner(table, budget=0.15) == 1


def test_the_rank_of_a_search_puts_the_winner_first_and_the_points_over_budget_last(table):
    X, y, folds = table
    found = grid_search(X, y, SMALL, folds, strategy="exhaustive", budget=0.35)
    shares = found[[f"split{fold}_test_flagged_at_0.35" for fold in range(3)]].to_numpy()
    within = shares.mean(axis=1) + shares.std(axis=1, ddof=1) / np.sqrt(3) <= 0.35

    assert 0 < within.sum() < 8
    assert sorted(found["rank"]) == list(range(1, 9))
    assert found["rank"].idxmin() == select_winner(found, budget=0.35)
    assert found.loc[within, "rank"].max() < found.loc[~within, "rank"].min()
