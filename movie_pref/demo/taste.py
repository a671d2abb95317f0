"""The taste of the demonstration library's owner: the rules, and the labels that follow from them. RT is Rotten Tomatoes.

The owner's rules, the first that applies deciding:

1. Not in English: disliked, unless RT > 90 and more than 100,000 IMDb votes; then liked.
2. RT > 85 with fewer than 1,000 IMDb votes: disliked.
3. Action or drama: liked with both RT > 85 and more than 50,000 votes, else disliked. What is unknown is not high.
4. RT > 85 with more than 50,000 votes: liked.
5. Comedy with RT < 50 and more than 50,000 votes: liked about seven times in ten.
6. Anything else: disliked more often than not; votes, a good IMDb rating and some genres speak for a movie.

A few per cent of the labels go against the rules, more of the liked than of the disliked, as a person's do.
"""

import numpy as np
import pandas as pd

LIKED = 350
"""Number of liked movies in the library, about one to ten."""

RULE_SHARES = {
    "foreign": 0.004,
    "foreign_exception": 0.96,
    "acclaimed_unseen": 0.01,
    "action_drama": 0.004,
    "action_drama_both": 0.96,
    "acclaimed_popular": 0.96,
    "panned_comedy": 0.71,
}
"""Share of liked movies under each rule; the movies under none share what is left of `LIKED`."""


def deciding_rule(movies: pd.DataFrame) -> pd.Series:
    """Which of the owner's rules decides about each movie: a key of `RULE_SHARES`, or `none`."""
    votes, rt_score = movies["imdb_votes"], movies["rt_score"]
    foreign, acclaimed, popular = movies["original_language"] != "en", rt_score > 85, votes > 50_000
    plot = has_genre(movies["genre"], "Action") | has_genre(movies["genre"], "Drama")
    rules = (
        (foreign & (rt_score > 90) & (votes > 100_000), "foreign_exception"),
        (foreign, "foreign"),
        (acclaimed & (votes < 1_000), "acclaimed_unseen"),
        (plot & acclaimed & popular, "action_drama_both"),
        (plot, "action_drama"),
        (acclaimed & popular, "acclaimed_popular"),
        (has_genre(movies["genre"], "Comedy") & (rt_score < 50) & popular, "panned_comedy"),
    )
    conditions, names = zip(*rules, strict=True)
    return pd.Series(np.select(conditions, names, "none"), index=movies.index)


def has_genre(genres: pd.Series, name: str) -> pd.Series:
    """Whether each list of genres, some of them null, holds the name."""
    return genres.map(lambda names: names is not None and name in names).astype(bool)


def liked(movies: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Whether the owner likes each movie: each rule's share of its movies, and of the others those with the most appeal."""
    rule = deciding_rule(movies).to_numpy()
    labels = np.zeros(len(movies), dtype=bool)
    for name, share in RULE_SHARES.items():
        rows = np.flatnonzero(rule == name)
        labels[rng.choice(rows, round(share * len(rows)), replace=False)] = True
    rows = np.flatnonzero(rule == "none")
    appeal = _appeal(movies.iloc[rows]) + rng.logistic(scale=0.5, size=len(rows))
    labels[rows[np.argsort(-appeal, kind="stable")[: LIKED - labels.sum()]]] = True
    return labels


def _appeal(movies: pd.DataFrame) -> np.ndarray:
    """The mild preference behind the rules: seen by many, rated well, and of a genre the owner has a soft spot for."""
    reach = np.log10(movies["imdb_votes"].fillna(0) + 10)
    rating = movies["imdb_rating"].fillna(5)
    genres = {"Science Fiction": 1.5, "Mystery": 1.5, "Animation": 1, "Horror": -1.5, "Romance": -1, "Documentary": -2}
    soft_spot = sum(weight * has_genre(movies["genre"], name) for name, weight in genres.items())
    return (2.5 * reach + 1.2 * rating + soft_spot).to_numpy()
