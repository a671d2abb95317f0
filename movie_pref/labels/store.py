"""The label store: what a person (or a machine) said of a movie and when, as events that are only ever added.

It is a table in SQLite or in any other database that SQLAlchemy speaks to. Events are numbered by the order in which
they were committed, never by the clock. The label that counts is the newest one that a human set and did not take back;
without one it is the library's. What a machine set is kept and never trains. `movie_pref.labels.merge` brings them in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from movie_pref.errors import UserError
from movie_pref.labels.events import (
    HUMAN,
    Waiting,
    check_label,
    effective_labels,
    events_frame,
    labels_since,
    labels_standing,
)
from movie_pref.labels.exported_labels import exported_events, write_events
from movie_pref.labels.label_database import EVENTS, SEQUENCE, LabelDatabase, append, events_of
from movie_pref.library.identifiers import check_imdb_id
from movie_pref.settings import Settings


@dataclass(frozen=True)
class NewLabel:
    """A label to record. `origin` is the way it came (a command, the review queue), `file` where it was read from."""

    imdb_id: str
    label: str
    set_by: str = HUMAN
    note: str | None = None
    origin: str | None = None
    file: str | None = None


class Undone(NamedTuple):
    """An undo: the number of its event, the label it took back, and the one that a human set before (None: none)."""

    event: int
    label: str
    before: str | None


class LabelStore:
    """Label events in a database, given by an SQLAlchemy URL. Close it, or use it in a `with`.

    Reading a SQLite file that is not there yet finds no events and makes no file.
    """

    def __init__(self, url: str) -> None:
        self._database = LabelDatabase(url)
        self.url = self._database.url

    def __enter__(self) -> "LabelStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def record(
        self,
        imdb_id: str,
        label: str,
        *,
        set_by: str = HUMAN,
        note: str | None = None,
        origin: str | None = None,
        file: str | None = None,
    ) -> int:
        """Add one label; returns the number of its event once it is committed.

        Raises
        ------
        UserError
            The identifier or the label is none, or the store cannot be written.
        """
        return self.record_all([NewLabel(imdb_id, label, set_by, note, origin, file)])[0]

    def record_all(self, labels: Iterable[NewLabel]) -> list[int]:
        """Add labels in this order, all or none; returns the numbers of their events."""
        new = list(labels)
        for one in new:
            check_imdb_id(one.imdb_id)
            check_label(one.label)
            if not one.set_by.strip():
                raise UserError(
                    f"The label of {one.imdb_id} does not say who set it; set_by is '{HUMAN}' or a machine's name."
                )
        with self._database.transaction(writes=True, labels={one.label for one in new}) as connection:
            return append(
                connection,
                [
                    {
                        "imdb_id": one.imdb_id,
                        "label": one.label,
                        "set_by": one.set_by,
                        "note": one.note or None,
                        "origin": one.origin or None,
                        "file": one.file or None,
                    }
                    for one in new
                ],
            )

    def bring_in(self, events: Iterable[dict[str, Any]]) -> None:
        """Add events that were not given here (`imdb_id`, `label`, `set_by`, `at`, `note`, `origin`, `file`), all or none.

        They come last, or at their `place`: after what stands there and before what came later.
        """
        rows = list(events)
        if rows:
            with self._database.transaction(writes=True, labels={row["label"] for row in rows}) as connection:
                append(connection, rows)

    def undo(self, imdb_id: str, *, note: str | None = None, origin: str | None = None) -> Undone:
        """Take back the last label that a human gave this movie, by a new event; a second undo takes back the one before.

        Raises
        ------
        UserError
            There is nothing left to take back.
        """
        check_imdb_id(imdb_id)
        with self._database.transaction(writes=True) as connection:
            stack = labels_standing(events_of(connection, imdb_id)).get(imdb_id, [])
            if not stack:
                raise UserError(f"There is nothing to undo for {imdb_id}: no label that you gave it stands.")
            undone = {"imdb_id": imdb_id, "label": None, "set_by": HUMAN, "note": note or None, "origin": origin}
            event = append(connection, [{**undone, "file": None}])[0]
        return Undone(event, stack[-1]["label"], stack[-2]["label"] if len(stack) > 1 else None)

    def history(self, imdb_id: str | None = None) -> pd.DataFrame:
        """The events (`COLUMNS`) of one movie or of all, oldest first."""
        return events_frame(self._database.read(imdb_id))

    def effective(self) -> pd.DataFrame:
        """The label that counts of each movie that a human labelled; see `effective_labels`."""
        return effective_labels(self.history())

    def newer(self, event: int) -> Waiting:
        """The human labels that came after this event (0: all of them); see `labels_since`."""
        return labels_since(self.history(), event)

    def export(self, path: Path) -> int:
        """Write every event to a CSV or Parquet file, whole or not at all; returns how many."""
        events = self.history()
        write_events(events, path)
        return len(events)

    def restore(self, path: Path) -> int:
        """Add the events of an exported file that are not here yet; returns how many those were.

        An empty store becomes what was exported, numbers included. Otherwise an event that is missing here comes right
        after the ones before it in the file, so that it never overrules a label that was given here since.

        Raises
        ------
        UserError
            The file is no export, or holds an event that cannot be one.
        """
        return self._add_missing(exported_events(path))

    def add_missing(self, events: pd.DataFrame, write: bool = True) -> tuple[int, int]:
        """Add the events of another store that are not here yet, as `restore` does; how many there are, and how many were missing.

        Without `write` they are only counted.
        """
        records = events.astype(object).where(events.notna(), None).to_dict("records")
        rows = [{**row, "at": row["at"].to_pydatetime()} for row in records]
        if write:
            return len(rows), self._add_missing(rows)
        here = set(self.history()["uuid"])
        return len(rows), sum(row["uuid"] not in here for row in rows)

    def _add_missing(self, rows: list[dict[str, Any]]) -> int:
        with self._database.transaction(writes=True, labels={row["label"] for row in rows}) as connection:
            places = {row.uuid: row.place for row in connection.execute(sa.select(EVENTS.c.uuid, EVENTS.c.place))}
            if not places and rows:
                connection.execute(EVENTS.insert(), rows)
                connection.execute(SEQUENCE.update().values(last=max(row["event"] for row in rows)))
                return len(rows)
            missing, place = [], 0
            for row in rows:
                if row["uuid"] in places:
                    place = max(place, places[row["uuid"]])
                else:
                    missing.append({**row, "place": place})
            append(connection, missing)
        return len(missing)


def read_events(settings: Settings) -> pd.DataFrame:
    """Every event of the label store that the settings name."""
    with LabelStore(settings.label_store_url) as store:
        return store.history()
