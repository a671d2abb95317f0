"""The frame that every reader gives: one row a film, whatever it came from, and an account of what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

# What a row is known by, what the person said, what the export knows of the film, and where the row stands.
COLUMNS = {
    "imdb_id": "str",
    "tmdb_id": "Int64",
    "title": "str",
    "year": "Int64",
    "rating": "float64",  # 0 to 10; stars count double
    "liked": "bool",  # a heart
    "watched": "bool",
    "rewatched": "bool",  # more than once
    "watchlist": "bool",
    "at": "datetime64[us, UTC]",  # of the rating, else of watching, else of the entry
    "media_type": "str",
    "original_title": "str",
    "runtime": "float64",
    "genre": "object",  # lists of the library's names
    "imdb_rating": "float64",
    "imdb_votes": "float64",
    "uri": "str",  # the film's page, where it has no identifier
    "export": "str",  # whose row it is, of several exports
    "source_file": "str",
    "line": "int64",  # the first of the row; in JSON the number of the item, from 1
}
FLAGS = ["liked", "watched", "rewatched", "watchlist"]
DETAILS = ["tmdb_id", "year", "original_title", "runtime", "genre", "imdb_rating", "imdb_votes", "uri"]
DAMAGED = "its title was damaged before it came here (it holds \N{REPLACEMENT CHARACTER}); export it again"
LEFT_OUT = {"source_file": "str", "line": "int64", "title": "str", "reason": "str"}
FILES = {"source_file": "str", "kind": "str", "rows": "int64"}


@dataclass(frozen=True)
class Import:
    """What an export holds.

    `name` is that of its file, or of several together. `films` has `COLUMNS`, one row a film, in the order of its files and lines. `left_out` has a row for each one that
    was read and not used (`source_file`, `line`, `title`, `reason`), `files` one for each file (`source_file`, `kind`,
    `rows` read; the kind of a file that was passed over says why). `notes` are sentences for the person.
    """

    source: str
    name: str
    films: pd.DataFrame
    left_out: pd.DataFrame
    files: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    def counts(self) -> pd.DataFrame:
        """What was left out, by `reason`, most frequent first, with `rows`."""
        return count_reasons(self.left_out)


def count_reasons(left_out: pd.DataFrame) -> pd.DataFrame:
    """One row a reason with the number of rows, most frequent first, equal ones by name."""
    counted = left_out.groupby("reason").size().rename("rows").reset_index()
    return counted.sort_values(["rows", "reason"], ascending=[False, True]).reset_index(drop=True)


def as_films(rows: pd.DataFrame) -> pd.DataFrame:
    """The frame in the columns and types of `COLUMNS`; a column that it lacks is null (a flag: false)."""
    rows = rows.copy(deep=False)
    for name, kind in COLUMNS.items():
        if name not in rows:
            rows[name] = False if kind == "bool" else None
    rows["at"] = pd.to_datetime(rows["at"], utc=True)  # a column without one date has no zone to begin with
    return rows[list(COLUMNS)].astype(COLUMNS)


def as_left_out(rows: pd.DataFrame, reason: str | pd.Series) -> pd.DataFrame:
    """Rows of the account from rows that have `source_file`, `line` and `title`."""
    return rows[["source_file", "line", "title"]].assign(reason=reason).astype(LEFT_OUT).reset_index(drop=True)


def damaged(titles: pd.Series) -> pd.Series:
    """Whether a title holds the mark that a program left where it could not read a letter."""
    return titles.astype("str").str.contains("\N{REPLACEMENT CHARACTER}", regex=False).fillna(False).astype(bool)


def cut_short(source_file: str, line: int | None) -> pd.DataFrame:
    """The account of a half-written last line, empty where there is none."""
    rows = [] if line is None else [(source_file, line, "", "the last line of the file is cut short")]
    return pd.DataFrame(rows, columns=list(LEFT_OUT)).astype(LEFT_OUT)


def combine(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a film from all entries for it, and the account of those that repeat another of the same file.

    Parameters
    ----------
    entries
        Columns of `COLUMNS`, and `key`, the same text for the same film, and `rank`: the row of the lowest one
        speaks for the film, among equals the newest by `at`, among those the later line. Flags hold where any
        entry has them.
    """
    order = entries.sort_values(
        ["key", "rank", "at", "source_file", "line"],
        ascending=[True, True, False, True, False],
        na_position="last",
        kind="stable",
    )
    flags = order.groupby("key")[FLAGS].any()
    films = order.drop_duplicates("key").drop(columns=list(flags)).join(flags, on="key")
    repeats = order[order.duplicated(["key", "source_file"])]
    account = as_left_out(
        repeats.sort_values(["source_file", "line"]), "an older or repeated entry of a film in the same file"
    )
    return as_films(films.sort_values(["source_file", "line"])).reset_index(drop=True), account


def on_two_days(entries: pd.DataFrame, plays: pd.Series) -> pd.Series:
    """Whether the film of each entry (by `key`) has entries on two days or more among those that are `plays`."""
    days = entries["at"].dt.floor("D")[plays].groupby(entries["key"][plays]).nunique()
    return entries["key"].map(days).fillna(0) >= 2


def concat(frames: Sequence[pd.DataFrame], types: dict[str, str]) -> pd.DataFrame:
    """The frames below one another in these columns and types, also where all are empty."""
    kept = [frame for frame in frames if len(frame)]
    joined = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(types))
    return joined.astype(types)


def one_each(matched: pd.DataFrame) -> pd.DataFrame:
    """One row an imdb_id of films that several exports hold: what was rated counts before what was not, then the newer.

    Hearts and marks hold where any export has them; what the row that counts does not know of the film, another may.
    """
    order = matched.assign(rank=matched["rating"].isna()).sort_values(
        ["rank", "at", "export", "line"], ascending=[True, False, True, True], na_position="last", kind="stable"
    )
    together = order.groupby("imdb_id", sort=False)
    first = order.drop_duplicates("imdb_id").set_index("imdb_id")
    for name in FLAGS:
        first[name] = together[name].any()
    for name in DETAILS:
        first[name] = first[name].where(first[name].notna(), together[name].first())
    back = first.reset_index()[matched.columns].astype(matched.dtypes.to_dict())
    return back.sort_values(["export", "source_file", "line"], kind="stable").reset_index(drop=True)
