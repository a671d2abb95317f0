"""Whose label counts: each way in which the table and the store can have come apart, decided by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from movie_pref.labels.events import HUMAN, events_frame
from movie_pref.sources.postgres.label_plan import TABLE, Push, Row, plan

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIKED, DISLIKED, AGAIN = "would_watch", "would_not_watch", "would_watch_again"
MOVIE = "tt0000001"


def events(*labels: tuple[str | None, float]) -> pd.DataFrame:
    """Events of the movie: label and minutes after noon, in the order in which they were given."""
    return events_frame(
        [
            {
                "event": number, "place": number, "uuid": f"{number:032d}", "imdb_id": MOVIE, "label": label, "set_by": HUMAN,
                "at": NOON + timedelta(minutes=minutes), "note": None, "origin": "review queue", "file": None,
            }
            for number, (label, minutes) in enumerate(labels, start=1)
        ]
    )  # fmt: skip


def row(label: str | None, minutes: float, person: bool = True) -> Row:
    return Row(label, person, person, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("held", "before", "changed_at", "written", "came_in"),
    [
        (
            None,
            None,
            5,
            LIKED,
            [],
        ),  # the row was touched later, its label was not: other programs bring metadata up to date
        (DISLIKED, DISLIKED, 5, LIKED, [(DISLIKED, 0)]),  # what stood there is kept, before the label that replaces it
        (DISLIKED, None, -5, LIKED, [(DISLIKED, 0)]),  # another program said something else, but earlier
        (DISLIKED, None, 5, None, [(DISLIKED, None)]),  # and here later: it counts, as the newest event
        (None, DISLIKED, -5, LIKED, []),  # it took its label back, but earlier
        (None, DISLIKED, 5, None, [(None, None)]),  # and here later
        (LIKED, None, 5, None, []),  # it said the same, as a person, so nothing is left to do
    ],
)
def test_a_label_that_the_table_has_not_had_yet(held, before, changed_at, written, came_in) -> None:
    other = "tt0000009"  # whose label the table has, so that something is known of it
    given = events((LIKED, 0), (LIKED, 1))
    given.loc[0, "imdb_id"] = other
    labels = {MOVIE: before} if before else {}
    found = plan({MOVIE: row(held, changed_at), other: row(LIKED, 0)}, given, 1, labels, third=False)

    assert found.pushes == ([Push(MOVIE, written, True, row(held, changed_at))] if written else [])
    assert [(one["label"], one.get("place")) for one in found.events] == [
        (label, None if place is None else 1) for label, place in came_in
    ]
    assert all(one["origin"] == TABLE and one["at"] == row(held, changed_at).updated_at for one in found.events)


def test_where_nothing_is_known_the_later_of_both_counts() -> None:
    earlier = plan({MOVIE: row(DISLIKED, -5)}, events((LIKED, 1)), None, {MOVIE: DISLIKED}, third=False)
    later = plan({MOVIE: row(DISLIKED, 5)}, events((LIKED, 1)), None, {MOVIE: DISLIKED}, third=False)
    silent = plan({MOVIE: row(None, 5)}, events((LIKED, 1)), None, {}, third=False)

    assert [push.label for push in earlier.pushes] == [LIKED]
    assert later.pushes == [] and [one["label"] for one in later.events] == [DISLIKED]
    assert [push.label for push in silent.pushes] == [LIKED] and silent.events == []  # touched later, and says nothing


def test_a_label_that_the_table_has_had_and_has_no_more_was_changed_by_another_program() -> None:
    changed = plan({MOVIE: row(DISLIKED, 5)}, events((LIKED, 1)), 1, {}, third=False)
    taken = plan({MOVIE: row(None, 5)}, events((DISLIKED, 0), (LIKED, 1)), 2, {}, third=False)
    touched = plan({MOVIE: row(LIKED, 5)}, events((LIKED, 1)), 1, {}, third=False)

    assert (changed.pushes, [one["label"] for one in changed.events]) == ([], [DISLIKED])
    assert (taken.pushes, [one["label"] for one in taken.events]) == ([], [None, None])  # no older label comes back
    assert (touched.pushes, touched.events) == ([], [])


def test_a_label_that_loses_by_its_time_is_kept_between_those_it_came_between() -> None:
    found = plan({MOVIE: row(DISLIKED, 5)}, events((LIKED, 1), (AGAIN, 9)), 1, {}, third=False)
    assert [push.label for push in found.pushes] == [LIKED]
    assert [(one["label"], one["place"]) for one in found.events] == [
        (DISLIKED, 1)
    ]  # after the first, which has this place


def test_a_label_that_is_taken_back_gives_the_row_what_it_had_before() -> None:
    first = events((DISLIKED, -9), (LIKED, 1), (None, 2))
    first.loc[0, "origin"] = TABLE
    back = plan({MOVIE: row(LIKED, 1)}, first, 2, {}, third=False)
    none = plan({MOVIE: row(LIKED, 1)}, events((LIKED, 1), (None, 2)), 1, {}, third=False)
    first.loc[0, "set_by"] = TABLE  # a machine's label, which the table holds and nobody vouches for
    machine = plan({MOVIE: row(LIKED, 1)}, first, 2, {}, third=False)

    assert back.pushes == [Push(MOVIE, DISLIKED, True, row(LIKED, 1))]
    assert none.pushes == [Push(MOVIE, None, False, row(LIKED, 1))]
    assert machine.pushes == [Push(MOVIE, DISLIKED, False, row(LIKED, 1))]


def test_a_table_without_the_third_label_holds_the_second_for_it() -> None:
    given = events((LIKED, 0), (AGAIN, 1))
    assert plan({MOVIE: row(LIKED, 0)}, given, 1, {}, third=False).pushes == []
    assert [one.label for one in plan({MOVIE: row(LIKED, 0)}, given, 1, {}, third=True).pushes] == [AGAIN]


def test_a_label_that_a_machine_set_becomes_a_persons() -> None:
    found = plan({MOVIE: row(LIKED, -5, person=False)}, events((LIKED, 1)), 0, {}, third=False)
    assert [(one.label, one.by_a_person) for one in found.pushes] == [(LIKED, True)]


def test_movies_that_the_table_does_not_have_are_none_of_its_business() -> None:
    found = plan({}, events((LIKED, 1)), 0, {}, third=False)
    assert (found.pushes, found.events) == ([], [])
