"""Dagster resources: the settings, as one resource whose fields the launchpad shows with their descriptions, and the cores."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_origin

import dagster as dg
from pydantic import Field, create_model

from movie_pref.cores import Background, imports_left_alone, linear_algebra_on_one_thread
from movie_pref.settings import Settings, load_settings


class _SettingsResource(dg.ConfigurableResource):
    """Hands `Settings` to assets; each field of `Settings` is a field here, so run config can override it."""

    def create_resource(self, context: dg.InitResourceContext) -> Settings:
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return load_settings(**given)


def settings_resource(settings: Settings) -> dg.ConfigurableResource:
    """A resource with every setting as a config field, holding these values unless run config says otherwise."""
    fields: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        kind, value = _config_form(field.annotation, value)
        fields[name] = (kind, Field(default=value, description=field.description))
    return create_model("SettingsResource", __base__=_SettingsResource, **fields)()


def _config_form(annotation: Any, value: Any) -> tuple[Any, Any]:
    """The type and value that Dagster's config system takes for a setting: a path is text."""
    if annotation is Path:
        return str, str(value)
    if annotation in (Path | None, Path | str | None):
        return str | None, None if value is None else str(value)
    if get_origin(annotation) is Literal:
        return str, value
    return annotation, value


@dg.resource(
    required_resource_keys={"settings"}, description="What a run begins before it needs it, in processes beside it."
)
def background(context: dg.InitResourceContext) -> Iterator[Background]:
    """Processes for all cores but the one that the run itself is on; they end with the run."""
    beside = context.resources.settings.n_jobs - 1
    with linear_algebra_on_one_thread(), imports_left_alone(), Background(beside) as begun:
        yield begun
