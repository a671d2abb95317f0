"""Assets and jobs of the project run in this process by Dagster, and what its events say of them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest
from dagster import AssetCheckEvaluation
from PIL import Image

from movie_pref.definitions import build_defs
from movie_pref.defs.resources import settings_resource
from movie_pref.settings import Settings


@dataclass(frozen=True)
class Ran:
    """How a run ended, the metadata of each asset that it made, and what its checks found."""

    success: bool
    made: dict[str, dict[str, Any]]
    checks: dict[tuple[str, str], AssetCheckEvaluation]

    @property
    def by_check(self) -> dict[str, AssetCheckEvaluation]:
        """What was found by the name of the check alone, for checks that one asset has."""
        return {name: found for (_, name), found in self.checks.items()}


@contextmanager
def undrawn() -> Iterator[None]:
    """Pictures are planned and not drawn, which is a sixth of a run: for those whose pictures nobody looks at."""
    dot = io.BytesIO()
    Image.new("RGB", (1, 1)).save(dot, format="png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("movie_pref.analysis.plots.pictures.png", lambda *_: dot.getvalue())
        yield


def definitions_of(settings: Settings) -> dg.Definitions:
    """The project with these settings."""
    return build_defs({"settings": settings_resource(settings)})


def upstream_of(*assets: str, plots: bool = False) -> list[str]:
    """The names of assets and of all that they are made from, with or without the panel of plots."""
    selection = dg.AssetSelection.assets(*assets).upstream()
    if not plots:
        selection -= dg.AssetSelection.groups("visualization")
    return [key.to_user_string() for key in selection.resolve(build_defs().resolve_asset_graph())]


def materialize(
    settings: Settings,
    *assets: str,
    job: str = "pipeline",
    may_fail: bool = False,
    instance: dg.DagsterInstance | None = None,
) -> Ran:
    """Make these assets with their checks, or else all of a job; unless it may fail, an error is raised.

    Without an instance, the run has a history of its own, which ends with it.
    """
    if instance is None:
        with dg.DagsterInstance.ephemeral() as passing:
            return materialize(settings, *assets, job=job, may_fail=may_fail, instance=passing)
    project = definitions_of(settings)
    chosen = project.resolve_implicit_global_asset_job_def() if assets else project.resolve_job_def(job)
    result = chosen.execute_in_process(
        instance=instance,
        raise_on_error=not may_fail,
        run_config={"loggers": {"progress": {"config": {}}}},
        asset_selection=[dg.AssetKey(name) for name in assets] or None,
    )
    return Ran(
        result.success,
        {
            event.asset_key.to_user_string(): {
                name: found.value for name, found in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
        },
        {(found.asset_key.to_user_string(), found.check_name): found for found in result.get_asset_check_evaluations()},
    )
