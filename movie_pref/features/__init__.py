"""From library rows to model columns: the split, the preprocessing, the training table.

Belongs here: what is fitted on training rows and then applied to any. Which columns are kept is decided in `analysis`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.features.preprocessing import Preprocessor

__all__ = ["Preprocessor"]


def __getattr__(name: str) -> Any:
    """Import the public name when it is first asked for: what is behind it is slow to import."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from movie_pref.features import preprocessing

    return getattr(preprocessing, name)
