"""Requests put to the page as an application, without a socket: an error in it is raised here and not answered with 500."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

HERE = ("127.0.0.1", 50_000)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


def ask(
    app: Starlette,
    method: str,
    path: str,
    form: Any = b"",
    query: bytes | str = b"",
    peer: tuple[str, int] = HERE,
    **headers: str,
) -> Answer:
    """What the page answers; `form` is fields or a whole body, `peer` the address that the request comes from."""
    body = form if isinstance(form, bytes) else urlencode(form, errors="surrogatepass").encode()
    given = {"host": "127.0.0.1:3333", "content-type": "application/x-www-form-urlencoded"}
    given |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode("utf-8", "replace"),
        "root_path": "", "query_string": query if isinstance(query, bytes) else query.encode(), "client": peer, "server": ("127.0.0.1", 3333),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()],
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as apart:  # the browser of other tests may have a loop in this thread
        apart.submit(asyncio.run, app(scope, receive, send)).result()
    start, *parts = sent
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(one.get("body", b"") for one in parts).decode("utf-8", "replace"))


def every_route(routes: list[BaseRoute]) -> list[tuple[str, str]]:
    """Each method and path that the page has, a movie's identifier in the place of a parameter."""
    found = []
    for route in routes:
        if isinstance(route, Route):
            path = route.path.replace("{imdb_id}", "tt9000001")
            found += [(method, path) for method in sorted(route.methods or ())]
        else:
            assert isinstance(route, Mount)
            found.append(("GET", f"{route.path}/review.js"))
    return found
