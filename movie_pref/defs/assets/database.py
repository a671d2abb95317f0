"""A library that is in PostgreSQL: what is read of it at the beginning of a run, and written into it at the end."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import table
from movie_pref.settings import Settings

SNAPSHOT_TAG = "movie_pref/snapshot"  # on a run before which the command has read the database: when that was
AT_ONCE = 50_000  # movies that are read from a file at once
A_FILE = "the library is a file"


@node("source", kinds=("postgres", "parquet"))
def library_source(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> dict[str, Any]:
    """Where the library is. Of one in PostgreSQL, its rows are read in one snapshot: labelled ones and candidates.

    Before that, labels that the person gave go into the table, and those that other programs set there since come into
    the label store. A library that is a file is read by the next step.
    """
    if settings.database is None:
        found: dict[str, Any] = {"library": settings.library_name, "kind": "file"}
    else:
        found = {"kind": "PostgreSQL", **read_database(context, settings)}
    context.add_output_metadata(found)
    return found


def read_database(context: dg.AssetExecutionContext, settings: Settings) -> dict[str, Any]:
    """Read the database, unless the command that started this run has just done so."""
    from movie_pref.sources.postgres.refresh import refresh

    read = read_json(DataFolder(settings.data).snapshot)
    if read is not None and read["taken_at"] == context.run.tags.get(SNAPSHOT_TAG):
        return read
    return refresh(settings, context.log.warning)


@node("scoring", kinds=("postgres",), deps=["scored_candidates", "out_of_fold_predictions"])
def prediction_table(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> dict[str, Any]:
    """The table `prediction` of the database that the library is in, brought up to date in one transaction.

    Every ranked movie, and every labelled one as predicted by a model that has not seen its label; `cm_value` is the cell
    of the confusion matrix, `na` where no label says what is true. Nothing is written where the library is a file.
    """
    if settings.database is None:
        context.add_output_metadata({"written": 0, "because": A_FILE})
        return {}
    from movie_pref.sources.postgres.predictions import write_predictions

    found = write_predictions(settings, _Predicted(settings), context.log.warning)
    facts = {**found._asdict(), "ranked": _ranked(settings)}
    context.add_output_metadata({**facts, "database": settings.database, "table": "prediction"})
    return facts


@node("scoring", kinds=("postgres",), deps=["scored_candidates", "model_columns", "champion_model"])
def engineered_tables(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> dict[str, Any]:
    """The tables of engineered features in that database, for programs that read them (setting `write_engineered`).

    What the champion reads of each movie: numbers from 0 to 1, lists as arrays of 0 and 1, with the ranges and the
    elements they were made by.
    """
    if settings.database is None or not settings.write_engineered:
        why = A_FILE if settings.database is None else "the setting write_engineered is off"
        context.add_output_metadata({"written": 0, "because": why})
        return {}
    from movie_pref.model.champion import Champion
    from movie_pref.sources.postgres.engineered import write_engineered

    folder = DataFolder(settings.data)
    preprocessing = Champion.load(folder.model).model.preprocessing
    found = write_engineered(settings, preprocessing, _Movies(settings), context.log.warning)
    rows = [{"table": name, **written._asdict()} for name, written in found.items()]
    context.add_output_metadata({"tables": table(pd.DataFrame(rows)), "database": settings.database})
    return {name: written._asdict() for name, written in found.items()}


class _Predicted:
    """The rows of `prediction`, batch by batch, each time they are asked for."""

    def __init__(self, settings: Settings) -> None:
        self.folder = DataFolder(settings.data)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        from movie_pref.library.training_rows import encode_level
        from movie_pref.sources.postgres.predictions import predictions

        movies = self.folder.made("movies_only", ["imdb_id", "label"])
        labels = encode_level(movies.dropna(subset=["label"]).set_index("imdb_id")["label"])
        unseen = _unseen(self.folder)
        yield predictions(unseen, labels)
        for batch in _batches(self.folder, "scored_candidates", ["imdb_id", "probability", "prediction"]):
            yield predictions(batch[~batch["imdb_id"].isin(unseen["imdb_id"])].reset_index(drop=True), labels)


class _Movies:
    """Every movie in the library's columns, batch by batch, each time they are asked for."""

    def __init__(self, settings: Settings) -> None:
        self.folder = DataFolder(settings.data)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        movies = self.folder.made("movies_only")
        yield movies
        for batch in _batches(self.folder, "candidates"):
            yield batch[~batch["imdb_id"].isin(movies["imdb_id"])].reset_index(drop=True)


def _unseen(folder: DataFolder) -> pd.DataFrame:
    """Labelled movies as predicted by models that have not seen them; none before the first training."""
    found = folder.table("out_of_fold_predictions", ["imdb_id", "probability", "predicted"])
    if found is None:
        return pd.DataFrame({"imdb_id": [], "probability": [], "prediction": []})
    return found.rename(columns={"predicted": "prediction"}).astype({"prediction": "int8"})


def _ranked(settings: Settings) -> int:
    """How many movies have a prediction: ranked ones and labelled ones, each once."""
    folder = DataFolder(settings.data)
    ranked = folder.made("scored_candidates", ["imdb_id"])["imdb_id"]
    return len(set(ranked) | set(_unseen(folder)["imdb_id"]))


def _batches(folder: DataFolder, name: str, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder.asset(name)) as file:
        for batch in file.iter_batches(AT_ONCE, columns=columns):
            yield batch.to_pandas()
