"""What a library of movies is and how it is read. Imports no dagster."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.library.read import Library, read_library

__all__ = ["Library", "read_library"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the contract brings pandera, which is slow to import."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from movie_pref.library import read

    return getattr(read, name)
