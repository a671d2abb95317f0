"""What the page and a run's end say of the second question of a library with favourites, and that without one they say nothing."""

import pandas as pd
import pytest

from movie_pref.ranking.in_percent import in_percents
from movie_pref.report.end_of_run import read_summary
from movie_pref.report.favourites import favourites_found
from movie_pref.report.page import render
from movie_pref.settings import Settings
from movie_pref_tests.favourites import levels, second_model
from movie_pref_tests.report.conftest import METRICS
from movie_pref_tests.report.reading import Page

WORTH = {
    "recall_again_at_budget": {"value": 0.8636, "low": 0.6667, "high": 0.9525},
    "recall_again_at_budget_by_the_first_question": {"value": 0.5, "low": 0.3, "high": 0.7},
    "average_precision_again": {"value": 0.52, "low": 0.3, "high": 0.73},
}
FACTS = {"metrics": {"rows": "holdout", **METRICS, **WORTH}, "budget": 0.15}


@pytest.fixture
def favourites(write_folder, candidates, trained) -> Settings:
    return write_folder(candidates, second=second_model(trained), level=levels(trained), **FACTS)


def test_the_ranking_shows_both_probabilities_and_what_speaks_for_either(favourites):
    best = pd.read_parquet(favourites.data / "scored_candidates.parquet").head(50)
    page = Page(render(favourites))
    text = page.words.split("The ranking")[-1].split("How far to trust it")[0]
    for row, again in zip(best.itertuples(), in_percents(best["probability_again"]), strict=True):
        assert f"· again {again} · {row.imdb_id}" in text
        for reason in row.reasons_again.split("; "):
            assert reason in text
    assert 0 < best["prediction_again"].sum() < 50
    assert text.count("Would watch, perhaps again") == best["prediction_again"].sum()
    assert "orders the movies together with the next one" in text
    assert "So far: learnt from" in text


def test_the_labels_are_counted_and_what_the_question_is_worth_stands_beside_the_first_ones_order(favourites, trained):
    page, level = Page(render(favourites)), pd.Series(levels(trained))
    assert f"{(level > 0).sum()} of them liked, {(level == 2).sum()} of these marked to watch again." in page.words
    assert "how many are in the first 15% of the ranking? about 86 recall of favourites within the budget" in page.words
    assert "95 % interval 67 to 95; ranked without the second question, 50" in page.words
    assert "recall again at budget 0.864 0.667 to 0.953 Share of the movies labelled would_watch_again" in page.words
    holdout = pd.read_parquet(favourites.data / "03_binomial_classifier_results.parquet").query(
        "partition == 'holdout' and level == 2"
    )
    found = int((holdout["probability"] >= 0.35).sum())
    assert f"would watch it again {found} of those found {len(holdout) - found} of those missed" in page.words


def test_what_makes_one_watched_again_has_a_table_and_the_model_its_parts(favourites):
    words = Page(render(favourites)).words
    assert "for a movie:" in words.split("What makes you watch one again")[1].split("Rules of taste")[0]
    assert "has a model of its own" in words and "boosters 1 with 25 trees" in words.split("has a model of its own")[1]


def test_unsure_movies_that_the_ranking_has_no_reasons_of_get_them_for_both_questions(favourites):
    path = favourites.data / "scored_candidates.parquet"
    ranking = pd.read_parquet(path)
    ranking.assign(reasons=None, reasons_again=None).to_parquet(path, index=False)
    near = ranking.loc[(ranking["probability"] - 0.35).abs().nsmallest(20).index]
    text = Page(render(favourites)).words.split("What it is unsure of")[-1].split("What it looks at, and")[0]
    for row in near.itertuples():
        assert row.reasons_again.split("; ")[0] in text


def test_the_runs_end_is_told_the_same(favourites):
    found = read_summary(favourites)
    assert found.second_learnt is True
    assert found.favourites_found == (
        "Of 100 movies that you would watch again the first 15% of such a list hold about 86 (95 % interval 67 to 95); "
        "ranked without the second question, 50"
    )


def test_a_question_that_nothing_was_learnt_of_says_so_and_marks_nothing(write_folder, candidates, trained):
    settings = write_folder(candidates, second=second_model(trained, learnt=False), level=levels(trained), **FACTS)
    words = Page(render(settings)).words
    assert "and it takes 8 of either kind to learn from" in words and "Would watch, perhaps again" not in words
    assert "What makes you watch one again" not in words and "has a model of its own" not in words
    found = read_summary(settings)
    assert found.second_learnt is False and "it takes 8 of either kind" in found.second_says
    assert found.favourites_found == ""


def test_a_library_of_two_labels_has_no_word_of_it(settings, page):
    for words in ("perhaps again", "· again", "watch again", "watch it again", "second question"):
        assert words not in page.words
    assert "The score is the model's own, and orders the movies; from 35%" in page.words
    found = read_summary(settings)
    assert (found.second_learnt, found.second_says, found.favourites_found) == (None, "", "")
    assert favourites_found({"metrics": METRICS, "budget": 0.15}) is None
