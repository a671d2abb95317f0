"""Too little memory: a sentence and no hang, nothing is taken for damaged, and with more the same run does its work."""

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref.labels.removal_requests import read_requests
from movie_pref.library.table_file import is_demo
from movie_pref_tests.bad_input.spoiling import refused
from movie_pref_tests.faults import work
from movie_pref_tests.faults.conftest import Undisturbed
from movie_pref_tests.faults.processes import Running
from movie_pref_tests.faults.whole import is_whole, nothing_is_in_the_way, results, same

Start = Callable[..., Running]


LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may have of memory")
SAID = "There is not enough memory", "close other programs"


@LIMITED
@pytest.mark.moments(12, 0)
def test_training_that_has_too_little_memory(
    moment: int, chance: random.Random, data: Path, undisturbed: Undisturbed, start: Start
) -> None:
    starved = start(data, work.starved_retrain, chance.randrange(5, 150)).end()
    if starved.code == 0:
        pytest.skip("it had enough")
    refused(starved, *SAID)
    is_whole(data)
    assert not list(data.rglob("*.damaged"))
    again = start(data, work.retrain).end()
    assert again.code == 0, again.out
    nothing_is_in_the_way(data)
    same(results(data), undisturbed.results)


@LIMITED
def test_training_that_would_use_up_the_last_of_its_memory_is_refused_in_time(data: Path, start: Start) -> None:
    refused(start(data, work.starved_retrain, 40).end(60), *SAID, "MB are left")  # it hung or crashed in some step
    is_whole(data)


@LIMITED
def test_table_is_read_where_no_thread_can_be_started_any_more(data: Path, start: Start) -> None:
    read = start(data, work.starved_reading, 2, data / "candidates.parquet").end(30)
    assert read.code == 0, read.out
    assert "rows" in read.out


def test_array_that_is_refused_is_a_sentence(data: Path, start: Start) -> None:
    ranking = (data / "scored_candidates.parquet").read_bytes()
    refused(start(data, work.score_without_memory).end(), *SAID)
    assert (data / "scored_candidates.parquet").read_bytes() == ranking


def test_file_that_no_memory_is_left_for_is_not_taken_for_damaged(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise pa.ArrowMemoryError("malloc of size 16704 failed")

    monkeypatch.setattr(pq, "read_table", refuses)
    monkeypatch.setattr(pq, "read_schema", refuses)
    for reads in (read_requests, lambda folder: is_demo(folder / "01_training.parquet")):
        with pytest.raises(MemoryError):
            reads(data)
    assert (data / "removal_requests.parquet").exists()
