"""Identifiers for films that an export knows by name only: by normalised name and year, and by the person's own answers."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.identifiers import EXAMPLE, are_imdb_ids
from movie_pref.library.titles import YEARS_APART, normalised
from movie_pref.sources.importers.archives import Source
from movie_pref.sources.importers.csv_table import read_table, years

ANSWERS = {"title": "str", "year": "Int64", "uri": "str", "imdb_id": "str"}
NONE = "none"  # the answer for a film that is nowhere
KNOWN = {"imdb_id": "str", "tmdb_id": "float64", "media_title": "str", "original_media_title": "str", "year": "Int64"}


class Matches(NamedTuple):
    """The films of an export by what became of them; each frame has the columns of films.

    `matched` has `imdb_id` on every row and `how`: `export`, `answer`, `tmdb_id`, `year` (name and year) or `near year`.
    `ambiguous` and `unmatched` have `reason`, the first also `suggestions`, a list of imdb_ids. `dismissed` are those
    that the person answered with `none`.
    """

    matched: pd.DataFrame
    ambiguous: pd.DataFrame
    unmatched: pd.DataFrame
    dismissed: pd.DataFrame


def match(frame: pd.DataFrame, known: pd.DataFrame, answers: pd.DataFrame | None = None) -> Matches:
    """Find the imdb_id of each film that has none.

    In this order: the export's own identifier; the person's answer for its name and year (or its address); tmdb_id; the
    only known movie of the same name in the same year; the only one of that name within `YEARS_APART`. Several are
    ambiguous, so is a name without a year, and so are two films of the export that find the same movie equally well.

    Parameters
    ----------
    frame
        Films as a reader gives them.
    known
        Library and candidates: `imdb_id`, `media_title`, `release_year`, and where there are `original_media_title`,
        `tmdb_id` and `media_type` (television is not looked at). Several rows for an imdb_id are one movie.
    answers
        As `read_answers` gives them.
    """
    frame = frame.reset_index(drop=True)
    movies = known_films(known)
    found = frame["imdb_id"].astype("object").where(frame["imdb_id"].notna(), None)
    how = pd.Series("export", index=frame.index, dtype="object").where(frame["imdb_id"].notna(), None)
    for name, ids in (("answer", _by_answer(frame, answers)), ("tmdb_id", _by_tmdb_id(frame, movies))):
        new = how.isna() & ids.notna()
        found, how = found.where(~new, ids), how.where(~new, name)
    by_name = _by_name(frame[how.isna()], movies)
    single = by_name[by_name["suggestions"].str.len() == 1]
    single = single[frame.loc[single.index, "year"].notna()]
    found[single.index] = single["suggestions"].str[0]
    how[single.index] = single["how"]
    dismissed = found == NONE
    contested = _contested(found.where(~dismissed), how)

    open_ = (how.isna() | contested) & ~dismissed
    suggestions = by_name["suggestions"].reindex(frame.index)
    suggested = suggestions.str.len().fillna(0) > 0
    reason = pd.Series("no known movie has this name within a year of it", index=frame.index, dtype="object")
    reason[suggested] = "several known movies have this name and year"
    reason[suggested & frame["year"].isna()] = "the export gives no year"
    reason[contested] = "another film of the export finds the same movie"
    asked = frame.assign(reason=reason.astype("str"))
    settled = frame.assign(imdb_id=found.astype("str"), how=how.astype("str"))
    return Matches(
        matched=settled[~open_ & ~dismissed].reset_index(drop=True),
        ambiguous=asked.assign(suggestions=suggestions)[open_ & suggested].reset_index(drop=True),
        unmatched=asked[open_ & ~suggested].reset_index(drop=True),
        dismissed=frame[dismissed].reset_index(drop=True),
    )


def known_films(known: pd.DataFrame) -> pd.DataFrame:
    """The movies of a library (or of library and candidates below one another), one row an imdb_id, the first counts."""
    movies = known[known["media_type"] == "movie"] if "media_type" in known else known
    movies = movies.rename(columns={"release_year": "year"}).drop_duplicates("imdb_id").sort_values("imdb_id")
    return movies.reindex(columns=list(KNOWN)).astype(KNOWN).reset_index(drop=True)


def questions(matches: Matches, known: pd.DataFrame) -> pd.DataFrame:
    """What the person is to settle, once for each film: `title`, `year`, `uri`, an empty `imdb_id`, and `suggestions`.

    Written as a CSV and filled in, it is what `read_answers` reads; `none` stands for a film that is nowhere.
    """
    movies = known_films(known)
    names = dict(zip(movies["imdb_id"], movies["media_title"] + " (" + movies["year"].astype("str") + ")", strict=True))
    asked = pd.concat([matches.ambiguous, matches.unmatched.assign(suggestions=None)], ignore_index=True)

    def described(ids: object) -> str:
        listed = ids if isinstance(ids, list) else []
        return "; ".join(f"{name} {names[name]}" for name in listed)

    table = asked.assign(imdb_id=None, suggestions=asked["suggestions"].map(described))
    return table[[*ANSWERS, "suggestions", "reason"]].astype(ANSWERS).drop_duplicates(["title", "year", "uri"])


def read_answers(path: str | Path) -> pd.DataFrame:
    """The answers that a person wrote: `title` (or `name`), `year`, `imdb_id`, and where there is one `uri`.

    A row without imdb_id is a question that is still open and is passed over; `none` says that the film is nowhere.

    Raises
    ------
    UserError
        The file is missing or no such table, an imdb_id is none, or one film has two answers; the sentence names the line.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no file {path} with answers; give a CSV with the columns title, year and imdb_id.")
    source = Source(path.name, str(path), path.read_bytes())
    table = read_table(source, ("title", "name", "year", "uri", "imdb_id"), ("year", "imdb_id"))
    cells = table.cells
    answer = cells["imdb_id"].str.casefold()
    wrong = np.flatnonzero((answer != "") & (answer != NONE) & ~are_imdb_ids(answer))
    if len(wrong):
        raise table.error(int(wrong[0]), "imdb_id", f"an identifier such as {EXAMPLE}, nor {NONE!r}")
    rows = pd.DataFrame(
        {
            "title": cells["title"].where(cells["title"] != "", cells["name"]),
            "year": years(table, "year"),
            "uri": cells["uri"].replace("", None),
            "imdb_id": answer,
            "line": table.lines,
        }
    )
    rows = rows[(answer != "") & (rows["title"] != "")]
    rows = rows.assign(key=_names(rows)).drop_duplicates(["key", "uri", "imdb_id"])
    twice = rows[rows.duplicated(["key", "uri"])]
    if len(twice):
        first = twice.iloc[0]
        raise UserError(
            f"{path}, line {first['line']}, column 'imdb_id': {first['title']!r} has another answer above; keep one of them."
        )
    return rows[list(ANSWERS)].astype(ANSWERS).reset_index(drop=True)


