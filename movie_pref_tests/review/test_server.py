"""Where the page listens."""

import socket

import pytest

from movie_pref.errors import UserError
from movie_pref.review.server import listen


def test_an_address_of_another_machine_is_refused_in_a_sentence(one_sentence) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError) as caught:
        listen("192.0.2.1", 0)
    one_sentence(caught, "192.0.2.1", "--host")
    with pytest.raises(UserError) as caught:
        listen("no such host", 0)
    one_sentence(caught, "no such host")


def test_when_every_port_is_taken_it_is_said(one_sentence, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("movie_pref.review.server.TRIES", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as caught:
            listen("127.0.0.1", port)
    one_sentence(caught, f"{port} to {port} is taken", "--port")
