"""The third label on the page: its key is always there, its button from the first favourite on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore

from .conftest import House
from .test_accessible import PAGES, PHONE, WIDE, looked_at

TWICE = 300  # milliseconds after which the same key counts again
AGAIN = "would_watch_again"


def give_one(data: Path) -> None:
    """A favourite in the label store, of a movie that the queue does not ask about."""
    with LabelStore(f"sqlite:///{data / 'labels.sqlite'}") as store:
        store.record("tt9000100", AGAIN)


def in_the_library(data: Path) -> None:
    rows = pd.read_parquet(data / "01_training.parquet")
    rows.loc[rows.index[-1], "label"] = AGAIN
    rows.to_parquet(data / "01_training.parquet")


def buttons(page: Any, name: str = "Would watch again") -> Any:
    return page.get_by_role("button", name=name)


def test_without_a_favourite_the_pages_have_two_buttons_and_the_key_is_told(house: House, visit: Callable) -> None:
    page = visit(house.address)
    assert page.locator(".actions button:visible").all_inner_texts() == ["Would not watchN", "SkipS", "Would watchW"]
    assert "A would watch again" in page.locator("p.keys").inner_text()
    page.goto(f"{house.address}/list")
    assert page.locator("#rows .row").first.locator("button").all_inner_texts() == ["Not", "Skip", "Watch"]
    assert "A would watch again" in page.locator("p.keys").inner_text()
    page.goto(f"{house.address}/movie/tt9000001")
    assert page.locator(".actions button").all_inner_texts() == ["Would not watchN", "Would watchW"]


def test_the_key_brings_the_button_and_undo_takes_both_back(house: House, visit: Callable) -> None:
    page = visit(house.address)
    first = house.queue()[0]
    page.keyboard.press("a")
    buttons(page).wait_for()
    page.wait_for_selector(f'.card[data-movie="{house.queue()[1]}"]')
    assert page.locator("#said").inner_text().endswith(": would watch again")
    assert page.locator(".recent li").first.get_attribute("class") == AGAIN
    assert page.locator(".recent li span").first.inner_text() == "would watch again"
    assert house.events()[["imdb_id", "label", "origin"]].to_numpy().tolist() == [[first, AGAIN, "review queue"]]
    page.wait_for_timeout(TWICE)
    page.keyboard.press("u")
    page.wait_for_selector(f'.card[data-movie="{first}"]')
    page.get_by_text("would watch again is taken back").wait_for()
    assert buttons(page).count() == 0
    assert len(house.events()) == 2 and pd.isna(house.events()["label"].iloc[1])


def test_the_button_decides_on_the_desk_and_in_the_list(open_house: Callable, visit: Callable) -> None:
    house: House = open_house(before=give_one)
    page, queue = visit(house.address), house.queue()
    buttons(page).click()
    page.wait_for_selector(f'.card[data-movie="{queue[1]}"]')
    page.goto(f"{house.address}/list")
    row = page.locator(f'.row[data-movie="{queue[4]}"]')
    row.get_by_role("button", name="Again").click()
    page.wait_for_selector(f'.row[data-movie="{queue[4]}"]', state="detached")
    assert house.events()[["imdb_id", "label"]].to_numpy().tolist()[1:] == [[queue[0], AGAIN], [queue[4], AGAIN]]


def test_the_key_in_the_list_brings_the_button_to_every_row(house: House, visit: Callable) -> None:
    page, queue = visit(f"{house.address}/list"), house.queue()
    page.keyboard.press("a")
    page.wait_for_selector('#rows .row [data-act="would_watch_again"]')
    assert page.locator('#rows [data-act="would_watch_again"]').count() == len(queue) - 1


def test_a_movies_own_page_opens_the_third_label_up_by_mouse(house: House, visit: Callable) -> None:
    page = visit(f"{house.address}/movie/tt9000001", viewport=PHONE)
    page.get_by_text("Is it one of your favourites?").wait_for()
    buttons(page).click()
    page.get_by_text("labelled: would watch again").wait_for()
    assert page.get_by_text("Is it one of your favourites?").count() == 0
    named = [
        text.rstrip("NWA") for text in page.locator(".actions button").all_inner_texts()
    ]  # less the key, where it shows
    assert named == ["Would not watch", "Would watch", "Would watch again"]
    past = page.locator("table.stack").filter(has_text="when (UTC)")  # what speaks for the movie may have come, too
    assert past.locator("td b").all_inner_texts() == ["would watch again"]
    assert house.events()[["label", "origin"]].to_numpy().tolist() == [[AGAIN, "review page"]]


def test_a_library_with_a_favourite_has_the_button_at_once(open_house: Callable, visit: Callable) -> None:
    house: House = open_house(before=in_the_library)
    assert buttons(visit(house.address)).count() == 1


def test_a_favourite_is_added_by_the_form(house: House, visit: Callable) -> None:
    page = visit(f"{house.address}/add")
    for name, value in (("imdb_id", "tt7654321"), ("media_title", "Nowhere Yet"), ("release_year", "2020")):
        page.locator(f'.fields [name="{name}"]').fill(value)
    page.locator('.fields [name="label"]').select_option(AGAIN)
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("labelled: would watch again").wait_for()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_with_the_button_breaks_a_rule_of_axe_or_scrolls_sideways(
    open_house: Callable, visit: Callable, viewport: dict[str, int]
) -> None:
    house: House = open_house(before=give_one)
    page = visit(house.address, viewport=viewport, bypass_csp=True)
    page.keyboard.press("a")
    page.wait_for_selector(f'.card[data-movie="{house.queue()[1]}"]')
    assert {path: found for path in PAGES if (found := looked_at(page, house.address + path))} == {}
    page.goto(house.address)
    for name in ("Would watch again", "Would not watch", "Skip"):
        box = buttons(page, name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"], name
        assert viewport == WIDE or box["y"] + box["height"] <= viewport["height"], name
