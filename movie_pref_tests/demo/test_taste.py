"""The taste that the labels of the demonstration library follow."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref_tests.demo.rules import RULES, TMDB_GENRES, has, masks


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_and_its_contrast_is_covered_and_followed(library, rule):
    movies = masks(library)[rule]
    least, most = RULES[rule]
    assert movies.sum() >= 40
    assert least <= (library.loc[movies, "label"] == "would_watch").mean() <= most


def test_low_rated_comedies_need_many_votes(library):
    movies = masks(library)["comedy, low RT, not many votes"]
    assert movies.sum() >= 40
    assert (library.loc[movies, "label"] == "would_watch").mean() < 0.2


def test_labels_carry_noise_but_only_a_little(library):
    rules, liked = masks(library), library["label"] == "would_watch"
    against = sum((liked[rules[rule]] != (low > 0.5)).sum() for rule, (low, _) in RULES.items() if low != 0.55)
    assert 5 <= against <= 40


def test_the_other_movies_are_mostly_disliked_but_not_all(library):
    covered = pd.concat(masks(library), axis=1).any(axis=1)
    rest = library[~covered & (library["original_language"] == "en")]
    liked = rest["label"] == "would_watch"
    assert 0.02 < liked.mean() < 0.15
    assert rest.loc[liked, "imdb_votes"].median() > 10 * rest.loc[~liked, "imdb_votes"].median()


# What only one changed feature does to the mean prediction of a rule's movies: (rule, change, least, most)
SWITCHES = [
    ("acclaimed, few votes", {"imdb_votes": 80_000}, 0.4, 1),
    ("acclaimed, many votes", {"imdb_votes": 500}, 0, 0.3),
    ("comedy, low RT, many votes", {"imdb_votes": 5_000}, 0, 0.3),
    ("comedy, low RT, many votes", {"Drama": 1}, 0, 0.3),
    ("action or drama, both", {"rt_score": 60}, 0, 0.4),
    ("action or drama, both", {"imdb_votes": 10_000}, 0, 0.4),
    ("action or drama, high RT only", {"imdb_votes": 100_000}, 0.5, 1),
    ("action or drama, many votes only", {"rt_score": 95}, 0.5, 1),
    ("foreign, exception", {"rt_score": 75}, 0, 0.3),
    ("foreign, exception", {"imdb_votes": 20_000}, 0, 0.3),
    ("foreign, many votes only", {"rt_score": 95}, 0.5, 1),
    ("foreign, high RT only", {"imdb_votes": 200_000}, 0.5, 1),
]


def features(movies: pd.DataFrame) -> pd.DataFrame:
    table = movies.select_dtypes("number").drop(columns="tmdb_id").astype("float64")
    table = table.assign(**{genre: has(movies, genre).astype("float64") for genre in sorted(TMDB_GENRES)})
    return table.assign(language=movies["original_language"].astype("category"))


def test_a_boosted_model_learns_the_taste_out_of_fold():
    xgboost = pytest.importorskip("xgboost")
    from sklearn.metrics import average_precision_score
    from sklearn.model_selection import StratifiedKFold

    library, _ = demo_library()
    X, y = features(library), (library["label"] == "would_watch").to_numpy()
    rules = masks(library)
    probability, switched = np.zeros(len(X)), np.full((len(SWITCHES), len(X)), np.nan)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        model = xgboost.XGBClassifier(
            n_estimators=200, max_depth=5, learning_rate=0.1, enable_categorical=True, random_state=0, n_jobs=1
        ).fit(X.iloc[train], y[train])
        probability[test] = model.predict_proba(X.iloc[test])[:, 1]
        for row, (rule, change, _, _) in enumerate(SWITCHES):
            movies = test[rules[rule].to_numpy()[test]]
            switched[row, movies] = model.predict_proba(X.iloc[movies].assign(**change))[:, 1]

    assert 0.84 < average_precision_score(y, probability) < 0.95
    for rule, (low, _) in RULES.items():
        mean = probability[rules[rule]].mean()
        assert mean > 0.55 if low > 0.5 else mean < 0.2, (rule, mean)
    for row, (rule, change, least, most) in zip(switched, SWITCHES, strict=True):
        assert least < np.nanmean(row) < most, (rule, change, np.nanmean(row))


def test_what_would_be_watched_again_is_a_taste_of_its_own_that_can_be_learnt_out_of_fold():
    """Among the liked movies, comedies and the old come back; votes, which decide about liking, hardly tell which."""
    xgboost = pytest.importorskip("xgboost")
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    liked = demo_library(classes=3)[0].query("label != 'would_not_watch'")
    X, y = features(liked.drop(columns="rating")), (liked["label"] == "would_watch_again").to_numpy()
    old, comic = (liked["release_year"] < 2005).to_numpy(), has(liked, "Comedy").to_numpy()
    assert y[old].mean() > 2 * y[~old].mean() and y[comic].mean() > 1.5 * y[~comic].mean()
    probability = np.zeros(len(X))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        model = xgboost.XGBClassifier(
            n_estimators=100, max_depth=3, learning_rate=0.1, enable_categorical=True, random_state=0, n_jobs=1
        ).fit(X.iloc[train], y[train])
        probability[test] = model.predict_proba(X.iloc[test])[:, 1]
    assert 0.8 < roc_auc_score(y, probability) < 0.97
    assert 0.3 < roc_auc_score(y, liked["imdb_votes"].fillna(0)) < 0.7
