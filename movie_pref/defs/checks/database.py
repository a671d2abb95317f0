"""Whether what was written into the database is what was predicted, and is seen there."""

from typing import Any

import dagster as dg
from dagster import ResourceParam

from movie_pref.defs.assets.database import A_FILE
from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import verdict
from movie_pref.settings import Settings


@check("prediction_table")
def rows_written_are_rows_ranked(
    settings: ResourceParam[Settings], prediction_table: dict[str, Any]
) -> dg.AssetCheckResult:
    """Rows of the table = movies with a prediction that the database has, and those labelled since the last training."""
    if settings.database is None:
        return verdict(True, f"{A_FILE}, so nothing was written", value=0, threshold=0)
    found = prediction_table
    expected = found["ranked"] - found["elsewhere"] + found["kept"]
    return verdict(
        found["rows"] == expected,
        f"{found['rows']:,} rows in the table: {found['ranked']:,} movies have a prediction, {found['elsewhere']:,} of them are not in the "
        f"database, {found['kept']:,} more were labelled since the last training and keep theirs; {found['changed']:,} rows are new or changed, "
        f"{found['removed']:,} were removed",
        value=found["rows"],
        threshold=expected,
    )


@check("prediction_table")
def view_movies_shows_them(settings: ResourceParam[Settings], prediction_table: dict[str, Any]) -> dg.AssetCheckResult:
    """The view `movies`, through which other programs read, has each prediction."""
    if settings.database is None:
        return verdict(True, f"{A_FILE}, so there is no view", value=0, threshold=0)
    found = prediction_table
    return verdict(
        found["shown"] == found["rows"],
        f"the view shows {found['shown']:,} of {found['rows']:,} predictions",
        value=found["shown"],
        threshold=found["rows"],
    )
