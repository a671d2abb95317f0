"""Preference rules: whom each covers, what is moved, by a model that has not seen the movie, and the verdict."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from statsmodels.stats.proportion import proportion_confint
from xgboost import XGBClassifier

from movie_pref.demo.library import demo_library
from movie_pref.demo.taste import RULE_SHARES
from movie_pref.evaluation.preference_rules import (
    COLUMNS,
    FEWER_VOTES,
    LEARNT,
    MANY_VOTES,
    NOT_LEARNT,
    RULES,
    TOO_FEW,
    ToEnglish,
    by_rule,
    judge_rules,
)
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.split import split
from movie_pref.model.committee import Recipe
from movie_pref.model.fold_models import OUTSIDE, folds_of, predict, unseen_models
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, calibration_of, member_log_odds, out_of_sample
from movie_pref.model.training import settled_model

PARAMS = {"n_estimators": 60, "max_depth": 4, "learning_rate": 0.2, "enable_categorical": True}
BY_NAME = {rule.name: rule for rule in RULES}


def library(seed: int = 0, count: int = 900) -> pd.DataFrame:
    """Movies whose owner goes by the votes of acclaimed ones in English, and by nothing else."""
    rng = np.random.default_rng(seed)
    votes, score = np.round(10 ** rng.uniform(1, 6, count)), np.round(rng.uniform(0, 100, count))
    english = rng.random(count) < 0.7
    liked = (score > 85) & (votes > 50_000) & english
    return pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in range(count)],
            "label": np.where(liked, "would_watch", "would_not_watch"),
            "rt_score": score,
            "imdb_votes": votes,
            "original_language": np.where(english, "en", "fr"),
            "spoken_languages": [["en"] if is_english else ["fr"] for is_english in english],
            "genre": [[name] for name in rng.choice(["Drama", "Comedy", "Horror"], count)],
        }
    )


def trained_on(rows: pd.DataFrame, columns: list[str] | None = None, params: dict = PARAMS) -> SimpleNamespace:
    sides = split(rows, seed=1)
    training = sides["partition"] == "train"
    preprocessing = Preprocessor(columns=columns).fit(rows[training])
    limits = Limits(0.35, max(0.15, 1.5 * sides["label"].mean()), 0.98)
    recipe = Recipe.alone(params, 0)
    members = member_log_odds(rows, sides, {WINNER: recipe}, preprocessing)
    model, _ = settled_model(
        recipe, members, preprocessing.transform(rows), sides["label"], training, preprocessing, limits, seed=0
    )
    return SimpleNamespace(rows=rows, split=sides, model=model, predictions=out_of_sample(rows, sides, model))


def judged(made: SimpleNamespace, **changed) -> pd.DataFrame:
    return judge_rules(changed.get("rows", made.rows), made.split, made.model, made.predictions)


@pytest.fixture(scope="module")
def made() -> SimpleNamespace:
    return trained_on(library())


@pytest.fixture(scope="module")
def table(made: SimpleNamespace) -> pd.DataFrame:
    return judged(made)


# whom a rule covers


@pytest.mark.parametrize(
    ("score", "votes", "language", "genres", "rules"),
    [
        (86, 999, "en", ["Horror"], {"acclaimed_unseen"}),
        (86, 1_000, "en", ["Horror"], set()),
        (85, 999, "en", ["Horror"], set()),
        (86, 50_001, "en", ["Horror"], {"acclaimed_popular"}),
        (86, 50_000, "en", ["Horror"], set()),
        (49, 50_001, "en", ["Crime", "Comedy"], {"panned_comedy"}),
        (50, 50_001, "en", ["Comedy"], set()),
        (49, 50_000, "en", ["Comedy"], set()),
        (86, 50_001, "en", ["Drama"], {"acclaimed_popular", "action_drama_both"}),
        (86, 50_000, "en", ["Action"], {"action_drama_rt_only"}),
        (85, 50_001, "en", ["Action"], {"action_drama_votes_only"}),
        (85, 50_000, "en", ["Action"], set()),
        (91, 100_001, "ja", ["Horror"], {"acclaimed_popular", "foreign_exception"}),
        (90, 100_001, "ja", ["Horror"], {"acclaimed_popular", "foreign"}),
        (91, 100_000, "ja", ["Horror"], {"acclaimed_popular", "foreign"}),
        (np.nan, np.nan, "ja", None, {"foreign"}),
        (np.nan, 200_000, None, None, set()),
        (95, np.nan, "", [], set()),
    ],
)
def test_a_rule_covers_what_it_says_and_nothing_unknown(score, votes, language, genres, rules):
    row = pd.DataFrame(
        {
            "rt_score": [score], "imdb_votes": [votes], "original_language": pd.Series([language], dtype="object"),
            "genre": pd.Series([genres], dtype="object"),
        }
    )  # fmt: skip
    assert {rule.name for rule in RULES if rule.covers(row).iloc[0]} == rules


def test_every_rule_of_the_demonstration_library_is_judged():
    """Its rule action_drama is told apart here by which of the two is missing."""
    assert set(RULE_SHARES) - {"action_drama"} <= set(BY_NAME)
    assert {"action_drama_rt_only", "action_drama_votes_only"} <= set(BY_NAME)


# what is moved


def test_a_number_is_moved_to_the_median_of_the_training_movies_on_the_other_side_and_nothing_else_is():
    rows = pd.DataFrame({"imdb_votes": [10.0, 70_000.0], "rt_score": [90.0, 20.0]})
    training = pd.DataFrame({"imdb_votes": [5.0, 50_000.0, 60_000.0, 80_000.0, 900_000.0, np.nan]})

    up, down = MANY_VOTES.moved(rows, training), FEWER_VOTES.moved(rows, training)

    assert up["imdb_votes"].tolist() == [80_000.0, 80_000.0]
    assert down["imdb_votes"].tolist() == [25_002.5, 25_002.5]
    assert up["rt_score"].tolist() == [90.0, 20.0]
    assert MANY_VOTES.moved(rows, training.head(2)) is None
    assert rows["imdb_votes"].tolist() == [10.0, 70_000.0]


def test_language_is_moved_in_both_columns_that_hold_it():
    rows = pd.DataFrame({"original_language": ["ja", "fr"], "spoken_languages": [["ja"], None], "rt_score": [1.0, 2.0]})

    moved = ToEnglish().moved(rows, rows)

    assert moved["original_language"].tolist() == ["en", "en"]
    assert moved["spoken_languages"].tolist() == [["en"], ["en"]]
    assert list(ToEnglish().moved(rows.drop(columns="spoken_languages"), rows)) == ["original_language", "rt_score"]


# models that have not seen the movie


def test_probabilities_before_and_after_the_move_are_those_of_models_fitted_on_the_other_folds(made, table):
    """The same by scikit-learn's interface, fold by fold, for RT above 85 with fewer than 1,000 votes.

    All folds have the operating point and the calibration of the model.
    """
    fold, training = made.split["fold"].astype("float64"), made.split["partition"] == "train"
    covered = (made.rows["rt_score"] > 85) & (made.rows["imdb_votes"] < 1_000)
    known = made.rows.loc[training, "imdb_votes"]
    moved = made.rows.assign(imdb_votes=known[known > 50_000].median())
    before, after = [], []
    for number in [*range(5), np.nan]:
        fitted_on = training & (fold != number)
        test = covered & (fold.isna() if np.isnan(number) else fold == number)
        preprocessing = Preprocessor().fit(made.rows[fitted_on])
        model = XGBClassifier(**PARAMS, random_state=0, n_jobs=1)
        model.fit(preprocessing.transform(made.rows[fitted_on]), made.split.loc[fitted_on, "label"])
        for rows, found in ((made.rows, before), (moved, after)):
            if test.any():
                margins = model.predict(preprocessing.transform(rows[test]), output_margin=True)
                found.extend(expit(margins.astype("float64") + made.model.recipe.operating_point))

    calibrate = calibration_of(made.predictions, made.split)
    before, after = calibrate(np.array(before)), calibrate(np.array(after))
    row = table.set_index("rule").loc["acclaimed_unseen"]
    assert row["movies"] == covered.sum() >= 10
    assert row["moved_from"] == pytest.approx(np.mean(before), abs=1e-6)
    assert row["moved_to"] == pytest.approx(np.mean(after), abs=1e-6)
    assert row["change"] == pytest.approx(np.mean(after) - np.mean(before), abs=1e-6)


def test_without_a_selection_inside_the_folds_nothing_moved_is_the_out_of_fold_prediction(made):
    folds = folds_of(made.split)
    models = unseen_models(made.rows, made.split, made.model)

    # inside, the operating point of the other folds is another one: a constant a fold
    apart = logit(predict(models, made.rows, folds)) - logit(made.predictions["probability"].to_numpy())
    for fold in np.unique(folds):
        np.testing.assert_allclose(apart[folds == fold], apart[folds == fold].mean(), atol=1e-5)
    np.testing.assert_allclose(apart[folds == OUTSIDE], 0, atol=1e-6)
    assert models[OUTSIDE].committee is made.model.evaluated


def test_no_probability_depends_on_the_label_of_its_own_movie(made):
    turned = made.split.copy()
    own = turned["fold"].eq(2).fillna(False).to_numpy(dtype=bool)
    turned.loc[own, "label"] = 1 - turned.loc[own, "label"]
    folds = folds_of(made.split)

    before, after = (
        predict(unseen_models(made.rows, sides, made.model), made.rows, folds) for sides in (made.split, turned)
    )

    assert (before[own] == after[own]).all()
    assert (before[folds == 1] != after[folds == 1]).any()


def test_the_models_own_preprocessing_is_left_alone(made):
    before = made.model.preprocessing.to_json()
    unseen_models(made.rows, made.split, made.model)
    assert made.model.preprocessing.to_json() == before


# the table and the verdict


def test_share_liked_and_mean_probability_are_those_of_the_covered_movies(made, table):
    covered = (made.rows["rt_score"] > 85) & (made.rows["imdb_votes"] > 50_000)
    liked = made.split.loc[covered, "label"]
    row = table.set_index("rule").loc["acclaimed_popular"]

    assert row["liked_share"] == pytest.approx(liked.mean())
    low, high = proportion_confint(liked.sum(), len(liked), method="wilson")
    assert (row["liked_low"], row["liked_high"]) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert row["probability"] == pytest.approx(made.predictions.loc[covered, "calibrated_probability"].mean())
    assert row["probability_error"] == pytest.approx(made.predictions.loc[covered, "calibrated_probability"].sem())
    after, before = (row[name] / (1 - row[name]) for name in ("moved_to", "moved_from"))
    assert row["log_odds_change"] == pytest.approx(np.log(after / before))


def test_a_taste_that_is_in_the_labels_is_learnt_and_one_that_is_not_is_not(table):
    verdicts = by_rule(table)

    assert verdicts["acclaimed_unseen"] == LEARNT
    assert verdicts["acclaimed_popular"] == LEARNT
    assert verdicts["foreign"] == LEARNT
    assert verdicts["panned_comedy"] == NOT_LEARNT  # this owner likes no panned comedy
    says = table.set_index("rule").loc["panned_comedy", "says"]
    assert "the model does not put them above the threshold of 0.35, and neither do you" in says


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_learnt_from_permuted_labels(seed):
    rows = library(count=2500)
    rows["label"] = rows["label"].sample(frac=1, random_state=seed).to_numpy()

    found = judged(trained_on(rows))

    # most movies are disliked, so such a model is on the side of the rules that say so, and noise moves it
    assert LEARNT not in set(found["verdict"])
    judged_ones = found.loc[found["verdict"] == NOT_LEARNT, "says"]
    assert judged_ones.str.contains("the model does not rank liked movies above others").all()
    assert len(judged_ones) > 5


def test_a_language_that_does_not_matter_is_not_learnt():
    rows = library()
    rows["label"] = np.where((rows["rt_score"] > 85) & (rows["imdb_votes"] > 50_000), "would_watch", "would_not_watch")

    verdicts = by_rule(judged(trained_on(rows)))

    assert verdicts["acclaimed_unseen"] == verdicts["acclaimed_popular"] == LEARNT
    assert verdicts["foreign"] == NOT_LEARNT


def test_a_model_without_the_feature_has_not_learnt_the_rule():
    made = trained_on(library(), columns=["rt_score_norm", "genre_drama", "original_language"])
    row = judged(made).set_index("rule").loc["acclaimed_unseen"]

    assert row["verdict"] == NOT_LEARNT
    assert row["change"] == 0
    assert "the model does not look at imdb_votes" in row["says"]


def test_a_sure_but_tiny_reaction_is_not_enough(made, monkeypatch):
    """Votes that move every probability by a hundredth: the interval is clear of zero, the odds hardly change."""
    from movie_pref.evaluation import preference_rules

    def hardly(models, rows, folds):
        return np.where(rows["imdb_votes"] > 50_000, 0.95, 0.94) + 0.001 * np.sin(np.arange(len(rows)))

    monkeypatch.setattr(preference_rules, "predict", hardly)
    high = made.predictions.assign(calibrated_probability=0.95)
    monkeypatch.setattr(preference_rules, "calibration_of", lambda *_: lambda probability: probability)
    row = judge_rules(made.rows, made.split, made.model, high).set_index("rule").loc["acclaimed_popular"]

    assert row["change_high"] < 0
    assert row["verdict"] == NOT_LEARNT
    # log(0.94 / 0.06) - log(0.95 / 0.05) = -0.193
    assert "the feature hardly matters: -0.19 log-odds, less than 0.5" in row["says"]


def test_a_column_that_is_not_there_leaves_its_rules_undecided():
    rows = library().drop(columns="rt_score")

    found = judged(trained_on(rows))

    assert set(found["verdict"]) == {TOO_FEW}
    assert set(found["movies"]) == {0}
    assert set(found["says"]) == {"cannot be judged: the library has no rt_score"}
    assert list(found) == list(COLUMNS)


def test_fewer_than_ten_movies_are_too_few(made):
    few = made.rows.assign(original_language="en")
    few.loc[few.index[:9], "original_language"] = "fr"

    rows = judged(made, rows=few).set_index("rule")

    assert rows.loc["foreign", "movies"] + rows.loc["foreign_exception", "movies"].iloc[0] == 9
    assert rows.loc["foreign", "verdict"] == TOO_FEW
    assert "fewer than 10" in rows.loc["foreign", "says"]


def test_nobody_on_the_other_side_is_said():
    rows = library()
    rows = rows[rows["imdb_votes"] < 50_000].reset_index(drop=True)
    rows["label"] = np.where(rows["rt_score"] > 60, "would_watch", "would_not_watch")

    row = judged(trained_on(rows)).set_index("rule").loc["acclaimed_unseen"]

    assert row["verdict"] == TOO_FEW
    assert row["says"] == "cannot be judged: no training movie has IMDb votes above 50,000"


@pytest.mark.parametrize(
    ("moves", "whole"),
    [
        ([LEARNT, LEARNT], LEARNT),
        ([LEARNT, NOT_LEARNT], NOT_LEARNT),
        ([NOT_LEARNT, TOO_FEW], NOT_LEARNT),
        ([LEARNT, TOO_FEW], LEARNT),
        ([TOO_FEW, TOO_FEW], TOO_FEW),
    ],
)
def test_a_rule_is_learnt_when_every_move_that_could_be_judged_is(moves, whole):
    assert by_rule(pd.DataFrame({"rule": "one", "verdict": moves})).to_dict() == {"one": whole}


def test_two_runs_give_the_same_table(made, table):
    pd.testing.assert_frame_equal(judged(made), table, check_exact=True)


def test_on_the_demonstration_library_every_rule_is_learnt():
    rows, _ = demo_library()
    params = {"n_estimators": 100, "max_depth": 5, "learning_rate": 0.1, "scale_pos_weight": 5}

    found = judged(trained_on(rows, params={**params, "enable_categorical": True}))

    assert set(found["verdict"]) == {LEARNT}, found.loc[found["verdict"] != LEARNT, ["rule", "says"]].to_dict("records")
    assert (found["movies"] >= 40).all()
