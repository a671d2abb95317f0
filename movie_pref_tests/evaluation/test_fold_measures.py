"""What an algorithm is measured by on one fold, which no row of that fold has taught it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from movie_pref.evaluation.algorithms import AVERAGE, BASELINE, COMMITTEE, Algorithm, FittedAlgorithm
from movie_pref.evaluation.fold_data import fold_data
from movie_pref.evaluation.fold_measures import measure_fold, recall_when_looking
from movie_pref.evaluation.nested import train_whole
from movie_pref.features.matrix import to_matrix
from movie_pref.library.training_rows import encode_label
from movie_pref_tests.evaluation.comparison_samples import QUICK


def constant(name, score):
    """An algorithm that knows the scores of all rows and learns nothing."""
    return Algorithm(name, lambda data, train, setting, seed: FittedAlgorithm(lambda rows: score[rows]), ({},))


def test_figures_are_scikit_learns(unchanging_movies, settings, catalogue):
    score = np.random.default_rng(0).uniform(0.01, 0.99, 300)
    test = np.arange(300) % 3 == 0
    row = measure_fold(unchanging_movies, test, (0, 0), settings, catalogue, [constant("any", score)]).iloc[0]
    actual, seen = encode_label(unchanging_movies["label"]).to_numpy()[test], score[test]
    assert row["average_precision"] == pytest.approx(average_precision_score(actual, seen))
    assert row["roc_auc"] == pytest.approx(roc_auc_score(actual, seen))
    assert row["log_loss"] == pytest.approx(log_loss(actual, seen))


def test_no_algorithm_is_fitted_on_a_tested_row(unchanging_movies, settings, catalogue):
    test, seen = np.arange(300) % 3 == 0, []

    def spy(data, train, setting, seed):
        seen.append(train)
        return FittedAlgorithm(lambda rows: np.linspace(0, 1, len(rows)))

    measure_fold(unchanging_movies, test, (0, 0), settings, catalogue, [Algorithm("spy", spy, ({"a": 1}, {"a": 2}))])
    assert len(seen) == 2 * 2 + 1
    assert not any(test[train].any() for train in seen)
    assert sorted(seen[-1]) == list(np.flatnonzero(~test))
    assert {len(train) for train in seen[:-1]} == {100}


def test_labels_and_values_of_tested_rows_change_nothing_that_is_learnt(unchanging_movies, settings, catalogue):
    test = np.arange(300) % 3 == 0
    changed = unchanging_movies.copy()
    changed.loc[test, "label"] = changed.loc[test, "label"].map(
        {"would_watch": "would_not_watch", "would_not_watch": "would_watch"}
    )
    changed.loc[test, "imdb_votes"] = 9e9
    before, after = (fold_data(rows, test, settings, catalogue) for rows in (unchanging_movies, changed))
    pd.testing.assert_frame_equal(before.columns[~test], after.columns[~test])
    rows = [
        measure_fold(movies, test, (0, 0), settings, catalogue, QUICK, contrasts=()).set_index("name")
        for movies in (unchanging_movies, changed)
    ]
    assert rows[0]["setting"].equals(rows[1]["setting"])


def test_the_setting_is_the_best_of_the_inner_folds(unchanging_movies, settings, catalogue):
    label = encode_label(unchanging_movies["label"]).to_numpy().astype(float)
    noise = np.random.default_rng(0).random(300)

    def fit(data, train, setting, seed):
        return FittedAlgorithm(lambda rows: label[rows] if setting["good"] else noise[rows])

    algorithm = Algorithm("any", fit, ({"good": False}, {"good": True}))
    row = measure_fold(unchanging_movies, np.arange(300) % 3 == 0, (0, 0), settings, catalogue, [algorithm]).iloc[0]
    assert row["setting"] == "good True" and row["average_precision"] == 1


def test_the_average_is_of_the_log_odds(unchanging_movies, settings, catalogue):
    rng = np.random.default_rng(1)
    one, two = rng.uniform(0.1, 0.9, 300), rng.uniform(0.1, 0.9, 300)
    test = np.arange(300) % 3 == 0
    pair = [constant(BASELINE, one), constant("LightGBM", two)]
    found = measure_fold(unchanging_movies, test, (0, 0), settings, catalogue, pair, contrasts=()).set_index("name")
    actual = encode_label(unchanging_movies["label"]).to_numpy()[test]
    odds = np.sqrt(one / (1 - one) * two / (1 - two))  # the geometric mean of the odds is the mean of the log-odds
    assert found.loc[AVERAGE, "log_loss"] == pytest.approx(log_loss(actual, (odds / (1 + odds))[test]))
    assert found.loc[AVERAGE, "fit_seconds"] == found.loc[[BASELINE, "LightGBM"], "fit_seconds"].sum()


def test_recall_when_looking_counts_ties_as_they_would_be_met_on_average():
    actual = np.array([1, 0, 1, 0, 1, 0, 0, 0, 0, 0])
    assert recall_when_looking(actual, np.arange(10)[::-1].astype(float), 0.3) == pytest.approx(2 / 3)
    # the best, then two of the three that tie, of which one is liked
    tied = np.array([9.0, 5, 5, 5, 1, 0, 0, 0, 0, 0])
    assert recall_when_looking(actual, tied, 0.3) == pytest.approx((1 + 2 / 3) / 3)
    assert recall_when_looking(actual, np.zeros(10), 0.3) == pytest.approx(0.3)


def test_the_committee_is_measured_on_what_it_has_not_seen(unchanging_movies, settings, catalogue):
    """Its row is the model that the tested rows had no part in, ranked and calibrated as that model does."""
    test, quick = np.arange(300) % 3 == 0, settings.model_copy(update={"search_budget": 12, "jobs": 1})
    row = measure_fold(unchanging_movies, test, (0, 0), quick, catalogue, [], committee=True).iloc[0]
    model, calibrate = train_whole(unchanging_movies[~test], quick, catalogue)["committee"]
    found = model.serving.predict(to_matrix(model.preprocessing.transform(unchanging_movies[test]))[0])
    actual = (unchanging_movies.loc[test, "label"] == "would_watch").to_numpy(dtype=int)

    assert row["name"] == COMMITTEE
    assert row["average_precision"] == pytest.approx(average_precision_score(actual, found))
    assert row["log_loss"] == pytest.approx(log_loss(actual, calibrate(found)))
