"""IMDb's ratings, watchlist and lists as CSV, in whatever language the account was set to."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.identifiers import EXAMPLE, are_imdb_ids
from movie_pref.sources.importers import films
from movie_pref.sources.importers.archives import Source
from movie_pref.sources.importers.csv_table import Table, dates, numbers, read_table, years

REQUIRED = ("Const", "Title", "Title Type")
COLUMNS = (
    *("Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type", "IMDb Rating"),
    *("Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date", "Directors", "Position", "Created"),
    *("Modified", "Description"),
)
# IMDb's genres, those that TMDB has under its name for them and the others under their own.
GENRES = {
    **{
        name: name
        for name in (
            *("Action", "Adult", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama"),
            *(
                "Family",
                "Fantasy",
                "Film-Noir",
                "Game-Show",
                "History",
                "Horror",
                "Music",
                "Musical",
                "Mystery",
                "News",
            ),
            *("Romance", "Short", "Sport", "Thriller", "War", "Western"),
        )
    },
    "Reality-TV": "Reality",
    "Sci-Fi": "Science Fiction",
    "Talk-Show": "Talk",
}
UNRATED = {"list": ", in a list (if it is your watchlist, name the file watchlist.csv)"}
# Parts of the words for a title's type in IMDb's languages (English, French, German, Hindi, Italian, Portuguese,
# Spanish, and Russian from older exports), without accents, blanks and hyphens; the first group that fits decides.
TYPE_WORDS = {
    "a podcast": ("podcast", "पॉडकास्ट", "подкаст"),
    "an episode of television": ("episod", "folge", "capitulo", "puntata", "एपिसोड", "эпизод"),
    "a music video": ("musicvideo", "musikvideo", "clip", "videomusical", "videoclip"),
    "a game": ("game", "videospiel", "computerspiel", "jeu", "juego", "gioco", "jogo", "गेम", "игра"),
    "tv_show": ("seri", "sceneggiato", "सीरीज", "сериал"),
    "movie": (
        *("movie", "film", "pelicula", "video", "short", "kurz", "corto", "court", "curta", "special", "spezial"),
        *("especial", "speciale", "documenta", "dokumenta", "फिल्म", "मूवी", "фильм", "короткометраж"),
    ),
}


def kind_of(name: str, columns: set[str]) -> str:
    """What a file holds, by its header (lower case): `ratings`, or a `list`, which its name may call the `watchlist`.

    Raises
    ------
    LookupError
        The file is of no use here; the text says why.
    """
    if "watchlist" in PurePosixPath(name).name.casefold():
        return "watchlist"
    if "your rating" not in columns:
        raise LookupError(
            "it is a list of IMDb's without a column 'Your Rating'; if it is your watchlist, name it watchlist.csv"
        )
    return "list" if "position" in columns else "ratings"


def read(source: Source, kind: str = "ratings") -> tuple[pd.DataFrame, pd.DataFrame, int, list[str]]:
    """The rated films and those on the watchlist, what was left out, the number of rows, and notes.

    Raises
    ------
    UserError
        A cell is not what its column says (the sentence names file, line and column), or no row is a movie or a show.
    """
    table = read_table(source, COLUMNS, (*REQUIRED, *(["Your Rating"] if kind == "ratings" else [])))
    cells = table.cells
    rating = numbers(table, "Your Rating", 1, 10, step=1, expected="a rating from 1 to 10")
    rows = pd.DataFrame(
        {
            "imdb_id": cells["Const"],
            "title": cells["Title"].replace("", None),
            "year": years(table, "Year").fillna(_release_year(cells["Release Date"])),
            "rating": rating,
            "watched": rating.notna(),
            "watchlist": rating.isna() & (kind == "watchlist"),
            "at": dates(table, "Date Rated").fillna(dates(table, "Created")),
            "original_title": cells["Original Title"].replace("", None),
            "runtime": numbers(table, "Runtime (mins)", 0, expected="a number of minutes"),
            "genre": _genres(cells["Genres"]),
            "imdb_rating": numbers(table, "IMDb Rating", 0, 10, expected="a rating from 0 to 10"),
            "imdb_votes": numbers(table, "Num Votes", 0, expected="a number of votes"),
            "source_file": source.name,
            "line": table.lines,
            "key": cells["Const"],
            "rank": 0,
        }
    )
    types = cells["Title Type"].map({word: media_type(word) for word in cells["Title Type"].unique()})
    reason = _reasons(table, rows, types, kind)
    kept = rows[reason.isna()].assign(media_type=types[reason.isna()])
    if kept.empty and len(rows):
        raise UserError(
            f"{table.where}: none of its {len(rows)} rows can be used, most often because it is {reason.mode().iloc[0]}; "
            "rate some movies, or set IMDb's language to English and export again."
        )
    out = films.as_left_out(rows[reason.notna()], reason.dropna())
    one_each, repeated = films.combine(films.as_films(kept).assign(key=kept["key"], rank=kept["rank"]))
    left_out = [out, repeated, films.cut_short(source.name, table.cut_short)]
    return one_each, films.concat(left_out, films.LEFT_OUT), len(rows) + (table.cut_short is not None), _notes(table)


def media_type(word: str) -> str | None:
    """What a `Title Type` is: `movie` or `tv_show`, the reason to leave it out, or None where no word of it is known."""
    bare = _bare(word)
    return next((kind for kind, words in TYPE_WORDS.items() if any(_bare(part) in bare for part in words)), None)


def _bare(word: str) -> str:
    """The letters of a word without accents; the vowels that Hindi writes as marks of their own stay."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in decomposed if letter.isalpha() or unicodedata.category(letter) == "Mc")


