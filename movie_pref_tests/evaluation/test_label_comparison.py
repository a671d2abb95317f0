"""Three labels against two: measured on the same folds, and said as a verdict."""

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.evaluation.label_comparison import (
    FIRST,
    MEASURES,
    ORDINAL,
    OURS,
    SOFTPROB,
    LabelComparison,
    compare_labels,
    too_few_to_compare,
)
from movie_pref.evaluation.plots import label_differences
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.label_names import WOULD_WATCH, WOULD_WATCH_AGAIN
from movie_pref.settings import load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(
        data=tmp_path_factory.mktemp("none"), policy="none", folds=2, search="sample", search_points=2,
        committee_boosters=1, jobs=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def three(unchanging_movies) -> pd.DataFrame:
    """Liked movies of many votes have the third label."""
    rows = unchanging_movies.copy()
    liked = rows["label"] == WOULD_WATCH
    often = rows["imdb_votes"].fillna(0) > rows.loc[liked, "imdb_votes"].median()
    rows.loc[liked & often, "label"] = WOULD_WATCH_AGAIN
    return rows


@pytest.fixture(scope="module")
def found(three, settings) -> LabelComparison:
    return compare_labels(three, settings, load_catalogue(), repeats=1, jobs=1)


def test_each_way_is_measured_on_the_same_folds(found):
    assert found.table["name"].tolist() == [OURS, FIRST, SOFTPROB, ORDINAL]
    assert found.folds.groupby("name").size().tolist() == [2] * 4
    assert found.folds[list(MEASURES)].ge(0).all(axis=None) and found.folds[list(MEASURES)].le(1).all(axis=None)
    assert (found.table.loc[0, [f"{name}_difference" for name in MEASURES]] == 0).all()
    assert label_differences(found.table).axes[0].get_title() == MEASURES["recall_again"]


def test_the_ways_differ_and_all_have_learnt_something(found, three):
    share = (three["label"] == WOULD_WATCH_AGAIN).mean()
    measured = found.table.set_index("name")["average_precision_again"]

    assert measured.nunique() == 4
    assert (measured > 1.5 * share).all()


def folds(gained: float) -> pd.DataFrame:
    rows = [
        {
            "name": name,
            "draw": draw,
            "fold": fold,
            **dict.fromkeys(MEASURES, 0.5 + (name == OURS) * (gained + 0.001 * fold)),
        }
        for draw in range(2)
        for fold in range(5)
        for name in (OURS, FIRST)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("gained", "verdict"), [(0.1, "confirmed"), (-0.1, "refuted"), (-0.002, "undecided")])
def test_the_designs_claim_is_judged_by_the_interval(gained, verdict):
    found = LabelComparison(folds(gained), pd.DataFrame())

    assert found.verdict == verdict
    assert f"is {verdict}" in found.says and f"{gained + 0.002:+.4f}" in found.says


def test_too_few_of_a_label_are_said(unchanging_movies, three, settings):
    assert too_few_to_compare(unchanging_movies, 5).startswith("no movie is would_watch_again")
    assert too_few_to_compare(three, 5) == ""
    few = three[(three["label"] != WOULD_WATCH_AGAIN) | (three["label"] == WOULD_WATCH_AGAIN).cumsum().le(3)]
    with pytest.raises(UserError, match="3 would_watch_again, and it takes 8 of each"):
        compare_labels(few, settings, load_catalogue(), 1, 1)
