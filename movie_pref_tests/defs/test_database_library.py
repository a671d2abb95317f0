"""A library in PostgreSQL from the database to the database, while other programs work on it."""

import threading

import dagster as dg
import pandas as pd
import pytest
from dagster import build_sensor_context

from movie_pref.data_folder import DataFolder
from movie_pref.defs.sensors import new_labels
from movie_pref.demo.library import demo_library
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
from movie_pref.sources.postgres.changes import keep_learnt
from movie_pref_tests.defs.small_run import quick_settings
from movie_pref_tests.job_runner import materialize, undrawn
from movie_pref_tests.sources.postgres.atp import Atp


@pytest.fixture
def atp(postgres: str) -> Atp:
    """A library of 400 labelled movies and 40 to rank, as the console has them."""
    made = Atp(postgres)
    library, unseen = demo_library()
    made.fill(library.head(400).assign(reviewed=True, human_labeled=True))
    made.fill(unseen.head(40))
    return made


def test_it_is_read_ranked_and_written_back_while_the_console_works(atp: Atp, tmp_path) -> None:
    settings = quick_settings(tmp_path / "data", library=atp.address, write_engineered=True)
    labelled = [one for (one,) in atp.ask("SELECT imdb_id FROM atp.training WHERE label IS NOT NULL ORDER BY 1")]
    waiting = [one for (one,) in atp.ask("SELECT imdb_id FROM atp.training WHERE label IS NULL ORDER BY 1")]
    end = threading.Event()

    def console() -> None:
        turn = 0
        while not end.wait(0.2):
            turn += 1
            atp.do(
                "UPDATE atp.training SET label = 'would_watch', reviewed = true WHERE imdb_id = %s", waiting[turn % 5]
            )
            atp.do("UPDATE atp.training SET anomalous = NOT anomalous WHERE imdb_id = %s", labelled[turn % 7])
            atp.do("UPDATE atp.training SET reviewed = NOT reviewed WHERE imdb_id = %s", labelled[20 + turn % 7])

    other = threading.Thread(target=console)
    other.start()
    try:
        with undrawn():
            ran = materialize(settings, job="retrain")
    finally:
        end.set()
        other.join()
    read = ran.made["library_source"]
    assert (read["labelled"] + read["without_label"]) == 440
    for name in ("rows_written_are_rows_ranked", "view_movies_shows_them", "rows_in_are_kept_or_rejected"):
        assert ran.by_check[name].passed, ran.by_check[name].description
    assert ran.by_check["rows_written_are_rows_ranked"].metadata["value"].value == 440
    assert atp.ask("SELECT count(*) FROM atp.engineered") == [(440,)]
    cells = dict(atp.ask("SELECT cm_value, count(*) FROM atp.prediction GROUP BY 1"))
    assert set(cells) <= {"tp", "fp", "tn", "fn", "na"} and cells["na"] >= 35
    held = pd.read_parquet(DataFolder(settings.data).asset("scored_candidates"))
    table = dict(atp.ask("SELECT imdb_id, probability::float8 FROM atp.prediction WHERE cm_value = 'na'"))
    ranked = dict(zip(held["imdb_id"], held["probability"], strict=True))
    assert all(ranked[imdb_id] == found for imdb_id, found in table.items())


def test_a_tick_of_the_sensor_brings_labels_together_and_counts_those_of_the_console(atp: Atp, tmp_path) -> None:
    settings = load_settings(data=tmp_path / "data", library=atp.address)
    with (
        dg.DagsterInstance.ephemeral() as first,
        build_sensor_context(first, resources={"settings": settings}) as context,
    ):
        asked = new_labels(context)  # before any run
    assert isinstance(asked, dg.SensorResult) and asked.run_requests is not None
    assert asked.run_requests[0].tags["movie_pref/because"].startswith("400 of 10 new labels")
    keep_learnt(settings)
    waiting = [one for (one,) in atp.ask("SELECT imdb_id FROM atp.training WHERE label IS NULL ORDER BY 1")]
    with LabelStore(settings.label_store_url) as store:
        store.record(waiting[0], "would_watch")
    cursor = None

    def tick() -> dg.SensorResult:
        nonlocal cursor
        with build_sensor_context(instance=instance, cursor=cursor, resources={"settings": settings}) as context:
            found = new_labels(context)
        assert isinstance(found, dg.SensorResult)
        cursor = found.cursor
        return found

    with dg.DagsterInstance.ephemeral() as instance:
        assert str(tick().skip_reason.skip_message).startswith("1 of 10 new labels")
        assert atp.label(waiting[0]) == ("would_watch", True, True)
        for imdb_id in waiting[1:9]:
            atp.do("UPDATE atp.training SET label = 'would_watch', reviewed = true WHERE imdb_id = %s", imdb_id)
        atp.do("UPDATE atp.training SET label = 'would_not_watch' WHERE imdb_id = %s", waiting[0])
        assert str(tick().skip_reason.skip_message).startswith("9 of 10 new labels")
        with LabelStore(settings.label_store_url) as store:
            assert store.effective()["label"].tolist() == ["would_not_watch"]
        atp.do("UPDATE atp.training SET label = 'would_watch', reviewed = true WHERE imdb_id = %s", waiting[9])
        requests = tick().run_requests
        assert requests is not None and requests[0].tags["movie_pref/because"].startswith("10 of 10 new labels")
        assert "was started" in str(tick().skip_reason.skip_message)
