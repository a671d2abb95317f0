"""When to train again: what the runs have learnt so far, what is new since, and the decision of one tick.

What a training has read is written on its run as tags (`note_training_input`), so that the history of runs tells which
labels are new, whoever started the run; a retrain that was requested carries the same tags until it reads for itself.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from movie_pref.library.presence import has_candidates
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.labels.events import Waiting

LABELS_TAG, LIBRARY_TAG = "movie_pref/labels", "movie_pref/library"
NO_FILE = "labelled candidates||"  # the mark of a library without a file


@dataclass(frozen=True)
class Past:
    """What the history of runs says: what is running now, what the last training learnt from, what the last retrain tried.

    `learnt` is (newest label event, library) of the last training that succeeded, with None where its run does not say;
    `failed` the same of the last retrain, if it came after that and did not succeed; `cut_off` says that it was killed, and none
    before it for the same. `running` describes a run.
    """

    running: str | None = None
    learnt: tuple[str | None, str | None] | None = None
    failed: tuple[str | None, str | None] | None = None
    cut_off: bool = False


class TableChanges(NamedTuple):
    """What other programs changed in a library that is in a database since the last training read it.

    Of how many movies the label that counts is another one, when the first of them was changed, and a mark of all of them.
    """

    movies: int = 0
    since: datetime | None = None
    mark: str = ""


@dataclass
class Memory:
    """What a sensor keeps from tick to tick: the library it saw, what it requested, how long the oldest label has waited.

    Time is added up tick by tick, so that a clock that is set back delays nothing.
    """

    library: str | None = None
    requested: tuple[str, str] | None = None
    oldest: int | None = None
    waited: float = 0.0
    tick: float = 0.0

    @classmethod
    def read(cls, cursor: str | None) -> "Memory":
        found = json.loads(cursor) if cursor else {}
        requested = found.get("requested")
        return cls(**{**found, "requested": tuple(requested) if requested else None})

    def write(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class RetrainDecision:
    """Whether to start a retrain, why or why not in a sentence, and the tags that its run gets."""

    start: bool
    says: str
    tags: dict[str, str] = field(default_factory=dict)


def library_mark(settings: Settings) -> str | None:
    """What changes when the library file is written anew: its path, size and time.

    Always the same where the labelled candidates are the library, or a database is (`TableChanges` tells what changed
    there); None where there is nothing.
    """
    if settings.database:
        return f"{settings.database}||"
    path = settings.library_path
    if not path.exists():
        return NO_FILE if has_candidates(settings) else None
    found = path.stat()
    return f"{path.resolve()}|{found.st_size}|{found.st_mtime_ns}"


def new_labels_since(past: Past, memory: Memory, events: pd.DataFrame) -> "Waiting":
    """The human labels that the last successful training has not seen; all of them where there was none."""
    from movie_pref.labels.events import event_number, labels_since

    learnt = None
    if past.learnt is not None:
        learnt = past.learnt[0] or (memory.requested[0] if memory.requested else None)
    return labels_since(events, event_number(events, learnt) if learnt else 0)


def decide(
    past: Past, memory: Memory, events: pd.DataFrame, settings: Settings, now: float, table: TableChanges | None = None
) -> RetrainDecision:
    """One tick: whether to start a retrain now. Brings `memory` up to date.

    A retrain starts for enough labels, for one that has waited long enough, or for another content of the library; never
    while a training runs, and never twice for the same labels and library: one that failed waits for the next label, and only
    one that was killed is started once more.
    Labels that other programs set in a database (`table`) count like those of the store.
    """
    from movie_pref.labels.events import HUMAN, newest_event

    mark = library_mark(settings)
    if mark is None:
        return RetrainDecision(False, f"there is no library at {settings.library_path}: run `movie-pref run` first")
    waiting = new_labels_since(past, memory, events)
    if table is not None:
        waiting = _with_table(waiting, table)
        mark += table.mark
    waited = _waited(waiting, memory, now)
    changed = table is None and _other_content(past, memory, mark)
    memory.library = mark if memory.library is None or not _same_file(memory.library, mark) else memory.library
    labels = f"{waiting.movies} of {settings.retrain_labels} new labels" if waiting.movies else "no new labels"
    if waiting.movies:
        labels += f"; the oldest waits since {in_words(waited)}"
    if past.running:
        return RetrainDecision(False, f"{past.running}; {labels}")
    reasons = []
    if waiting.movies >= settings.retrain_labels or (waiting.movies and waited >= settings.retrain_hours * 3600):
        reasons.append(labels)
    if changed:
        reasons.append("the library file has changed")
    if not reasons:
        return RetrainDecision(False, labels)
    now_known = (newest_event(events[events["set_by"] == HUMAN]), mark)
    once_more = past.cut_off and now_known == past.failed
    if now_known in (past.failed, memory.requested) and not once_more:
        what = "did not succeed" if now_known == past.failed else "was started"
        return RetrainDecision(
            False,
            f"a retrain for this {what}: the next label or another library starts one, or start it by hand; {labels}",
        )
    memory.requested, memory.library = now_known, mark
    return RetrainDecision(True, "; ".join(reasons), {LABELS_TAG: now_known[0], LIBRARY_TAG: mark})


def in_words(seconds: float) -> str:
    """A length of time to the nearest unit below: 40 s, 5 min, 2 h, 3 days."""
    seconds = max(0.0, seconds)
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    return f"{seconds // 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds // 86400:.0f} days"


def _with_table(waiting: "Waiting", table: TableChanges) -> "Waiting":
    since = min(filter(None, (waiting.since, table.since)), default=None)
    return waiting._replace(movies=waiting.movies + table.movies, since=since)


def _waited(waiting: "Waiting", memory: Memory, now: float) -> float:
    """Seconds that the oldest new label has waited: by its own time, or by the ticks that it was seen in if that is more."""
    passed = max(0.0, now - memory.tick) if memory.oldest == waiting.first else 0.0
    memory.waited = memory.waited + passed if memory.oldest == waiting.first else 0.0
    memory.oldest, memory.tick = waiting.first, now
    own = now - waiting.since.timestamp() if waiting.since else 0.0
    return max(own, memory.waited)


def _other_content(past: Past, memory: Memory, mark: str) -> bool:
    """Whether the library file is not what the last training read, or what the first tick saw where none tells."""
    learnt = past.learnt[1] if past.learnt else None
    for known in (learnt, memory.library):
        if known and _same_file(known, mark):
            return known != mark
    return False


def _same_file(mark: str, other: str) -> bool:
    return mark.rsplit("|", 2)[0] == other.rsplit("|", 2)[0]
