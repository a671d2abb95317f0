"""Where data comes in: the labelled library, its movies, and the movies to rank."""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import table
from movie_pref.defs.run_history import note_training_input
from movie_pref.errors import UserError
from movie_pref.files import whole_file
from movie_pref.labels.store import read_events
from movie_pref.library.table_file import is_demo
from movie_pref.library.tables import read_candidates
from movie_pref.library.training_rows import trainable
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.library import Library

GROUP = "source"


@node(GROUP, kinds=("parquet", "pandas"), deps=["library_source"])
def raw_training(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> pd.DataFrame:
    """Raw data: the labelled library, read with the contract applied, and the labels of the store merged in.

    A row that breaks the contract goes to `rejected_rows.parquet` with the reason; it never stops the run. The newest
    label that a person put into the store overrules the library's; a candidate with one becomes a labelled row.
    `label_origin` says where each label is from, `came_from` where the row is. Without a library file the labelled
    candidates are the library.
    """
    from movie_pref.labels.events import effective_labels
    from movie_pref.labels.merge import labelled_library

    events = read_events(settings)
    labels = effective_labels(events)
    library, merged = labelled_library(settings, events)
    write_rejected(library, DataFolder(settings.data).rejected("rows"))
    note_training_input(context, settings, events)
    context.add_output_metadata(
        {
            "source": settings.database or dg.MetadataValue.path(str(settings.library_path.resolve())),
            "demonstration": is_demo(settings.library_path),
            "rows_rejected": len(library.rejected),
            "rejected": table(library.rejected.drop(columns="row"), rows=20),
            "absent_columns": ", ".join(library.absent) or "none",
            "unknown_columns": ", ".join(library.unknown) or "none",
            "labels_from_the_store": len(labels) - merged.homeless,
            "labels_that_overruled_the_library": merged.overruled,
            "labels_that_confirmed_the_library": merged.confirmed,
            "candidates_that_were_labelled": merged.joined,
            "labels_of_movies_that_are_nowhere": merged.homeless,
            "label_origins": table(merged.rows["label_origin"].value_counts().rename_axis("origin").reset_index()),
        }
    )
    return merged.rows


@node(GROUP)
def movies_only(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], raw_training: pd.DataFrame
) -> pd.DataFrame:
    """Filter movies only: media_type == 'movie'. Television is counted here and left behind."""
    kinds = raw_training["media_type"].value_counts()
    movies = raw_training[raw_training["media_type"] == "movie"].reset_index(drop=True)
    if movies.empty and len(raw_training):
        raise UserError(
            f"{settings.library_name} has no movie among its {len(raw_training)} rows (media_type is {', '.join(kinds.index)}); add movies."
        )
    context.add_output_metadata(
        {
            "television_left_out": len(raw_training) - len(movies),
            "media_types": table(kinds.rename_axis("media_type").reset_index(name="rows")),
            "labels": table(
                movies["label"].fillna("no label").value_counts().rename_axis("label").reset_index(name="movies")
            ),
        }
    )
    return movies


@node(GROUP, kinds=("parquet", "pandas"), deps=["library_source"])
def candidates(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], movies_only: pd.DataFrame
) -> pd.DataFrame:
    """The movies to rank: those of the candidates file, and those of the library that do not train.

    A library's movie without a label, not yet reviewed or anomalous is ranked too; a movie that trains is not, nor is
    one that was labelled since the last training.
    """
    from movie_pref.labels.store import LabelStore

    trains = trainable(movies_only)
    library = read_candidates(settings)
    write_rejected(library, DataFolder(settings.data).rejected("candidates"))
    films = library.rows[library.rows["media_type"] == "movie"]
    known = films["imdb_id"].isin(movies_only["imdb_id"])
    with LabelStore(settings.label_store_url) as store:
        decided = store.effective()["imdb_id"]
    just_decided = ~known & films["imdb_id"].isin(decided)
    waiting = movies_only[~trains].drop(columns=["label", "label_origin", "came_from"], errors="ignore")
    if "anomalous" in waiting:  # an anomalous movie is ranked whatever its label
        waiting = waiting[waiting["anomalous"].fillna(False).astype(bool) | ~waiting["imdb_id"].isin(decided)]
    else:
        waiting = waiting[~waiting["imdb_id"].isin(decided)]
    unseen = films[~known & ~just_decided]
    rows = pd.concat([unseen, waiting], ignore_index=True) if len(waiting) else unseen.reset_index(drop=True)
    context.add_output_metadata(
        {
            "source": dg.MetadataValue.path(str(settings.candidates_path.resolve())),
            "rows_rejected": len(library.rejected),
            "rejected": table(library.rejected.drop(columns="row"), rows=20),
            "television_left_out": len(library.rows) - len(films),
            "already_in_the_library": int(known.sum()),
            "labelled_since_the_last_training": int(just_decided.sum()),
            "from_the_library": len(waiting),
            "absent_columns": ", ".join(library.absent) or "none",
        }
    )
    return rows


def write_rejected(library: "Library", path: Path) -> None:
    """Write the rows that broke the contract, with their reasons."""
    with whole_file(path) as temporary:
        library.rejected.to_parquet(temporary, index=False)
