"""From a model to an ordered list: scoring in batches, reasons, the review queue, what moved since the last ranking.

Belongs here: what is computed for movies with a model that stands. How it is shown is in `report` and `review`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.ranking.scoring import score

__all__ = ["score"]


def __getattr__(name: str) -> Any:
    """Import the public name when it is first asked for: what is behind it is slow to import."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from movie_pref.ranking import scoring

    return getattr(scoring, name)
