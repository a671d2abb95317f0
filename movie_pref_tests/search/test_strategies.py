"""The search equals scikit-learn's cross-validation point by point, and the winner follows the rule of the design."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold, cross_validate
from xgboost import XGBClassifier

from benchmarks.search import by_scikit_learn
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.metrics.scores import metric_names
from movie_pref.search.strategies import grid_search
from movie_pref.search.winner import point_of, select_winner

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


def test_every_metric_of_every_fold_equals_scikit_learns_cross_validation(table):
    X, y, folds = table
    results = grid_search(X, y, SMALL, folds, strategy="exhaustive", seed=5)

    assert len(results) == 8
    for row, values in enumerate(itertools.product(*SMALL.values())):
        point = dict(zip(SMALL, values, strict=True))
        assert point_of(results, row) == point
        expected = cross_validate(
            XGBClassifier(**point, random_state=5, n_jobs=1), X, y, cv=folds, scoring=by_scikit_learn
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
    one, two = (grid_search(X, y, SMALL, folds, "sample", points=7, n_jobs=jobs, seed=1) for jobs in (1, 2))

    pd.testing.assert_frame_equal(one.drop(columns="seconds"), two.drop(columns="seconds"))


def test_a_sample_is_reproducible_without_repetition_and_of_the_stated_size(table):
    X, y, folds = table
    parameters = [f"param_{name}" for name in SMALL]
    one, again, other = (
        grid_search(X, y, SMALL, folds, "sample", points=5, seed=seed)[parameters] for seed in (2, 2, 3)
    )

    pd.testing.assert_frame_equal(one, again)
    assert len(one) == 5 and not one.duplicated().any()
    assert not one.equals(other)
    assert len(grid_search(X, y, SMALL, folds, "sample", points=500)) == 8


def test_progress_counts_every_fit_and_says_what_is_best_so_far(table):
    X, y, folds = table
    seen = []

    found = grid_search(X, y, SMALL, folds, "exhaustive", review_budget=0.3, progress=seen.append)

    # 8 points, of which each pair that differs in n_estimators shares a booster: 4 boosters on 3 folds
    assert [seen[-1].done, seen[-1].total, found.attrs["fits"]] == [12, 12, 12]
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    worth = found["mean_test_recall_at_budget"] + found["mean_test_average_precision"]
    assert f"average precision {found.loc[worth.idxmax(), 'mean_test_average_precision']:.3f}" in seen[-1].best
    assert "12 of 12 fits" in str(seen[-1]) and "0 s left" in str(seen[-1])


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
    results = grid_search(X, y, SMALL, folds, "sample", points=2)

    expected = {f"param_{name}" for name in SMALL} | {"folds", "rank", "seconds"}
    expected |= {f"{part}_test_{name}" for part in ("mean", "std") for name in metric_names()}
    assert expected <= set(results)
    assert {"mean_test_flagged_at_0.35", "mean_test_recall_at_0.5", "mean_test_average_precision"} <= set(results)
    assert results["folds"].tolist() == [3, 3]
    assert sorted(results["rank"]) == [1, 2]


def test_the_rank_of_a_search_puts_the_winner_first_and_the_others_by_average_precision(table):
    X, y, folds = table
    found = grid_search(X, y, SMALL, folds, strategy="exhaustive", review_budget=0.35)

    assert sorted(found["rank"]) == list(range(1, 9))
    assert found["rank"].idxmin() == select_winner(found)
    others = found.sort_values("rank")["mean_test_average_precision"].iloc[1:]
    assert (others.diff().dropna() <= 0).all() and len(set(others)) > 1


def test_recall_at_the_budget_is_that_of_the_movies_ranked_highest_on_each_fold(table):
    """By scikit-learn's interface: of 100 test movies the 35 ranked highest, the mean over orders of those that tie."""
    X, y, folds = table
    point = {name: values[:1] for name, values in SMALL.items()}
    found = grid_search(X, y, point, folds, strategy="exhaustive", seed=0, review_budget=0.35).iloc[0]
    for number, (train, test) in enumerate(folds):
        params = {name: values[0] for name, values in point.items()}
        model = XGBClassifier(**params, random_state=0, n_jobs=1).fit(X.iloc[train], y.iloc[train])
        margin = model.predict(X.iloc[test], output_margin=True)
        liked, rng = y.iloc[test].to_numpy(), np.random.default_rng(0)
        orders = [np.lexsort((rng.random(len(test)), -margin))[:35] for _ in range(4000)]
        expected = np.mean([liked[order].sum() for order in orders]) / liked.sum()
        assert len(test) == 100
        assert found[f"split{number}_test_recall_at_budget"] == pytest.approx(expected, abs=0.003)
