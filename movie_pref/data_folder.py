"""The data folder: the one place that names its files, says where each lies, and reads what is in them.

What an asset made is asked for by the asset's name; every other file has a property. What is inside the model folder is
the business of `movie_pref.model`, what is in the search's of `movie_pref.search`; files are written where they are made,
through `movie_pref.files`. `settings.py` names the files that a setting can name another place for.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from movie_pref.errors import UserError, cause
from movie_pref.settings import CANDIDATES_FILE, LIBRARY_FILE, SNAPSHOT_FOLDER

if TYPE_CHECKING:  # every command reads this file, and most answer without a table
    import pandas as pd

CATALOGUE_FILE = "feature_catalogue.yaml"
DAGSTER_CONFIG = "dagster.yaml"
ASSET_FILES = {
    "selected_features": "feature_decisions.parquet",
    "normalization_parameters": "normalization.json",
    "training_table": "02_binomial_classifier_training_data.parquet",
    "grid_search_results": "03_grid_search_results.parquet",
    "tuned_model": "assets/tuned_model",
    "committee": "assets/committee",
    "again_model": "assets/again_model",
    "out_of_fold_predictions": "03_binomial_classifier_results.parquet",
    "scored_candidates": "scored_candidates.parquet",
    "review_queue": "review_queue.parquet",
    "removal_requests": "removal_requests.parquet",
    "library_source": "assets/library_source.json",
    "prediction_table": "assets/prediction_table.json",
    "engineered_tables": "assets/engineered_tables.json",
}
"""The assets that other programs read, or that are no table; every other lies in `assets/` under its own name."""


@dataclass(frozen=True)
class DataFolder:
    """The files under `root`, whether they are there or not."""

    root: Path

    # what came in

    @property
    def library(self) -> Path:
        """The labelled library, where no setting names another."""
        return self.root / LIBRARY_FILE

    @property
    def candidates(self) -> Path:
        """The movies to rank, where no setting names others."""
        return self.root / CANDIDATES_FILE

    @property
    def catalogue(self) -> Path:
        """The person's own feature catalogue."""
        return self.root / CATALOGUE_FILE

    @property
    def added_movies(self) -> Path:
        """Movies that the person added by hand."""
        return self.root / "added_movies.parquet"

    @property
    def import_questions(self) -> Path:
        """Films of an export that an import could not tell apart."""
        return self.root / "import_questions.csv"

    @property
    def import_films(self) -> Path:
        """Films of exports that no movie was found for yet, as they were read."""
        return self.root / "import_films.parquet"

    @property
    def import_answers(self) -> Path:
        """What the person answered to them."""
        return self.root / "import_answers.csv"

    @property
    def metadata_cache(self) -> Path:
        """What TMDB, OMDb and IMDb were asked and said."""
        return self.root / "metadata_cache.sqlite"

    # what a library in a database has left here

    @property
    def snapshot(self) -> Path:
        """What was read of the database that the library is in, and when: the files beside it are the rows."""
        return self.root / SNAPSHOT_FOLDER / "snapshot.json"

    @property
    def learnt_labels(self) -> Path:
        """The labels that the last training learnt from, and the newest change of the table that it had read."""
        return self.root / SNAPSHOT_FOLDER / "learnt_labels.json"

    @property
    def label_sync(self) -> Path:
        """Which labels of the store the database is known to have."""
        return self.root / SNAPSHOT_FOLDER / "label_sync.json"

    # what was made

    def asset(self, name: str) -> Path:
        """What the asset of this name made."""
        return self.root / ASSET_FILES.get(name, f"assets/{name}.parquet")

    @property
    def fold_preprocessing(self) -> Path:
        """The preprocessing of each fold's models, beside the `member_predictions` that they gave."""
        return self.root / "assets" / "fold_preprocessing.json"

    def rejected(self, what: str) -> Path:
        """The `rows` of the library, or the `candidates`, that break the contract, with the reasons."""
        return self.root / f"rejected_{what}.parquet"

    @property
    def model(self) -> Path:
        """The champion and the one before it."""
        return self.root / "model"

    @property
    def first_guess(self) -> Path:
        """The model of a ranking that few labels or none gave."""
        return self.root / "first_guess"

    @property
    def search(self) -> Path:
        """What the search has finished, so that it can go on where it was."""
        return self.root / "search"

    @property
    def training_history(self) -> Path:
        """The figures of every training."""
        return self.root / "model_history.json"

    @property
    def previous_ranking(self) -> Path:
        """The ranking before the one that stands."""
        return self.root / "previous_ranking.parquet"

    @property
    def removals_done(self) -> Path:
        """What was removed from the download manager."""
        return self.root / "removals_done.json"

    @property
    def reports(self) -> Path:
        """Plots and the page to read."""
        return self.root / "reports"

    @property
    def report(self) -> Path:
        """The page to read."""
        return self.reports / "report.html"

    def plot(self, name: str) -> Path:
        """The plot of this name."""
        return self.reports / f"{name}.png"

    @property
    def dagster_home(self) -> Path:
        """Dagster's home: the history of runs, and what is switched on."""
        return (self.root / "dagster").resolve()

    @property
    def run_lock(self) -> Path:
        """What a run holds while it works on this folder, so that two never mix their files."""
        return self.root / ".run.lock"

    @property
    def tables_lock(self) -> Path:
        """What a command holds that adds to the library or the candidates."""
        return self.root / ".tables.lock"

    @property
    def living_runs(self) -> Path:
        """A file of each run that works, by its identifier, held by the process that it works in."""
        return self.root / ".runs"

    @property
    def copy_state(self) -> Path:
        """Which copy in an object store this folder last took or gave."""
        return self.root / ".object_store.json"

    def copied(self) -> list[Path]:
        """The files that a copy in an object store has, in the order of their names: what came in and what was made.

        Not among them is what is of one machine or is changed while it is read: settings, labels and metadata in SQLite,
        Dagster's home, the search's shards, locks and half-written files.
        """
        came_in = (self.library, self.candidates, self.catalogue, self.added_movies)
        imported = (self.import_questions, self.import_films, self.import_answers)
        made = (*map(self.asset, ASSET_FILES), self.root / "assets", self.rejected("rows"), self.rejected("candidates"))
        models = (self.model, self.first_guess, self.training_history)
        shown = (self.previous_ranking, self.removals_done, self.reports)
        found: set[Path] = set()
        for path in (*came_in, *imported, *made, *models, *shown):
            found.update(path.rglob("*") if path.is_dir() else [path])
        hidden = (one for one in found if any(part.startswith(".") for part in one.relative_to(self.root).parts))
        return sorted(one for one in found.difference(hidden) if one.is_file())

    # reading

    def table(
        self, name: str, columns: Sequence[str] | None = None, filters: list[tuple] | None = None
    ) -> "pd.DataFrame | None":
        """What an asset made as a frame, or some of it; None where it was not made yet.

        Raises
        ------
        UserError
            The file cannot be read, or lacks a column.
        """
        return read_table(self.asset(name), columns, filters)

    def made(
        self, name: str, columns: Sequence[str] | None = None, filters: list[tuple] | None = None
    ) -> "pd.DataFrame":
        """What an asset made as a frame, or some of it.

        Raises
        ------
        UserError
            It was not made yet, or the file cannot be read.
        """
        found = self.table(name, columns, filters)
        if found is None:
            raise UserError(f"{self.asset(name)} is missing; run `movie-pref run` first.")
        return found


