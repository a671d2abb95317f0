"""The review page: `review`."""

from typing import Annotated

import typer

from movie_pref.commands.terminal import in_sentences, note, say, warn


@in_sentences
def review(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; the next free one is taken where it is busy.")
    ] = 3333,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
) -> None:
    """Label movies in the browser: the ones the model would learn most from, one at a time or as a list. Ctrl-C ends it.

    Keys: W would watch, N would not watch, S skip, U undo. What you decide is kept at once and gone from the queue.
    """
    from movie_pref.defs.run_history import history_of
    from movie_pref.review.guard import KEY_FIELD, is_loopback, new_token
    from movie_pref.review.server import listen, serve
    from movie_pref.settings import load_settings

    settings = load_settings()
    sock = listen(host, port)
    taken = sock.getsockname()[1]
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    key = "" if is_loopback(host) else new_token()
    address = f"http://{name}:{taken}" + (f"/?{KEY_FIELD}={key}" if key else "")

    def ready() -> None:
        if key:
            warn(
                f"[yellow]Whoever reaches this machine at {host} and knows the key in the address below can read your library and label in your name:[/] leave out --host to keep the page to yourself."
            )
        if port and taken != port:
            note(f"Port {port} is busy, so the page takes {taken}.")
        say(f"The review page is at {address} (Ctrl-C ends it).")

    serve(settings, sock, host, key, None if no_browser else address, ready, lambda: history_of(settings))
    note("The page has ended. Labels are kept; `movie-pref ui` trains with them, or `movie-pref run`.")
