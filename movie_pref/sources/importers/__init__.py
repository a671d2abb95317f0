"""What a person's own history becomes: exports of IMDb, Letterboxd and Trakt read into one frame of films.

`recognise` says what a file is, `read_export` reads it, `match` finds the identifiers that an export lacks,
`propose_cut` turns stars into labels, `to_library` gives rows of a library. All of it is pure: nothing is written, no
network is asked. Imports no dagster.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from movie_pref.sources.importers.export_reader import read_export, together
    from movie_pref.sources.importers.films import Import
    from movie_pref.sources.importers.library_rows import LibraryRows, to_library
    from movie_pref.sources.importers.matching import Matches, known_films, match, questions, read_answers
    from movie_pref.sources.importers.rating_cut import label_by_cut, propose_cut, proposed, prove
    from movie_pref.sources.importers.recognition import Export, recognise

__all__ = [
    "Export",
    "Import",
    "LibraryRows",
    "Matches",
    "known_films",
    "label_by_cut",
    "match",
    "propose_cut",
    "proposed",
    "prove",
    "questions",
    "read_answers",
    "read_export",
    "recognise",
    "to_library",
    "together",
]

_MODULES = {
    "rating_cut": ["label_by_cut", "propose_cut", "proposed", "prove"],
    "films": ["Import"],
    "matching": ["Matches", "known_films", "match", "questions", "read_answers"],
    "export_reader": ["read_export", "together"],
    "recognition": ["Export", "recognise"],
    "library_rows": ["LibraryRows", "to_library"],
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
