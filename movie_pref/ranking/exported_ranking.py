"""The ranking in forms that other programs take: a spreadsheet, Letterboxd, Trakt, Radarr.

Belongs here: which movies, and their text in each form. Sources: https://letterboxd.com/about/importing-data/ (columns of
its CSV), Trakt's import of CSV files (identifiers, `type`, `watchlisted_at`), and what Radarr's parsers of `Custom Lists`
(`id`, TMDB's) and `StevenLu Custom` (`imdb_id`, `title`) read.
"""

import csv
import io
import json
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from movie_pref.data_folder import DataFolder, extent
from movie_pref.library.titles import one_line

COLUMNS = [
    "rank", "imdb_id", "tmdb_id", "media_title", "release_year", "probability", "calibrated_probability", "prediction", "reasons",
]  # fmt: skip
AGAIN_COLUMNS = ["probability_again", "prediction_again", "reasons_again"]  # of a library with favourites
RADARR_TOP = 50  # Radarr downloads whatever its lists name


class Form(StrEnum):
    """A form of the ranking, by the program that takes it."""

    CSV = "csv"
    LETTERBOXD = "letterboxd"
    TRAKT = "trakt"
    RADARR = "radarr"


class Extent(NamedTuple):
    """How much of the ranking is taken: only flagged movies or all, and at most how many (None: as many as there are)."""

    flagged_only: bool
    top: int | None

    @property
    def words(self) -> str:
        best = f"the best {self.top:,}" if self.top is not None else "all"
        return f"{best} of the {'movies above the threshold' if self.flagged_only else 'ranking'}"


def usual_extent(form: Form) -> Extent:
    """What a form has where nothing else is asked for: a spreadsheet is to look at, the others act on what they are given."""
    return Extent(form != Form.CSV, RADARR_TOP if form == Form.RADARR else None)


def unlabelled_ranking(data: Path, labelled: pd.Series) -> pd.DataFrame:
    """The ranking without movies that have a label, in its order, in `COLUMNS`, those of `AGAIN_COLUMNS` that it has, and `scored_at`.

    Parameters
    ----------
    labelled
        The imdb_ids that a person has labelled since the last run. Labels that the last run knew are left out anyway.

    Raises
    ------
    UserError
        Nothing was ranked yet, or a file cannot be read.
    """
    folder = DataFolder(data)
    ranking = folder.made("scored_candidates").drop(columns="model_version")
    before = folder.table("movies_only", ["imdb_id", "label"])
    known = labelled if before is None else pd.concat([labelled, before.loc[before["label"].notna(), "imdb_id"]])
    rows = ranking[~ranking["imdb_id"].isin(known)].sort_values("rank", ignore_index=True)
    return rows.assign(tmdb_id=_tmdb_ids(folder, rows["imdb_id"]))[
        [*COLUMNS, *(name for name in AGAIN_COLUMNS if name in rows), "scored_at"]
    ]


def taken(rows: pd.DataFrame, extent: Extent) -> pd.DataFrame:
    """As many of the rows as the extent says, the best first."""
    rows = rows[rows["prediction"] == 1] if extent.flagged_only else rows
    return rows if extent.top is None else rows.head(extent.top)


def written(rows: pd.DataFrame, form: Form) -> str:
    """The text of rows of `unlabelled_ranking` in a form; tables have Unix line ends and one line a movie."""
    if form == Form.RADARR:
        return _radarr(rows)
    if form == Form.TRAKT:
        moment = rows["scored_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        columns = {"imdb_id": rows["imdb_id"], "tmdb_id": rows["tmdb_id"], "type": "movie", "watchlisted_at": moment}
        return _csv(pd.DataFrame(columns, index=rows.index))
    if form == Form.LETTERBOXD:
        names = {"imdb_id": "imdbID", "tmdb_id": "tmdbID", "media_title": "Title", "release_year": "Year"}
        return _csv(rows[list(names)].rename(columns=names))
    return _csv(rows.drop(columns="scored_at"))


def _radarr(rows: pd.DataFrame) -> str:
    """One list that both kinds of list in Radarr read; a movie whose TMDB identifier is unknown is in the second only."""
    movies = []
    for row in rows.itertuples():
        movie = {"title": str(row.media_title), "year": int(row.release_year), "imdb_id": row.imdb_id}
        tmdb = {} if pd.isna(row.tmdb_id) else {"id": int(row.tmdb_id), "tmdbId": int(row.tmdb_id)}
        movies.append(movie | tmdb)
    return json.dumps(movies, indent=1, ensure_ascii=False) + "\n"


def _csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.astype(object).itertuples(index=False):
        writer.writerow(["" if pd.isna(cell) else _harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _harmless(text: str) -> str:
    """A cell on one line, and never a formula: a spreadsheet computes what begins with one of these characters.

    The apostrophe before it is what spreadsheets take for 'this is text' (OWASP, CSV injection).
    """
    line = one_line(text)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def _tmdb_ids(folder: DataFolder, imdb_ids: pd.Series) -> pd.Series:
    """TMDB's number of each movie, null where it is not known."""
    path = folder.asset("candidates")
    if "tmdb_id" not in extent(path).columns:
        return pd.Series(pd.NA, index=imdb_ids.index, dtype="Int64")
    known = folder.made("candidates", ["imdb_id", "tmdb_id"]).drop_duplicates("imdb_id").set_index("imdb_id")["tmdb_id"]
    return pd.to_numeric(imdb_ids.map(known), errors="coerce").round().astype("Int64")
