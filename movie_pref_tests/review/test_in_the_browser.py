"""The page in a real browser: keys, clicks, the list, what happens elsewhere meanwhile, and titles that look like markup."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.commands.runs import labels_not_learnt
from movie_pref.labels.store import LabelStore
from movie_pref.ranking.in_percent import in_percent
from movie_pref.sources.importers.open_questions import remembered_answers, write_questions

from .conftest import EVIL_TEXT, EVIL_TITLE, House, write_queue

TWICE = 300  # milliseconds after which the same key counts again


def shown(page: Any) -> str:
    return page.locator(".card").get_attribute("data-movie")


def press(page: Any, key: str) -> None:
    """Press a key and wait until another movie is shown."""
    before = shown(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelector('.card').dataset.movie !== before && !document.querySelector('[data-busy]')",
        arg=before,
    )
    page.wait_for_timeout(TWICE)


def test_ten_movies_are_decided_with_the_keyboard_and_gone_from_the_queue(house: House, visit: Callable) -> None:
    page = visit(house.address)
    first, rest = house.queue()[:10], house.queue()[10:]
    seen = []
    page.get_by_text("10 labels until the next retrain").wait_for()
    for number in range(10):
        seen.append(shown(page))
        press(page, ["w", "n", "ArrowRight", "ArrowLeft"][number % 4])
        if number == 2:
            page.get_by_text("7 labels until the next retrain").wait_for()
    assert seen == first and shown(page) == rest[0]
    events = house.events()
    assert events["imdb_id"].tolist() == first
    assert events["label"].tolist() == (["would_watch", "would_not_watch"] * 5)
    assert set(events["origin"]) == {"review queue"} and set(events["set_by"]) == {"human"}
    page.get_by_text("10 new labels: enough for a retrain").wait_for()
    assert page.locator(".status").get_attribute("data-left") == "20"
    assert labels_not_learnt(house.settings).movies == 10
    page.goto(f"{house.address}/list")
    rows = page.locator("#rows .row").evaluate_all("rows => rows.map(row => row.dataset.movie)")
    assert rows == rest


def test_a_key_pressed_twice_or_held_decides_one_movie(house: House, visit: Callable) -> None:
    page = visit(house.address)
    for _ in range(4):
        page.keyboard.press("w")
    page.keyboard.down("n")  # held: the browser repeats it
    page.keyboard.down("n")
    page.keyboard.up("n")
    page.wait_for_timeout(TWICE)
    decided = house.events()
    assert decided["imdb_id"].is_unique and len(decided) <= 2
    assert decided["label"].tolist()[0] == "would_watch"
    assert decided["imdb_id"].tolist() == house.queue()[: len(decided)]


def test_a_double_click_decides_one_movie(house: House, visit: Callable) -> None:
    page = visit(house.address)
    page.get_by_role("button", name="Would not watch").dblclick()
    page.wait_for_timeout(TWICE)
    assert house.events()["imdb_id"].tolist() == house.queue()[:1]


def test_a_skipped_movie_comes_last_and_undo_brings_back_skip_and_decision(house: House, visit: Callable) -> None:
    page = visit(house.address)
    first, second, third = house.queue()[:3]
    press(page, "s")
    assert shown(page) == second and house.events().empty
    press(page, "w")
    assert shown(page) == third
    press(page, "u")
    assert shown(page) == second
    assert house.events()["label"].tolist()[0] == "would_watch" and pd.isna(house.events()["label"].iloc[1])
    assert house.review.desk.waiting()[-1] == first
    press(page, "u")
    assert shown(page) == first
    page.keyboard.press("u")
    page.get_by_text("There is nothing to undo").wait_for()
    assert len(house.events()) == 2


def test_the_list_is_worked_through_by_keys_and_clicks(house: House, visit: Callable) -> None:
    page = visit(f"{house.address}/list")
    queue = house.queue()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.wait_for_selector(f'.row[data-movie="{queue[1]}"]', state="detached")
    page.locator(f'.row[data-movie="{queue[4]}"]').get_by_role("button", name="Watch", exact=True).click()
    page.wait_for_selector(f'.row[data-movie="{queue[4]}"]', state="detached")
    events = house.events()
    assert events[["imdb_id", "label"]].to_numpy().tolist() == [
        [queue[1], "would_not_watch"],
        [queue[4], "would_watch"],
    ]
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(f'.row[data-movie="{queue[4]}"]')
    assert page.locator(".status").get_attribute("data-left") == "29"


def test_a_labelled_movie_that_is_confirmed_is_gone_too(house: House, visit: Callable) -> None:
    labelled = house.queue()[3]
    label = pd.read_parquet(house.data / "01_training.parquet").set_index("imdb_id").loc[labelled, "label"]
    page = visit(f"{house.address}/list?show=labelled")
    assert page.locator("#rows .row").count() == 1
    page.keyboard.press("w" if label == "would_watch" else "n")
    page.get_by_text("No movie of the queue is like this").wait_for()
    assert labelled not in house.review.desk.waiting()


def test_titles_and_overviews_are_shown_as_they_are(house: House, visit: Callable) -> None:
    page = visit(house.address)
    assert EVIL_TITLE in page.locator("h1").inner_text()
    assert page.locator(".overview").inner_text() == EVIL_TEXT
    page.keyboard.press("w")
    page.locator(".recent a").first.wait_for()
    assert page.locator(".recent a").first.inner_text() == EVIL_TITLE
    for path in ("/list", "/movie/tt9000000", "/models", "/add?q=%22%3E%3Cscript%3Ewindow.hacked=3%3C/script%3E"):
        page.goto(house.address + path)
        page.wait_for_selector("main[data-ready]")
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main script").count() == 0


def test_a_training_that_ends_meanwhile_is_told_of_and_its_queue_is_worked_on(house: House, visit: Callable) -> None:
    page = visit(house.address)
    queue = house.queue()
    write_queue(house.data, queue[5:15])
    house.decide_model(decision="kept", challenger="abcdefabcdef", because="its recall is lower", decided_at="2026-01-01T10:00:00+00:00")  # fmt: skip
    page.wait_for_function("() => document.querySelector('.status').dataset.left === '10'")
    page.get_by_text("Model abcdefabcdef was refused, so the champion stays").first.wait_for()
    assert shown(page) == queue[0]  # what is looked at stays until it is decided
    press(page, "w")
    assert shown(page) == queue[5]
    assert house.events()["imdb_id"].tolist() == queue[:1]
    page.goto(f"{house.address}/models")
    page.get_by_text("Why: Its recall is lower.").wait_for()


def test_a_label_that_is_given_elsewhere_leaves_the_queue(house: House, visit: Callable) -> None:
    page = visit(house.address)
    with LabelStore(house.settings.label_store_url) as store:
        store.record(house.queue()[2], "would_watch", origin="command")
    page.wait_for_function("() => document.querySelector('.status').dataset.left === '29'")
    assert house.queue()[2] not in house.review.desk.waiting()


def test_a_decision_that_cannot_be_saved_is_said_and_its_movie_stays(
    open_house: Callable, visit: Callable, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    house = open_house(label_store=f"sqlite:///{tmp_path / 'file' / 'labels.sqlite'}")
    page = visit(house.address, expected=("422",))
    page.keyboard.press("w")
    page.locator("#said.trouble").get_by_text("cannot be read or written").wait_for()
    assert shown(page) == house.queue()[0]
    assert page.locator(".status").get_attribute("data-left") == "30"


def test_without_a_queue_the_page_says_what_to_run_and_shows_the_queue_once_it_is_there(
    open_house: Callable, visit: Callable
) -> None:
    house = open_house(before=lambda data: (data / "review_queue.parquet").rename(data / "later"))
    page = visit(house.address)
    page.get_by_text("There is no queue yet").wait_for()
    assert page.get_by_text("movie-pref run", exact=True).count() >= 1
    (house.data / "later").rename(house.data / "review_queue.parquet")
    page.wait_for_selector('.card[data-movie="tt9000000"]')


def test_the_page_of_a_movie_says_why_it_moved(house: House, visit: Callable) -> None:
    now = pd.read_parquet(house.data / "scored_candidates.parquet").set_index("imdb_id")
    was = pd.read_parquet(house.data / "previous_ranking.parquet").set_index("imdb_id")
    moved = (now["probability"] - was["probability"]).abs().idxmax()
    before, here = was.loc[moved], now.loc[moved]
    page = visit(f"{house.address}/movie/{moved}")
    said = f"was {in_percent(before['probability'])} (rank {before['rank']}), now {in_percent(here['probability'])} (rank {here['rank']})"
    assert said in page.locator(".moved").inner_text()
    table = page.locator("#why table.stack")
    table.wait_for()
    differences = table.locator('td[data-is="difference"]').all_inner_texts()
    margins = [math.log(one / (1 - one)) for one in (before["probability"], here["probability"])]
    # eight features, what the others add up to, and the starting point, each rounded to two digits
    assert len(differences) == 10
    assert sum(map(float, differences)) == pytest.approx(margins[1] - margins[0], abs=0.06)


def test_a_movie_is_looked_up_as_one_types_and_labelled_by_hand(house: House, visit: Callable) -> None:
    page = visit(f"{house.address}/add")
    page.locator("#search").press_sequentially("amelie ret")
    page.locator("#hits").get_by_text("Amélie Returns").click()
    page.locator("main[data-ready]").get_by_text("no label yet").wait_for()  # its keys work only then
    page.keyboard.press("w")
    page.get_by_text("labelled: would watch").wait_for()
    events = house.events()
    assert events[["imdb_id", "label", "origin"]].to_numpy().tolist() == [["tt9000001", "would_watch", "review page"]]


def test_a_missing_movie_is_added_by_the_form_with_a_label(house: House, visit: Callable) -> None:
    page = visit(f"{house.address}/add", expected=("422",))
    own = (house.data / "candidates.parquet").read_bytes()
    page.locator("#search").press_sequentially("Nowhere Yet")
    page.locator("#hits").get_by_text("No movie of the library or the candidates is like").wait_for()
    assert page.locator('[name="media_title"]').input_value() == "Nowhere Yet"
    page.locator('[name="imdb_id"]').fill("tt7654321")
    page.locator('[name="release_year"]').fill("3020")
    page.locator('.fields [name="label"]').select_option("would_watch")
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("is not from 1850 to 2100").wait_for()
    assert page.locator('[name="media_title"]').input_value() == "Nowhere Yet"
    page.locator('[name="release_year"]').fill("2020")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/movie/tt7654321")
    page.get_by_text("labelled: would watch").wait_for()
    added = pd.read_parquet(house.data / "added_movies.parquet")
    assert added[["imdb_id", "media_title", "release_year"]].to_numpy().tolist() == [["tt7654321", "Nowhere Yet", 2020]]
    assert (house.data / "candidates.parquet").read_bytes() == own
    assert house.events()["imdb_id"].tolist() == ["tt7654321"]


def test_without_a_script_forms_do_the_same(house: House, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.address)
    page.get_by_role("button", name="Would watch").click()
    assert shown(page) == house.queue()[1]
    page.get_by_role("button", name="Undo").click()
    assert shown(page) == house.queue()[0]
    assert len(house.events()) == 2
    context.close()


def test_films_of_an_import_are_settled_once(open_house: Callable, visit: Callable) -> None:
    def ask(data: Path) -> None:
        asked = [
            (EVIL_TITLE, 1999, "javascript:window.hacked=4", "tt9000001 Amélie Returns (1990); tt9000002", "two movies of that name"),
            ("Second", 2001, "https://letterboxd.com/film/second/", "", "no movie of that name"),
            ("Third", None, None, "", "no movie of that name"),
        ]  # fmt: skip
        columns = ["title", "year", "uri", "suggestions", "reason"]
        write_questions(data, pd.DataFrame(asked, columns=columns).astype({"year": "Int64"}))

    house = open_house(before=ask)
    page = visit(f"{house.address}/matches", expected=("422",))
    assert page.locator("h2").all_inner_texts() == [f"{EVIL_TITLE} 1999", "Second 2001", "Third"]
    assert page.locator("main a").evaluate_all("links => links.map(link => link.href)") == [
        "https://letterboxd.com/film/second/"
    ]
    page.get_by_role("button", name="Amélie Returns").click()
    page.get_by_text("2 films of an export").wait_for()
    page.get_by_label("imdb_id of Second").press("Enter")
    page.get_by_text("Say which movie 'Second' is").wait_for()
    page.get_by_label("imdb_id of Second").fill("https://www.imdb.com/title/tt9000005/")
    page.get_by_label("imdb_id of Second").press("Enter")
    page.get_by_text("1 film of an export").wait_for()
    page.get_by_role("button", name="None of my movies").click()
    page.get_by_text("Every film of your imports is settled").wait_for()
    answers = remembered_answers(house.data)
    assert answers is not None and dict(zip(answers["title"], answers["imdb_id"], strict=True)) == {
        EVIL_TITLE: "tt9000001",
        "Second": "tt9000005",
        "Third": "none",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_with_its_buttons_in_reach(house: House, visit: Callable, scheme: str) -> None:
    page = visit(house.address, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    for path in ("/", "/list", "/add", "/models", "/matches", "/movie/tt9000000"):
        page.goto(house.address + path)
        page.wait_for_selector("main[data-ready]")
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(house.address)
    for name in ("Would watch", "Would not watch", "Skip"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) > 3 * 128) == (scheme == "light")


def test_a_page_of_an_earlier_start_says_that_nothing_was_saved(house: House, visit: Callable) -> None:
    page = visit(house.address, expected=("403",))
    page.evaluate("document.querySelector('meta[name=\"review-token\"]').content = 'old'")
    object.__setattr__(house.review, "token", "another")
    page.keyboard.press("w")
    page.get_by_text("nothing was saved; reload it").wait_for()
    assert house.events().empty
