"""Every address of the page, taken from the page itself: whom it refuses, and that nothing it is sent makes it fail."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pandas as pd
import pytest
from starlette.applications import Starlette

from movie_pref.library.added_movies import FIELDS, read_added
from movie_pref.library.tables import read_candidates
from movie_pref.review.app import build_app
from movie_pref.review.guard import KEY_COOKIE
from movie_pref.settings import load_settings
from movie_pref.sources.importers.open_questions import remembered_answers
from movie_pref_tests.review.asking import ask, every_route
from movie_pref_tests.soak import inputs

ROUTES = every_route(build_app(load_settings(data=Path("nowhere"))).routes)
KEY = "the-key-of-this-start"
ELSEWHERE = ("192.0.2.7", 40_000)
REQUESTS = inputs(400)


@pytest.fixture(scope="module")
def data(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("routes") / "data"))


@pytest.fixture(scope="module")
def app(data: Path) -> Starlette:
    """The page for this machine only."""
    return _looked(build_app(load_settings(data=data)))


@pytest.fixture(scope="module")
def reachable(data: Path) -> Starlette:
    """The page for whoever reaches this machine and knows the key."""
    return _looked(build_app(load_settings(data=data), "0.0.0.0", key=KEY))


def _looked(app: Starlette) -> Starlette:
    app.state.review.watch.look()
    return app


FROM_ELSEWHERE = [
    {"host": "evil.example"}, {"host": "127.0.0.1.evil.example"}, {"host": ""}, {"host": "192.168.0.7"}, {"host": "[::1"}, {"host": "a@127.0.0.1@b"},
    {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:1"}, {"origin": ""}, {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_another_name_and_another_site(app: Starlette, method: str, path: str) -> None:
    token = app.state.review.token
    form = {"token": token, "imdb_id": "tt9000001", "label": "would_watch"} if method == "POST" else b""
    for headers in FROM_ELSEWHERE:
        found = ask(app, method, path, form, **headers)
        assert found.status == 403 and token not in found.text, headers
    assert app.state.review.desk.store.history().empty


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_asks_another_machine_for_the_key(reachable: Starlette, method: str, path: str) -> None:
    def status(peer: tuple[str, int] = ELSEWHERE, **headers: str) -> int:
        return ask(reachable, method, path, peer=peer, **{"host": "192.0.2.1:3333", **headers}).status

    assert status() == status(cookie=f"{KEY_COOKIE}=wrong") == status(cookie=f"{KEY_COOKIE}=") == 401
    assert status(peer=("127.0.0.1", 1)) == 401  # a proxy of this machine brings others
    assert status(cookie=f"{KEY_COOKIE}={KEY}") == status(peer=("127.0.0.1", 1), host="127.0.0.1:3333") != 401
    assert status(cookie=f"{KEY_COOKIE}={KEY}", host="evil.example") == 403
    assert ask(reachable, method, path, query="key=wrong", peer=ELSEWHERE, host="192.0.2.1").status == 401


def test_the_key_of_the_address_is_kept_in_a_cookie_and_shown_nowhere(reachable: Starlette) -> None:
    found = ask(reachable, "GET", "/list", query=f"key={KEY}&sort=title&q=%22", peer=ELSEWHERE, host="192.0.2.1")
    assert found.status == 303 and found.headers["location"] == "/list?sort=title&q=%22"
    assert found.headers["set-cookie"].startswith(f"{KEY_COOKIE}={KEY};") and "HttpOnly" in found.headers["set-cookie"]
    assert "SameSite=lax" in found.headers["set-cookie"]
    assert ask(reachable, "POST", "/undo", query=f"key={KEY}", peer=ELSEWHERE, host="192.0.2.1").status == 401


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "///evil.example//x", "/\r\nSet-Cookie: a=b"])
def test_the_way_in_never_leads_to_another_host(reachable: Starlette, path: str) -> None:
    found = ask(reachable, "GET", path, query=f"key={KEY}", peer=ELSEWHERE, host="192.0.2.1")
    way = found.headers["location"]
    assert urlsplit(way).netloc == "" and way.startswith("/") and way[1:2] not in ("/", "\\") and "\n" not in way


# what it is sent

MARKUP = "<script>hacked()</script>"
VALUES = [
    "", " ", "tt9000001", "tt0000001", "tt00000000000", "TT9000001", "tt٠١٢٣٤٥٦", "would_watch", "would_wach", "yes", "none", "1999", "-1", "1e999", "nan", "9" * 400,
    "\0", "a\0b", "\udcff", "\ud83d", "\u202eabc", "七人の侍", MARKUP, '"><img src=x onerror=hacked()>', "{{ 7 * 7 }}", "%s%n{0}", "../../etc/passwd", "file:///etc/passwd",
    "javascript:hacked()", "//evil.example", "\r\nSet-Cookie: a=b", "x" * 5_000, "[" * 3_000, "(" * 200 + "a+" * 200, "'; DROP TABLE label_events; --", "=cmd|' /C calc'!A0",
]  # fmt: skip
NAMES = [*FIELDS, "label", "way", "note", "back", "on", "title", "year", "uri", "typed", "page", "q", "show", "genre", "decade", "language", "elsewhere", "sort", "part", "token", "\0", ""]  # fmt: skip
PATHS = ["tt9000001", "tt9000002", "tt0000000", "tt", "%00", "\0", "..", "%2e%2e%2f", "\udcff", "x" * 3_000, MARKUP, "tt9000001/", "tt9000001/why/x"]  # fmt: skip
GOOD = ["tt9000002", "tt9000003", "tt8000001", "tt80000002", "none"]
BODIES = [
    b"",
    b"\xff\xfe=\xff",
    b"=&=&&",
    b"a" * 70_000,
    b"x=1&" * 200,
    b'{"imdb_id": "tt9000001"}',
    b"\0" * 10,
    b"%ZZ=%&%u1234=%C3",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "", "PO ST"]


HEADERS = [{}, {}, {"referer": "//evil.example\\@"}, {"referer": "http://[::1"}, {"content_type": "application/json"}, {"accept": "\xff"}]  # fmt: skip


def test_nothing_that_is_sent_makes_the_page_fail(app: Starlette, data: Path, record_property: Callable) -> None:
    dice = random.Random(7)
    ends = Counter(_one_request(app, dice) for _ in range(REQUESTS))
    record_property("tried", f"{ends.total():,} requests, answered with {dict(sorted(ends.items()))}")
    assert {200, 303, 400, 403, 404, 405, 422} <= set(ends)
    for path in ("/", "/list", "/models", "/first", "/numbers", "/add", "/matches", "/movie/tt9000001"):
        assert ask(app, "GET", path).status == 200, path  # nothing that was kept makes a page fail later
    assert len(read_candidates(load_settings(data=data)).rows) >= 120
    assert remembered_answers(data) is not None and read_added(data)["imdb_id"].is_unique


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("columns", [[], ["media_type", "media_title", "release_year"]], ids=["nothing", "candidates"])
def test_nor_does_it_before_any_run(columns: list[str], tmp_path: Path, candidates: pd.DataFrame) -> None:
    if columns:
        candidates[["imdb_id", *columns]].to_parquet(tmp_path / "candidates.parquet")
    app, dice = _looked(build_app(load_settings(data=tmp_path))), random.Random(8)
    assert Counter(_one_request(app, dice) for _ in range(REQUESTS // 5))[200]


def _one_request(app: Starlette, dice: random.Random) -> int:
    """Sends something, and gives the status that was answered after checking that it is one of those that may be."""
    token = app.state.review.token
    method, path = dice.choice(ROUTES)
    path = path.replace("tt9000001", dice.choice(PATHS))
    if dice.random() < 0.15:
        method = dice.choice(METHODS)
    fields = [(dice.choice(NAMES), dice.choice(VALUES)) for _ in range(dice.randrange(6))]
    likely = [("imdb_id", dice.choice(VALUES[:4])), ("label", dice.choice(VALUES[7:9])), ("token", token)]
    fields += likely[dice.randrange(4) :]
    if dice.random() < 0.2:  # one that is whole, so that it gets far
        whole = {"imdb_id": dice.choice(GOOD), "media_title": "A", "release_year": "1999", "title": "B", "token": token}
        fields = [*whole.items(), *fields]
    form = dice.choice(BODIES) if dice.random() < 0.1 else fields
    headers = {"x_review_token": token} if dice.random() < 0.5 else {}
    query = _query(dice)
    found = ask(app, method, path, form, query, **headers, **dice.choice(HEADERS))
    sent = method, path, form, query
    assert found.status in (200, 303, 307, 400, 403, 404, 405, 422), sent
    assert "Traceback" not in found.text and not _is_live(found.text, found.headers), sent
    way = found.headers.get("location", "/").removeprefix("http://127.0.0.1:3333")
    assert way.startswith("/") and way[1:2] not in ("/", "\\"), way
    return found.status


def _query(dice: random.Random) -> bytes:
    if dice.random() < 0.1:
        return dice.choice([b"%", b"&&&=", b"\xff\xfe", b"q=%FF%00", b"page=" + b"9" * 5000, b"=" * 2000])
    return urlencode(
        [(dice.choice(NAMES), dice.choice(VALUES)) for _ in range(dice.randrange(4))], errors="surrogatepass"
    ).encode()


def _is_live(text: str, headers: dict[str, str]) -> bool:
    """Whether a page has markup that came with the request."""
    return headers.get("content-type", "").startswith("text/html") and (MARKUP in text or "<img src=x" in text)


@pytest.mark.parametrize("referer", ["http://[::1", "//evil.example//x", "http://127.0.0.1:3333//evil.example/"])
def test_a_form_whose_page_has_no_address_goes_back_to_the_first_page(app: Starlette, referer: str) -> None:
    form = {"token": app.state.review.token, "imdb_id": "tt9000001"}
    assert ask(app, "POST", "/skip", form, referer=referer).headers["location"] == "/"


def test_what_was_typed_into_the_form_of_a_movie_comes_back_as_text(app: Starlette) -> None:
    form = {"token": app.state.review.token, "media_title": MARKUP, "imdb_id": "x", "release_year": "1999"}
    found = ask(app, "POST", "/add", form)
    assert found.status == 422 and "&lt;script&gt;hacked()" in found.text and MARKUP not in found.text
