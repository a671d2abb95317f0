"""Where things stand: what there is, what waits, what is stale and what to do next. Reads only, and is quick.

Belongs here: reading the few facts that say so, and deciding what follows from them. A part that cannot be read is left
out with its sentence in `troubles`. How it is printed is in `movie_pref.commands.status`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from movie_pref.data_folder import DataFolder, extent
from movie_pref.errors import UserError
from movie_pref.evaluation.training_history import last_read, read_history
from movie_pref.labels.events import effective_labels, event_number, labels_since
from movie_pref.labels.retraining import library_mark
from movie_pref.labels.store import read_events
from movie_pref.library.label_names import LIKED, WOULD_WATCH_AGAIN
from movie_pref.library.presence import labels_of
from movie_pref.library.table_file import is_demo
from movie_pref.model.pointer import champion_facts, read_pointer
from movie_pref.settings import Settings

RANKING = "scored_candidates"
FIRST_LABELS = 25  # make a ranking worth a look where there is no library


class Stale(StrEnum):
    """What no longer fits together."""

    LIBRARY_CHANGED = "library_changed"
    CANDIDATES_NEWER = "candidates_newer"
    RANKED_BY_ANOTHER_MODEL = "ranked_by_another_model"


@dataclass
class Status:
    """What is known of a data folder; None is what is not there, or not known.

    `library` has `file`, `demonstration`, `rows`, `liked` and `would_watch_again` of them; `labels` has `movies` (that a person labelled here),
    `learnt` and `not_learnt` (by the last training; None where no training says what it has read); `champion` has
    `version`, `since`, `decision`, `provisional`, `measured_on`, `threshold`, and `recall` and `flagged` at it, each with
    `value`, `low` and `high` (95 % interval); `ranking` has `movies`, `model_version` and `scored_at`. `waiting` counts
    `review_queue` (movies to decide on), `labels_until_retrain`, `removals` and `import_questions`.
    """

    data: str
    library: dict[str, Any] | None = None
    labels: dict[str, Any] | None = None
    champion: dict[str, Any] | None = None
    ranking: dict[str, Any] | None = None
    waiting: dict[str, int | None] = field(default_factory=dict)
    stale: list[Stale] = field(default_factory=list)
    next: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """Keep the sentence of what cannot be read, and go on without it."""
        try:
            yield
        except UserError as error:
            self.troubles.append(str(error))


def read_status(settings: Settings) -> Status:
    """The status of the data folder, but for what waits in the review queue and among the imports, and what is next."""
    status, folder = Status(str(settings.data)), DataFolder(settings.data)
    read = last_read(read_history(settings.data))
    with status.trouble():
        status.library = _library(settings)
    with status.trouble():
        status.labels = _labels(settings, read and read[0])
    with status.trouble():
        status.champion = _champion(folder.model)
    with status.trouble():
        status.ranking = _ranking(folder)
    with status.trouble():
        requests = folder.table("removal_requests", ["imdb_id"])
        status.waiting["removals"] = 0 if requests is None else len(requests)
    status.waiting["labels_until_retrain"] = _until_retrain(status.labels, settings.retrain_labels)
    status.stale = _stale(status, settings, read and read[1])
    return status


def next_step(status: Status, candidates: bool = False) -> dict[str, str]:
    """What to do next, as `command` and `why`: what makes the rest possible first, then what is stale, then what waits.

    `candidates` says whether the person has some: those that are labelled are the library where no file is.
    """
    waiting = {name: count or 0 for name, count in status.waiting.items()}
    labelled = status.labels["movies"] if status.labels else 0
    nothing, first = status.library is None and not candidates, status.library is None and status.champion is None
    steps = [
        (first and candidates and labelled < FIRST_LABELS, "movie-pref review", f"a first ranking takes some {FIRST_LABELS} labels, and there are {labelled}"),
        (nothing, "movie-pref run --library FILE", "there is no library yet; `movie-pref import FILE` brings in what you rated elsewhere, `movie-pref metadata --add-candidates 3000` movies to label first, and `movie-pref run` alone tries a demonstration"),
        (status.champion is None, "movie-pref run", "there is no champion yet"),
        (Stale.LIBRARY_CHANGED in status.stale, "movie-pref run", "the library has changed since the last training"),
        (status.waiting.get("labels_until_retrain") == 0, "movie-pref run", "there are enough new labels for a retrain"),
        (status.ranking is None, "movie-pref score", "there is no ranking yet"),
        (Stale.RANKED_BY_ANOTHER_MODEL in status.stale, "movie-pref score", "the ranking is by another model than the champion"),
        (Stale.CANDIDATES_NEWER in status.stale, "movie-pref score", "the candidates are newer than the ranking"),
        (waiting.get("import_questions", 0) > 0, "movie-pref review", "an import has open questions"),
        (waiting.get("review_queue", 0) > 0, "movie-pref review", "movies wait for your decision"),
    ]  # fmt: skip
    for holds, command, why in steps:
        if holds:
            return {"command": command, "why": why}
    return {"command": "movie-pref export --csv -", "why": "nothing waits: take the ranking with you"}


def _library(settings: Settings) -> dict[str, Any] | None:
    """The library's file, or of one in a database what the last run has read of it."""
    path = settings.library_path
    if not path.exists():
        return None
    labels = labels_of(path)
    return {
        "file": settings.library_name,
        "demonstration": is_demo(path),
        "rows": len(labels),
        "liked": int(labels.isin(LIKED).sum()),
        WOULD_WATCH_AGAIN: int((labels == WOULD_WATCH_AGAIN).sum()),
    }


