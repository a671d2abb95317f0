"""A person marks twelve favourites by key, trains again, and what is like them rises in the list."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.features.split import split
from movie_pref_tests.command_line import QUICK, Command
from movie_pref_tests.good_run import of_few_columns

from .test_learning_by_itself import answers, free_port, until

SHARED = "Adventure"  # the genre that the favourites have in common
FAVOURITES = 12


@pytest.fixture
def evening(tmp_path: Path, movies: pd.DataFrame, candidates: pd.DataFrame) -> Command:
    """A library in which a genre says nothing about what is liked: 12 liked movies have it, and 24 others; so have 20 candidates."""
    data = tmp_path / "data"
    data.mkdir()
    training = split(movies)["partition"] == "train"
    liked = movies["label"] == "would_watch"
    of_genre = [*movies.index[liked & training][:FAVOURITES], *movies.index[~liked][: 2 * FAVOURITES]]
    for rows, places in ((movies, of_genre), (candidates, candidates.index[::3])):
        rows["genre"] = [[SHARED] if place in set(places) else genre for place, genre in rows["genre"].items()]
    of_few_columns(movies).to_parquet(data / "01_training.parquet", index=False)
    of_few_columns(candidates).to_parquet(data / "candidates.parquet", index=False)
    return Command(data, {**QUICK, "MOVIE_PREF_SEARCH_BUDGET": "10"})


@pytest.fixture
def review_page(evening: Command) -> Iterator[Callable[[], str]]:
    """Starts `movie-pref review` as a person does; gives its address."""
    running: list[subprocess.Popen[str]] = []

    def start() -> str:
        address = f"http://127.0.0.1:{free_port()}"
        running.append(evening.start("review", "--port", address.rsplit(":", 1)[1], "--no-browser"))
        until(lambda: answers(address), "the review page answers")
        return address

    yield start
    for process in running:
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def best(data: Path, like: pd.Series) -> pd.DataFrame:
    """The flagged movies of the ranking by imdb_id, and whether each is like the favourites."""
    ranking = pd.read_parquet(data / "scored_candidates.parquet").set_index("imdb_id")
    return ranking[ranking["prediction"] == 1].assign(like=like)


@pytest.mark.timeout(600)
def test_what_is_like_the_favourites_rises_after_a_training(
    evening: Command, review_page: Callable[[], str], visit: Callable[..., Any], tmp_path: Path
) -> None:
    data = evening.data
    rows = pd.read_parquet(data / "01_training.parquet")
    has_it = rows["genre"].map(lambda found: found is not None and SHARED in found)
    favourites = rows.loc[has_it & (rows["label"] == "would_watch"), "imdb_id"].tolist()
    assert len(favourites) == FAVOURITES
    like = pd.read_parquet(data / "candidates.parquet").set_index("imdb_id")["genre"].map(
        lambda found: found is not None and SHARED in found
    )  # fmt: skip
    first = evening.apart("run")
    assert first.code == 0 and "perhaps again" not in first.words and "favourites" not in first.words, first.out
    before = best(data, like)
    assert "probability_again" not in before and before["like"].any() and not before["like"].all()

    page = visit(address := review_page())
    page.goto(f"{address}/list?sort=score")
    page.screenshot(path=tmp_path / "before.png")
    assert page.locator("#rows .answer").count() == 0
    for imdb_id in favourites:
        page.goto(f"{address}/movie/{imdb_id}")
        page.wait_for_selector("main[data-ready]")
        page.keyboard.press("a")
        page.get_by_text("labelled: would watch again").wait_for()

    second = evening.apart("run")
    assert second.code == 0, second.out
    after = best(data, like)
    both = after.join(before["rank"].rename("rank_before"), how="inner")
    risen = (both["rank_before"] - both["rank"]).groupby(both["like"]).mean()
    assert risen[True] > 0 > risen[False]
    again = (after["probability_again"] / after["probability"]).groupby(after["like"])
    assert again.min()[True] > again.max()[False]  # the genre was learnt, and nothing stronger

    page.goto(f"{address}/list?sort=rank")
    page.screenshot(path=tmp_path / "after.png")
    top = page.locator("#rows .row").first
    assert like[top.get_attribute("data-movie")]
    assert top.locator(".answer").inner_text() == "would watch, perhaps again"
    assert SHARED in top.inner_text()
