"""Many files of every kind that the commands read, damaged or drawn at random: each is read, or refused in one sentence.

`MOVIE_PREF_SOAK_INPUTS` says how many there are; `make soak` sets it.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from movie_pref_tests.bad_input.readers import outcome
from movie_pref_tests.bad_input.seeds import SEEDS, changed
from movie_pref_tests.bad_input.strategies import DRAWN

FILES = int(os.environ.get("MOVIE_PREF_SOAK_INPUTS", "500"))
EACH = max(1, FILES // (len(SEEDS) + len(DRAWN)))


@pytest.fixture(scope="module")
def ends() -> Iterator[Counter[str]]:
    """How many files were read and refused, which is printed at the end (`pytest -s`)."""
    found: Counter[str] = Counter()
    yield found
    print(f"\n{found.total():,} files: {found['read']:,} read, {found['refused']:,} refused in a sentence")


@pytest.mark.parametrize(("kind", "name"), SEEDS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    kind: str, name: str, tmp_path: Path, ends: Counter[str]
) -> None:
    own = Counter(outcome(kind, changed(kind, name, seed), tmp_path) for seed in range(EACH))
    assert own["refused"]
    ends.update(own)


@pytest.mark.parametrize("what", DRAWN)
def test_a_drawn_file_is_read_or_refused_in_a_sentence(what: str, tmp_path: Path, ends: Counter[str]) -> None:
    kind, files = DRAWN[what]

    @settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
    @given(files)
    def is_read_or_refused(content: bytes) -> None:
        ends[outcome(kind, content, tmp_path)] += 1

    is_read_or_refused()
