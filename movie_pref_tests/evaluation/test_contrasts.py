"""Contrasts on movies that are made so that what they measure is there, or is not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from threadpoolctl import threadpool_limits

from movie_pref.evaluation import boosting_contrasts as boosting
from movie_pref.evaluation import linear_contrasts as linear
from movie_pref.evaluation import simple_contrasts as simple
from movie_pref.evaluation.algorithms import SAMPLED
from movie_pref.evaluation.contrast import Fold
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.criteria import CONFIRMED, REFUTED, ahead, fewer_rounds
from movie_pref.evaluation.engineered_terms import terms_of
from movie_pref.evaluation.fold_data import Data
from movie_pref.evaluation.second_order import CONTRADICTED, FIRST, FLIPPED, NEWTON, SECOND, contradictory
from movie_pref.search.boosting import fit_booster, training_matrix
from movie_pref_tests.evaluation.comparison_samples import BY_NAME, folds_of

ROWS, FOLDS = 1500, 5
QUICK = {"n_estimators": 40, "max_depth": 3, "learning_rate": 0.2}


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def made(liked, noise=0.2, seed=0):
    """Movies with three numbers and a genre that half of them have; `liked(numbers, genre)` says how much each is liked."""
    rng = np.random.default_rng(seed)
    numbers, genre = rng.uniform(-1, 1, (ROWS, 3)), rng.integers(0, 2, ROWS)
    total = liked(numbers.T, genre) + noise * rng.normal(size=ROWS)
    columns = pd.DataFrame(numbers, columns=["rt_score_norm", "imdb_votes_norm", "runtime_norm"])
    columns = columns.assign(genre_comedy=genre.astype("int8"))
    return Data(columns, columns, (total > np.quantile(total, 0.6)).astype(int))


def on_folds(data, measure, setting):
    """What the contrast measures on each of the folds, by name."""
    part = np.random.default_rng(1).integers(0, FOLDS, len(data.label))
    folds = [Fold(data, np.flatnonzero(part != number), np.flatnonzero(part == number), 0) for number in range(FOLDS)]
    return folds, [measure(fold, setting) for fold in folds]


def as_measured(data, contrast, setting, **plain):
    """The same as a comparison would hand it to a criterion; `plain` are names and fits of algorithms beside it."""
    folds, found = on_folds(data, contrast, setting)
    values = {
        name: [
            average_precision_score(data.label[fold.tested], one[name].probability)
            for fold, one in zip(folds, found, strict=True)
        ]
        for name in found[0]
    }
    for name, algorithm in plain.items():
        fits = [BY_NAME[algorithm].fit(data, fold.train, setting, 0) for fold in folds]
        values[name] = [
            average_precision_score(data.label[fold.tested], fit.predict(fold.tested))
            for fold, fit in zip(folds, fits, strict=True)
        ]
    frame = folds_of(values, folds=FOLDS)
    for figure in ("rounds", "splits", "training_loss"):
        frame[figure] = [
            one[name].figures.get(figure, np.nan) for name in values if name in found[0] for one in found
        ] + [np.nan] * (FOLDS * len(plain))
    return frame


def measure_of(name):
    return next(contrast.measure for contrast in CONTRASTS if name in contrast.names)


def flips(numbers, genre):
    return 2 * numbers[0] * (2 * genre - 1)  # liked for it in comedies, disliked for it elsewhere


def slopes_of_one_sign(numbers, genre):
    return numbers[0] * (0.5 + 2 * genre)


def added(numbers, genre):
    return numbers[0] + numbers[1] + genre


def humped(numbers, genre):
    return -3 * np.abs(numbers[0]) + numbers[1]


def stepped(numbers, genre):
    return 3.0 * (np.abs(numbers[0]) < 0.4)


def paired_up(numbers, genre):
    return 3 * np.sign(numbers[0] * numbers[1])


@pytest.mark.parametrize(
    ("liked", "name", "other", "verdict"),
    [
        (flips, linear.BOTH_SIGNS, linear.ONE_SIGN, CONFIRMED),
        (slopes_of_one_sign, linear.BOTH_SIGNS, linear.ONE_SIGN, REFUTED),
        (flips, linear.PRODUCTS, linear.LOGISTIC, CONFIRMED),
        (stepped, linear.STEPS, linear.LOGISTIC, CONFIRMED),
        (flips, linear.ENGINEERED, linear.LOGISTIC, CONFIRMED),
        (added, linear.PRODUCTS, linear.LOGISTIC, REFUTED),
        (added, simple.DEPENDENT, simple.BAYES, REFUTED),
        (humped, boosting.BASELINE, boosting.MONOTONE, CONFIRMED),
        (added, boosting.BASELINE, boosting.MONOTONE, REFUTED),
        (paired_up, boosting.BASELINE, boosting.ADDITIVE, CONFIRMED),
        (flips, boosting.BASELINE, boosting.GENRES_APART, CONFIRMED),
        (added, boosting.BASELINE, boosting.GENRES_APART, REFUTED),
        (paired_up, simple.INTERACTING, simple.DEPENDENT, CONFIRMED),
        (added, simple.INTERACTING, simple.DEPENDENT, REFUTED),
        (paired_up, simple.RATINGS_AND_VOTES, simple.BAYES, CONFIRMED),
    ],
)
def test_what_is_there_is_found_and_what_is_not_is_not(liked, name, other, verdict):
    contrast = name if name not in BY_NAME else other
    plain = {one: one for one in (name, other) if one in BY_NAME}
    setting = {boosting.BASELINE: QUICK, simple.BAYES: {"var_smoothing": 1e-9}}.get(contrast.split(",")[0], {"C": 1.0})
    frame = as_measured(made(liked), measure_of(contrast), setting, **plain)
    assert ahead(name, other).judge(frame).verdict == verdict


# derivatives


def test_the_second_order_run_is_xgboosts_own():
    data = made(added)
    folds, found = on_folds(data, NEWTON.measure, QUICK)
    values, types = data.sparse
    losses = []
    for rate in (0.1, 0.3, 0.9):
        label = data.label[folds[0].train]
        params = SAMPLED | QUICK | {"learning_rate": rate, "base_score": float(label.mean())}
        booster = fit_booster(training_matrix(values[folds[0].train], label, types), params, 0)
        for rounds in range(1, 41):
            p = booster.inplace_predict(values[folds[0].tested], iteration_range=(0, rounds)).astype(float)
            losses.append(-np.log(np.where(data.label[folds[0].tested], p, 1 - p)).mean())
    assert found[0][SECOND].figures["lowest_loss"] == pytest.approx(min(losses), abs=1e-4)


def test_newton_needs_fewer_rounds_where_few_are_liked():
    """One in twenty liked: p (1 - p) is 0.05 and the constant is 0.25, so a first-order step is a fifth of Newton's."""
    data = made(added, noise=0.2)
    total = data.columns.sum(axis=1).to_numpy()
    rare = Data(data.columns, data.raw, (total > np.quantile(total, 0.95)).astype(int))
    frame = as_measured(rare, NEWTON.measure, QUICK | {"learning_rate": 0.1})
    assert fewer_rounds(SECOND, FIRST).judge(frame).verdict == CONFIRMED
    assert set(frame["name"]) == {SECOND, FIRST, f"{SECOND}, {CONTRADICTED}", f"{FIRST}, {CONTRADICTED}"}


