"""Where data comes in: the labelled library, its movies, and the movies to rank."""

from typing import TYPE_CHECKING

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.errors import UserError
from movie_pref.files import whole_file
from movie_pref.library.demo_files import is_demo
from movie_pref.metadata import table
from movie_pref.modeling.split import trainable
from movie_pref.nodes import node
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.library import Library

GROUP = "source"


@node(GROUP, kinds=("parquet", "pandas"))
def raw_training(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> pd.DataFrame:
    """Raw data: the labelled library, read with the contract applied.

    A row that breaks the contract goes to `rejected_rows.parquet` with the reason; it never stops the run.
    """
    from movie_pref.library import read_library

    library = read_library(settings.library_path)
    write_rejected(library, settings, "rejected_rows.parquet")
    context.add_output_metadata(
        {
            "source": dg.MetadataValue.path(str(settings.library_path.resolve())),
            "demonstration": is_demo(settings.library_path),
            "rows_rejected": len(library.rejected),
            "rejected": table(library.rejected.drop(columns="row"), rows=20),
            "absent_columns": ", ".join(library.absent) or "none",
            "unknown_columns": ", ".join(library.unknown) or "none",
        }
    )
    return library.rows


@node(GROUP)
def movies_only(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], raw_training: pd.DataFrame
) -> pd.DataFrame:
    """Filter movies only: media_type == 'movie'. Television is counted here and left behind."""
    kinds = raw_training["media_type"].value_counts()
    movies = raw_training[raw_training["media_type"] == "movie"].reset_index(drop=True)
    if movies.empty:
        raise UserError(
            f"{settings.library_path} has no movie among its {len(raw_training)} rows (media_type is {', '.join(kinds.index)}); add movies."
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


@node(GROUP, kinds=("parquet", "pandas"))
def candidates(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], movies_only: pd.DataFrame
) -> pd.DataFrame:
    """The movies to rank: those of the candidates file, and those of the library that do not train.

    A library's movie without a label, not yet reviewed or anomalous is ranked too; a movie that trains is not.
    """
    trains = trainable(movies_only)
    library = read_candidates(settings)
    write_rejected(library, settings, "rejected_candidates.parquet")
    films = library.rows[library.rows["media_type"] == "movie"]
    known = films["imdb_id"].isin(movies_only["imdb_id"])
    waiting = movies_only[~trains].drop(columns="label")
    rows = (
        pd.concat([films[~known], waiting], ignore_index=True) if len(waiting) else films[~known].reset_index(drop=True)
    )
    context.add_output_metadata(
        {
            "source": dg.MetadataValue.path(str(settings.candidates_path.resolve())),
            "rows_rejected": len(library.rejected),
            "rejected": table(library.rejected.drop(columns="row"), rows=20),
            "television_left_out": len(library.rows) - len(films),
            "already_in_the_library": int(known.sum()),
            "from_the_library": len(waiting),
            "absent_columns": ", ".join(library.absent) or "none",
        }
    )
    return rows


def read_candidates(settings: Settings) -> "Library":
    """The candidates file; none at all where there is no file, or only the demonstration's beside a real library."""
    from movie_pref.library import Library, read_library

    path = settings.candidates_path
    foreign = is_demo(path) and not is_demo(settings.library_path)
    if settings.candidates is None and (not path.exists() or foreign):
        nothing = pd.DataFrame({"imdb_id": [], "media_type": [], "media_title": []}, dtype="str")
        return Library(rows=nothing.assign(release_year=pd.Series(dtype="int64")), rejected=_NO_REJECTS)
    return read_library(path, labelled=False)


def write_rejected(library: "Library", settings: Settings, name: str) -> None:
    """Write the rows that broke the contract, with their reasons."""
    with whole_file(settings.data / name) as temporary:
        library.rejected.to_parquet(temporary, index=False)


_NO_REJECTS = pd.DataFrame(
    {
        "row_number": pd.Series(dtype="int64"),
        **{name: pd.Series(dtype="str") for name in ("imdb_id", "media_title", "reason", "row")},
    }
)
