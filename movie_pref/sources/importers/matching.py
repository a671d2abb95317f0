"""Identifiers for films that an export knows by name only: by normalised name and year, and by the person's own answers."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.identifiers import EXAMPLE, are_imdb_ids
from movie_pref.library.titles import YEARS_APART, loosely, normalised
from movie_pref.sources.importers.archives import Source
from movie_pref.sources.importers.csv_table import read_table, years

ANSWERS = {"title": "str", "year": "Int64", "uri": "str", "imdb_id": "str"}
NONE = "none"  # the answer for a film that is nowhere
KNOWN = {
    **{"imdb_id": "str", "tmdb_id": "float64", "media_title": "str", "original_media_title": "str", "year": "Int64"},
    "votes": "float64",
}
# How likely a movie of a film's name is the film: the more people know it, the likelier this one rated it, and a year that
# agrees counts as much as this many times the votes. It is taken where it is this many times likelier than all others together.
SAME_YEAR, BEYOND_DOUBT = 30.0, 20.0
VOTES_UNKNOWN = 1000.0  # of a movie in a table without votes, so that among those the year alone decides


class Matches(NamedTuple):
    """The films of an export by what became of them; each frame has the columns of films.

    `matched` has `imdb_id` on every row and `how`: `export`, `answer`, `tmdb_id`, `year` (name and year), `near year`,
    `votes` (several of the name, of which it is by far the best known) or `like name`.
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
    movie of the same name within `YEARS_APART` that is likelier than all others together by `BEYOND_DOUBT`, weighed by votes
    and year; where no movie has the name, the same with names that are `loosely` alike. Else it is ambiguous, so is a name
    without a year, and so are two films of one export that find the same movie equally well.

    Parameters
    ----------
    frame
        Films as a reader gives them.
    known
        Library and candidates: `imdb_id`, `media_title`, `release_year`, and where there are `original_media_title`,
        `tmdb_id`, `imdb_votes` or `tmdb_votes`, and `media_type` (television is not looked at). Several rows for an imdb_id
        are one movie.
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
    settled_by_name = by_name[by_name["settled"]]
    found[settled_by_name.index] = settled_by_name["suggestions"].str[0]
    how[settled_by_name.index] = settled_by_name["how"]
    dismissed = found == NONE
    contested = _contested(found.where(~dismissed), how, frame["export"].fillna(""))

    open_ = (how.isna() | contested) & ~dismissed
    suggestions = by_name["suggestions"].reindex(frame.index)
    suggested = suggestions.str.len().fillna(0) > 0
    reason = pd.Series("no known movie has this name within a year of it", index=frame.index, dtype="object")
    several = suggestions.str.len().fillna(0) > 1
    reason[suggested] = "the only known movie of this name is hardly known and of another year"
    reason[several] = "several known movies have this name and year"
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
    votes = pd.Series(np.nan, index=movies.index)
    for name in ("imdb_votes", "tmdb_votes"):
        votes = votes.fillna(pd.to_numeric(movies[name], errors="coerce")) if name in movies else votes
    movies = (
        movies.assign(votes=votes)
        .rename(columns={"release_year": "year"})
        .drop_duplicates("imdb_id")
        .sort_values("imdb_id")
    )
    return movies.reindex(columns=list(KNOWN)).astype(KNOWN).reset_index(drop=True)


def questions(matches: Matches, known: pd.DataFrame, worth: pd.Series | None = None) -> pd.DataFrame:
    """What the person is to settle, once for each film: `title`, `year`, `uri`, an empty `imdb_id`, and `suggestions`.

    Ambiguous films come first, those of the most `worth` (by their index) before the others, then the unmatched.

    Written as a CSV and filled in, it is what `read_answers` reads; `none` stands for a film that is nowhere.
    """
    movies = known_films(known)
    names = dict(zip(movies["imdb_id"], movies["media_title"] + " (" + movies["year"].astype("str") + ")", strict=True))
    ambiguous = matches.ambiguous
    if worth is not None:
        ambiguous = ambiguous.loc[worth.sort_values(ascending=False, kind="stable").index]
    asked = pd.concat([ambiguous, matches.unmatched.assign(suggestions=None)], ignore_index=True)

    def described(ids: object) -> str:
        listed = ids if isinstance(ids, list) else []
        return "; ".join(f"{name} {names.get(name, '')}".strip() for name in listed)

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
    """For each film by index the known movies that may be it, the likeliest first (`suggestions`), `how`, and whether it is `settled`."""
    exact, alike = _places(movies)
    ids, movie_years = movies["imdb_id"].to_list(), movies["year"].to_list()
    votes = movies["votes"].fillna(VOTES_UNKNOWN).to_list()

    def weights(places: list[int], year: int) -> dict[int, float]:
        apart = {place: abs(movie_years[place] - year) for place in places if not pd.isna(movie_years[place])}
        near = {place: distance for place, distance in apart.items() if distance <= YEARS_APART}
        return {place: (votes[place] + 1) * (1 if distance else SAME_YEAR) for place, distance in near.items()}

    found: list[tuple[list[str], str, bool]] = []
    for title, year in zip(frame["title"], frame["year"], strict=True):
        name = normalised(title) if isinstance(title, str) else ""
        if pd.isna(year):
            found.append(([ids[place] for place in exact.get(name, [])], "name", False))
            continue
        weight = weights(exact.get(name, []), year)
        how = "" if weight else "like name"
        weight = weight or weights(alike.get(loosely(name), []), year)
        best = sorted(weight, key=lambda place: (-weight[place], ids[place]))
        settled = bool(best) and weight[best[0]] >= BEYOND_DOUBT * (1 + sum(weight[place] for place in best[1:]))
        if best and not how:
            distance = [abs(movie_years[place] - year) for place in best]
            how = "votes" if min(distance[1:], default=99) <= distance[0] else "near year" if distance[0] else "year"
        found.append(([ids[place] for place in best], how, settled))
    columns = ["suggestions", "how", "settled"]
    return pd.DataFrame(found, index=frame.index, columns=columns).astype({"suggestions": "object", "settled": "bool"})


def _places(movies: pd.DataFrame) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The rows of movies by normalised name, either of the two that a movie has, and by what names are loosely."""
    titles = pd.concat([movies["media_title"], movies["original_media_title"]]).dropna()
    named = pd.DataFrame({"name": [normalised(title) for title in titles], "movie": titles.index}).drop_duplicates()
    loose = named.assign(name=[loosely(name) for name in named["name"]]).drop_duplicates()
    exact, alike = (one.groupby("name")["movie"].agg(sorted).to_dict() for one in (named, loose))
    return exact, alike


def _contested(found: pd.Series, how: pd.Series, export: pd.Series) -> pd.Series:
    """Films found by name whose movie a better or equally good match of another film of the same export claims."""
    strengths = {"export": 0, "answer": 0, "tmdb_id": 0, "year": 1, "votes": 1, "near year": 2, "like name": 3}
    strength = how.map(strengths)
    claims = [found, export]
    best = strength.groupby(claims).transform("min")
    rivals = (strength == best).groupby(claims).transform("sum")
    by_name = strength > 0
    return by_name & found.notna() & ((strength > best) | (rivals > 1))
