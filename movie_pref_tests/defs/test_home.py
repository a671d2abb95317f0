"""The history of runs: Dagster's own files in Dagster's own places, a few of which stay open."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from movie_pref.commands.runs import dagster_home
from movie_pref.defs.home import BUSY, open_history
from movie_pref.settings import load_settings


@dg.asset
def number() -> int:
    return 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", "put back at the end")
    return dagster_home(load_settings(data=tmp_path))


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with open_history(home) as found:
        yield found


def run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([number], instance=instance, resources={"io_manager": dg.mem_io_manager}).run_id


def events(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    return [one.message for one in instance.all_logs(run_id)]


def held_open(home: Path) -> list[str]:
    """The databases under a folder that this process holds open."""
    found = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [path.stem for path in found if path.is_relative_to(home) and path.suffix == ".db"]


def test_what_was_recorded_is_where_dagster_itself_finds_it(instance: dg.DagsterInstance, home: Path) -> None:
    run_id = run(instance)
    recorded = events(instance, run_id)
    assert len(recorded) > 5
    plain = DagsterSqliteStorage.from_local(str(home))
    assert [one.run_id for one in plain.run_storage.get_runs()] == [run_id]
    assert [
        one.event_log_entry.message for one in plain.event_log_storage.get_records_for_run(run_id).records
    ] == recorded
    assert plain.event_log_storage.all_asset_keys() == [dg.AssetKey("number")]


def test_without_a_home_the_history_is_that_of_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "mine"))
    shutil.copy(Path(__file__).parents[2] / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        run_id = run(instance)
        assert [one.run_id for one in instance.get_runs()] == [run_id]
    assert (tmp_path / "mine" / "dagster" / "history" / "runs" / f"{run_id}.db").exists()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is asked of Linux")
def test_few_files_stay_open_however_many_runs_there_are_and_none_at_the_end(home: Path) -> None:
    with open_history(home) as instance:
        runs = [run(instance) for _ in range(6)]
        assert [len(events(instance, run_id)) > 5 for run_id in runs] == [True] * 6
        found = set(held_open(home))
        assert {"runs", runs[-1]} <= found and len(found) <= 5
    assert held_open(home) == []


def test_each_of_its_databases_is_waited_for_as_long_when_another_process_holds_it(
    instance: dg.DagsterInstance,
) -> None:
    runs, events, schedules = instance.run_storage, instance.event_log_storage, instance.schedule_storage
    for opened in (runs.connect(), events.index_connection(), events.run_connection("a"), schedules.connect()):  # type: ignore[attr-defined, union-attr]
        with opened as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == BUSY * 1000


def test_a_history_that_was_deleted_meanwhile_is_not_written_on(instance: dg.DagsterInstance, home: Path) -> None:
    run(instance)
    shutil.rmtree(home / "history")
    with open_history(home) as another:
        kept = run(another)
        assert [one.run_id for one in instance.get_runs()] == [kept]
        assert events(instance, kept) == events(another, kept)


def test_threads_of_the_ui_read_while_a_run_writes(instance: dg.DagsterInstance) -> None:
    first = run(instance)
    read: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            read.append(len(instance.get_runs()) and len(events(instance, first)))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    runs = {run(instance) for _ in range(3)}
    ended.set()
    for thread in threads:
        thread.join()
    assert set(read) == {len(events(instance, first))}
    assert {one.run_id for one in instance.get_runs()} == runs | {first}
