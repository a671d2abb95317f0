"""Who may talk to the page: this machine's browser on this page, and no other site through it.

Three things stand against a hostile site in the same browser: the Host header must be an address or a name of this
machine (DNS rebinding), what other sites send is refused by Origin and Sec-Fetch-Site, and a change needs the token that
only the page knows. What the browser may load or run is said by the Content-Security-Policy. Where the page listens beyond
this machine, whoever comes from beyond it needs a key as well, which is in the address that `movie-pref review` prints.
"""

import ipaddress
import secrets
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
TOKEN_HEADER, TOKEN_FIELD = "x-review-token", "token"
KEY_FIELD, KEY_COOKIE = "key", "movie_pref_review"
NO_KEY = "The page asks everyone from another machine for its key; open it by the whole address that `movie-pref review` printed, with ?key= in it."
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {pictures}; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware that refuses what comes from elsewhere, and adds the headers above to every answer.

    Parameters
    ----------
    host
        The address that is listened on. On a loopback address only loopback names are answered; on another one every
        address, this machine's name and `host` itself, since a rebound name is never any of these.
    pictures
        The hosts beside the page's own that the browser may load pictures from at the moment.
    key
        What whoever is not on this machine has to know; empty where the page listens on a loopback address.
    """

    def __init__(
        self, app: ASGIApp, host: str = "127.0.0.1", pictures: Callable[[], tuple[str, ...]] = tuple, key: str = ""
    ) -> None:
        self.app = app
        self.key = key
        self.pictures = pictures
        self.host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        said = refusal(scope["method"], Headers(scope=scope), self.host, scope.get("scheme", "http"))
        door = None if said or not self.key else _at_the_door(scope, self.key)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = POLICY.format(
                    pictures=" ".join(("'self'", "data:", *self.pictures()))
                )
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if said:
            await PlainTextResponse(said, status_code=403)(scope, receive, with_headers)
        elif not scope["query_string"].isascii():  # Starlette would fail over one that is no text
            await PlainTextResponse("The address holds what no address may.", status_code=400)(
                scope, receive, with_headers
            )
        elif door is not None:
            await door(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)


def refusal(method: str, headers: Mapping[str, str], listens_on: str, scheme: str = "http") -> str | None:
    """Why a request is refused, in a sentence; None where it is not."""
    host = headers.get("host", "")
    if not is_ours(host, listens_on):
        return f"The page is not reached by the name {host!r}; open it by the address that `movie-pref review` printed."
    site, navigates = headers.get("sec-fetch-site", ""), headers.get("sec-fetch-mode", "") == "navigate"
    if site in ("cross-site", "same-site") and not (method in SAFE and navigates):
        return "Another site asked for this, so it was refused."
    origin = headers.get("origin")
    if origin is not None and origin != f"{scheme}://{host}":
        return "Another site asked for this, so it was refused."
    if method not in (*SAFE, "POST"):
        return f"{method} is not understood here."
    return None


def _at_the_door(scope: Scope, key: str) -> Response | None:
    """The answer to whoever is not on this machine and has not shown the key yet; None where they may come in.

    The key in an address is kept in a cookie, so that no other page and no history shows it.
    """
    headers, query = Headers(scope=scope), QueryParams(scope["query_string"])
    peer = (scope.get("client") or ("",))[0]
    if _is_loopback(peer) and is_ours(headers.get("host", ""), "127.0.0.1"):
        return None
    if is_token(cookie_parser(headers.get("cookie", "")).get(KEY_COOKIE, ""), key):
        return None
    if scope["method"] not in SAFE or not is_token(query.get(KEY_FIELD, ""), key):
        return PlainTextResponse(NO_KEY, status_code=401)
    rest = urlencode([(name, value) for name, value in query.multi_items() if name != KEY_FIELD])
    way = "/" + scope["path"].lstrip("/\\")  # two slashes would name another host
    answer = RedirectResponse(f"{way}?{rest}" if rest else way, status_code=303)
    answer.set_cookie(KEY_COOKIE, key, httponly=True, samesite="lax", secure=scope.get("scheme") == "https")
    return answer


def is_ours(host: str, listens_on: str) -> bool:
    """Whether a Host header names this machine, as far as the address that is listened on allows."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or _is_loopback(name):
        return True
    if is_loopback(listens_on):
        return False
    own = {listens_on.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
    return _address(name) is not None or name in own


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reachable from this machine only."""
    return host == "localhost" or _is_loopback(host)


def new_token() -> str:
    """A token that no other site can guess."""
    return secrets.token_urlsafe(32)


def is_token(given: str, token: str) -> bool:
    """Whether the token given is the right one, compared in constant time."""
    return secrets.compare_digest(given.encode(), token.encode())


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return address is not None and address.is_loopback
