"""The addresses of the review page: each is a view and a template, or a change and what came of it.

A change is asked for by POST with the page's token. A script gets JSON (what was said, and the parts of the page that
are new), a form without a script is sent back to the page it came from.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from movie_pref.errors import UserError
from movie_pref.labels.events import BY_HAND, BY_QUEUE
from movie_pref.labels.store import LabelStore
from movie_pref.library.added_movies import FIELDS, add_movie
from movie_pref.library.identifiers import check_imdb_id
from movie_pref.library.label_names import LABELS_IN_WORDS
from movie_pref.review import views
from movie_pref.review.guard import TOKEN_FIELD, TOKEN_HEADER, Guard, is_token, new_token
from movie_pref.review.listing import Choice
from movie_pref.review.movies import Movies
from movie_pref.review.posters import Posters
from movie_pref.review.rendering import Show, renderer
from movie_pref.review.session import Desk
from movie_pref.review.views import Review
from movie_pref.review.watcher import History, Watch, no_history
from movie_pref.settings import Settings

HERE = Path(__file__).parent
LARGEST = 64 * 1024  # bytes of a form
STALE = "The page is from an earlier start of movie-pref review, so nothing was saved; reload it and decide again."
Form = dict[str, str]


def build_app(settings: Settings, host: str = "127.0.0.1", history: History = no_history, key: str = "") -> Starlette:
    """The page as an ASGI application for the address that it is served on; it follows the data folder until it ends.

    `key` is what whoever is not on this machine has to know (`Guard`).
    """
    store = LabelStore(settings.label_store_url)
    desk, movies = Desk(settings, store), Movies(settings)
    watch = Watch(settings, desk, movies, history)
    review = Review(settings, desk, movies, watch, Posters(settings), new_token())
    show = renderer(review)

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(review.watch.look)
        review.watch.start()
        yield
        await run_in_threadpool(review.watch.stop)
        store.close()

    app = Starlette(
        routes=[
            *_pages(review, show),
            *_parts(review, show),
            *_changes(review, show),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Guard, host=host, pictures=review.posters.hosts, key=key)],
        lifespan=life,
        exception_handlers={UserError: _sentence(review, show), 404: _not_found(review, show)},
    )
    app.state.review = review
    return app


# reading


def _pages(review: Review, show: Show) -> list[Route]:
    """Whole pages, each with an address of its own."""

    def one(request: Request) -> Response:
        return HTMLResponse(show("one.html.j2", tab="one", **views.desk(review)))

    def listed(request: Request) -> Response:
        found = views.rows(review, Choice.of(request.query_params))
        return HTMLResponse(show("list.html.j2", tab="list", **found))

    def movie(request: Request) -> Response:
        imdb_id = request.path_params["imdb_id"]
        check_imdb_id(imdb_id)
        found = views.movie(review, imdb_id)
        if found is None:
            raise UserError(f"Nobody knows a movie {imdb_id} here; add it on the page 'Add a movie'.")
        return HTMLResponse(show("movie.html.j2", tab="", **found))

    def models(request: Request) -> Response:
        return HTMLResponse(show("models.html.j2", tab="models", **views.model_page(review)))

    def first(request: Request) -> Response:
        return HTMLResponse(show("first.html.j2", tab="first", **views.first_ranking(review)))

    def numbers(request: Request) -> Response:
        return HTMLResponse(show("numbers.html.j2", tab="numbers", **views.numbers(review)))

    def add(request: Request) -> Response:
        given = dict.fromkeys(FIELDS, "") | {"media_title": request.query_params.get("q", "")}
        return HTMLResponse(_add_page(review, show, given))

    def matches(request: Request) -> Response:
        return HTMLResponse(_matches_page(review, show))

    return [
        Route("/", one),
        Route("/list", listed),
        Route("/movie/{imdb_id}", movie),
        Route("/models", models),
        Route("/first", first),
        Route("/numbers", numbers),
        Route("/add", add),
        Route("/matches", matches),
    ]


def _parts(review: Review, show: Show) -> list[Route]:
    """Parts of a page, which it asks for while it is open."""

    def why(request: Request) -> Response:
        imdb_id = request.path_params["imdb_id"]
        check_imdb_id(imdb_id)
        try:
            part, found = "why.html.j2", views.why(review, imdb_id)
        except UserError as error:
            part, found = "absent.html.j2", {"says": str(error)}
        if "part" in request.query_params:
            return HTMLResponse(show(part, **found))
        known = review.movies.one(imdb_id)
        about = {"shown": imdb_id, "title": known.title if known else imdb_id, "status": views.status(review)}
        return HTMLResponse(show("why_page.html.j2", tab="", part=part, **about, **found))

    def search(request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        found = review.movies.titles().search(text) if text else []
        return HTMLResponse(show("hits.html.j2", hits=found, text=text, desk=review.desk))

    def status(request: Request) -> Response:
        return HTMLResponse(show("status.html.j2", status=views.status(review)))

    def desk(request: Request) -> Response:
        return HTMLResponse(show("desk.html.j2", **views.desk(review)))

    return [
        Route("/movie/{imdb_id}/why", why),
        Route("/search", search),
        Route("/status", status),
        Route("/desk", desk),
    ]


def _add_page(review: Review, show: Show, given: Mapping[str, str], trouble: str = "") -> str:
    return show(
        "add.html.j2", tab="add", given=given, trouble=trouble, label=given.get("label", ""), status=views.status(review)
    )  # fmt: skip


def _matches_page(review: Review, show: Show, trouble: str = "") -> str:
    from movie_pref.review.import_questions import open_questions

    questions = open_questions(review.settings.data, review.movies)
    return show("matches.html.j2", tab="matches", questions=questions, trouble=trouble, status=views.status(review))


# changing


def _changes(review: Review, show: Show) -> list[Route]:
    desk = review.desk

    def answer(says: str, shown: str | None = None, **more: Any) -> dict[str, Any]:
        parts = {"desk": show("desk.html.j2", **views.desk(review, shown))}
        last = desk.done[-1].imdb_id if desk.done else ""
        return {
            "says": says,
            "last": last,
            **parts,
            "status": show("status.html.j2", status=views.status(review)),
            **more,
        }

    def decide(form: Form) -> dict[str, Any]:
        """Keep a label that was given on the page, and say which movie comes next."""
        imdb_id, label = form.get("imdb_id", ""), form.get("label", "")
        check_imdb_id(imdb_id)
        asked, known = desk.asked(imdb_id), None
        if asked is None:
            known = review.movies.one(imdb_id)
            if known is None:
                raise UserError(f"Nobody knows a movie {imdb_id} here, so it was not labelled; add it first.")
        title = asked.title if asked else known.title if known else imdb_id
        origin = BY_QUEUE if form.get("way") == BY_QUEUE else BY_HAND
        made = desk.decide(imdb_id, label, title, origin, note=form.get("note", "").strip()[:2000] or None)
        words = LABELS_IN_WORDS[label]
        says = f"{title}: {words}" if made else f"{title} has been decided already: {words}"
        return answer(says, imdb_id=imdb_id)

    def skip(form: Form) -> dict[str, Any]:
        made = desk.skip(form.get("imdb_id", ""))
        return answer(f"{made.title}: skipped, it comes again at the end" if made else "It does not wait in the queue any more", imdb_id=form.get("imdb_id", ""))  # fmt: skip

    def undo(form: Form) -> dict[str, Any]:
        undone = desk.undo(form.get("imdb_id", ""))
        if undone is None:
            return answer("There is nothing more to undo" if not desk.done else "It was taken back already")
        what = LABELS_IN_WORDS[undone.label] if undone.label else "the skip"
        return answer(f"{undone.title}: {what} is taken back", undone.imdb_id, imdb_id=undone.imdb_id)

    def posters(form: Form) -> dict[str, Any]:
        review.posters.switch(form.get("on") == "yes")
        return {"says": f"Posters are {'on' if review.posters.on else 'off'}"}

    return [
        Route("/posters", _posted(review, show, posters), methods=["POST"]),
        Route("/decide", _posted(review, show, decide), methods=["POST"]),
        Route("/skip", _posted(review, show, skip), methods=["POST"]),
        Route("/undo", _posted(review, show, undo), methods=["POST"]),
        Route("/add", _posted_page(review, show, lambda form: _add(review, show, form)), methods=["POST"]),
        Route("/matches", _posted_page(review, show, lambda form: _settle(review, show, form)), methods=["POST"]),
    ]


def _add(review: Review, show: Show, form: Form) -> Response:
    """Add a movie, with a label at once where one is given; what was typed stays when a field has to be mended."""
    given = {name: form.get(name, "") for name in (*FIELDS, "label")}
    try:
        known = review.movies.one(given["imdb_id"].strip()) if given["imdb_id"].strip() else None
        if known is not None:
            raise UserError(f"{known.imdb_id} is known already: it is {known.title!r}; look it up above to label it.")
        imdb_id = add_movie(review.settings.data, given)
        if given["label"]:
            review.desk.decide(imdb_id, given["label"], given["media_title"], BY_HAND)
    except UserError as error:
        return HTMLResponse(_add_page(review, show, given, str(error)), status_code=422)
    return RedirectResponse(f"/movie/{imdb_id}", status_code=303)


def _settle(review: Review, show: Show, form: Form) -> Response:
    from movie_pref.review.import_questions import answer_question

    try:
        answer_question(review.settings.data, form)
    except UserError as error:
        return HTMLResponse(_matches_page(review, show, str(error)), status_code=422)
    return RedirectResponse("/matches", status_code=303)


def _posted(review: Review, show: Show, change: Callable[[Form], dict[str, Any]]) -> Any:
    """An address that changes something: JSON for the page's script, a way back for a form without one."""

    async def endpoint(request: Request) -> Response:
        """Refuse a form that is not this page's own, else do what it asks for."""
        form = await _form(request)
        script = TOKEN_HEADER in request.headers
        if form is None or not is_token(request.headers.get(TOKEN_HEADER) or form.get(TOKEN_FIELD, ""), review.token):
            return JSONResponse({"trouble": STALE}, status_code=403) if script else PlainTextResponse(STALE, 403)
        try:
            found = await run_in_threadpool(change, form)
        except UserError as error:
            if script:
                return JSONResponse({"trouble": str(error)}, status_code=422)
            raise
        if script:
            return JSONResponse(found)
        back = form.get("back") or _address(request.headers.get("referer", ""))
        return RedirectResponse(back if back.startswith("/") and back[1:2] not in ("/", "\\") else "/", status_code=303)

    return endpoint


