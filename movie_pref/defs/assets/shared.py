"""What every asset of the feature-selection panels shares: its rows, its file, and how it shows itself in the UI."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd

from movie_pref.analysis.all_panels import prepared_rows
from movie_pref.data_folder import DataFolder
from movie_pref.defs.metadata import picture, table
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.analysis.prepared import Prepared

SHOWN = ["feature", "other_feature", "value", "threshold", "n", "verdict", "reason"]


def stored_rows(settings: Settings, short_texts_as_categories: bool = True) -> "Prepared":
    """`prepared_rows` of the movies and the split that stand in the data folder.

    The first node of the charts declares both as what it is made from, and every later node follows from it, so the
    graph shows the charts' own arrows and not two more for each box.
    """
    movies, split = (DataFolder(settings.data).made(name) for name in ("movies_only", "data_split"))
    return prepared_rows(movies, split, settings, short_texts_as_categories)


def show_verdicts(context: dg.AssetExecutionContext, rows: pd.DataFrame) -> None:
    """Put a panel's verdicts into the UI: how many of each, and the table, breaches first."""
    counts = rows["verdict"].value_counts()
    order = rows["verdict"].isin(["keep", "not_applicable"])
    context.add_output_metadata(
        {
            "verdicts": table(rows.assign(_later=order).sort_values("_later", kind="stable")[SHOWN], rows=60),
            **{f"count_{verdict}": int(count) for verdict, count in counts.items()},
        }
    )


def show_matrix(
    context: dg.AssetExecutionContext,
    settings: Settings,
    matrix: pd.DataFrame,
    draw: Callable[..., Any],
    threshold: float,
    **options: Any,
) -> None:
    """Write a test's whole matrix as a file of its own, and show it as a heat map and as the pairs above the threshold."""
    from movie_pref.analysis.association import pairs_above
    from movie_pref.files import whole_file

    name = context.asset_key.path[-1]
    path = DataFolder(settings.data).asset(f"{name}_matrix")
    with whole_file(path) as temporary:
        matrix.to_parquet(temporary)
    figure = draw(matrix, name.replace("_", " "), threshold, **options)
    shown = {
        "heat_map": picture(figure, DataFolder(settings.data).plot(name)),
        "matrix": dg.MetadataValue.path(str(path.resolve())),
    }
    if matrix.index.equals(matrix.columns) and not options.get("below"):
        shown["pairs_above_threshold"] = table(pairs_above(matrix, threshold), rows=100)  # type: ignore[assignment]
    context.add_output_metadata(shown)
