"""The comparison of algorithms: the same folds for all, and nothing of a fold's tested rows."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from movie_pref.evaluation.algorithms import AVERAGE, BASELINE, FLOOR, Algorithm, FittedAlgorithm
from movie_pref.evaluation.beliefs import REFUTED, UNDECIDED, belief_table
from movie_pref.evaluation.comparison import compare
from movie_pref.evaluation.comparison_table import TABLE, better_than_baseline, comparison_table, difference
from movie_pref.evaluation.fold_data import fold_data
from movie_pref.evaluation.fold_measures import measure_fold, recall_when_looking
from movie_pref.evaluation.plots import algorithm_differences
from movie_pref.library.training_rows import encode_label
from movie_pref.plot_style import BLUE, GREEN, ORANGE
from movie_pref_tests.evaluation.comparison_samples import BASE, BY_NAME, NOISE, QUICK, folds_of, shifted


def constant(name, score):
    """An algorithm that knows the scores of all rows and learns nothing."""
    return Algorithm(name, lambda data, train, setting, seed: FittedAlgorithm(lambda rows: score[rows]), ({},))


# what is measured


def test_the_table_has_a_row_an_algorithm_the_best_first(measured):
    table = measured.table
    assert list(table) == TABLE
    assert set(table["algorithm"]) == {algorithm.name for algorithm in QUICK} | {AVERAGE}
    known = table["average_precision"].dropna()
    assert known.is_monotonic_decreasing and len(known) == 4
    ours = table.set_index("algorithm").loc[BASELINE]
    assert (ours[["difference", "difference_error", "low", "high"]] == 0).all()
    assert (table["fit_seconds"].dropna() > 0).all()


def test_each_fold_is_measured_once_by_each_algorithm_and_variant(measured):
    counts = measured.folds.groupby("name").size()
    assert set(counts.index) == {
        *(one.name for one in QUICK),
        "XGBoost, half of the rows",
        "logistic regression, numbers only",
    }
    assert (counts == 6).all() and not measured.folds.duplicated(["name", "draw", "fold"]).any()


def test_figures_are_scikit_learns(unchanging_movies, settings, catalogue):
    score = np.random.default_rng(0).uniform(0.01, 0.99, 300)
    test = np.arange(300) % 3 == 0
    row = measure_fold(unchanging_movies, test, (0, 0), settings, catalogue, [constant("any", score)]).iloc[0]
    actual, seen = encode_label(unchanging_movies["label"]).to_numpy()[test], score[test]
    assert row["average_precision"] == pytest.approx(average_precision_score(actual, seen))
    assert row["roc_auc"] == pytest.approx(roc_auc_score(actual, seen))
    assert row["log_loss"] == pytest.approx(log_loss(actual, seen))


def test_two_comparisons_are_the_same_but_for_seconds_whatever_the_processes(
    measured, unchanging_movies, settings, catalogue
):
    again = compare(unchanging_movies, settings, catalogue, repeats=2, jobs=2, algorithms=QUICK)
    for first, second in zip(measured, again, strict=True):
        pd.testing.assert_frame_equal(first.drop(columns="fit_seconds"), second.drop(columns="fit_seconds"))


def test_progress_is_told(unchanging_movies, settings, catalogue):
    told: list[str] = []
    compare(unchanging_movies, settings, catalogue, algorithms=QUICK[:1], say=told.append)
    assert told[0].startswith("1 algorithms on 3 folds") and told[-1] == "3 of 3 folds measured"


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
        measure_fold(movies, test, (0, 0), settings, catalogue, QUICK).set_index("name")
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
    found = measure_fold(unchanging_movies, test, (0, 0), settings, catalogue, pair).set_index("name")
    actual = encode_label(unchanging_movies["label"]).to_numpy()[test]
    odds = np.sqrt(one / (1 - one) * two / (1 - two))  # the geometric mean of the odds is the mean of the log-odds
    assert found.loc[AVERAGE, "log_loss"] == pytest.approx(log_loss(actual, (odds / (1 + odds))[test]))
    assert found.loc[AVERAGE, "fit_seconds"] == found.loc[[BASELINE, "LightGBM"], "fit_seconds"].sum()


def test_scores_that_are_no_probabilities_become_some(measured):
    losses = measured.table.set_index("algorithm")["log_loss"]
    assert losses["linear model"] < 0.7 and losses[FLOOR] < 0.7  # that of knowing nothing is 0.69 or less


def test_recall_when_looking_counts_ties_as_they_would_be_met_on_average():
    actual = np.array([1, 0, 1, 0, 1, 0, 0, 0, 0, 0])
    assert recall_when_looking(actual, np.arange(10)[::-1].astype(float), 0.3) == pytest.approx(2 / 3)
    # the best, then two of the three that tie, of which one is liked
    tied = np.array([9.0, 5, 5, 5, 1, 0, 0, 0, 0, 0])
    assert recall_when_looking(actual, tied, 0.3) == pytest.approx((1 + 2 / 3) / 3)
    assert recall_when_looking(actual, np.zeros(10), 0.3) == pytest.approx(0.3)


# who wins


def planted(movies, label):
    return movies.assign(label=np.where(label, "would_watch", "would_not_watch"))


def test_an_algorithm_that_truly_wins_is_said_to(unchanging_movies, settings, catalogue):
    rng = np.random.default_rng(5)
    numbers = ["release_year", "runtime", "tmdb_rating", "rt_score", "imdb_rating", "metascore", "budget", "revenue"]
    drawn = rng.normal(size=(300, len(numbers)))
    rows = unchanging_movies.assign(
        **{name: 100 + 10 * drawn[:, number] for number, name in enumerate(numbers)}, tmdb_votes=50.0
    )
    total = drawn.sum(axis=1)
    found = compare(planted(rows, total > np.quantile(total, 0.75)), settings, catalogue, repeats=2, algorithms=QUICK)
    assert set(better_than_baseline(found.table)["algorithm"]) >= {"logistic regression"}
    table = found.table.set_index("algorithm")
    assert table.index[0] in ("logistic regression", "linear model") and table.loc[FLOOR, "high"] < 0
    verdicts = belief_table(found.folds).set_index("belief")["verdict"]
    assert verdicts["Cannot efficiently model multi-way interactions between ratings, votes, and genres"] == REFUTED
    assert verdicts.iloc[0] == REFUTED


def test_permuted_labels_give_nobody_a_win(unchanging_movies, settings, catalogue):
    label = (unchanging_movies["label"] == "would_watch").sample(frac=1, random_state=3).to_numpy()
    found = compare(planted(unchanging_movies, label), settings, catalogue, repeats=2, algorithms=QUICK)
    assert better_than_baseline(found.table).empty
    assert (found.table["average_precision"].dropna() < label.mean() + 0.15).all()


def test_the_difference_is_paired_and_its_error_corrected_for_shared_rows():
    ours, theirs = np.array([0.80, 0.90, 0.70, 0.85]), np.array([0.70, 0.85, 0.66, 0.79])
    found = difference(folds_of({"a": ours, BASELINE: theirs}, folds=2), "a")
    plain = ttest_rel(ours, theirs)
    # two folds: as many rows tested as trained on, so the variance is multiplied by 1/4 + 1 instead of 1/4
    assert found.error == pytest.approx(plain.statistic and found.mean / plain.statistic * np.sqrt(5))
    low, high = plain.confidence_interval(0.95)
    assert found.high - found.low == pytest.approx((high - low) * np.sqrt(5))
    assert found.mean == pytest.approx(0.0625) and (found.low + found.high) / 2 == pytest.approx(0.0625)


# what is not installed


def test_what_is_not_installed_is_left_out_and_says_so(unchanging_movies, settings, catalogue):
    absent = BY_NAME["LightGBM"]._replace(package="no_such_package_at_all")
    found = compare(unchanging_movies, settings, catalogue, algorithms=[QUICK[0], absent])
    table = found.table.set_index("algorithm")
    assert table.loc["LightGBM", "note"] == "it is not installed; pip install no-such-package-at-all adds it"
    assert table.loc[AVERAGE, "note"] == "it needs LightGBM"
    assert table.loc[["LightGBM", AVERAGE], "average_precision"].isna().all() and table.index[0] == BASELINE
    judged = belief_table(found.folds)
    mine = judged[judged["algorithm"] == "LightGBM"]
    assert set(mine["verdict"]) == {UNDECIDED} and (mine["measured"] == "LightGBM was not measured").all()


# the picture


def test_the_picture_tells_better_from_worse_by_shape_and_colour():
    found = folds_of(
        {BASELINE: BASE, "LightGBM": shifted(0.05), "linear model": shifted(-0.05), "CatBoost": shifted(0, NOISE)}
    )
    chosen = [BY_NAME[name] for name in (BASELINE, "LightGBM", "linear model", "CatBoost")]
    figure = algorithm_differences(comparison_table(found, [*chosen, BY_NAME["TabNet"]]))
    left = figure.axes[0]
    points = {
        (line.get_marker(), line.get_color()): len(line.get_xdata())
        for line in left.get_lines()
        if line.get_marker() in ("v", "o", "^")
    }
    assert points == {("v", ORANGE): 1, ("o", BLUE): 2, ("^", GREEN): 1}
    words = [label.get_text() for label in left.get_yticklabels()]
    assert len(words) == 4 and words[-1].startswith("LightGBM")  # the best on top, what is not installed left out
