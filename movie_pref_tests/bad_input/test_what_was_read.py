"""A library that is odd and was read all the same: it can be analysed, and a run on it ends well or in a sentence."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from movie_pref.analysis import analyse
from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref_tests.bad_input.hostile_files import packed
from movie_pref_tests.bad_input.mutating import retyped
from movie_pref_tests.bad_input.spoiling import readable, refused
from movie_pref_tests.command_line import Command
from movie_pref_tests.conftest import make_movies
from movie_pref_tests.good_run import AS_TYPED
from movie_pref_tests.soak import inputs

ANALYSED, RUNS = inputs(5, 1 / 50), inputs(0, 1 / 1000)


def movies(count: int, first_id: int) -> pa.Table:
    made = make_movies(count, seed=first_id, first_id=first_id).assign(reviewed=True, mine="kept")
    return pa.Table.from_pandas(made, preserve_index=False)


def analysed(table: pa.Table, path: Path) -> str:
    path.write_bytes(packed(table))
    try:
        ledger = analyse(read_library(path).rows).ledger
    except UserError as error:
        assert "\n" not in str(error)
        return "refused"
    assert {"verdict", "cause", "reason"} <= set(ledger) and len(ledger) > 50
    return "analysed"


def test_columns_of_other_types_are_analysed_or_refused_in_a_sentence(
    tmp_path: Path, record_property: Callable
) -> None:
    table = movies(120, 1)
    ends = Counter(analysed(retyped(table, seed), tmp_path / "x.parquet") for seed in range(ANALYSED))
    record_property("tried", f"{ends.total():,} libraries with columns of other types, {ends['analysed']:,} analysed")
    assert ends["analysed"]


@pytest.mark.parametrize(
    "kind", [pa.duration("us"), pa.timestamp("us"), pa.bool_(), pa.map_(pa.int8(), pa.string()), pa.list_(pa.float64())]
)
@pytest.mark.parametrize("name", ["genre", "label", "runtime", "overview", "reviewed", "updated_at"])
def test_a_column_of_another_type_without_a_value_is_as_good_as_none(
    name: str, kind: pa.DataType, tmp_path: Path
) -> None:
    table = movies(120, 1)
    spoilt = table.set_column(table.column_names.index(name), name, pa.nulls(len(table), kind))
    (tmp_path / "x.parquet").write_bytes(packed(spoilt))
    found = read_library(tmp_path / "x.parquet")
    assert len(found.rows) == 120 and found.rows[name].isna().all()


def test_lists_of_another_type_of_which_there_is_none_are_analysed(tmp_path: Path) -> None:
    """Durations in the place of genres, of which only nulls were left, ended the analysis with a TypeError."""
    table = movies(120, 1)
    spoilt = table.set_column(table.column_names.index("genre"), "genre", pa.nulls(len(table), pa.duration("us")))
    assert analysed(spoilt, tmp_path / "x.parquet") == "analysed"


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_run_on_columns_of_other_types_ends_well_or_in_a_sentence(
    seed: int, tmp_path: Path, record_property: Callable
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "01_training.parquet").write_bytes(packed(retyped(movies(200, 1), seed)))
    (data / "candidates.parquet").write_bytes(packed(retyped(movies(40, 1000).drop_columns("label"), seed + 1)))
    said = Command(data, AS_TYPED)("run")
    if said.code:
        refused(said)
    readable(data)
    record_property("tried", f"a run on columns of other types, seed {seed}: {'refused' if said.code else 'ranked'}")
