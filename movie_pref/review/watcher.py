"""What happens outside the page, followed in the background so that no click waits for it.

Other labels, a new queue, a new champion, a retrain that runs, what the last training has learnt, and missing reasons.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.labels.events import effective_labels, event_number
from movie_pref.labels.retraining import Past
from movie_pref.ranking.queue_reasons import reasons_for
from movie_pref.review.first_labels import FirstLabels
from movie_pref.review.movies import Movies
from movie_pref.review.session import Desk
from movie_pref.review.training_changes import State, model_state
from movie_pref.settings import Settings
from movie_pref.sources.postgres.label_sync import labels_are_waiting, sync_labels

EVERY = 2.0  # seconds from one look to the next
PATIENCE = 10.0  # seconds after which labels are read again though nothing tells that there are others


# opened once, in the thread that asks; what it gives says what is known of the runs, None where there was none yet
History = Callable[[], contextlib.AbstractContextManager[Callable[[], Past | None]]]


@contextlib.contextmanager
def no_history() -> Iterator[Callable[[], Past | None]]:
    """The history where nothing runs that could have one."""
    yield lambda: None


@dataclass(frozen=True)
class Retraining:
    """What the history of runs says: the labels that the last training knew, and a training that runs, in words."""

    learnt: dict[str, str] | None = None
    running: str = ""


class Watch:
    """Keeps the desk, the movies and the models up to date. `start` begins, `stop` ends it."""

    def __init__(self, settings: Settings, desk: Desk, movies: Movies, history: History) -> None:
        self.settings, self.desk, self.movies, self.history = settings, desk, movies, history
        self.first = FirstLabels(settings, desk, movies)
        self.model = State(threshold=settings.threshold)
        self.retraining = Retraining()
        self.troubles: dict[str, str] = {}
        self._events: pd.DataFrame | None = None
        self._labels_read: tuple[object, float] = (None, -PATIENCE)
        self._learnt_up_to: tuple[str | None, int] | None = None
        self._labels_tried = -PATIENCE
        self._files: object = None
        self._said: object = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="review-watch", daemon=True)

    @property
    def new_labels(self) -> int | None:
        """Movies whose label that counts is another one than the last training knew; None as long as that is not known."""
        learnt = self.retraining.learnt
        if learnt is None:
            return None
        labels = self.desk.labels()
        return sum(labels.get(one) != learnt.get(one) for one in {*labels, *learnt})

    def look(self) -> None:
        """Look at the files and the label store once, without the history of runs."""
        with self._trouble("queue"):
            changed = self.desk.read_queue()
            files = self.desk.mark, _stamp(DataFolder(self.settings.data).asset("scored_candidates"))
            if changed or files != self._files:
                self.movies.keep(self.desk.every())
                self._files = files
        with self._trouble("library"):
            self.movies.read_labels()
        with self._trouble("model"):
            self.model = model_state(self.settings.data, self.settings.threshold)
        with self._trouble("labels"):
            mark = self._store_mark()
            if mark != self._labels_read[0] or time.monotonic() - self._labels_read[1] > PATIENCE:
                self._events = self.desk.read_labels()
                self._labels_read = (mark, time.monotonic())
        with self._trouble("first labels"):
            self.first.look()

    def follow_labels(self) -> None:
        """Ask anew after a label of this page, where the questions are those of the first labels."""
        with self._trouble("first labels"):
            self.first.look()

    def start(self) -> None:
        self._thread.start()

    @property
    def says(self) -> list[str]:
        """What is wrong, a sentence each."""
        dead = self._thread.ident is not None and not self._thread.is_alive()
        lost = (
            ["The page no longer follows what happens outside of it; start `movie-pref review` again."] if dead else []
        )
        return [*self.troubles.values(), *lost]

    def stop(self) -> None:
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        with self.history() as past:
            while not self._end.is_set():
                self.look()
                with self._trouble("database"):
                    self._write_labels()
                with self._trouble("runs"):
                    self._read_runs(past())
                with self._trouble("titles"):
                    self.movies.titles()  # so that no search waits for them
                with self._trouble("reasons"):
                    self._work_out_reasons()
                self._end.wait(EVERY)

    def _write_labels(self) -> None:
        """Bring new labels into the database, where the library is in one; they wait in the store until that succeeds."""
        waits = self._events is not None and labels_are_waiting(self.settings, self._events)
        if waits and time.monotonic() - self._labels_tried > PATIENCE * bool(self.troubles.get("database")):
            self._labels_tried = time.monotonic()
            sync_labels(self.settings, self.desk.store, lambda says: None)

    def _read_runs(self, past: Past | None) -> None:
        if self._events is None:
            return
        learnt, running = (None, "") if past is None else ((past.learnt or (None,))[0], past.running or "")
        known = (learnt, len(self._events))
        if self.retraining.learnt is None or known != self._learnt_up_to:
            number = event_number(self._events, learnt) if learnt else 0
            found = effective_labels(self._events, number)
            self._learnt_up_to = known
            self.retraining = Retraining(dict(zip(found["imdb_id"], found["label"], strict=True)), running)
        self.retraining = replace(self.retraining, running=running)

    def _work_out_reasons(self) -> None:
        missing = self.movies.without_reasons()
        about = (self._files, self.model.version)
        if not missing or self.model.version is None or about == self._said:
            return
        for found in reasons_for(self.settings.data, missing):
            self.movies.explain(found)
            if self._end.is_set():
                return
        self._said = about

    def _store_mark(self) -> object:
        """What tells that a SQLite store was written to; of another database nothing does."""
        url = self.desk.store.url
        if url.get_backend_name() != "sqlite" or not url.database:
            return None
        return [_stamp(f"{url.database}{end}") for end in ("", "-wal")]

    @contextlib.contextmanager
    def _trouble(self, about: str) -> Iterator[None]:
        """Keep the sentence of a mistake, for the page to show until it is mended."""
        try:
            yield
        except UserError as error:
            self.troubles = {**self.troubles, about: str(error)}
        else:
            self.troubles = {name: said for name, said in self.troubles.items() if name != about}


def _stamp(path: object) -> tuple[int, int] | None:
    try:
        found = Path(str(path)).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