def _labels(settings: Settings, learnt_event: str | None) -> dict[str, Any]:
    """How many movies a person has labelled here, and of how many the last training does not know the label."""
    events = read_events(settings)
    movies = len(effective_labels(events))
    trained = DataFolder(settings.data).model.exists()
    if learnt_event is None:
        new = None if trained and movies else movies
    else:
        new = labels_since(events, event_number(events, learnt_event)).movies
    return {"movies": movies, "learnt": None if new is None else max(0, movies - new), "not_learnt": new}


def _champion(model_folder: Path) -> dict[str, Any] | None:
    pointer, facts = read_pointer(model_folder), champion_facts(model_folder)
    if pointer is None:
        return None
    threshold, metrics = facts.get("threshold"), facts.get("metrics", {})
    measured = {name: metrics.get(f"{name}_at_{threshold:g}") for name in ("recall", "flagged")} if threshold else {}
    return {
        "version": pointer["champion"],
        "since": pointer.get("promoted_at"),
        "decision": pointer.get("decision"),
        "provisional": facts.get("provisional", []),
        "measured_on": metrics.get("rows"),
        "threshold": threshold,
        **{"recall": None, "flagged": None, **measured},
    }


def _ranking(folder: DataFolder) -> dict[str, Any] | None:
    path = folder.asset(RANKING)
    first = folder.table(RANKING, ["rank", "model_version", "scored_at"], [("rank", "==", 1)])
    if first is None:
        return None
    at = first["scored_at"].iloc[0] if len(first) else datetime.fromtimestamp(path.stat().st_mtime, UTC)
    version = str(first["model_version"].iloc[0]) if len(first) else None
    return {
        "movies": extent(path).rows,
        "model_version": version,
        "scored_at": at.isoformat(timespec="seconds"),
    }


def _until_retrain(labels: dict[str, Any] | None, batch: int) -> int | None:
    new = None if labels is None else labels["not_learnt"]
    return None if new is None else max(0, batch - new)


def _stale(status: Status, settings: Settings, library_read: str | None) -> list[Stale]:
    found, ranking = [], status.ranking
    if library_read and status.library and library_read != library_mark(settings):
        found.append(Stale.LIBRARY_CHANGED)
    if ranking is None:
        return found
    files = (settings.candidates_path, DataFolder(settings.data).added_movies)
    written = [file.stat().st_mtime for file in files if file.exists()]
    if written and max(written) > datetime.fromisoformat(ranking["scored_at"]).timestamp():
        found.append(Stale.CANDIDATES_NEWER)
    if status.champion and ranking["model_version"] not in (None, status.champion["version"]):
        found.append(Stale.RANKED_BY_ANOTHER_MODEL)
    return found
