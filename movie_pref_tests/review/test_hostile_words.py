"""Titles and genres that mean harm, on every page of a library that was learnt: nothing of them runs, and nothing else is asked for."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref_tests.bad_input.hostile_words import WORDS, hostile_folder
from movie_pref_tests.review.conftest import House

LIVE = "window.hacked || document.querySelectorAll('script:not([src]):not([nonce]), img[src=x], img[src*=evil], [onmouseover], [onerror], a[href^=javascript]').length"


@pytest.fixture
def house(open_house: Callable[..., House], tmp_path_factory: pytest.TempPathFactory) -> House:
    def learnt(data: Path) -> None:
        shutil.rmtree(data)
        shutil.copytree(hostile_folder(tmp_path_factory)[0], data)

    return open_house(before=learnt)


def test_nothing_on_the_page_runs_and_every_title_is_shown_as_it_is(house: House, visit: Callable) -> None:
    ids = pd.read_parquet(house.data / "scored_candidates.parquet")["imdb_id"].tolist()
    page = visit(house.address)
    for path in (
        "/",
        "/list?sort=title",
        "/models",
        "/numbers",
        "/add?q=window",
        "/matches",
        *(f"/movie/{one}" for one in ids[:15]),
        f"/movie/{ids[0]}/why",
    ):
        page.goto(house.address + path)
        page.wait_for_selector("main[data-ready]")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(LIVE) == 0, path
    page.goto(house.address + "/list")
    page.wait_for_selector("main[data-ready]")
    shown = page.locator("main").inner_text()
    assert any(word in shown for word in WORDS[:4])


@pytest.fixture
def plain_page(chromium: Any) -> Iterator[Any]:
    """A tab that keeps what it asks for and what opens in it."""
    context = chromium.new_context()
    page = context.new_page()
    page.wrong = []
    page.on("dialog", lambda dialog: (page.wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or page.wrong.append(asked.url))
    yield page
    context.close()


def test_nothing_in_the_report_runs_or_asks_for_anything(
    plain_page: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    report = hostile_folder(tmp_path_factory)[0] / "reports" / "report.html"
    plain_page.goto(report.as_uri())
    plain_page.wait_for_load_state("networkidle")
    assert plain_page.evaluate(LIVE) == 0
    assert "<script>window.hacked=1</script>" in plain_page.content().replace("&lt;", "<").replace("&gt;", ">")
    assert plain_page.wrong == []
