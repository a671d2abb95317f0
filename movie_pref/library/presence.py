"""Whether a person has a library and candidates, without reading them: quick, since `status` asks at each call."""

from movie_pref.data_folder import DataFolder
from movie_pref.library.table_file import is_demo
from movie_pref.settings import Settings


def has_library(settings: Settings) -> bool:
    """Whether there is a labelled library; where there is none, a person's candidates may hold all that was labelled."""
    return settings.library is not None or settings.library_path.exists()


def has_candidates(settings: Settings) -> bool:
    """Whether there are candidates that are not the demonstration's, or movies that were added by hand."""
    path = settings.candidates_path
    mine = settings.candidates is not None or (path.exists() and not is_demo(path))
    return mine or DataFolder(settings.data).added_movies.exists()
