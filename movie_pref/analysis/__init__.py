"""The feature-selection flowcharts: statistics, verdicts and plots. Imports no dagster."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.analysis.all_panels import Analysis, analyse

__all__ = ["Analysis", "analyse"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the panels are slow to import."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module("movie_pref.analysis.all_panels"), name)
