"""Every page, by day and by night, wide and on a phone, as a screen reader and a keyboard find it (axe-core's rules)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.sources.importers.open_questions import write_questions

from .conftest import House

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAGES = ("/", "/list", "/movie/tt9000001", "/movie/tt9000001/why", "/add", "/matches", "/models", "/numbers")


COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}  # axe's, of those it runs by itself


def violations(page: Any, **options: Any) -> list[str]:
    """What axe finds, each with where it is."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:150]}" for one in found for node in one["nodes"]]


def looked_at(page: Any, address: str) -> list[str]:
    """What is wrong with a page by day, and with its colours by night, which are all that differs then."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.wait_for_selector("main[data-ready]")
    if "/movie/" in address:
        page.locator("table.parts").first.wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"scrolls sideways: {width}"] if width > page.viewport_size["width"] else []
    by_day = violations(page)
    page.emulate_media(color_scheme="dark")
    return by_day + violations(page, **COLOURS) + wide


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_breaks_a_rule_of_axe_or_scrolls_sideways(
    open_house: Callable, visit: Callable, viewport: dict[str, int]
) -> None:
    def ask(data: Path) -> None:
        asked = [
            ("Second", 2001, "https://letterboxd.com/film/second/", "tt9000001 Amélie Returns (1990)", "two movies")
        ]
        columns = ["title", "year", "uri", "suggestions", "reason"]
        write_questions(data, pd.DataFrame(asked, columns=columns).astype({"year": "Int64"}))

    house = open_house(before=ask)
    page = visit(house.address, viewport=viewport, bypass_csp=True)
    assert {path: found for path in PAGES if (found := looked_at(page, house.address + path))} == {}


def test_neither_do_the_pages_of_a_person_without_a_model(open_house: Callable, visit: Callable) -> None:
    def forget(data: Path) -> None:
        for path in data.iterdir():
            if path.name != "candidates.parquet":
                path.rename(data.parent / path.name)

    house = open_house(before=forget)
    page = visit(house.address, viewport=PHONE, bypass_csp=True)
    page.get_by_text("labels to a first ranking").wait_for()
    paths = ("/", "/list", "/first")
    assert {path: found for path in paths if (found := looked_at(page, house.address + path))} == {}


def test_a_rule_that_is_broken_is_found(house: House, visit: Callable) -> None:
    page = visit(house.address, bypass_csp=True)
    page.evaluate("document.querySelector('.onwards a').textContent = ''")
    assert [one.split(" ")[0] for one in violations(page)] == ["link-name"]


def test_the_keyboard_reaches_everything_and_shows_where_it_is(house: House, visit: Callable) -> None:
    page = visit(house.address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    told = ["what is this?", "Everything about this score", "IMDb", "TMDB", "Letterboxd", "Would not watchN", "SkipS", "Would watchW"]  # fmt: skip
    assert [one for one in seen if one != "Why it moved"][: len(told)] == told


def test_what_has_the_focus_keeps_it(house: House, visit: Callable) -> None:
    page = visit(house.address)
    page.locator(".status .model").focus()
    with page.expect_response("**/status"):
        pass
    page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.className") == "model"
    page.get_by_role("button", name="Would watch").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('.card[data-movie="tt9000001"]')
    assert page.evaluate("document.activeElement.textContent").startswith("Amélie Returns")