def _names(rows: pd.DataFrame) -> pd.Series:
    """Normalised name and year as one text."""
    names = {title: normalised(title) for title in rows["title"].dropna().unique()}
    return rows["title"].map(names).astype("object") + "\t" + rows["year"].astype("str").astype("object").fillna("")


def _by_answer(frame: pd.DataFrame, answers: pd.DataFrame | None) -> pd.Series:
    """The answer for each film: the one for its address, else the one for its name and year that names no address."""
    nothing = pd.Series(None, index=frame.index, dtype="object")
    if answers is None or answers.empty:
        return nothing
    addressed = answers[answers["uri"].notna()].drop_duplicates("uri").set_index("uri")["imdb_id"]
    named = answers[answers["uri"].isna()]
    named_ids = pd.Series(named["imdb_id"].to_numpy("object"), index=_names(named).to_numpy("object"))
    by_address = frame["uri"].astype("object").map(addressed.to_dict())
    by_title = _names(frame).map(named_ids[~named_ids.index.duplicated()].to_dict())
    found = nothing.where(by_address.isna(), by_address)
    return found.where(found.notna(), by_title.astype("object"))


def _by_tmdb_id(frame: pd.DataFrame, movies: pd.DataFrame) -> pd.Series:
    """The imdb_id of the only known movie with a film's tmdb_id."""
    ids = movies.dropna(subset=["tmdb_id"]).drop_duplicates("tmdb_id", keep=False).set_index("tmdb_id")["imdb_id"]
    return frame["tmdb_id"].astype("float64").map(ids.to_dict()).astype("object")


def _by_name(frame: pd.DataFrame, movies: pd.DataFrame) -> pd.DataFrame:
    """For each film by index the known movies that may be it (`suggestions`, sorted) and `how` they were found."""
    titles = pd.concat([movies["media_title"], movies["original_media_title"]]).dropna()
    named = pd.DataFrame({"name": [normalised(title) for title in titles], "movie": titles.index})
    places = named.drop_duplicates().groupby("name")["movie"].agg(sorted).to_dict()
    ids, movie_years = movies["imdb_id"].to_list(), movies["year"].to_list()
    found: list[tuple[list[str], str]] = []
    for title, year in zip(frame["title"], frame["year"], strict=True):
        same = places.get(normalised(title), []) if isinstance(title, str) else []
        if pd.isna(year):
            found.append((_ids(ids, same), "name"))
            continue
        apart = {place: abs(movie_years[place] - year) for place in same if not pd.isna(movie_years[place])}
        exact = [place for place, distance in apart.items() if distance == 0]
        near = [place for place, distance in apart.items() if distance <= YEARS_APART]
        found.append((_ids(ids, exact), "year") if exact else (_ids(ids, near), "near year"))
    return pd.DataFrame(found, index=frame.index, columns=["suggestions", "how"]).astype({"suggestions": "object"})


def _ids(ids: list[str], places: Iterable[int]) -> list[str]:
    return sorted(ids[place] for place in places)


def _contested(found: pd.Series, how: pd.Series) -> pd.Series:
    """Films found by name whose movie a better or equally good match of another film claims."""
    strength = how.map({"export": 0, "answer": 0, "tmdb_id": 0, "year": 1, "near year": 2})
    best = strength.groupby(found).transform("min")
    rivals = (strength == best).groupby(found).transform("sum")
    by_name = how.isin(["year", "near year"])
    return by_name & found.notna() & ((strength > best) | (rivals > 1))
