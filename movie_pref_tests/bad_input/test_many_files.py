"""Many files of every kind that the commands read, damaged or drawn at random: each is read, or refused in one sentence.

`movie_pref_tests.soak` says how many there are.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from movie_pref_tests.bad_input.readers import outcome
from movie_pref_tests.bad_input.seeds import SEEDS, changed
from movie_pref_tests.bad_input.strategies import DRAWN
from movie_pref_tests.soak import inputs

EACH = -(-inputs(500) // (len(SEEDS) + len(DRAWN)))


@pytest.fixture
def ends(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Iterator[Counter[str]]:
    """How many files were read and refused."""
    found: Counter[str] = Counter()
    yield found
    what = request.node.callspec.id
    record_property("tried", f"{found.total():,} files, {found['read']:,} read, {found['refused']:,} refused ({what})")


@pytest.mark.parametrize(("kind", "name"), SEEDS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    kind: str, name: str, tmp_path: Path, ends: Counter[str]
) -> None:
    ends.update(outcome(kind, changed(kind, name, seed), tmp_path) for seed in range(EACH))
    assert ends["refused"]


@pytest.mark.parametrize("what", DRAWN)
def test_a_drawn_file_is_read_or_refused_in_a_sentence(what: str, tmp_path: Path, ends: Counter[str]) -> None:
    kind, files = DRAWN[what]

    @settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
    @given(files)
    def is_read_or_refused(content: bytes) -> None:
        ends[outcome(kind, content, tmp_path)] += 1

    is_read_or_refused()
