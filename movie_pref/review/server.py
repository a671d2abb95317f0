"""Serving the review page: a free port, the browser, and uvicorn until Ctrl-C."""

import contextlib
import errno
import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from movie_pref.errors import UserError
from movie_pref.memory import start_threads_of_arrow
from movie_pref.review.app import build_app
from movie_pref.review.watcher import History
from movie_pref.settings import Settings

TRIES = 20  # ports after the one that is wanted


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the first free port from `port` on (0: any).

    Raises
    ------
    UserError
        No port is free, or the address is none of this machine's.
    """
    for one in range(port, min(port + TRIES, 65535) + 1) if port else (0,):
        try:
            family, *_, address = socket.getaddrinfo(host, one, type=socket.SOCK_STREAM)[0]
        except socket.gaierror as error:
            raise UserError(f"{host!r} is no address of this machine ({error.strerror}); leave out --host.") from None
        found = socket.socket(family, socket.SOCK_STREAM)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(128)
            return found
        except OSError as error:
            found.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise UserError(f"The page cannot listen on {host} ({error.strerror}); leave out --host.") from None
    raise UserError(f"Every port from {port} to {min(port + TRIES, 65535)} is taken; name another with --port.")


def serve(
    settings: Settings,
    sock: socket.socket,
    host: str,
    key: str,
    opens: str | None,
    ready: Callable[[], None],
    history: History,
) -> None:
    """Answer requests until Ctrl-C; once it does, `ready` is called and the browser is opened at `opens`.

    `host` and `key` say who may ask (`movie_pref.review.guard`), `history` what the runs have learnt so far.
    """
    start_threads_of_arrow()
    server = uvicorn.Server(
        uvicorn.Config(build_app(settings, host, history, key), log_level="warning", access_log=False, server_header=False, proxy_headers=False, timeout_graceful_shutdown=2)
    )  # fmt: skip

    def announce() -> None:
        while not server.started and not server.should_exit:
            threading.Event().wait(0.02)
        if server.started:
            ready()
            if opens:
                webbrowser.open(opens)

    threading.Thread(target=announce, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[sock])
