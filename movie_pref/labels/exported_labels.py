"""Label events as a file: where a store is brought to another machine, or brought back.

Belongs here: what such a file holds and whether it can be one. Does not belong here: which of its events are missing in
a store (`movie_pref.labels.store`).
"""

from pathlib import Path
from typing import Any

import pandas as pd

from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.labels.events import COLUMNS, DTYPES, check_label
from movie_pref.library.identifiers import check_imdb_id


def write_events(events: pd.DataFrame, path: Path) -> None:
    """Write events to a CSV or Parquet file, whole or not at all.

    Raises
    ------
    UserError
        The name ends in neither.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise UserError(f"{path} names neither a CSV nor a Parquet file; end it in .csv or .parquet.")
    with whole_file(path) as temporary:
        events.to_csv(temporary, index=False) if kind == ".csv" else events.to_parquet(temporary, index=False)


def exported_events(path: Path) -> list[dict[str, Any]]:
    """The events of an exported file, in its order.

    Raises
    ------
    UserError
        The file is no export, or holds an event that cannot be one.
    """
    from movie_pref.library.table_file import read_rows

    frame, surplus = read_rows(path)
    if surplus:
        raise UserError(
            f"{path} has more cells than columns in its row {min(surplus) + 1}, so it is no export of labels as it was made; export them again."
        )
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise UserError(
            f"{path} has no column {' and no column '.join(map(repr, missing))}, so it is no export of labels; make one with `movie-pref labels export`."
        )
    try:
        rows = frame[list(COLUMNS)].assign(at=pd.to_datetime(frame["at"], utc=True, format="ISO8601")).astype(DTYPES)
        moments = [moment.to_pydatetime() for moment in rows["at"]]  # pandas knows years that Python does not
    except (ValueError, TypeError, OverflowError) as error:
        raise UserError(
            f"{path} holds an event whose number or moment is none ({cause(error)}); export the labels again."
        ) from None
    if rows["uuid"].duplicated().any() or rows[["uuid", "imdb_id", "set_by", "at"]].isna().any(axis=None):
        raise UserError(
            f"{path} repeats an event, or one says not which, of which movie, by whom or when; export the labels again."
        )
    for imdb_id in rows["imdb_id"].unique():
        check_imdb_id(imdb_id)
    for label in rows["label"].dropna().unique():
        check_label(label)
    records = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [
        {**row, "at": moment, "event": int(row["event"]), "place": int(row["place"])}
        for row, moment in zip(records, moments, strict=True)
    ]
