"""The comparison of algorithms: the same folds for all, and nothing of a fold's tested rows."""

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import AVERAGE, BASELINE, FLOOR
from movie_pref.evaluation.beliefs import belief_table
from movie_pref.evaluation.comparison import compare
from movie_pref.evaluation.comparison_table import TABLE, better_than_baseline, comparison_table
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.criteria import REFUTED, UNDECIDED
from movie_pref_tests.evaluation.comparison_samples import BY_NAME, QUICK

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


def test_each_fold_is_measured_once_by_each_algorithm_variant_and_contrast(measured):
    counts = measured.folds.groupby("name").size()
    assert set(counts.index) == {
        *(one.name for one in QUICK),
        "XGBoost, half of the rows",
        "XGBoost, numbers only",
        "logistic regression, numbers only",
        *(
            name
            for contrast in CONTRASTS
            if contrast.algorithm in {one.name for one in QUICK}
            for name in contrast.names
        ),
    }
    assert (counts == 6).all() and not measured.folds.duplicated(["name", "draw", "fold"]).any()


def test_two_comparisons_are_the_same_but_for_seconds_whatever_the_processes(
    measured, unchanging_movies, settings, catalogue
):
    again = compare(unchanging_movies, settings, catalogue, repeats=1, jobs=2, algorithms=QUICK, committee=False)
    drawn_first = measured.folds[measured.folds["draw"] == 0].reset_index(drop=True)
    for first, second in zip((comparison_table(drawn_first, QUICK), drawn_first), again, strict=True):
        pd.testing.assert_frame_equal(first.drop(columns="fit_seconds"), second.drop(columns="fit_seconds"))


def test_progress_is_told(unchanging_movies, settings, catalogue):
    told: list[str] = []
    compare(
        unchanging_movies, settings, catalogue, algorithms=QUICK[:1], committee=False, contrasts=(), say=told.append
    )
    assert told[0].startswith("1 algorithms on 3 folds") and told[-1] == "3 of 3 folds measured"


def test_scores_that_are_no_probabilities_become_some(measured):
    losses = measured.table.set_index("algorithm")["log_loss"]
    assert losses["linear model"] < 0.7 and losses[FLOOR] < 0.7  # that of knowing nothing is 0.69 or less


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
    found = compare(
        planted(rows, total > np.quantile(total, 0.75)),
        settings,
        catalogue,
        repeats=2,
        algorithms=QUICK,
        committee=False,
        contrasts=(),
    )
    assert set(better_than_baseline(found.table)["algorithm"]) >= {"logistic regression"}
    table = found.table.set_index("algorithm")
    assert table.index[0] in ("logistic regression", "linear model") and table.loc[FLOOR, "high"] < 0
    verdicts = belief_table(found.folds).set_index("belief")["verdict"]
    assert verdicts["Cannot efficiently model multi-way interactions between ratings, votes, and genres"] == REFUTED
    assert verdicts.iloc[0] == REFUTED


def test_permuted_labels_give_nobody_a_win(unchanging_movies, settings, catalogue):
    label = (unchanging_movies["label"] == "would_watch").sample(frac=1, random_state=3).to_numpy()
    found = compare(
        planted(unchanging_movies, label),
        settings,
        catalogue,
        repeats=2,
        algorithms=QUICK,
        committee=False,
        contrasts=(),
    )
    assert better_than_baseline(found.table).empty
    assert (found.table["average_precision"].dropna() < label.mean() + 0.15).all()


# what is not installed


def test_what_is_not_installed_is_left_out_and_says_so(unchanging_movies, settings, catalogue):
    absent = BY_NAME["LightGBM"]._replace(package="no_such_package_at_all")
    found = compare(
        unchanging_movies, settings, catalogue, algorithms=[QUICK[0], absent], committee=False, contrasts=()
    )
    table = found.table.set_index("algorithm")
    assert table.loc["LightGBM", "note"] == "it is not installed; pip install no-such-package-at-all adds it"
    assert table.loc[AVERAGE, "note"] == "it needs LightGBM"
    assert table.loc[["LightGBM", AVERAGE], "average_precision"].isna().all() and table.index[0] == BASELINE
    judged = belief_table(found.folds)
    mine = judged[judged["algorithm"] == "LightGBM"]
    assert set(mine["verdict"]) == {UNDECIDED}
    assert mine["measured"].str.fullmatch("LightGBM(, trees of depth 5)? was not measured").all()
