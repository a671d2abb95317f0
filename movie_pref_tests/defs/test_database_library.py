"""A library in PostgreSQL from the database to the database, while other programs work on it."""

import threading

import dagster as dg
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.demo.library import demo_library
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
from movie_pref_tests.job_runner import definitions_of, materialize
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
    settings = load_settings(
        data=tmp_path / "data", library=atp.address, search_budget=20, cost_repeats=1, write_engineered=True
    )
    labelled = [one for (one,) in atp.ask("SELECT imdb_id FROM atp.training WHERE label IS NOT NULL ORDER BY 1")]
    waiting = [one for (one,) in atp.ask("SELECT imdb_id FROM atp.training WHERE label IS NULL ORDER BY 1")]
    end = threading.Event()

    def console() -> None:
        turn = 0
        while not end.wait(0.2):
            turn += 1
            atp.do("UPDATE atp.training SET label = 'would_watch', reviewed = true WHERE imdb_id = %s", waiting[turn % 5])
            atp.do("UPDATE atp.training SET anomalous = NOT anomalous WHERE imdb_id = %s", labelled[turn % 7])
            atp.do("UPDATE atp.training SET reviewed = NOT reviewed WHERE imdb_id = %s", labelled[20 + turn % 7])

    other = threading.Thread(target=console)
    with dg.DagsterInstance.ephemeral() as instance:
        other.start()
        try:
            ran = materialize(settings, instance=instance)
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

        # what the console did during the run is counted by the sensor, and a label of this page goes into the table
        with LabelStore(settings.label_store_url) as store:
            store.record(waiting[10], "would_watch")
        repository = definitions_of(settings).get_repository_def()
        with dg.build_sensor_context(instance=instance, repository_def=repository) as context:
            tick = repository.get_sensor_def("new_labels").evaluate_tick(context)
        assert atp.label(waiting[10]) == ("would_watch", True, True)
        said = tick.skip_message or tick.run_requests[0].tags["movie_pref/because"]
        assert "new labels" in said and not said.startswith(("no new labels", "1 of 10"))
