"""Which movies train, validate and are held out, and the training rows as the panels of the flowcharts take them."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.prepared import Prepared
from movie_pref.cores import Background
from movie_pref.data_folder import DataFolder
from movie_pref.defs.assets.shared import begin_selections
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import table
from movie_pref.errors import UserError
from movie_pref.features.split import split
from movie_pref.library.training_rows import trainable
from movie_pref.settings import Settings

MEMBERS = dg.AssetKey("member_predictions")


@node("data_split")
def data_split(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], movies_only: pd.DataFrame
) -> pd.DataFrame:
    """Train, validation or holdout by a stable hash of imdb_id, and five stratified folds inside train.

    A movie never changes side when labels arrive. Only labelled movies that train are split. In a small library a movie
    takes the side that its label has too few of, and keeps it; one too small for that holds nothing back.
    """
    rows = movies_only[trainable(movies_only)].reset_index(drop=True)
    try:
        found = split(
            rows, settings.holdout_share, settings.validation_share, settings.folds, settings.seed, _before(settings)
        )
    except UserError as error:
        raise UserError(f"{settings.library_path}: {error}") from None
    sizes = found.groupby("partition")["label"].agg(movies="size", liked="sum", share_liked="mean")
    context.add_output_metadata(
        {
            "partitions": table(sizes.reset_index()),
            "left_out_of_training": len(movies_only) - len(rows),
            "sides_by_need": int(found["by_need"].sum()),
            "holdout": "kept back" if (found["partition"] == "holdout").any() else "none: cross-validation stands in",
        }
    )
    return found


@node("data_split")
def analysis_rows(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    background: ResourceParam[Background],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
) -> Prepared:
    """The training rows, from which every panel of the flowcharts is made; no validation or holdout row is among them.

    Their features in the types that the feature catalogue gives them; short or repetitive texts go on as categories.
    In a run that goes on to a model, the selections inside its folds, which need no more than these rows, are begun.
    """
    from movie_pref.analysis.all_panels import prepared_rows
    from movie_pref.library.catalogue import own_catalogue

    if MEMBERS in context.job_def.asset_layer.selected_asset_keys:
        rows = data_split[["imdb_id"]].merge(movies_only, on="imdb_id", validate="1:1")
        begin_selections(background, rows, data_split, settings, own_catalogue(settings.data))
    found = prepared_rows(movies_only, data_split, settings)
    features = pd.DataFrame({"feature": found.names, "family": [found.family(name) for name in found.names]})
    context.add_output_metadata(
        {
            "target": settings.target,
            "features": table(features),
            "texts_taken_for_categories": ", ".join(found.short_texts) or "none",
        }
    )
    return found


def _before(settings: Settings) -> pd.DataFrame | None:
    """What this asset made last, whose sides by need are kept; None before that."""
    found = DataFolder(settings.data).table("data_split")
    return found if found is not None and "by_need" in found else None
