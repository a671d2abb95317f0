"""Which movies of the demonstration library each rule of its taste covers."""

import pandas as pd

TMDB_GENRES = {
    "Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy", "History",
    "Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie", "Thriller", "War", "Western",
}  # fmt: skip


def has(movies: pd.DataFrame, genre: str) -> pd.Series:
    return movies["genre"].map(lambda names: names is not None and genre in names).astype(bool)


def masks(movies: pd.DataFrame) -> dict[str, pd.Series]:
    """The movies under each rule, and under each side of the contrast that makes it learnable."""
    rt, votes = movies["rt_score"], movies["imdb_votes"]
    english, plot = movies["original_language"] == "en", has(movies, "Action") | has(movies, "Drama")
    high, many, few = rt > 85, votes > 50_000, votes < 1_000
    exception = ~english & (rt > 90) & (votes > 100_000)
    return {
        "acclaimed, few votes": english & high & few,
        "acclaimed, many votes": english & ~plot & high & many,
        "comedy, low RT, many votes": english & ~plot & has(movies, "Comedy") & (rt < 50) & many,
        "comedy, low RT, not many votes": english & ~plot & has(movies, "Comedy") & (rt < 50) & (votes <= 50_000),
        "action or drama, both": english & plot & high & many,
        "action or drama, high RT only": english & plot & high & ~many & ~few,
        "action or drama, many votes only": english & plot & ~high & many,
        "foreign, exception": exception,
        "foreign, many votes only": ~english & (rt <= 90) & (votes > 100_000),
        "foreign, high RT only": ~english & (rt > 90) & (votes <= 100_000),
        "foreign, otherwise": ~english & ~exception,
    }


RULES = {  # (least, most) share of liked movies
    "acclaimed, few votes": (0, 0.1),
    "acclaimed, many votes": (0.85, 1),
    "comedy, low RT, many votes": (0.55, 0.75),
    "action or drama, both": (0.85, 1),
    "action or drama, high RT only": (0, 0.1),
    "action or drama, many votes only": (0, 0.1),
    "foreign, exception": (0.85, 1),
    "foreign, many votes only": (0, 0.1),
    "foreign, high RT only": (0, 0.1),
    "foreign, otherwise": (0, 0.05),
}
