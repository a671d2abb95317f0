"""IMDb's ratings as CSV: 13 columns, or 14 with `Original Title`, in whatever language the account was set to."""

import unicodedata

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.identifiers import EXAMPLE, are_imdb_ids
from movie_pref.sources.importers import films
from movie_pref.sources.importers.archives import Source
from movie_pref.sources.importers.csv_table import Table, dates, numbers, read_table, years

REQUIRED = ("Const", "Your Rating", "Title", "Title Type")
COLUMNS = (
    *("Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type", "IMDb Rating"),
    *("Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date", "Directors"),
)
# IMDb's genres by TMDB's names; those without a counterpart there give none.
GENRES = {
    **{
        name: name
        for name in (
            *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy"),
            *("History", "Horror", "Music", "Mystery", "News", "Romance", "Thriller", "War", "Western"),
        )
    },
    "Musical": "Music",
    "Reality-TV": "Reality",
    "Sci-Fi": "Science Fiction",
    "Talk-Show": "Talk",
}
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


def read(source: Source) -> tuple[pd.DataFrame, pd.DataFrame, int, list[str]]:
    """The rated films, what was left out, the number of rows, and notes.

    Raises
    ------
    UserError
        A cell is not what its column says (the sentence names file, line and column), or no row is a movie or a show.
    """
    table = read_table(source, COLUMNS, REQUIRED)
    cells = table.cells
    rows = pd.DataFrame(
        {
            "imdb_id": cells["Const"],
            "title": cells["Title"].replace("", None),
            "year": years(table, "Year").fillna(_release_year(cells["Release Date"])),
            "rating": numbers(table, "Your Rating", 1, 10, step=1, expected="a rating from 1 to 10"),
            "watched": True,
            "at": dates(table, "Date Rated"),
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
    kinds = cells["Title Type"].map({word: media_type(word) for word in cells["Title Type"].unique()})
    reason = _reasons(table, rows, kinds)
    kept = rows[reason.isna()].assign(media_type=kinds[reason.isna()])
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


def _reasons(table: Table, rows: pd.DataFrame, kinds: pd.Series) -> pd.Series:
    """Why a row is left out, null where it is kept."""
    words = table.cells["Title Type"]
    unknown = kinds.isna()
    reasons = pd.Series(None, index=rows.index, dtype="object")
    reasons[~unknown & ~kinds.isin(["movie", "tv_show"])] = kinds
    reasons[unknown] = "of an unknown title type, " + words.map(repr)
    reasons[rows["title"].isna()] = "without a title"
    reasons[rows["rating"].isna()] = "without a rating of yours"
    reasons[~are_imdb_ids(rows["imdb_id"])] = f"without an identifier such as {EXAMPLE}"
    return reasons


def _release_year(column: pd.Series) -> pd.Series:
    """The year in a date of release, ISO or day/month/year, whole or in part."""
    found = pd.to_numeric(column.str.extract(r"(?<!\d)(\d{4})(?!\d)", expand=False), errors="coerce")
    return found.where(found.between(1850, 2100)).astype("Int64")


def _genres(column: pd.Series) -> pd.Series:
    """Lists of TMDB's names; null where no genre has one."""
    lists = {
        text: list(dict.fromkeys(GENRES[name] for name in _split(text) if name in GENRES)) or None
        for text in column.unique()
    }
    return pd.Series([lists[text] for text in column], index=column.index, dtype="object")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _notes(table: Table) -> list[str]:
    words = [word for text in table.cells["Genres"] for word in _split(text) if word not in GENRES]
    notes = []
    if words:
        names, counts = np.unique(words, return_counts=True)
        order = np.lexsort((names, -counts))
        listed = ", ".join(f"{names[place]} ({counts[place]})" for place in order[:10])
        notes.append(f"Genres that have no counterpart at TMDB are not kept: {listed}.")
    if table.unknown:
        notes.append(f"Columns that IMDb's ratings do not have are ignored: {', '.join(table.unknown)}.")
    return notes
