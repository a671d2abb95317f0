"""The comparison of algorithms: the same folds for all, nothing of a fold's tested rows, and verdicts that follow from it."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from threadpoolctl import threadpool_limits

from movie_pref.evaluation import beliefs
from movie_pref.evaluation.algorithms import ALGORITHMS, AVERAGE, BASELINE, FLOOR, Algorithm, Data, Fitted, raw_columns
from movie_pref.evaluation.beliefs import BELIEFS, CONFIRMED, REFUTED, UNDECIDED, belief_table
from movie_pref.evaluation.comparison import (
    METRICS,
    TABLE,
    VARIANTS,
    better_than_baseline,
    compare,
    comparison_table,
    difference,
    fold_data,
    measure_fold,
    recall_when_looking,
)
from movie_pref.evaluation.plots import algorithm_differences
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.plot_style import BLUE, GREEN, ORANGE
from movie_pref.settings import load_settings

BY_NAME = {algorithm.name: algorithm for algorithm in ALGORITHMS}
QUICK = [BY_NAME[name] for name in (BASELINE, "linear model", "logistic regression", FLOOR)]
QUICK = [algorithm._replace(settings=algorithm.settings[:2]) for algorithm in QUICK]
QUICK[0] = QUICK[0]._replace(
    settings=tuple({"n_estimators": 40, "max_depth": depth, "learning_rate": 0.2} for depth in (3, 5))
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(data=tmp_path_factory.mktemp("none"), policy="none", folds=3)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def measured(unchanging_movies, settings, catalogue):
    return compare(unchanging_movies, settings, catalogue, repeats=2, algorithms=QUICK)


@pytest.fixture(scope="module")
def data(unchanging_movies, settings, catalogue):
    return fold_data(unchanging_movies, np.arange(300) % 3 == 0, settings, catalogue)


def constant(name, score):
    """An algorithm that knows the scores of all rows and learns nothing."""
    return Algorithm(name, lambda data, train, setting, seed: Fitted(lambda rows: score[rows]), ({},))


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
        return Fitted(lambda rows: np.linspace(0, 1, len(rows)))

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
        return Fitted(lambda rows: label[rows] if setting["good"] else noise[rows])

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


def test_a_package_that_lacks_a_library_of_the_system_is_left_out(monkeypatch):
    def fail(name):
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr("importlib.import_module", fail)
    assert "does not load (libgomp.so.1" in BY_NAME["LightGBM"].missing
    assert BY_NAME[BASELINE].missing == ""


# the algorithms


def test_every_algorithm_tries_as_many_settings():
    assert {algorithm.name: len(set(map(str, algorithm.settings))) for algorithm in ALGORITHMS} == {
        **{algorithm.name: 4 for algorithm in ALGORITHMS},
        FLOOR: 1,
    }


@pytest.mark.parametrize("name", [algorithm.name for algorithm in ALGORITHMS if algorithm.name != "TabNet"])
def test_each_algorithm_learns_and_copes_with_what_it_has_not_seen(name, data):
    algorithm = BY_NAME[name]
    if algorithm.missing:
        pytest.skip(algorithm.missing)
    # trained on rows of which one number is all null and one category never occurs
    columns, raw = data.columns.copy(), data.raw.copy()
    train = np.flatnonzero((data.columns["original_language"] != "fr").to_numpy() & (np.arange(300) % 3 != 0))
    columns.loc[train, "metascore_norm"] = np.nan
    raw.loc[train, "metascore"] = np.nan
    rows = np.arange(0, 300, 3)
    part = Data(columns, raw, data.label)
    setting = algorithm.settings[-1]
    with threadpool_limits(1):
        scores = [np.asarray(algorithm.fit(part, train, setting, 0).predict(rows)) for _ in range(2)]
    np.testing.assert_array_equal(*scores)
    assert np.isfinite(scores[0]).all()
    if algorithm.probability:
        assert scores[0].min() >= 0 and scores[0].max() <= 1
    assert average_precision_score(data.label[rows], scores[0]) > data.label.mean() + 0.1


def test_the_single_column_is_chosen_on_the_training_rows_and_null_comes_last():
    columns = pd.DataFrame(
        {
            "a_norm": [0.9, 0.1, 0.8, 0.2, 0.0, 1.0],
            "b_norm": [0.1, 0.9, np.nan, 0.8, 0.9, 0.0],
            "genre_x": [0, 0, 1, 0, 1, 0],
        }
    ).astype({"genre_x": "int8"})
    data = Data(columns, columns, np.array([1, 0, 1, 0, 1, 0]))
    train = np.array([0, 1, 2, 3])
    found = BY_NAME[FLOOR].fit(data, train, {}, 0)
    assert found.says == "a_norm, high first"  # b_norm would rank the others better
    np.testing.assert_allclose(found.predict(np.array([4, 5])), [0, 1])
    low = Data(columns[["b_norm"]], columns, np.array([1, 0, 0, 0, 0, 1]))
    found = BY_NAME[FLOOR].fit(low, train, {}, 0)
    assert found.says == "b_norm, low first"
    ranks = found.predict(np.arange(6))
    assert ranks[2] == ranks.min() and ranks[5] == ranks.max()


def test_raw_columns_are_the_librarys_own(movies):
    movies.loc[0, "genre"], movies.loc[0, "budget"] = ["Drama", "Comedy"], 0.0
    found = raw_columns(movies, Preprocessor(load_catalogue()).fit(movies))
    assert (found["budget"].iloc[0], found["imdb_votes"].iloc[5]) == (0, movies["imdb_votes"].iloc[5])
    assert (found["genre"].iloc[0], found["genre_first"].iloc[0]) == ("Drama | Comedy", "Drama")
    assert found.loc[movies["genre"].isna(), "genre"].eq("").all()
    assert not {"label", "imdb_id", "overview"} & set(found)


def test_numbers_only_leaves_categories_lists_and_indicators_out(data):
    part = data.numbers_only()
    assert all(name.endswith("_norm") for name in part.columns) and part.columns.shape[1] > 5
    assert {"imdb_votes", "rt_score"} <= set(part.raw) and not {"genre", "original_language"} & set(part.raw)


def test_tabnet_is_fitted_by_its_own_interface_where_it_is_installed(monkeypatch, data):
    """Its package is too large to install for a test: this one only has its interface."""

    class TabNetClassifier:
        def __init__(self, *, seed, verbose, device_name, n_d, lambda_sparse):
            self.made = SimpleNamespace(seed=seed, n_d=n_d)

        def fit(self, X_train, y_train, *, max_epochs, batch_size, virtual_batch_size, drop_last):
            assert X_train.dtype == np.float32 and not np.isnan(X_train).any() and len(X_train) == len(y_train)
            self.column = np.argmax([abs(np.corrcoef(one, y_train)[0, 1]) for one in X_train.T[:5]])

        def predict_proba(self, X):
            return np.column_stack([1 - X[:, self.column], X[:, self.column]])

    package, torch = ModuleType("pytorch_tabnet"), ModuleType("torch")
    model = ModuleType("pytorch_tabnet.tab_model")
    model.TabNetClassifier = TabNetClassifier  # type: ignore[attr-defined]
    torch.set_num_threads = lambda count: None  # type: ignore[attr-defined]
    for module in (package, model, torch):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    algorithm = BY_NAME["TabNet"]
    assert algorithm.missing == ""
    fitted = algorithm.fit(data, np.arange(200), algorithm.settings[0], 0)
    assert fitted.predict(np.arange(200, 300)).shape == (100,)


# beliefs


def folds_of(precision, seconds=None, folds=5):
    """What a comparison measured, from average precision by name and fold (and seconds, 1 by default)."""
    rows = []
    for name, values in precision.items():
        for number, value in enumerate(values):
            row = {
                "name": name,
                "draw": number // folds,
                "fold": number % folds,
                "setting": "",
                **dict.fromkeys(METRICS, 0.5),
            }
            row |= {"average_precision": value, "fit_seconds": (seconds or {}).get(name, [1.0] * len(values))[number]}
            rows.append(row)
    return pd.DataFrame(rows)


BASE = np.array([0.90, 0.92, 0.88, 0.91, 0.89])
WOBBLE = np.array([0.001, -0.001, 0.002, -0.002, 0.0])  # interval of +-0.003
NOISE = 30 * WOBBLE


def shifted(by, noise=WOBBLE):
    return BASE + by + noise


@pytest.mark.parametrize(
    ("rule", "by", "noise", "verdict"),
    [
        (beliefs.behind("a", "b"), -0.05, WOBBLE, CONFIRMED),
        (beliefs.behind("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (beliefs.behind("a", "b"), 0.0, WOBBLE, REFUTED),
        (beliefs.behind("a", "b"), 0.05, WOBBLE, REFUTED),
        (beliefs.behind("a", "b"), -0.03, NOISE, UNDECIDED),
        (beliefs.as_good("a", "b"), 0.0, WOBBLE, CONFIRMED),
        (beliefs.as_good("a", "b"), -0.006, WOBBLE, CONFIRMED),
        (beliefs.as_good("a", "b"), -0.05, WOBBLE, REFUTED),
        (beliefs.as_good("a", "b"), 0.0, NOISE, UNDECIDED),
        (beliefs.ahead("a", "b"), 0.05, WOBBLE, CONFIRMED),
        (beliefs.ahead("a", "b"), 0.0, WOBBLE, REFUTED),
        (beliefs.ahead("a", "b"), 0.02, NOISE, UNDECIDED),
    ],
)
def test_a_verdict_follows_from_the_interval(rule, by, noise, verdict):
    judged = rule.judge(folds_of({"a": shifted(by, noise), "b": BASE}))
    assert judged.verdict == verdict
    assert f"{by:+.3f}" in judged.measured and "against b" in judged.measured


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(0.0, WOBBLE, CONFIRMED), (-0.05, WOBBLE, CONFIRMED), (0.05, WOBBLE, REFUTED), (0.0, NOISE, UNDECIDED)],
)
def test_columns_that_gain_nothing(by, noise, verdict):
    found = folds_of({"a": shifted(by, noise), "a, numbers only": BASE})
    assert beliefs.gains_nothing("a").judge(found).verdict == verdict


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.30, 0.31, 0.29, 0.30, 0.30], CONFIRMED),
        ([0.80, 0.81, 0.79, 0.80, 0.80], REFUTED),
        ([2.0, 2.1, 1.9, 2.0, 2.0], REFUTED),
        ([0.2, 0.9, 0.3, 1.5, 0.4], UNDECIDED),
    ],
)
def test_much_faster_is_half_the_time_beyond_the_interval(ratios, verdict):
    found = folds_of({"a": BASE, "b": BASE}, {"a": ratios})
    assert beliefs.much_faster("a", "b").judge(found).verdict == verdict


@pytest.mark.parametrize(
    ("by", "noise", "half", "verdict"),
    [
        (-0.05, WOBBLE, -0.05, CONFIRMED),  # behind, and twice the rows bring 0.05
        (-0.05, WOBBLE, 0.002, REFUTED),  # behind, and more rows bring nothing
        (0.0, WOBBLE, -0.05, REFUTED),  # not behind at all
        (-0.05, NOISE, -0.05, UNDECIDED),
    ],
)
def test_wanting_data_is_being_behind_and_still_rising(by, noise, half, verdict):
    mine = shifted(by, noise)
    rows = {"a": mine, "b": BASE, "a, half of the rows": mine + half - WOBBLE, "b, half of the rows": BASE - 0.01}
    judged = beliefs.wants_data("a", "b").judge(folds_of(rows))
    assert judged.verdict == verdict
    assert f"bring it {0 - half:+.3f}" in judged.measured and "and b +0.010" in judged.measured


@pytest.mark.parametrize(
    ("by", "ratio", "verdict"),
    [(-0.05, 5.0, CONFIRMED), (0.0, 5.0, CONFIRMED), (0.05, 5.0, REFUTED), (-0.05, 0.2, REFUTED)],
)
def test_overkill_is_more_time_for_nothing(by, ratio, verdict):
    seconds = {"a": ratio * np.array([1.0, 1.1, 0.9, 1.0, 1.05])}
    assert beliefs.overkill("a", "b").judge(folds_of({"a": shifted(by), "b": BASE}, seconds)).verdict == verdict


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(-0.05, WOBBLE, CONFIRMED), (0.0, WOBBLE, CONFIRMED), (0.05, WOBBLE, REFUTED), (0.0, NOISE, UNDECIDED)],
)
def test_nobody_is_better_than_xgboost(by, noise, verdict):
    variant = VARIANTS[0].name  # a variant is no algorithm, and does not count however good it is
    rows = {BASELINE: BASE, "LightGBM": shifted(by, noise), variant: BASE + 0.1, FLOOR: BASE - 0.2}
    judged = beliefs.none_better().judge(folds_of(rows))
    assert judged.verdict == verdict and judged.measured.startswith("LightGBM:")
    alone = beliefs.none_better().judge(folds_of({BASELINE: BASE}))
    assert alone == ("no other algorithm was measured", UNDECIDED)


def test_every_belief_is_a_sentence_of_the_design(design):
    section = design[design.index("## algorithm selection") : design.index("## feature engineering")]
    assert [belief.words for belief in BELIEFS if belief.words not in section] == []


def test_every_belief_names_what_a_comparison_measures():
    names = {AVERAGE, *BY_NAME, *(variant.name for variant in VARIANTS)}
    assert {name for belief in BELIEFS for name in belief.rule.needs} <= names
    assert {belief.algorithm for belief in BELIEFS} == set(BY_NAME) - {FLOOR}


def test_every_belief_gets_a_verdict_its_rule_and_what_was_measured(measured):
    found = belief_table(measured.folds)
    assert len(found) == len(BELIEFS) and set(found["verdict"]) <= {CONFIRMED, REFUTED, UNDECIDED}
    assert (found[["measured", "rule"]].map(len) > 10).all(axis=None)


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
