"""Who is answered and who is refused: other names for this machine, other sites, forms without the page's token."""

import http.client
from urllib.parse import urlencode, urlsplit

import pytest

from movie_pref.review.guard import is_ours

from .conftest import House

DECISION = {"imdb_id": "tt9000000", "label": "would_watch", "way": "review queue"}


def ask(house: House, method: str, path: str, form: dict | None = None, **headers: str) -> tuple[int, str, dict]:
    where = urlsplit(house.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(form) if form is not None else None, sent)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return found


def with_token(house: House) -> dict[str, str]:
    return {**DECISION, "token": house.review.token}


def test_a_form_of_this_page_decides_and_goes_back(house: House) -> None:
    status, _, headers = ask(house, "POST", "/decide", with_token(house), Origin=house.address, Sec_Fetch_Site="same-origin")  # fmt: skip
    assert status == 303 and headers["location"] == "/"
    assert house.events()["imdb_id"].tolist() == ["tt9000000"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Host": "192.168.0.7"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ],
)
def test_what_comes_from_elsewhere_changes_nothing_even_with_the_token(house: House, headers: dict) -> None:
    status, said, _ = ask(house, "POST", "/decide", with_token(house), **headers)
    assert status == 403 and "token" not in said
    assert house.events().empty


@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
@pytest.mark.parametrize("path", ["/decide", "/skip", "/undo", "/add", "/matches"])
def test_a_change_needs_the_token(house: House, path: str, token: str | None) -> None:
    form = {**DECISION, **({} if token is None else {"token": token})}
    status, said, _ = ask(house, "POST", path, form)
    assert status == 403 and "nothing was saved; reload it" in said
    assert house.events().empty


def test_a_change_is_never_asked_for_by_get_or_put(house: House) -> None:
    for method, path in (("GET", "/decide"), ("GET", "/skip"), ("PUT", "/decide"), ("DELETE", "/add")):
        status, *_ = ask(house, method, f"{path}?{urlencode(with_token(house))}")
        assert status in (403, 405)
    assert house.events().empty


def test_reading_is_refused_to_other_sites_and_to_other_names(house: House) -> None:
    assert ask(house, "GET", "/", Host="evil.example")[0] == 403
    assert ask(house, "GET", "/search?q=a", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors")[0] == 403
    assert (
        ask(house, "GET", "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    )  # a link to the page
    port = house.address.rsplit(":", 1)[1]
    assert ask(house, "GET", "/", Host=f"localhost:{port}")[0] == 200


def test_every_answer_forbids_scripts_of_others_and_framing(house: House) -> None:
    for path in ("/", "/list", "/static/review.js", "/nowhere"):
        headers = ask(house, "GET", path)[2]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "script-src 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(house: House, back: str) -> None:
    assert ask(house, "POST", "/decide", {**with_token(house), "back": back})[2]["location"] == "/"


def test_what_is_no_movie_or_no_label_is_refused_in_a_sentence(house: House) -> None:
    for wrong, said in (
        ({"imdb_id": "<script>"}, "An imdb_id is tt and 7 or 8 digits"),
        ({"imdb_id": "tt0000000"}, "Nobody knows a movie tt0000000 here"),
        ({"label": "would_wach"}, "There is no label"),
    ):
        status, page, _ = ask(house, "POST", "/decide", {**with_token(house), **wrong})
        assert status == 422 and said in page and "<script>'" not in page
    assert ask(house, "POST", "/decide", {**with_token(house), "note": "x" * 70_000})[0] == 403
    assert ask(house, "GET", "/movie/tt0000000")[0] == 422
    assert ask(house, "GET", "/nowhere")[0] == 404
    assert house.events().empty


def test_on_an_address_of_the_network_only_addresses_and_own_names_are_answered() -> None:
    assert is_ours("192.168.0.7:3333", "0.0.0.0") and is_ours("[fe80::1]:3333", "::") and is_ours("box.lan", "box.lan")
    assert not is_ours("evil.example", "0.0.0.0") and not is_ours("", "0.0.0.0") and not is_ours("[", "0.0.0.0")
    assert is_ours("[::1]:3333", "127.0.0.1") and not is_ours("192.168.0.7:3333", "127.0.0.1")