def test_contradictory_labels_turn_as_many_either_way():
    label = (np.arange(100) < 30).astype(int)
    changed = contradictory(label, 0)
    assert (label != changed).sum() == 2 * round(FLIPPED * 30) and changed.sum() == 30


# penalties


def test_without_penalty_and_pruning_trees_split_more_and_fit_closer():
    _, found = on_folds(made(added), measure_of(boosting.PENALISED), QUICK)
    figures = {name: one.figures for name, one in found[0].items()}
    assert (
        figures[boosting.PENALISED]["splits"]
        < figures[boosting.UNPRUNED]["splits"]
        < figures[boosting.NEITHER]["splits"]
    )
    assert figures[boosting.NEITHER]["training_loss"] < figures[boosting.PENALISED]["training_loss"]


# other libraries


@pytest.mark.parametrize("algorithm", ["LightGBM", "CatBoost"])
def test_other_libraries_learn_as_well(algorithm):
    if BY_NAME[algorithm].missing:
        pytest.skip(BY_NAME[algorithm].missing)
    data = made(added)
    texts = pd.DataFrame(
        {"a": data.columns["rt_score_norm"], "genre": np.where(data.columns["genre_comedy"], "Comedy", "")}
    )
    data = Data(data.columns, texts.astype({"genre": object}), data.label)
    contrast = next(contrast for contrast in CONTRASTS if contrast.algorithm == algorithm)
    folds, found = on_folds(data, contrast.measure, BY_NAME[algorithm].settings[0])
    assert set(found[0]) == set(contrast.names)
    for one in found[0].values():
        assert average_precision_score(data.label[folds[0].tested], one.probability) > data.label.mean() + 0.2
    if algorithm == "LightGBM":
        assert all(one.seconds > 0 for one in found[0].values())


