"""Letterboxd's CSV files: ratings, diary, watched, watchlist and likes, which together speak of one film each.

No file has an identifier of IMDb or TMDB. The address of a film is the same in all files but the diary, where it is the
entry's; a diary entry therefore belongs to the film of its name and year.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

import pandas as pd

from movie_pref.sources.importers import films
from movie_pref.sources.importers.archives import Source
from movie_pref.sources.importers.csv_table import dates, numbers, read_table, years

REQUIRED = ("Date", "Name", "Year", "Letterboxd URI")
COLUMNS = (*REQUIRED, "Rating", "Rewatch", "Tags", "Watched Date")
# The film's stars are those of the ratings file; where that says nothing, the newest entry of the diary with stars.
RANKS = {"ratings": 0, "diary": 1, "unrated diary": 2, "watched": 3, "likes": 4, "watchlist": 5}


def kind_of(name: str, columns: set[str]) -> str:
    """What a file holds, by its header (lower case) and, where three files share one, by its name.

    Raises
    ------
    LookupError
        The file is of no use here; the text says why.
    """
    if "review" in columns:
        raise LookupError("reviews repeat the stars of the ratings and the diary")
    if "watched date" in columns:
        return "diary"
    if "rating" in columns:
        return "ratings"
    path = PurePosixPath(name)
    stem, folder = path.stem.casefold(), path.parent.name.casefold()
    for word in ("watchlist", "watched"):
        if word in stem:
            return word
    if "like" in stem or (folder == "likes" and stem == "films") or (folder == "" and stem == "films"):
        return "likes"
    raise LookupError(
        "watched, watchlist and likes of Letterboxd look alike, and its name is neither watched.csv, watchlist.csv nor films.csv"
    )


def read(parts: Sequence[tuple[Source, str]]) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """One row a film from all files together, what was left out, and the number of rows of each file.

    Raises
    ------
    UserError
        A cell is not what its column says; the sentence names file, line and column.
    """
    entries, left_out, counts = [], [], []
    for source, kind in parts:
        rows, out, count = _entries(source, kind)
        entries.append(rows)
        left_out.append(out)
        counts.append(count)
    together = films.concat(entries, {**films.COLUMNS, "kind": "str", "key": "str", "rank": "int64"})
    together, homeless = _with_film_keys(together)
    diary = together["kind"] == "diary"
    together["rewatched"] |= films.on_two_days(together, diary)
    one_each, repeated = films.combine(together)
    return one_each, films.concat([*left_out, homeless, repeated], films.LEFT_OUT), counts


def _entries(source: Source, kind: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    required = {"ratings": (*REQUIRED, "Rating"), "diary": (*REQUIRED, "Rating", "Watched Date")}
    table = read_table(source, COLUMNS, required.get(kind, REQUIRED))
    cells = table.cells
    stars = numbers(table, "Rating", 0.5, 5, step=0.5, expected="a number of stars from 0.5 to 5 in half steps")
    uri = cells["Letterboxd URI"].replace("", None)
    rows = pd.DataFrame(
        {
            "title": cells["Name"].replace("", None),
            "year": years(table, "Year"),
            "rating": stars * 2,
            "liked": kind == "likes",
            "watched": kind in ("ratings", "diary", "watched"),
            "rewatched": cells["Rewatch"].str.casefold() == "yes",
            "watchlist": kind == "watchlist",
            "at": dates(table, "Watched Date").fillna(dates(table, "Date")),
            "uri": None if kind == "diary" else uri,
            "source_file": source.name,
            "line": table.lines,
        }
    )
    reason = pd.Series(None, index=rows.index, dtype="object")
    if kind == "ratings":
        reason[stars.isna()] = "without stars"
    reason[rows["title"].isna()] = "without a name"
    reason[films.damaged(rows["title"])] = films.DAMAGED
    kept = rows[reason.isna()]
    rank = kept["rating"].isna().map({True: RANKS["unrated diary"], False: RANKS["diary"]})
    typed = films.as_films(kept).assign(kind=kind, key="", rank=rank if kind == "diary" else RANKS[kind])
    out = films.concat(
        [films.as_left_out(rows[reason.notna()], reason.dropna()), films.cut_short(source.name, table.cut_short)],
        films.LEFT_OUT,
    )
    return typed, out, len(rows) + (table.cut_short is not None)


def _with_film_keys(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A key for each entry, the film's address or else name and year, and the account of diary entries that fit two films."""
    named = entries["title"] + "\t" + entries["year"].astype("str").fillna("")
    addressed = entries["uri"].notna()
    addresses = entries[addressed].groupby(named[addressed])["uri"].agg(lambda found: sorted(set(found)))
    single = addresses[addresses.str.len() == 1].str[0].astype("str")
    address = entries["uri"].where(addressed, named.map(single.to_dict()).astype("str"))
    homeless = ~addressed & named.isin(addresses.index.difference(single.index))
    keyed = entries.assign(key=address.fillna(named).astype("str"), uri=address)[~homeless]
    reason = "of a name and year that two films of the export have"
    return keyed, films.as_left_out(entries[homeless], reason)
