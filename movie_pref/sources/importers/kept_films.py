"""Films of exports that no movie was found for yet: kept in the data folder, so that a later import goes on from them."""

from pathlib import Path

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.sources.importers import films


def read_kept(data: Path) -> pd.DataFrame:
    """The films that wait, in the columns of films; none where there is no file.

    Raises
    ------
    UserError
        The file cannot be read, as after an edit.
    """
    path = DataFolder(data).import_films
    if not path.exists():
        return films.as_films(pd.DataFrame())
    try:
        rows = pd.read_parquet(path)
        rows["genre"] = [None if one is None else list(one) for one in rows["genre"]]
        return films.as_films(rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is no longer a table of films that wait ({cause(error, 100)}); delete it and import the "
            "export again."
        ) from None


def write_kept(data: Path, waiting: pd.DataFrame) -> None:
    """Keep films in the place of those before; none leaves no file."""
    path = DataFolder(data).import_films
    if waiting.empty:
        path.unlink(missing_ok=True)
        return
    with whole_file(path) as temporary:
        waiting[list(films.COLUMNS)].reset_index(drop=True).to_parquet(temporary, index=False)
