"""Split, preprocessing, search, evaluation, calibration, explanation and scoring. Imports no dagster."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.modeling.champion import Champion
    from movie_pref.modeling.preprocess import Preprocessor
    from movie_pref.modeling.search import grid_search

__all__ = ["Champion", "Preprocessor", "grid_search"]

_HOMES = {
    "Champion": "movie_pref.modeling.champion",
    "Preprocessor": "movie_pref.modeling.preprocess",
    "grid_search": "movie_pref.modeling.search",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: xgboost and scikit-learn are slow to import."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
