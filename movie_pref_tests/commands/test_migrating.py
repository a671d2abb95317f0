"""`movie-pref migrate` as a person types it: labels and the history of runs to a real PostgreSQL server, and back."""

import pytest
from dagster import DagsterInstance

from movie_pref.commands.runs import dagster_home
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
from movie_pref_tests.command_line import says

pytest.importorskip("dagster_postgres")


def test_labels_and_history_go_there_and_back(empty_database: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "one"))
    settings = load_settings()
    dagster_home(settings)
    with LabelStore(settings.label_store_url) as store:
        store.record("tt0000001", "would_watch", note="why not")
        store.undo("tt0000001")
        store.record("tt0000002", "would_watch_again")
        before = store.history()

    counted = says("migrate", "--to", empty_database, "--dry-run")
    assert "labels: 3 entries, 3 would be copied" in counted and "Nothing was written." in counted
    address = empty_database.replace("postgresql://", "postgresql+psycopg://")
    with LabelStore(address) as there:
        assert there.history().empty

    said = says("migrate", "--to", empty_database)
    assert "labels: 3 entries, 3 copied" in said and f"MOVIE_PREF_LABEL_STORE={address}" in said
    assert "3 entries, 0 copied" in says("migrate", "--to", empty_database)
    with LabelStore(address) as there:
        assert there.history().equals(before)

    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path / "two"))
    assert "3 entries, 3 copied" in says("migrate", "--from", empty_database, "--to", "here")
    with LabelStore(load_settings().label_store_url) as back:
        assert back.history().equals(before)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--to", "here"), "the other the address of a database"),
        (("--to", "postgresql://me@a/b", "--from", "postgresql://me@c/d"), "the other the address of a database"),
        (("--to", "postgresql://me:secret@host/movies"), "~/.pgpass"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(words, named, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path))
    said = says("migrate", *words, code=2)
    assert named in said and "secret@" not in said


def test_a_run_that_has_not_ended_is_waited_for(empty_database: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster as dg

    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path))
    home = dagster_home(load_settings())
    with DagsterInstance.from_config(str(home)) as instance:
        instance.create_run_for_job(dg.job(name="pipeline")(lambda: None), status=dg.DagsterRunStatus.STARTED)
    assert "1 run of here has not ended" in says("migrate", "--to", empty_database, code=2)
