"""Whether everything that came in is accounted for, and how the candidates differ from the library."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import table, verdict
from movie_pref.evaluation.drift import drifted, feature_drift
from movie_pref.library.catalogue import own_catalogue
from movie_pref.library.tables import FROM_LIBRARY
from movie_pref.library.training_rows import trainable
from movie_pref.settings import Settings

WARN = dg.AssetCheckSeverity.WARN


@check("raw_training", blocking=True)
def rows_in_are_kept_or_rejected(settings: ResourceParam[Settings], raw_training: pd.DataFrame) -> dg.AssetCheckResult:
    """Rows in the file = rows kept + rows rejected; candidates that were labelled come on top."""
    from movie_pref.library.table_file import read_frame

    came_in = len(read_frame(settings.library_path)) if settings.library_path.exists() else 0
    rejected = len(pd.read_parquet(DataFolder(settings.data).rejected("rows")))
    kept = int((raw_training["came_from"] == FROM_LIBRARY).sum())
    joined = len(raw_training) - kept
    return verdict(
        came_in == kept + rejected,
        f"{came_in} rows in, {kept} kept and {rejected} rejected"
        + (f"; {joined} more are candidates that you labelled" if joined else ""),
        value=kept + rejected,
        threshold=came_in,
        more={"joined_from_candidates": joined},
    )


@check("raw_training")
def no_row_rejected(settings: ResourceParam[Settings], raw_training: pd.DataFrame) -> dg.AssetCheckResult:
    """Rows that broke the library contract, with the reasons; none is expected."""
    rejected = pd.read_parquet(DataFolder(settings.data).rejected("rows"))
    kept = int((raw_training["came_from"] == FROM_LIBRARY).sum())
    return verdict(
        rejected.empty,
        f"{len(rejected):,} of {kept + len(rejected):,} rows{' (most of the file)' if len(rejected) > kept else ''} break the library contract, most often because "
        f"{rejected['reason'].mode()[0]}; all are in rejected_rows.parquet"
        if len(rejected)
        else f"all {kept} rows keep the library contract",
        value=len(rejected),
        threshold=0,
        severity=WARN,
        more={"rejected": table(rejected.drop(columns="row"), rows=20)},
    )


@check("candidates", "movies_only", blocking=True)
def candidate_rows_are_accounted_for(
    settings: ResourceParam[Settings], candidates: pd.DataFrame, movies_only: pd.DataFrame
) -> dg.AssetCheckResult:
    """Rows in the candidates file = rejected + television + already in the library + labelled since + to be ranked."""
    from movie_pref.labels.events import HUMAN
    from movie_pref.labels.store import LabelStore
    from movie_pref.library.table_file import read_frame

    path = settings.candidates_path
    file = read_frame(path) if path.exists() else pd.DataFrame({"imdb_id": [], "media_type": []})
    rejected = pd.read_parquet(DataFolder(settings.data).rejected("candidates"))
    from_library = movies_only.loc[~trainable(movies_only), "imdb_id"]
    from_file = candidates[~candidates["imdb_id"].isin(from_library)]
    kept = file.drop(index=rejected["row_number"])
    television = kept["media_type"] != "movie"
    known = ~television & kept["imdb_id"].isin(movies_only["imdb_id"])
    with LabelStore(settings.label_store_url) as store:
        events = store.history()  # taken back ones too: that may have been after the candidates were read
    left_out = ~television & ~known & ~kept["imdb_id"].isin(candidates["imdb_id"])
    decided = int((left_out & kept["imdb_id"].isin(events.loc[events["set_by"] == HUMAN, "imdb_id"])).sum())
    accounted = len(rejected) + int(television.sum()) + int(known.sum()) + decided + len(from_file)
    unused = len(from_file) == 0 and len(rejected) == 0 and settings.candidates is None
    return verdict(
        accounted == len(file) or unused,
        f"{len(file)} rows in: {len(from_file)} to rank, {len(rejected)} rejected, {int(television.sum())} television, "
        f"{int(known.sum())} already in the library, {decided} labelled since; {len(candidates) - len(from_file)} more from the library",
        value=accounted,
        threshold=len(file),
    )


@check("candidates", "movies_only")
def candidates_resemble_the_library(
    settings: ResourceParam[Settings], candidates: pd.DataFrame, movies_only: pd.DataFrame
) -> dg.AssetCheckResult:
    """Drift: how far each feature of the candidates is from the library's, 0 alike to 1 nothing in common.

    WARN when one is further than the limit, and further than two samples of one kind would be by chance.
    """
    if candidates.empty:
        return verdict(
            True, "there are no candidates to compare", value=0.0, threshold=settings.drift_limit, severity=WARN
        )
    drift = feature_drift(movies_only, candidates, own_catalogue(settings.data), settings.seed)
    beyond = drifted(drift, settings.drift_limit)
    if drift.empty:
        return verdict(True, "they share no feature", value=0.0, threshold=settings.drift_limit, severity=WARN)
    worst = (beyond if len(beyond) else drift).iloc[0]
    typical = {side: "unknown" if pd.isna(worst[side]) else worst[side] for side in ("library", "candidates")}
    return verdict(
        beyond.empty,
        f"{worst['feature']} differs most (distance {worst['distance']:.2f}, by chance up to {worst['floor']:.2f}): typically "
        f"{typical['library']} in the library, {typical['candidates']} among the candidates",
        value=float(worst["distance"]),
        threshold=max(settings.drift_limit, float(worst["floor"])),
        severity=WARN,
        more={"feature": worst["feature"], "drift": table(drift)},
    )