class Extent(NamedTuple):
    """What the end of a Parquet file says of it."""

    rows: int
    columns: list[str]


def extent(path: Path) -> Extent:
    """How much a Parquet file that a run wrote holds, as quick on a large one as on a small one; nothing where there is none.

    Raises
    ------
    UserError
        The file cannot be read.
    """
    if not path.exists():
        return Extent(0, [])
    import pyarrow.parquet as pq

    with _sentence_for(path), pq.ParquetFile(path) as file:
        return Extent(file.metadata.num_rows, file.schema_arrow.names)


def read_table(
    path: Path, columns: Sequence[str] | None = None, filters: list[tuple] | None = None
) -> "pd.DataFrame | None":
    """A Parquet file that a run wrote as a frame, or some of it; None where there is none.

    Raises
    ------
    UserError
        The file cannot be read, or lacks a column.
    """
    if not path.exists():
        return None
    import pandas as pd

    with _sentence_for(path):
        return pd.read_parquet(path, columns=None if columns is None else list(columns), filters=filters)


def read_movies(path: Path, imdb_ids: Sequence[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    """What a Parquet file that a run wrote has of some movies: `imdb_id` and those of the columns that it has.

    Lists are lists and what is not known is None. None of the movies where there is no file.

    Raises
    ------
    UserError
        The file cannot be read.
    """
    if not imdb_ids or not path.exists():  # Arrow cannot look for none
        return []
    import pyarrow.parquet as pq

    with _sentence_for(path):
        present = pq.read_schema(path).names
        wanted = ["imdb_id", *(column for column in columns if column in present)]
        return pq.read_table(path, columns=wanted, filters=[("imdb_id", "in", imdb_ids)]).to_pylist()


def read_json(path: Path) -> Any:
    """A JSON file; None where there is none.

    Raises
    ------
    UserError
        It is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged ({cause(error)}); delete it and run `movie-pref run` again.") from None


@contextmanager
def _sentence_for(path: Path) -> Iterator[None]:
    import pyarrow as pa  # slow to import, and whoever reads a table has it

    try:
        yield
    except MemoryError:  # Arrow's own is one of its exceptions, too
        raise
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise UserError(f"{path} cannot be read ({cause(error)}); run `movie-pref run` to make it again.") from None
