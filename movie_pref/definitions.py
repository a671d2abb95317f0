"""Wiring only: which assets, checks, jobs, sensors, schedules and resources make up the project."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

import movie_pref.defs.assets
import movie_pref.defs.checks
from movie_pref.defs.decorators import load_checks
from movie_pref.defs.io_managers import data_folder
from movie_pref.defs.jobs import JOBS
from movie_pref.defs.loggers import progress
from movie_pref.defs.resources import background, settings_resource
from movie_pref.defs.schedules import SCHEDULES
from movie_pref.defs.sensors import SENSORS
from movie_pref.settings import load_settings


def build_defs(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The project's definitions; `overrides` swaps resources by name, as a test does."""
    own = {"settings": settings_resource(load_settings()), "data_folder": data_folder, "background": background}
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(movie_pref.defs.assets),
        asset_checks=load_checks(movie_pref.defs.checks),
        jobs=JOBS,
        sensors=SENSORS,
        schedules=SCHEDULES,
        resources={**own, **(overrides or {})},
        loggers={"progress": progress},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and the other tools of Dagster load."""
    return build_defs()
