"""From nothing but candidates to a first ranking: thirty keys in a real browser, and the next start goes on there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.labels.store import LabelStore
from movie_pref.review.first_labels import AT_ONCE, FirstLabels, progress
from movie_pref.review.movies import Movies
from movie_pref.review.session import Desk
from movie_pref.settings import Settings, load_settings

from .conftest import House

TWICE = 300  # milliseconds after which the same key counts again


@pytest.fixture(scope="module")
def owner() -> pd.DataFrame:
    """600 movies of the demonstration's owner, with the labels that they would give."""
    return demo_library()[0].head(600)


def without_labels(owner: pd.DataFrame) -> Callable[[Path], object]:
    """Leaves nothing in a data folder but these movies as candidates."""

    def bare(data: Path) -> None:
        for path in data.rglob("*"):
            if path.is_file():
                path.unlink()
        owner.drop(columns="label").to_parquet(data / "candidates.parquet", index=False)

    return bare


@pytest.fixture
def bare(tmp_path: Path, owner: pd.DataFrame) -> Settings:
    (tmp_path / "bare").mkdir()
    without_labels(owner)(tmp_path / "bare")
    return load_settings(data=tmp_path / "bare")


@pytest.fixture
def first(bare: Settings) -> Iterator[tuple[FirstLabels, Desk, LabelStore]]:
    with LabelStore(bare.label_store_url) as store:
        desk = Desk(bare, store)
        found = FirstLabels(bare, desk, Movies(bare))
        found.look()
        yield found, desk, store


def test_thirty_keys_from_nothing_to_a_first_ranking(
    open_house: Callable, visit: Callable, owner: pd.DataFrame
) -> None:
    house: House = open_house(before=without_labels(owner))
    page = visit(house.address)
    page.get_by_text("0 of about 25 labels to a first ranking; 0 liked and 0 not liked so far; 8 of each give a trained model").wait_for()  # fmt: skip
    says = owner.set_index("imdb_id")["label"]
    asked: list[str] = []
    for number in range(30):
        movie = page.locator(".card").get_attribute("data-movie")
        asked.append(movie)
        page.keyboard.press("w" if says[movie] == "would_watch" else "n")
        page.wait_for_function(
            "before => document.querySelector('.card').dataset.movie !== before && !document.querySelector('[data-busy]')",
            arg=movie,
        )
        if number == 11:
            page.get_by_text("12 of about 25 labels").wait_for()
        page.wait_for_timeout(TWICE)
    assert len(set(asked)) == 30
    events = house.events()
    assert events["imdb_id"].tolist() == asked and set(events["origin"]) == {"review queue"}
    liked = int((says[asked] == "would_watch").sum())
    assert liked > 2 * 30 * (says == "would_watch").mean()  # it looks for what is liked
    page.get_by_role("link", name="see the first ranking").click()
    page.get_by_role("heading", name="The first ranking").wait_for()
    said = page.locator("main .warning").inner_text()
    assert said.startswith("This is a first guess from 30 labels") and re.search(r"at least \d\d% of the movies", said)
    rows = page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.movie)")
    assert len(rows) == 50 and not set(rows) & set(asked)
    assert (says[rows[:20]] == "would_watch").mean() > 2 * (says == "would_watch").mean()
    page.locator(".row a").first.click()
    page.get_by_text(re.compile(r"First guess \d+%")).wait_for()
    page.get_by_text("Explained by the first guess from 30 labels").wait_for()


def test_a_skipped_movie_is_not_asked_about_and_an_undone_one_comes_back(
    open_house: Callable, visit: Callable, owner: pd.DataFrame
) -> None:
    house: House = open_house(before=without_labels(owner))
    page = visit(house.address)
    shown = []
    for key in "swnuuu":
        shown.append(page.locator(".card").get_attribute("data-movie"))
        page.keyboard.press(key)
        page.wait_for_function(
            "before => document.querySelector('.card').dataset.movie !== before && !document.querySelector('[data-busy]')",
            arg=shown[-1],
        )
        page.wait_for_timeout(TWICE)
    skipped, watched, refused, after = shown[:4]
    assert len({skipped, watched, refused, after}) == 4
    assert shown[4:] == [refused, watched] and page.locator(".card").get_attribute("data-movie") == skipped
    assert house.review.desk.labels() == {}


def test_questions_follow_the_labels_and_are_the_same_at_the_next_start(first: Any, bare: Settings) -> None:
    found, desk, store = first
    before = desk.waiting()
    assert len(before) == AT_ONCE and progress(found)["labels"] == 0
    desk.decide(before[0], "would_watch", "", "review queue")
    found.look()
    assert before[0] not in desk.waiting() and desk.waiting() != before[1:]
    assert tuple(found.counts()) == (1, 0)
    desk.decide(desk.waiting()[0], "would_watch_again", "", "review queue")
    found.look()
    assert tuple(found.counts()) == (2, 0)
    again = Desk(bare, store)
    again.read_labels()
    FirstLabels(bare, again, Movies(bare)).look()
    assert again.waiting() == desk.waiting()


def test_a_queue_that_a_run_wrote_takes_over(first: Any, bare: Settings, owner: pd.DataFrame) -> None:
    found, desk, _ = first
    ids = owner["imdb_id"].tolist()[:3]
    queue = pd.DataFrame({"imdb_id": ids, "media_title": ids, "probability": 0.4, "current_label": None, "reason": "edge", "priority": [1.0, 0.9, 0.8]})  # fmt: skip
    queue.to_parquet(bare.data / "review_queue.parquet", index=False)
    desk.read_queue()
    found.look()
    assert not found.active and progress(found) is None and desk.waiting() == ids


def test_labels_of_a_library_count_and_its_movies_are_not_asked_about(bare: Settings, owner: pd.DataFrame) -> None:
    likes = owner["label"] == "would_watch"
    library = pd.concat([owner[likes].head(3), owner[~likes].head(20)])
    library.to_parquet(bare.library_path, index=False)
    with LabelStore(bare.label_store_url) as store:
        desk = Desk(bare, store)
        found = FirstLabels(bare, desk, Movies(bare))
        found.look()
        assert tuple(found.counts()) == (3, 20) and not set(desk.waiting()) & set(library["imdb_id"])
        ranked, sure = found.ranking()
        assert not {one.movie.imdb_id for one in ranked} & set(library["imdb_id"])
        assert [one.guess.probability for one in ranked] == sorted(
            (one.guess.probability for one in ranked), reverse=True
        )
        assert all(one.guess.low < one.guess.probability < one.guess.high for one in ranked)
        assert 0 < sure["at_least"] < sure["expected"] < 1
