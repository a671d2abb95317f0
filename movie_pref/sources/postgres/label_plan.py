"""Whose label of a movie counts, the table's or the store's, where both may have changed since they were compared.

No database: what the table holds and what the store says come in, what is to be written in either goes out. Each is told
from the other by what the table is known to have held: a label of the table that is another one was set by another
program, at the latest when its row was last changed. The later of two labels wins, and the store keeps the one that lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.labels.events import HUMAN, labels_standing
from movie_pref.library.label_names import WOULD_WATCH, WOULD_WATCH_AGAIN

TABLE = "training table"  # the origin of a label that another program set, and who set it where no person did


class Row(NamedTuple):
    """What the table holds of a movie."""

    label: str | None
    human_labeled: bool
    reviewed: bool
    updated_at: datetime
    created_at: datetime | None = None  # None where the table does not say


class Push(NamedTuple):
    """What a movie's row is to say, if it still is what it was (`seen`)."""

    imdb_id: str
    label: str | None
    by_a_person: bool
    seen: Row


@dataclass
class Plan:
    """Rows of the table to write, and events that the store gets."""

    pushes: list[Push] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def plan(
    table: Mapping[str, Row], events: pd.DataFrame, acknowledged: int | None, before: Mapping[str, str], third: bool
) -> Plan:
    """What is to be written so that table and store say the same.

    Parameters
    ----------
    table
        What the table holds of the movies that the store has events of; others of it may be missing.
    events
        As `LabelStore.history` gives them.
    acknowledged
        The number of the event up to which the table was brought; None where nothing is known, as with a store that is
        older than the first look at the table. Then the later label counts, and a row without one says nothing.
    before
        The labels that the table held when it was last read, by movie. Of a movie that has events up to `acknowledged`
        the table held what those say.
    third
        Whether the table can hold `would_watch_again`; where not, it holds `would_watch` for it.
    """
    made = Plan()
    known, acknowledged = acknowledged is not None, acknowledged or 0
    for imdb_id, own in events.groupby("imdb_id", sort=True):
        row = table.get(str(imdb_id))
        if row is None:
            continue
        wanted, a_person = _counts(own)
        if _held(wanted, third) == row.label and (not a_person or (row.human_labeled and row.reviewed)):
            continue
        told = own[own["event"] <= acknowledged]
        if row.created_at is not None and row.created_at > _moment(own):  # it came into the table after the labels
            told = own.head(0)
        if len(told) == len(own):  # the table had it, so another program changed it since
            if _held(wanted, third) != row.label:
                made.events += _said_by_table(str(imdb_id), row, own)
            continue
        held = _held(_counts(told)[0], third) if len(told) else before.get(str(imdb_id))
        changed = row.label != held if known else row.label is not None
        if changed and row.updated_at > _moment(own):
            made.events += _said_by_table(str(imdb_id), row, own)
            continue
        told_of = ((own["origin"] == TABLE) & (own["at"] == row.updated_at)).any()
        if row.label is not None and (changed or not len(told)) and not told_of:
            waiting = own.loc[~own["event"].isin(told["event"]), "place"]
            made.events.append(_event(str(imdb_id), row, place=int(waiting.min()) - 1))
        made.pushes.append(Push(str(imdb_id), _held(wanted, third), a_person, row))
    return made


def _counts(events: pd.DataFrame) -> tuple[str | None, bool]:
    """The label that counts by these events of one movie, and whether a person gave it."""
    records = events.to_dict("records")
    standing = labels_standing(records).get(str(events["imdb_id"].iloc[0]), [])
    if standing:
        return standing[-1]["label"], True
    machine = [one["label"] for one in records if one["set_by"] == TABLE and not pd.isna(one["label"])]
    return (machine[-1] if machine else None), False


def _held(label: str | None, third: bool) -> str | None:
    return WOULD_WATCH if label == WOULD_WATCH_AGAIN and not third else label


def _moment(events: pd.DataFrame) -> datetime:
    return events.sort_values("event")["at"].iloc[-1].to_pydatetime()


def _said_by_table(imdb_id: str, row: Row, events: pd.DataFrame) -> list[dict[str, Any]]:
    """The events that say what another program did: a label, or that none stands any more."""
    if row.label is not None:
        return [_event(imdb_id, row, person=True)]
    standing = labels_standing(events.to_dict("records")).get(imdb_id, [])
    return [_event(imdb_id, row, person=True) for _ in standing]


def _event(imdb_id: str, row: Row, place: int | None = None, person: bool = False) -> dict[str, Any]:
    made = {
        "imdb_id": imdb_id,
        "label": row.label,
        "set_by": HUMAN if person or row.human_labeled else TABLE,
        "at": row.updated_at,
        "note": None,
        "origin": TABLE,
        "file": None,
    }
    return made if place is None else {**made, "place": place}
