"""The queue as a person works through it: what comes next, decisions, skips and taking them back.

Everything that a click needs is in memory; only a decision itself goes to the label store, and counts once it is there.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError, cause
from movie_pref.labels.events import BY_HAND, BY_QUEUE, check_label, effective_labels
from movie_pref.labels.store import LabelStore
from movie_pref.library.label_names import WOULD_WATCH_AGAIN
from movie_pref.settings import Settings

NO_EVENT = -1
OFFERED = (0, 0)  # the mark of a queue that is no file


class Asked(NamedTuple):
    """A movie of the queue: why it is asked about, and the label that it had when the queue was made."""

    imdb_id: str
    title: str
    probability: float
    label: str | None
    reason: str


class Done(NamedTuple):
    """A decision of this page, or a skip (`label` is None); `event` is its number in the label store."""

    imdb_id: str
    title: str
    label: str | None
    event: int = NO_EVENT


@dataclass
class _Queue:
    mark: tuple[int, int] | None = None
    written: pd.Timestamp | None = None
    movies: dict[str, Asked] = field(default_factory=dict)


class Desk:
    """The queue file and the label store, as one session of the page sees them.

    A movie of the queue is decided, and gone from it, when its label is another one than the queue knew, or was given
    since the queue was written. Methods may be called from several threads.
    """

    def __init__(self, settings: Settings, store: LabelStore) -> None:
        self.path = DataFolder(settings.data).asset("review_queue")
        self.store = store
        self.done: list[Done] = []
        self._queue = _Queue()
        self._labels: dict[str, tuple[str, pd.Timestamp]] = {}
        self._skipped: dict[str, None] = {}
        self._first: str | None = None
        self._own: dict[str, tuple[int, str | None, pd.Timestamp]] = {}
        self._lock = threading.RLock()

    # reading

    def read_queue(self) -> bool:
        """Read the queue's file where it is another one than before; returns whether it was.

        Raises
        ------
        UserError
            The file cannot be read, or is no queue.
        """
        mark = _mark(self.path)
        if mark == self._queue.mark or (mark is None and self._queue.mark == OFFERED):
            return False
        fresh = _read_queue(self.path, mark)
        with self._lock:
            self._queue = fresh
            self._skipped = {}
        return True

    def read_labels(self) -> pd.DataFrame:
        """Read the label store; returns its events.

        Raises
        ------
        UserError
            The store cannot be read.
        """
        events = self.store.history()
        newest = int(events["event"].max()) if len(events) else 0
        found = effective_labels(events)
        labels = dict(zip(found["imdb_id"], zip(found["label"], found["at"], strict=True), strict=True))
        with self._lock:
            for imdb_id, (event, label, at) in self._own.items():
                if event <= newest:  # the store, as it was read, has it
                    continue
                if label is None:
                    labels.pop(imdb_id, None)
                else:
                    labels[imdb_id] = (label, at)
            self._labels = labels
        return events

    @property
    def exists(self) -> bool:
        return self._queue.mark is not None

    @property
    def has_file(self) -> bool:
        """Whether the queue is the file that a run wrote."""
        return self._queue.mark not in (None, OFFERED)

    def offer(self, questions: list[Asked]) -> None:
        """Take these for the queue as long as there is no file; what this page has decided or skipped stays known."""
        with self._lock:
            if self.has_file:
                return
            touched = {*self._own, *self._skipped, *(one.imdb_id for one in self.done)}
            kept = {imdb_id: one for imdb_id, one in self._queue.movies.items() if imdb_id in touched}
            self._queue = _Queue(OFFERED, None, {one.imdb_id: one for one in questions} | kept)

    def skipped(self) -> list[str]:
        """The movies that were skipped, in the order of their skips."""
        with self._lock:
            return list(self._skipped)

    @property
    def mark(self) -> str:
        """What changes when the queue is written anew."""
        return "-".join(map(str, self._queue.mark or (0,)))

    def label(self, imdb_id: str) -> str | None:
        """The label that a human gave it, as far as is known here."""
        found = self._labels.get(imdb_id)
        return found[0] if found else None

    def labels(self) -> dict[str, str]:
        """The labels that humans gave, by imdb_id."""
        with self._lock:
            return {imdb_id: label for imdb_id, (label, _) in self._labels.items()}

    @property
    def has_favourite(self) -> bool:
        """Whether a human said of any movie that they would watch it again."""
        return WOULD_WATCH_AGAIN in self.labels().values()

    def asked(self, imdb_id: str) -> Asked | None:
        """The movie's entry in the queue, decided or not."""
        return self._queue.movies.get(imdb_id)

    def every(self) -> list[str]:
        """The whole queue, decided or not."""
        return list(self._queue.movies)

    def waiting(self) -> list[str]:
        """The movies that wait for a decision, the next one first; skipped ones last, in the order of their skips."""
        with self._lock:
            open_ = [imdb_id for imdb_id in self._queue.movies if not self._decided(imdb_id)]
            first = [imdb_id for imdb_id in open_ if imdb_id not in self._skipped]
            rest = [
                imdb_id for imdb_id in self._skipped if imdb_id in self._queue.movies and not self._decided(imdb_id)
            ]
            if self._first in first:
                first.remove(self._first)
                first.insert(0, self._first)
            return first + rest

    def _settled(self, imdb_id: str) -> bool:
        return self.asked(imdb_id) is None or self._decided(imdb_id)

    def _decided(self, imdb_id: str) -> bool:
        if imdb_id not in self._labels:
            return False
        label, at = self._labels[imdb_id]
        written = self._queue.written
        return label != self._queue.movies[imdb_id].label or (written is not None and at > written)

    # deciding

    def decide(self, imdb_id: str, label: str, title: str, origin: str, note: str | None = None) -> Done | None:
        """Put a label into the store; None where it has this label since the queue was written (a key pressed twice).

        Raises
        ------
        UserError
            The label or the identifier is none, or the store cannot be written: nothing was decided then.
        """
        check_label(label)
        with self._lock:
            if origin == BY_QUEUE and self.label(imdb_id) == label and self._settled(imdb_id):
                return None
            event = self.store.record(imdb_id, label, note=note, origin=origin)
            made = Done(imdb_id, title, label, event)
            self._note(imdb_id, event, label)
            self.done.append(made)
            self._skipped.pop(imdb_id, None)
            self._first = None if self._first == imdb_id else self._first
            return made

    def skip(self, imdb_id: str) -> Done | None:
        """Put a movie at the end of this session's queue; None where it does not wait there."""
        with self._lock:
            asked = self.asked(imdb_id)
            if asked is None or self._decided(imdb_id):
                return None
            self._skipped.pop(imdb_id, None)
            self._skipped[imdb_id] = None
            self._first = None if self._first == imdb_id else self._first
            made = Done(imdb_id, asked.title, None)
            self.done.append(made)
            return made

    def undo(self, imdb_id: str) -> Done | None:
        """Take back the last decision or skip of this page, which must be about this movie; it comes next again.

        None where the last one was about another movie (undo was pressed twice).

        Raises
        ------
        UserError
            The movie was labelled elsewhere since, or the store cannot be written: nothing was taken back then.
        """
        with self._lock:
            if not self.done or self.done[-1].imdb_id != imdb_id:
                return None
            last = self.done[-1]
            if last.label is None:
                self._skipped.pop(imdb_id, None)
            else:
                self._take_back(last)
            self.done.pop()
            self._first = imdb_id
            return last

    def _take_back(self, last: Done) -> None:
        events = self.store.history(last.imdb_id)
        standing = effective_labels(events)
        if standing.empty or int(standing["event"].iloc[0]) != last.event:
            self.done.pop()
            raise UserError(
                f"Your label of {last.title} was changed elsewhere since, so nothing was taken back; see its page for what counts now."
            )
        undone = self.store.undo(last.imdb_id, origin=BY_HAND)
        earlier = effective_labels(events[events["event"] != last.event])
        at = earlier["at"].iloc[0] if len(earlier) else pd.Timestamp.now("UTC")
        self._note(last.imdb_id, undone.event, undone.before, at)

    def _note(self, imdb_id: str, event: int, label: str | None, at: pd.Timestamp | None = None) -> None:
        at = at or pd.Timestamp.now("UTC")
        self._own[imdb_id] = (event, label, at)
        if label is None:
            self._labels.pop(imdb_id, None)
        else:
            self._labels[imdb_id] = (label, at)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mtime_ns, found.st_size


def _read_queue(path: Path, mark: tuple[int, int] | None) -> _Queue:
    if mark is None:
        return _Queue()
    columns = ["imdb_id", "media_title", "probability", "current_label", "reason", "priority"]
    try:
        rows = pd.read_parquet(path, columns=columns)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            f"{path} cannot be read as a review queue ({cause(error)}); run `movie-pref run` to make it again."
        ) from None
    rows = rows.sort_values("priority", ascending=False, kind="stable").drop_duplicates("imdb_id")
    movies = {
        row.imdb_id: Asked(
            row.imdb_id, str(row.media_title), float(row.probability),
            row.current_label if isinstance(row.current_label, str) else None,
            row.reason if isinstance(row.reason, str) else "",
        )
        for row in rows.itertuples()
    }  # fmt: skip
    return _Queue(mark, pd.Timestamp(mark[0], unit="ns", tz="UTC"), movies)