def _address(referer: str) -> str:
    """The address on this page that a form was sent from, which the browser says of its own site only."""
    try:
        parts = urlsplit(referer)
    except ValueError:  # its host is none
        return "/"
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _posted_page(review: Review, show: Show, change: Callable[[Form], Response]) -> Any:
    """An address of a form whose answer is a page."""

    async def endpoint(request: Request) -> Response:
        form = await _form(request)
        if form is None or not is_token(form.get(TOKEN_FIELD, ""), review.token):
            return PlainTextResponse(STALE, status_code=403)
        return await run_in_threadpool(change, form)

    return endpoint


async def _form(request: Request) -> Form | None:
    """The fields of a form; None where it is too large or no text."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    try:
        found = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        return None
    return {name: values[-1] for name, values in found.items()}


# what went wrong


def _sentence(review: Review, show: Show) -> Any:
    async def handler(request: Request, error: Exception) -> Response:
        page = show("sentence.html.j2", tab="", says=str(error), status=views.status(review))
        return HTMLResponse(page, status_code=422)

    return handler


def _not_found(review: Review, show: Show) -> Any:
    async def handler(request: Request, error: Exception) -> Response:
        page = show("sentence.html.j2", tab="", says="There is no such page.", status=views.status(review))
        return HTMLResponse(page, status_code=404)

    return handler
