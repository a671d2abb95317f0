"""What the report says of the model and the selection, in words."""

import json

import pandas as pd
import pytest

from movie_pref.report.page import render
from movie_pref.settings import Settings
from movie_pref_tests.report.conftest import METRICS
from movie_pref_tests.report.reading import Page


def change_pointer(settings: Settings, **changed: object) -> None:
    path = settings.data / "model" / "champion.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


# how far to trust it


def test_the_holdout_figures_are_in_words_with_their_intervals(page):
    assert (
        "Of 100 movies that you would like, how many does it show you? about 93 recall; 95 % interval 86 to 98"
        in page.words
    )
    assert "how many does it put before you? about 31" in page.words
    assert "how many would you like? about 61" in page.words
    assert "from 0 to 100? about 88 average precision; 100 is every liked movie before every other How" in page.words
    assert "2.1 percentage points" in page.words and "would show 1.8" in page.words


def test_each_figure_stands_beside_what_it_is_and_its_pros_and_cons(page):
    text = page.words.split("what it is, its pros and its cons")[1]
    assert "recall at 0.35 0.934 0.861 to 0.978 TP / (TP + FN) Minimizes missing good movies; aligns" in text
    assert "average precision 0.880 – Area under precision-recall curve Optimizes across all thresholds" in text
    assert "flagged at 0.35 0.310 0.000 to 1.000 (TP + FP) / Total" in text


def test_a_count_of_movies_is_whole_and_a_figure_without_words_is_shown_alone(write_folder, candidates):
    count = {"value": 1234.0, "low": None, "high": None}
    metrics = {"rows": "holdout", **METRICS, "movies_for_recall_0.9": count, "something_new": {"value": 0.5}}
    text = Page(render(write_folder(candidates, metrics=metrics))).words
    assert "movies for recall 0.9 1,234 – Movies to look at, from the top" in text
    assert "something new 0.500 –" in text


def test_the_confusion_is_counted_on_the_holdout_rows_only(page, made_of):
    holdout = made_of["predictions"].query("partition == 'holdout'")
    counts = holdout["cm_value"].value_counts().reindex(["tp", "fn", "fp", "tn"], fill_value=0)
    assert f"What became of the {len(holdout)} movies kept aside" in page.words
    assert (
        f"you like it {counts['tp']} found {counts['fn']} missed you do not {counts['fp']} looked at in vain {counts['tn']} rightly spared you"
        in page.words
    )


def test_a_library_too_small_to_keep_any_aside_says_what_stood_in_for_it(write_folder, candidates):
    settings = write_folder(candidates, metrics={**METRICS, "rows": "labelled movies, cross-validated with everything"})
    path = settings.data / "03_binomial_classifier_results.parquet"
    predictions = pd.read_parquet(path).assign(partition="train")
    predictions.to_parquet(path, index=False)
    page = Page(render(settings))

    assert "You have labelled too few movies to keep any aside for a test." in page.words
    assert f"What became of the {len(predictions)} movies that were left out in turn" in page.words
    assert "kept aside" not in page.words and "the model never saw them" not in page.words


def test_a_champion_that_stands_provisionally_is_marked(write_folder, candidates):
    page = Page(render(write_folder(candidates, provisional=["recall at 0.35 is 0.500, the floor 0.850"])))
    assert "This ranking is provisional." in page.words
    assert "recall at 0.35 is 0.500, the floor 0.850" in page.words


@pytest.mark.parametrize(
    "pointer",
    [
        {"challenger": "000000000000", "decision": "kept", "because": "the challenger is worse"},
        {"decision": "rolled back"},
    ],
)
def test_predictions_of_another_model_than_the_champion_are_not_shown_as_its_own(settings, pointer):
    change_pointer(settings, **pointer)

    page = Page(render(settings))

    assert "The model that was trained last is not the one that ranks" in page.words
    assert "rightly spared you" not in page.words
    assert len(page.of("img")) == 1  # the rules, which are said to be those of the model trained last
    assert "The rules were put to the model that was trained last." in page.words
    assert "about 93" in page.words  # the champion's own figures, which it carries itself


def test_a_ranking_by_an_earlier_model_is_marked(settings):
    path = settings.data / "scored_candidates.parquet"
    pd.read_parquet(path).assign(model_version="another").to_parquet(path, index=False)
    assert "The ranking is by an earlier model" in Page(render(settings)).words


def test_candidates_of_another_kind_than_the_library_are_pointed_out(write_folder, candidates):
    metrics = {"rows": "holdout", "flagged_at_0.35": {"value": 0.001, "low": 0.0, "high": 0.002}}
    page = Page(render(write_folder(candidates, metrics=metrics)))
    assert "of another kind than your library" in page.words


def test_candidates_like_the_library_are_not(page):
    assert "of another kind than your library" not in page.words


# what it learnt, what it is unsure of, the selection, the search


def test_each_rule_stands_there_once_with_its_verdict(page, made_of):
    for statement in made_of["rules"]["statement"].unique():
        assert page.words.count(statement[1:]) == 1
    assert "too few movies" in page.words


def test_what_matters_most_is_in_words(page):
    learnt = page.words.split("What matters most")[1].split("Rules of taste")[0]
    assert "IMDb votes" in learnt and "for a movie: many IMDb votes" in learnt
    assert "_" not in learnt


def test_the_search_says_how_much_was_tried_and_what_each_setting_is_for(page):
    text = page.words.split("How the model was found")[1]
    assert "The model is one booster. Boosters are 25 small decision trees whose answers add up" in text
    assert "Of the 93,312 combinations in the grid 3 were tried on the training movies, 2 of them to the end" in text
    assert "max depth Maximum Tree Depth 3 3, 5, 7 Low, Medium, High 6 High Control tree complexity Captures" in text
    assert "Formula Tree levels: root (0) → ... → leaf (max_depth) In other words How many" in text
    assert "Impact on the model Feature interaction depth" in text
