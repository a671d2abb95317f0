"""Where favourites are in use, the pages say the answers to both questions in words; elsewhere nothing of it is there."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from movie_pref.model.champion import Champion, promote
from movie_pref.model.out_of_fold import out_of_sample
from movie_pref.model.second_question import answer
from movie_pref.ranking.in_percent import in_percent
from movie_pref.ranking.scoring import score
from movie_pref.settings import load_settings

from .conftest import House
from .test_accessible import PAGES, PHONE, WIDE, looked_at

PLACES = ("/", "/list", "/movie/tt9000005", "/numbers")


@pytest.fixture
def with_second(trained: SimpleNamespace, open_house: Callable[..., House]) -> Callable[..., House]:
    """Serves the folder of a champion that answers the second question, so many liked movies being favourites: those of most votes."""

    def open_(favourites: int) -> House:
        split, movies = trained.split, trained.rows
        liked = movies.loc[(split["label"] == 1) & (split["partition"] == "train"), "imdb_votes"].fillna(0)
        level = split["label"].copy()
        level[liked.nlargest(favourites).index] = 2

        def before(data: Path) -> None:
            sides = split.assign(level=level)
            asked = answer(movies, sides, trained.features, trained.preprocessing, load_settings(search_budget=10))
            champion = Champion.load(data / "model")
            promote(replace(champion.model, again=asked.model), data / "model", "promoted")
            unseen = pd.read_parquet(data / "candidates.parquet")
            score(Champion.load(data / "model"), unseen).to_parquet(data / "scored_candidates.parquet", index=False)
            found = out_of_sample(movies, sides, champion.model, given_liked=asked.unseen["given_liked"].to_numpy())
            found.to_parquet(data / "03_binomial_classifier_results.parquet", index=False)
            sides.to_parquet(data / "assets" / "data_split.parquet", index=False)

        return open_house(before=before)

    return open_


def in_words(row: Any) -> str:
    """What is to be read about a row of the ranking."""
    if row.probability < 0.35:
        return "would not watch"
    return (
        "would watch, perhaps again" if row.probability_again / row.probability >= 0.35 else "would watch, hardly again"
    )


def test_every_movie_of_the_list_says_both_answers_and_the_best_rank_comes_first(with_second, visit: Callable) -> None:
    house = with_second(20)
    ranking = pd.read_parquet(house.data / "scored_candidates.parquet").set_index("imdb_id")
    page = visit(f"{house.address}/list?sort=rank")
    rows = page.locator("#rows .row")
    shown = [rows.nth(number).get_attribute("data-movie") for number in range(rows.count())]
    ranked = [one for one in shown if one in ranking.index]
    assert ranked == ranking.loc[ranked].sort_values("rank").index.tolist() == shown[: len(ranked)]
    assert len(shown) == len(ranked) + 1  # a labelled movie has no rank and comes last
    # the score of the list is the queue's, which this folder makes up: none of its movies is below 0.30
    queue = pd.read_parquet(house.data / "review_queue.parquet").set_index("imdb_id")["probability"]
    expected = [in_words(row) for row in ranking.assign(probability=queue).loc[ranked].itertuples()]
    assert page.locator("#rows .row .answer").all_inner_texts()[: len(ranked)] == expected


def test_the_page_of_a_movie_gives_reasons_for_each_answer(with_second, visit: Callable) -> None:
    house = with_second(20)
    row = next(pd.read_parquet(house.data / "scored_candidates.parquet").itertuples())
    assert in_words(row) == "would watch, perhaps again"  # the best of the ranking is both
    page = visit(f"{house.address}/movie/{row.imdb_id}")
    assert (
        page.locator(".answers")
        .inner_text()
        .startswith(f"Would watch, perhaps again · score to be watched again {in_percent(row.probability_again)}")
    )
    page.locator("#why-again").wait_for()
    assert page.locator("#why h2").all_inner_texts()[:2] == ["Why it has this score", "Why perhaps again"]
    first, second = page.locator("#why table.parts").all()
    assert f"a score of {in_percent(row.probability)}" in first.inner_text()
    assert "before it is calibrated" in second.inner_text() and "IMDb votes" in second.inner_text()
    assert in_percent(row.probability_again / row.probability) in page.locator("#why").inner_text()
    # the weights that are written add up to the sum that is written
    weights = [float(one) for one in second.locator("tbody td:first-child").all_inner_texts()]
    assert sum(weights[:-1]) == pytest.approx(weights[-1], abs=0.005 * len(weights))


def test_a_labelled_movie_is_explained_by_a_second_model_that_has_not_seen_it_either(
    with_second, visit: Callable
) -> None:
    house = with_second(20)
    split = pd.read_parquet(house.data / "assets" / "data_split.parquet")
    for partition in ("train", "holdout"):
        imdb_id = split.loc[(split["partition"] == partition) & (split["level"] == 1), "imdb_id"].iloc[0]
        page = visit(f"{house.address}/movie/{imdb_id}")
        page.locator("#why-again").wait_for()
        assert "has not seen it" in page.locator("#why").inner_text()
        assert page.locator("#why table.parts").count() == 2


def test_below_eight_favourites_the_pages_say_that_it_is_not_learnt_yet(with_second, visit: Callable) -> None:
    house = with_second(3)
    page = visit(f"{house.address}/movie/tt9000005")
    says = r"3 of \d+ liked training movies are would_watch_again, and it takes 8 of either kind to learn from"
    assert "whether again is not learnt yet" in page.locator(".answers").inner_text()
    page.locator("#why-again").wait_for()
    assert page.locator("#why-again").inner_text() == "Why again is not known yet"
    assert re.search(says, page.locator("#why").inner_text()) and page.locator("#why table.parts").count() == 1
    page.goto(f"{house.address}/numbers")
    assert re.search(says, page.locator("#again + dd").inner_text())
    page.goto(f"{house.address}/list")
    assert set(page.locator("#rows .answer").all_inner_texts()) <= {"would watch", "would not watch"}


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_with_both_answers_breaks_a_rule_of_axe_or_scrolls_sideways(
    with_second: Callable[..., House], visit: Callable, viewport: dict[str, int]
) -> None:
    house = with_second(20)
    page = visit(house.address, viewport=viewport, bypass_csp=True)
    assert page.locator(".answers").count() == 1
    assert {path: found for path in PAGES if (found := looked_at(page, house.address + path))} == {}


def test_without_a_second_question_no_page_says_a_word_of_it(house: House, visit: Callable) -> None:
    page = visit(house.address)
    for place in PLACES:
        page.goto(house.address + place)
        page.wait_for_load_state("networkidle")
        assert page.locator(".answers, .answer, #again, #why-again, option[value=rank]").count() == 0, place
        assert not re.search("perhaps again|hardly again|watched again", page.locator("main").inner_text()), place
