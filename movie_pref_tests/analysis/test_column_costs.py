"""What the model loses: the scores of a plain XGBoost, whatever is cached and however many threads there are."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis.column_costs import PARAMS, Evaluator
from movie_pref.analysis.prepared import prepare
from movie_pref.library.catalogue import load_catalogue
from movie_pref.metrics.paired import Cost


@pytest.fixture(scope="module")
def prepared(planted_truth, settings_for):
    return prepare(planted_truth, settings_for(), load_catalogue())


@pytest.fixture
def evaluator(prepared):
    return Evaluator(prepared.columns, prepared.label, folds=3, seed=0)


def test_scores_are_those_of_an_xgb_classifier_on_the_same_folds(prepared, evaluator):
    from sklearn.metrics import average_precision_score
    from xgboost import XGBClassifier

    chosen = ["rt_score_norm", "imdb_rating_norm", "original_language", "genre_drama"]
    frame, label = prepared.columns[chosen], prepared.label
    expected = []
    for train, test in evaluator.folds:
        model = XGBClassifier(**PARAMS, random_state=0, n_jobs=1).fit(frame.iloc[train], label.iloc[train])
        expected.append(average_precision_score(label.iloc[test], model.predict_proba(frame.iloc[test])[:, 1]))

    np.testing.assert_allclose(evaluator.scores(chosen), expected, rtol=0, atol=1e-9)


def test_the_folds_are_stratified_and_cover_every_row_once(prepared, evaluator):
    tested = np.concatenate([test for _, test in evaluator.folds])
    shares = [prepared.label.iloc[test].mean() for _, test in evaluator.folds]

    assert sorted(tested) == list(range(600))
    assert max(shares) - min(shares) < 0.01


def test_more_draws_of_the_folds_do_not_shrink_the_error_to_nothing(prepared):
    """The spread of the mean over folds that share rows stays: 20 draws gave a fifth of the corrected error before."""
    columns = list(prepared.columns)
    once, often = (Evaluator(prepared.columns, prepared.label, folds=3, repeats=repeats) for repeats in (1, 8))
    costs = [one.cost(columns, columns[:3]) for one in (once, often)]
    differences = often.scores(columns) - often.scores(columns[:3])

    assert once.overlap == often.overlap == pytest.approx(1 / 2)  # of three folds, one is tested and two train
    assert costs[1].error == pytest.approx(differences.std(ddof=1) * np.sqrt(1 / 24 + 1 / 2))
    assert costs[1].error > 3 * pd.Series(differences).sem()


def test_the_first_of_several_draws_is_what_one_draw_gives_and_is_not_fitted_twice(prepared, monkeypatch):
    columns = list(prepared.columns)[:5]
    once, often = (Evaluator(prepared.columns, prepared.label, folds=3, repeats=repeats) for repeats in (1, 4))
    first = often.of_first_draw()
    assert len(often.scores(columns)) == 12 and first.overlap == once.overlap
    fitted = []
    monkeypatch.setattr(Evaluator, "_fit", lambda *of: fitted.append(of))
    known = first.scores(columns)
    monkeypatch.undo()
    assert not fitted and list(known) == list(once.scores(columns))


@pytest.mark.parametrize("removed", [["genre_western"], ["rt_score_norm"], ["release_year_norm", "genre_western"]])
def test_scores_without_columns_equal_a_fresh_evaluation_exactly(prepared, evaluator, removed):
    columns = list(prepared.columns)
    left = [name for name in columns if name not in removed]
    fresh = Evaluator(prepared.columns[left], prepared.label, folds=3, seed=0)

    np.testing.assert_array_equal(evaluator.scores_without(columns, removed), fresh.scores(left))


def test_a_column_that_no_tree_splits_on_is_not_fitted_again(prepared, evaluator, monkeypatch):
    columns = list(prepared.columns.assign(nothing=0.0))
    evaluator = Evaluator(prepared.columns.assign(nothing=0.0), prepared.label, folds=3)
    before = evaluator.scores(columns)
    monkeypatch.setattr(evaluator, "_fit", None)

    np.testing.assert_array_equal(evaluator.scores_without(columns, ["nothing"]), before)
    assert evaluator.cost(columns, columns[:-1]) == Cost(0.0, 0.0)


def test_threads_and_the_order_of_columns_do_not_matter(prepared, evaluator):
    columns = list(prepared.columns)
    two = Evaluator(prepared.columns, prepared.label, folds=3, seed=0, jobs=2)

    np.testing.assert_array_equal(evaluator.scores(columns), two.scores(columns[::-1]))
    without = evaluator.scores_without(columns, columns[:3])
    np.testing.assert_array_equal(without, two.scores_without(columns[::-1], columns[:3]))


def test_a_column_that_carries_the_label_costs_and_a_constant_does_not(prepared, evaluator):
    columns = [name for name in prepared.columns if name != "metascore_norm"]

    assert evaluator.cost(columns, [name for name in columns if name != "rt_score_norm"]).too_high
    assert not evaluator.cost(columns, [name for name in columns if name != "production_status"]).too_high


def test_no_column_at_all_gives_the_base_rate(prepared, evaluator):
    expected = [prepared.label.iloc[test].mean() for _, test in evaluator.folds]

    np.testing.assert_allclose(evaluator.scores([]), expected)


def test_extra_columns_of_each_fold_take_part(prepared, evaluator):
    label = prepared.label.to_numpy(dtype=float)[:, None]

    assert evaluator.scores(["release_year_norm"], extra=[label] * 3) == pytest.approx([1, 1, 1])
    assert evaluator.scores(["release_year_norm"]).max() < 0.7  # and are not remembered


@pytest.mark.parametrize("liked", [0, 1])
def test_with_fewer_than_two_of_a_class_nothing_is_measured_and_nothing_breaks(prepared, liked):
    label = pd.Series([1] * liked + [0] * (600 - liked))
    evaluator = Evaluator(prepared.columns, label)
    cost = evaluator.cost(list(prepared.columns), [])

    assert len(evaluator.scores(list(prepared.columns))) == 0
    assert not cost.too_high and "cannot be measured" in str(cost)


def test_with_few_of_a_class_there_are_fewer_folds(prepared):
    label = pd.Series([1] * 3 + [0] * 597)

    assert len(Evaluator(prepared.columns, label, folds=5).folds) == 3