# own models


def test_terms_know_which_of_all_columns_the_genres_are():
    data = made(added)
    english = (np.arange(ROWS) % 2).astype("int8")
    terms = terms_of(Data(data.columns.assign(spoken_language_en=english), data.raw, data.label), np.arange(ROWS))
    assert list(terms.genres) == ["genre_comedy"]
    np.testing.assert_array_equal(terms.plain[:, terms.places], terms.genres.to_numpy())


def test_without_bounds_it_is_scikit_learns_logistic_regression():
    data = made(added)
    values = data.columns.to_numpy(dtype=float)
    ours = linear.bounded_logistic(values, data.label, 0.1, np.full(4, -np.inf))(values)
    theirs = LogisticRegression(C=0.1, tol=1e-8).fit(values, data.label).predict_proba(values)[:, 1]
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_a_bounded_slope_does_not_fall_below_its_bound():
    values = np.linspace(-1, 1, 100)[:, None]
    predict = linear.bounded_logistic(values, (values[:, 0] < 0).astype(int), 1.0, np.zeros(1))
    np.testing.assert_allclose(predict(values), 0.5, atol=1e-3)


def test_fully_independent_normals_are_gaussian_naive_bayes():
    data = made(added)
    values = data.columns.to_numpy(dtype=float)
    ours = simple.dependent_normals(values, data.label, 1.0, 1e-3, np.ones(4, dtype=bool))(values)
    theirs = GaussianNB(var_smoothing=1e-3).fit(values, data.label).predict_proba(values)[:, 1]
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_columns_that_hide_each_other_are_seen_through_by_those_that_may_depend():
    """Two ratings that rise together; liked is where one is above the other, which neither shows by itself."""
    data, common = made(added), 3 * np.random.default_rng(3).normal(size=ROWS)
    columns = data.columns.assign(rt_score_norm=data.columns["rt_score_norm"] + common, imdb_votes_norm=common)
    hidden = Data(columns, columns, data.label)
    frame = as_measured(hidden, measure_of(simple.DEPENDENT), {"var_smoothing": 1e-9}, **{simple.BAYES: simple.BAYES})
    assert ahead(simple.DEPENDENT, simple.BAYES).judge(frame).verdict == CONFIRMED
    assert ahead(simple.RATINGS_AND_VOTES, simple.BAYES).judge(frame).verdict == CONFIRMED


def test_neighbours_that_know_which_columns_matter_are_better_among_many_that_do_not():
    data = made(added, noise=0.1)
    noise = np.random.default_rng(2).normal(size=(ROWS, 40))
    columns = data.columns.assign(**{f"x{number}_norm": noise[:, number] for number in range(40)})
    frame = as_measured(
        Data(columns, columns, data.label),
        measure_of(simple.WEIGHTED),
        {"n_neighbors": 15},
        **{simple.NEIGHBOURS: simple.NEIGHBOURS},
    )
    assert ahead(simple.WEIGHTED, simple.NEIGHBOURS).judge(frame).verdict == CONFIRMED


# columns that are not there


def test_a_contrast_leaves_out_what_the_fold_has_no_columns_for():
    """A library without genres, ratings and numbers."""
    columns = pd.DataFrame({"spoken_language_en": np.arange(60) % 2}).astype("int8")
    data = Data(columns, columns.astype(object).astype(str), (np.arange(60) % 3 == 0).astype(int))
    for contrast in CONTRASTS:
        algorithm = BY_NAME[contrast.algorithm]
        if not algorithm.missing:
            _, found = on_folds(
                data, contrast.measure, algorithm.settings[0] | ({"n_estimators": 5} if "XGB" in algorithm.name else {})
            )
            assert set(found[0]) <= set(contrast.names)