def _reasons(table: Table, rows: pd.DataFrame, types: pd.Series, kind: str) -> pd.Series:
    """Why a row is left out, null where it is kept."""
    words = table.cells["Title Type"]
    unknown = types.isna()
    reasons = pd.Series(None, index=rows.index, dtype="object")
    reasons[~unknown & ~types.isin(["movie", "tv_show"])] = types
    reasons[unknown] = "of an unknown title type, " + words.map(repr)
    reasons[rows["title"].isna()] = "without a title"
    reasons[films.damaged(rows["title"])] = films.DAMAGED
    if kind != "watchlist":
        reasons[rows["rating"].isna()] = "without a rating of yours" + UNRATED.get(kind, "")
    reasons[~are_imdb_ids(rows["imdb_id"])] = f"without an identifier such as {EXAMPLE}"
    return reasons


def _release_year(column: pd.Series) -> pd.Series:
    """The year in a date of release, ISO or day/month/year, whole or in part."""
    found = pd.to_numeric(column.str.extract(r"(?<!\d)(\d{4})(?!\d)", expand=False), errors="coerce")
    return found.where(found.between(1850, 2100)).astype("Int64")


def _genres(column: pd.Series) -> pd.Series:
    """Lists of genres by the library's names; null where no word is one."""
    lists = {text: genres(_split(text)) for text in column.unique()}
    return pd.Series([lists[text] for text in column], index=column.index, dtype="object")


def genres(words: Iterable[str]) -> list[str] | None:
    """IMDb's genres by the library's names, each once; None where no word is one."""
    return list(dict.fromkeys(GENRES[word] for word in words if word in GENRES)) or None


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _notes(table: Table) -> list[str]:
    words = [word for text in table.cells["Genres"] for word in _split(text) if word not in GENRES]
    notes = []
    if words:
        names, counts = np.unique(words, return_counts=True)
        order = np.lexsort((names, -counts))
        listed = ", ".join(f"{names[place]} ({counts[place]})" for place in order[:10])
        notes.append(f"Words that are none of IMDb's genres are not kept as such: {listed}.")
    if table.unknown:
        notes.append(f"Columns that IMDb's exports do not have are ignored: {', '.join(table.unknown)}.")
    return notes
