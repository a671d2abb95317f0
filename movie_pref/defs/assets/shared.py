"""What assets share: how those of the feature-selection panels show themselves, and how a selection in a fold is asked for."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.cores import Background
from movie_pref.data_folder import DataFolder
from movie_pref.defs.metadata import picture, table
from movie_pref.library.catalogue import Catalogue
from movie_pref.settings import Settings

WORTH_A_PROCESS = 1_000  # training movies, whose selection in a fold takes longer than a process takes to start
SHOWN = ["feature", "other_feature", "value", "threshold", "n", "verdict", "reason"]


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
    """Show a test's whole matrix as a heat map and as the pairs above the threshold."""
    from movie_pref.analysis.association import pairs_above

    name = context.asset_key.path[-1]
    figure = draw(matrix, name.replace("_", " "), threshold, **options)
    shown = {"heat_map": picture(figure, DataFolder(settings.data).plot(name))}
    if matrix.index.equals(matrix.columns) and not options.get("below"):
        shown["pairs_above_threshold"] = table(pairs_above(matrix, threshold), rows=100)  # type: ignore[assignment]
    context.add_output_metadata(shown)


def begin_selections(
    background: Background,
    rows: pd.DataFrame,
    split: pd.DataFrame,
    settings: Settings,
    catalogue: Catalogue,
    with_texts: bool = False,
) -> None:
    """Begin the selection of features inside each fold that was not begun yet, in a library of some size.

    `rows` are labelled movies in the library's columns, `split` has `partition` and `fold` of the same in the same order.
    """
    from movie_pref.model.fold_models import OUTSIDE, folds_of

    folds = folds_of(split)
    inside = folds != OUTSIDE
    if inside.sum() < WORTH_A_PROCESS:
        return
    for fold in sorted(set(folds[inside].tolist())):
        others = rows[inside & (folds != fold)]
        background.begin(*selection_in_a_fold(others, settings, catalogue, with_texts))


def selection_in_a_fold(
    training: pd.DataFrame, settings: Settings, catalogue: Catalogue, with_texts: bool = False
) -> tuple[Any, ...]:
    """A key, a function and what it takes, for `Background`: the selection on some of the training rows, on one thread."""
    from movie_pref.analysis.all_panels import selected_columns

    alone = settings.model_copy(update={"jobs": 1})
    key = ("selection", tuple(training["imdb_id"]), with_texts)
    return key, selected_columns, training, alone, catalogue, with_texts
