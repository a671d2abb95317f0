"""What a label event is, which label counts, and which are new. No storage."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.label_names import LABELS, ONE_OF_LABELS

HUMAN = "human"
BY_QUEUE, BY_HAND = "review queue", "review page"  # origins: of a movie that the queue asked about, of one looked up
COLUMNS = ("event", "place", "uuid", "imdb_id", "label", "set_by", "at", "note", "origin", "file")
DTYPES = {
    **dict.fromkeys(COLUMNS, "str"),
    **dict.fromkeys(("event", "place"), "int64"),
    "at": "datetime64[us, UTC]",
}


class Waiting(NamedTuple):
    """Human labels that came after an event: of how many movies, when the oldest came, and its number."""

    movies: int
    since: datetime | None
    first: int | None


def effective_labels(events: pd.DataFrame, upto: int | None = None) -> pd.DataFrame:
    """The newest label of each movie that a human set and did not take back.

    Parameters
    ----------
    events
        As `LabelStore.history` gives them, in that order.
    upto
        Only events up to this number, that is, what was known then.

    Returns
    -------
    DataFrame of `imdb_id` (unique, sorted), `label`, `event`, `at`, `note`, `origin` and `file`.
    """
    known = events if upto is None else events[events["event"] <= upto]
    found = [stack[-1] for _, stack in sorted(labels_standing(known.to_dict("records")).items()) if stack]
    return events_frame(found).drop(columns=["place", "uuid", "set_by"])[
        ["imdb_id", "label", "event", "at", "note", "origin", "file"]
    ]


def labels_since(events: pd.DataFrame, event: int) -> Waiting:
    """What human labels came after an event: the movies whose label that counts is another one than it was then.

    A label that was given and taken back since does not count; one that was there and is taken back does.
    """
    before, now = (
        effective_labels(events, upto).set_index("imdb_id")["label"].rename(name)
        for upto, name in ((event, "before"), (None, "now"))
    )
    both = pd.concat([before, now], axis=1).astype(object)
    changed = both.index[both["before"].fillna("") != both["now"].fillna("")]
    new = events[(events["event"] > event) & (events["set_by"] == HUMAN) & events["imdb_id"].isin(changed)]
    if new.empty:
        return Waiting(0, None, None)
    oldest = new.loc[new["event"].idxmin()]
    return Waiting(len(changed), oldest["at"].to_pydatetime(), int(oldest["event"]))


def newest_event(events: pd.DataFrame) -> str:
    """The newest event by its number and the beginning of its identity, as `17:3f2a9c01`; `0` where there is none."""
    if events.empty:
        return "0"
    newest = events.loc[events["event"].idxmax()]
    return f"{newest['event']}:{newest['uuid'][:8]}"


def event_number(events: pd.DataFrame, name: str) -> int:
    """The number of the event that `newest_event` named; 0 where this store has no such event (it is another store)."""
    number, _, identity = name.partition(":")
    found = events.loc[events["event"] == int(number), "uuid"]
    return int(number) if len(found) and found.iloc[0].startswith(identity) else 0


def check_label(label: str) -> None:
    """Refuse what is no label, and name the one that was probably meant.

    Raises
    ------
    UserError
        It is none of `LABELS`.
    """
    if label not in LABELS:
        near = get_close_matches(label.lower().replace(" ", "_").replace("-", "_"), LABELS, n=1, cutoff=0.4)
        raise UserError(
            f"There is no label {label!r}; give {ONE_OF_LABELS}" + (f" (the nearest is {near[0]})." if near else ".")
        )  # fmt: skip


def labels_standing(events: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The human labels of each movie that were not taken back, oldest first."""
    stacks: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        if event["set_by"] != HUMAN:
            continue
        stack = stacks.setdefault(event["imdb_id"], [])
        if not pd.isna(event["label"]):
            stack.append(event)
        elif stack:
            stack.pop()
    return stacks


def events_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(DTYPES)
