"""A data folder with labels to learn, and the sensor tick by tick."""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

import movie_pref.defs.sensors
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings

Status = dg.DagsterRunStatus
HOUR = 3600.0


class House:
    """A data folder with a library, its label store, and the sensor with its cursor between ticks."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance, movies: pd.DataFrame) -> None:
        self.settings = load_settings(data=folder)
        self.store = LabelStore(self.settings.label_store_url)
        self.instance = instance
        self.cursor: str | None = None
        self.late = 0.0  # how far the clock is ahead
        self.given = 0
        movies.to_parquet(self.settings.library_path)

    def label(self, count: int = 1, **how: Any) -> None:
        for _ in range(count):
            self.given += 1
            self.store.record(f"tt{self.given:07d}", "would_watch", **how)

    def tick(self) -> dg.SensorResult:
        """One tick; what it requests is not started yet."""
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"settings": self.settings}
        ) as context:
            found = movie_pref.defs.sensors.new_labels(context)
        assert isinstance(found, dg.SensorResult)
        self.cursor = found.cursor
        return found

    def says(self) -> str:
        found = self.tick()
        assert not found.run_requests
        return found.skip_reason.skip_message or ""

    def request(self) -> dg.RunRequest:
        requests = self.tick().run_requests
        assert requests is not None and len(requests) == 1
        return requests[0]

    def run(self, job: str = "retrain", status: Status = Status.SUCCESS, **options: Any) -> dg.DagsterRun:
        """A run in the history, as the daemon makes one of a request."""
        run = self.instance.create_run_for_job(
            dg.job(name="stand_in")(lambda: None), tags=options.pop("tags", {}), status=Status.NOT_STARTED
        )
        self.instance.delete_run(run.run_id)
        made = run._replace(job_name=job, status=status, **options)
        self.instance.add_run(made)
        return made

    def end(self, run: dg.DagsterRun, status: Status) -> None:
        self.instance.delete_run(run.run_id)
        self.instance.add_run(run._replace(status=status))
