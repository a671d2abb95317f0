"""What a person chooses on the page: posters, which movies of the list, and a decision by thumb."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from .conftest import House


def with_columns(**columns: list[object]) -> Callable[[Path], None]:
    """Gives the first candidates these values, in the file that the last run read."""

    def change(data: Path) -> None:
        path = data / "assets" / "candidates.parquet"
        rows = pd.read_parquet(path)
        for name, values in columns.items():
            rows[name] = pd.Series([*values, *[None] * (len(rows) - len(values))], dtype=object)
        rows.to_parquet(path, index=False)

    return change


def test_a_poster_is_fetched_only_after_a_yes_which_is_remembered(open_house: Callable, chromium: Any) -> None:
    house = open_house(before=with_columns(poster_path=["/first.jpg", "javascript:alert(1)"]))
    context = chromium.new_context()
    page, asked = context.new_page(), []
    context.route("https://image.tmdb.org/**", lambda route: (asked.append(route.request.url), route.abort()))
    answer = page.goto(house.address)
    assert "image.tmdb.org" not in answer.headers["content-security-policy"]
    assert page.locator("img").count() == 0 and asked == []
    with page.expect_navigation():
        page.get_by_role("switch", name="Posters").click()
    page.wait_for_selector("main[data-ready]")
    assert asked == ["https://image.tmdb.org/t/p/w342/first.jpg"]
    page.wait_for_function("() => !document.querySelector('img')")  # there is no network: no hole is left
    assert tomllib.loads((house.data / "settings.toml").read_text())["posters"] is True
    assert "img-src 'self' data: https://image.tmdb.org;" in page.goto(house.address).headers["content-security-policy"]
    page.goto(f"{house.address}/movie/tt9000001")  # a path that is none of TMDB's
    assert page.locator("img").count() == 0
    with page.expect_navigation():
        page.get_by_role("switch", name="Posters").click()
    assert page.url == f"{house.address}/movie/tt9000001"
    assert "image.tmdb.org" not in page.goto(house.address).headers["content-security-policy"]
    context.close()


def test_links_lead_to_the_same_movie_elsewhere(open_house: Callable, visit: Callable) -> None:
    house = open_house(before=with_columns(tmdb_id=[603.0]))
    page = visit(house.address)
    links = page.locator(".links a")
    assert links.evaluate_all("all => all.map(one => one.href)") == [
        "https://www.imdb.com/title/tt9000000/",
        "https://www.themoviedb.org/movie/603",
        "https://letterboxd.com/imdb/tt9000000/",
    ]
    assert set(links.evaluate_all("all => all.map(one => one.rel)")) == {"noreferrer noopener"}


def test_the_list_is_narrowed_and_ordered_and_a_reload_keeps_it(open_house: Callable, visit: Callable) -> None:
    house = open_house(before=with_columns(wished=[True, None, True]))
    page = visit(f"{house.address}/list")
    page.get_by_label("Seen elsewhere").select_option("wished")
    page.get_by_label("Order").select_option("old")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**elsewhere=wished**")
    year = pd.read_parquet(house.data / "candidates.parquet").set_index("imdb_id")["release_year"]
    expected = sorted(["tt9000000", "tt9000002"], key=lambda one: year[one])
    rows = "all => all.map(one => one.dataset.movie)"
    assert page.locator("#rows .row").evaluate_all(rows) == expected
    page.reload()
    assert page.locator("#rows .row").evaluate_all(rows) == expected
    assert page.get_by_label("Order").input_value() == "old"


@pytest.mark.parametrize(("by", "label"), [(200, "would_watch"), (-200, "would_not_watch"), (50, None)])
def test_a_card_pulled_far_enough_is_decided(house: House, visit: Callable, by: int, label: str | None) -> None:
    page = visit(house.address, viewport={"width": 390, "height": 844}, has_touch=True)
    touch = page.context.new_cdp_session(page)
    box = page.locator("#desk h1").bounding_box()
    x, y = 195.0, box["y"] + 5
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + by * step / 5, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    if label:
        page.wait_for_selector('.card[data-movie="tt9000001"]')
    page.wait_for_timeout(300)
    assert house.events()["label"].tolist() == ([label] if label else [])
