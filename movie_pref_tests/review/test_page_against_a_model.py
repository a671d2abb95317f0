"""Any sequence of requests to the page, and of labels given elsewhere meanwhile, against a list, a dictionary and a stack."""

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from movie_pref.labels.store import LabelStore
from movie_pref.library.label_names import LABELS
from movie_pref.review.app import build_app
from movie_pref.review.guard import TOKEN_HEADER
from movie_pref.settings import load_settings
from movie_pref.sources.importers.open_questions import remembered_answers
from movie_pref_tests.review.asking import Answer, ask
from movie_pref_tests.review.conftest import write_queue
from movie_pref_tests.soak import inputs

QUEUE = ["tt9000000", "tt9000001", "tt0000001", "tt9000002", "tt9000003"]
BESIDE = "tt9000050"  # known, and not in the queue
NEW = "tt8000001"  # known to nobody until it is added
EXAMPLES, STEPS = inputs(8, 1 / 50), 25
MOVIES = st.sampled_from([*QUEUE, BESIDE, NEW, "tt7000000"])


class Page(RuleBasedStateMachine):
    """The page on a queue of five, of which one is labelled in the library; `given` has the labels of each movie, oldest first."""

    made: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        self.data = Path(shutil.copytree(self.made, Path(tempfile.mkdtemp()) / "data"))
        write_queue(self.data, QUEUE)
        here = load_settings(data=self.data)
        self.app = build_app(here)
        self.review = self.app.state.review
        self.review.watch.look()
        self.elsewhere = LabelStore(here.label_store_url)
        self.given: dict[str, list[tuple[int, str]]] = {}
        self.done: list[tuple[str, str | None, int]] = []
        self.skipped: list[str] = []
        self.first: str | None = None
        self.added = False
        self.answers: dict[str, str] = {}

    def teardown(self) -> None:
        self.elsewhere.close()
        self.review.desk.store.close()
        shutil.rmtree(self.data.parent)

    # what must be true

    def label(self, movie: str) -> str | None:
        return self.given[movie][-1][1] if self.given.get(movie) else None

    @property
    def waiting(self) -> list[str]:
        rest = [one for one in QUEUE if self.label(one) is None]
        last = [one for one in self.skipped if one in rest]
        open_ = [one for one in rest if one not in last]
        if self.first in open_:
            open_ = [self.first, *(one for one in open_ if one != self.first)]
        return open_ + last

    @invariant()
    def the_store_and_the_page_hold_what_they_must(self) -> None:
        found = self.elsewhere.effective()
        counts = {one: label for one in self.given if (label := self.label(one))}
        assert dict(zip(found["imdb_id"], found["label"], strict=True)) == counts
        shown = ask(self.app, "GET", "/desk").text
        assert re.findall(r'<article class="card[^"]*" data-movie="([^"]*)"', shown) == (self.waiting[:1] or [""])
        listed = re.findall(r'<li class="row" data-movie="([^"]*)"', ask(self.app, "GET", "/list").text)
        assert listed == self.waiting
        assert [(one.imdb_id, one.label) for one in self.review.desk.done] == [one[:2] for one in self.done]
        answers = remembered_answers(self.data)
        told = {} if answers is None else dict(zip(answers["title"], answers["imdb_id"], strict=True))
        assert told == self.answers

    # what may happen

    def post(self, path: str, expected: int, **form: str) -> Answer:
        found = ask(self.app, "POST", path, form, **{TOKEN_HEADER: self.review.token})
        assert found.status == expected, (path, form, found.text)
        return found

    def note(self, movie: str, label: str) -> None:
        event = int(self.elsewhere.history(movie)["event"].max())
        self.given.setdefault(movie, []).append((event, label))

    def decided(self, movie: str, label: str) -> None:
        self.note(movie, label)
        self.done.append((movie, label, self.given[movie][-1][0]))
        self.skipped = [one for one in self.skipped if one != movie]
        self.first = None if self.first == movie else self.first

    @rule(
        movie=MOVIES,
        label=st.sampled_from([*LABELS, "would_wach"]),
        way=st.sampled_from(["review queue", "review page", ""]),
    )
    def decide(self, movie: str, label: str, way: str) -> None:
        known = movie in (*QUEUE, BESIDE) or (movie == NEW and self.added)
        if label not in LABELS or not known:
            self.post("/decide", 422, imdb_id=movie, label=label, way=way)
            return
        self.post("/decide", 200, imdb_id=movie, label=label, way=way)
        if way != "review queue" or self.label(movie) != label:  # else a key was pressed twice
            self.decided(movie, label)

    @rule(movie=MOVIES)
    def skip(self, movie: str) -> None:
        waits = movie in self.waiting
        self.post("/skip", 200, imdb_id=movie)
        if waits:
            self.skipped = [one for one in self.skipped if one != movie] + [movie]
            self.first = None if self.first == movie else self.first
            self.done.append((movie, None, -1))

    @rule(movie=MOVIES, last=st.sampled_from([True, True, False]))
    def undo(self, movie: str, last: bool) -> None:
        movie = self.done[-1][0] if last and self.done else movie
        if not self.done or self.done[-1][0] != movie:
            self.post("/undo", 200, imdb_id=movie)
            return
        _, label, event = self.done.pop()
        standing = self.given[movie][-1][0] if self.given.get(movie) else -1
        if label is not None and event != standing:  # it was changed elsewhere since
            self.post("/undo", 422, imdb_id=movie)
            return
        self.post("/undo", 200, imdb_id=movie)
        if label is None:
            self.skipped = [one for one in self.skipped if one != movie]
        else:
            self.given[movie].pop()
        self.first = movie

    @rule(label=st.sampled_from([*LABELS, ""]), year=st.sampled_from(["1999", "MCMXCIX", ""]))
    def add(self, label: str, year: str) -> None:
        form = {"token": self.review.token, "imdb_id": NEW, "media_title": "New", "release_year": year, "label": label}
        found = ask(self.app, "POST", "/add", form)
        assert found.status == (303 if year == "1999" and not self.added else 422)
        if found.status == 303:
            self.added = True
            if label:
                self.decided(NEW, label)

    @rule(title=st.sampled_from(["Alpha", "Be\rta", ""]), answer=st.sampled_from(["tt0000001", "none", "", "tt1"]))
    def settle(self, title: str, answer: str) -> None:
        form = {"token": self.review.token, "title": title, "year": "1999", "imdb_id": answer}
        good = title and answer in ("tt0000001", "none")
        assert ask(self.app, "POST", "/matches", form).status == (303 if good else 422)
        if good:
            self.answers["Be ta" if title == "Be\rta" else title] = answer

    @rule(movie=st.sampled_from([*QUEUE, BESIDE]), label=st.sampled_from([*LABELS, None]))
    def label_elsewhere(self, movie: str, label: str | None) -> None:
        """By `movie-pref label`, which the page sees when it looks."""
        assume(label is not None or self.given.get(movie))
        if label is None:
            self.elsewhere.undo(movie)
            self.given[movie].pop()
        else:
            self.elsewhere.record(movie, label)
            self.note(movie, label)
        self.review.desk.read_labels()

    @rule(
        form=st.dictionaries(
            st.sampled_from(["imdb_id", "label", "token"]), st.sampled_from(["", "tt9000001", "would_watch"])
        ),
        path=st.sampled_from(["/decide", "/skip", "/undo", "/add", "/matches", "/posters"]),
    )
    def another_site(self, form: dict[str, str], path: str) -> None:
        assert ask(self.app, "POST", path, form).status == 403


@pytest.mark.timeout(3600)  # where it fails, the shortest sequence that does is looked for for up to five minutes
def test_whatever_is_asked_the_page_and_the_store_hold_what_they_must(made: Path, record_property: Callable) -> None:
    Page.made = made
    run_state_machine_as_test(Page, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None))
    record_property("tried", f"{EXAMPLES:,} sequences of {STEPS} requests")
