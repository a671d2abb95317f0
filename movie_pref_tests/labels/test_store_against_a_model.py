"""Any sequence of labels, undos, exports and restores, by two writers and on two machines, against lists and a dictionary."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from movie_pref.errors import UserError
from movie_pref.labels.events import HUMAN
from movie_pref.labels.label_database import EVENTS, SEQUENCE
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.label_names import LABELS
from movie_pref_tests.soak import inputs

MOVIES = ["tt0000001", "tt0000002", "tt10000003"]
EXAMPLES, STEPS = inputs(8, 1 / 50), 25

Event = tuple[str, str, str | None, str]  # uuid, movie, label (None: taken back), who


@dataclass
class Expected:
    """What a store must hold: runs of events, each begun by one that was given here and followed by those that were brought in behind it.

    What was brought in before anything that was given here is in the first run.
    """

    runs: list[list[Event]] = field(default_factory=lambda: [[]])

    @property
    def events(self) -> list[Event]:
        return [event for run in self.runs for event in run]

    def stack(self, movie: str) -> list[str]:
        """The labels that stand, oldest first."""
        found: list[str] = []
        for _, of, label, who in self.events:
            if of == movie and who == HUMAN:
                if label is not None:
                    found.append(label)
                elif found:
                    found.pop()
        return found

    @property
    def counts(self) -> dict[str, str]:
        return {movie: self.stack(movie)[-1] for movie in MOVIES if self.stack(movie)}

    def bring_in(self, other: "Expected") -> int:
        """Each event that is missing comes behind the last one before it in the other that is here; how many those were."""
        if not self.events:
            self.runs = [list(run) for run in other.runs]
            return len(other.events)
        place, missing = 0, 0
        here = {event[0]: number for number, run in enumerate(self.runs) for event in run}
        for event in other.events:
            if event[0] in here:
                place = max(place, here[event[0]])
            else:
                self.runs[place].append(event)
                missing += 1
        return missing


class Machine(RuleBasedStateMachine):
    """Two writers of one store `here`, and one of a store `there`."""

    there = "sqlite:///{folder}/there.sqlite"
    files = Bundle("files")
    writers = st.sampled_from(["one", "two", "there"])

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        here, there = f"sqlite:///{self.folder}/here.sqlite", self.there.format(folder=self.folder)
        self.stores = {"one": LabelStore(here), "two": LabelStore(here), "there": LabelStore(there)}
        first, second = Expected(), Expected()
        self.expected = {"one": first, "two": first, "there": second}

    def teardown(self) -> None:
        for store in self.stores.values():
            store.close()
        shutil.rmtree(self.folder)

    def note(self, writer: str, numbers: list[int]) -> None:
        """Take over what a store has numbered, after checking that it is new."""
        history = self.stores[writer].history().set_index("event")
        assert sorted(numbers) == list(history.index.sort_values()[-len(numbers) :])
        for one in history.loc[numbers].itertuples():
            label = one.label if isinstance(one.label, str) else None
            self.expected[writer].runs.append([(one.uuid, one.imdb_id, label, one.set_by)])

    @rule(
        writer=writers,
        movie=st.sampled_from(MOVIES),
        label=st.sampled_from(LABELS),
        who=st.sampled_from([HUMAN, HUMAN, "model"]),
    )
    def label(self, writer: str, movie: str, label: str, who: str) -> None:
        self.note(writer, [self.stores[writer].record(movie, label, set_by=who)])

    @rule(
        writer=writers,
        labels=st.lists(st.tuples(st.sampled_from(MOVIES), st.sampled_from(LABELS)), min_size=1, max_size=3),
        spoilt=st.booleans(),
    )
    def label_some(self, writer: str, labels: list[tuple[str, str]], spoilt: bool) -> None:
        new = [NewLabel(*one) for one in labels]
        if not spoilt:
            self.note(writer, self.stores[writer].record_all(new))
            return
        with pytest.raises(UserError):
            self.stores[writer].record_all([*new, NewLabel(MOVIES[0], "would_wach")])

    @rule(writer=writers, movie=st.sampled_from(MOVIES))
    def undo(self, writer: str, movie: str) -> None:
        stack = self.expected[writer].stack(movie)
        if not stack:
            with pytest.raises(UserError, match="nothing to undo"):
                self.stores[writer].undo(movie)
            return
        undone = self.stores[writer].undo(movie)
        assert (undone.label, undone.before) == (stack[-1], stack[-2] if len(stack) > 1 else None)
        self.note(writer, [undone.event])

    @rule(target=files, writer=writers, suffix=st.sampled_from(["csv", "parquet"]))
    def export(self, writer: str, suffix: str) -> tuple[Path, Expected]:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.{suffix}"
        held = Expected([list(run) for run in self.expected[writer].runs])
        assert self.stores[writer].export(path) == len(held.events)
        return path, held

    @rule(writer=writers, exported=files)
    def restore(self, writer: str, exported: tuple[Path, Expected]) -> None:
        path, held = exported
        assert self.stores[writer].restore(path) == self.expected[writer].bring_in(held)

    @rule(giver=writers, taker=writers)
    def move(self, giver: str, taker: str) -> None:
        """As `movie-pref migrate` brings one store into another: counted first, then done."""
        held, events = self.expected[giver], self.stores[giver].history()
        counted = self.stores[taker].add_missing(events, write=False)
        missing = self.expected[taker].bring_in(held) if held is not self.expected[taker] else 0
        assert counted == self.stores[taker].add_missing(events) == (len(held.events), missing)

    @invariant()
    def each_store_holds_what_it_must(self) -> None:
        for writer, store in self.stores.items():
            history, expected = store.history(), self.expected[writer]
            assert history["uuid"].tolist() == [one[0] for one in expected.events]
            assert history["event"].is_unique
            found = store.effective()
            assert dict(zip(found["imdb_id"], found["label"], strict=True)) == expected.counts


def run(machine: Any, examples: int) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=STEPS, deadline=None)
    )


# where one fails, the shortest sequence that does is looked for for up to five minutes
@pytest.mark.timeout(3600)
def test_whatever_is_done_the_label_that_counts_is_the_one_that_must(record_property: Callable) -> None:
    run(Machine, EXAMPLES)
    record_property("tried", f"{EXAMPLES:,} sequences of {STEPS} labels, undos, exports and restores")


@pytest.mark.timeout(3600)
def test_so_it_is_between_a_file_and_a_server(empty_database: str) -> None:
    class WithServer(Machine):
        there = empty_database.replace("postgresql://", "postgresql+psycopg://")

        @initialize()
        def begin(self) -> None:
            engine = sa.create_engine(self.there)
            EVENTS.metadata.drop_all(engine, [EVENTS, SEQUENCE])
            engine.dispose()
            super().begin()

    run(WithServer, 3)
