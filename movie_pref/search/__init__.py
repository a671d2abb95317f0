"""The search of the production grid: what a fit is, which are worth making, what is kept of them, which point wins.

Belongs here: boosters on folds, with no knowledge of movies, files of the data folder or other algorithms.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.search.strategies import grid_search

__all__ = ["grid_search"]


def __getattr__(name: str) -> Any:
    """Import the public name when it is first asked for: what is behind it is slow to import."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from movie_pref.search import strategies

    return getattr(strategies, name)
