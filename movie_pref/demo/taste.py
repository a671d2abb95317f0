"""The taste of the demonstration library's owner: the rules, and the labels that follow from them. RT is Rotten Tomatoes.

The owner's rules, the first that applies deciding:

1. Not in English: disliked, unless RT > 90 and more than 100,000 IMDb votes; then liked.
2. RT > 85 with fewer than 1,000 IMDb votes: disliked.
3. Action or drama: liked with both RT > 85 and more than 50,000 votes, else disliked. What is unknown is not high.
4. RT > 85 with more than 50,000 votes: liked.
5. Comedy with RT < 50 and more than 50,000 votes: liked about seven times in ten.
6. Anything else: disliked more often than not; votes, a good IMDb rating and some genres speak for a movie.

A few per cent of the labels go against the rules, more of the liked than of the disliked, as a person's do.

Where there are three labels, what the owner would watch again is a taste of its own among the liked movies, and the
rules say nothing of it: comedies, animation, adventure and science fiction, from before 2005, rated well by others and
not long; not dramas and documentaries, however good. It comes with noise as well.
"""

import numpy as np
import pandas as pd

from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH, WOULD_WATCH_AGAIN

LIKED = 350
"""Number of liked movies in the library, about one to ten."""

AGAIN_FROM = 9
"""The owner's stars, on 0 to 10, from which on a movie would be watched again; it is liked from 7 on."""

LIKED_STARS = {7: 130, 8: 120, 9: 70, 10: 30}  # how many liked movies have these stars
DISLIKED_SHARES = {1: 0.05, 2: 0.1, 3: 0.2, 4: 0.25, 5: 0.25, 6: 0.15}  # of the others

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


def labelled(movies: pd.DataFrame, taste: np.random.Generator, devotion: np.random.Generator | None) -> pd.DataFrame:
    """The movies with the owner's `label`: of two, or, drawn with `devotion`, of three, with the stars as `rating`."""
    likes = liked(movies, taste)
    label = np.where(likes, WOULD_WATCH, WOULD_NOT_WATCH)
    if devotion is not None:
        rating = stars(movies, likes, devotion)
        label, movies = np.where(rating >= AGAIN_FROM, WOULD_WATCH_AGAIN, label), movies.assign(rating=rating)
    movies.insert(2, "label", label)
    return movies.astype({"label": "str"})


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


def stars(movies: pd.DataFrame, likes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The owner's rating of each movie, 1 to 10: 7 or more where it is liked, and `AGAIN_FROM` or more for the
    favourites, those of the liked movies that have most of what the owner comes back to."""
    rating = np.zeros(len(movies))
    rows = np.flatnonzero(likes)
    pull = _comes_back_to(movies.iloc[rows]) + rng.logistic(scale=0.5, size=len(rows))
    rating[rows] = _in_order(pull, list(LIKED_STARS), list(LIKED_STARS.values()))
    rows = np.flatnonzero(~likes)
    appeal = _appeal(movies.iloc[rows]) + rng.logistic(scale=3, size=len(rows))
    upto = np.round(np.cumsum(list(DISLIKED_SHARES.values())) * len(rows)).astype(int)
    rating[rows] = _in_order(appeal, list(DISLIKED_SHARES), np.diff(upto, prepend=0).tolist())
    return rating


def _in_order(score: np.ndarray, values: list[int], counts: list[int]) -> np.ndarray:
    """Each value as often as its count says, the first for the lowest scores."""
    given = np.empty(len(score))
    given[np.argsort(score, kind="stable")] = np.repeat(values, counts)
    return given


def _comes_back_to(movies: pd.DataFrame) -> np.ndarray:
    """What makes a liked movie one to watch again."""
    genres = {"Comedy": 1.5, "Animation": 1.5, "Adventure": 1.5, "Science Fiction": 1.5, "Drama": -1, "Documentary": -2}
    comfort = sum(weight * has_genre(movies["genre"], name) for name, weight in genres.items())
    old = 2.0 * (movies["release_year"] < 2005)
    rated, long = movies["imdb_rating"].fillna(6.5) - 6.5, movies["runtime"] > 115
    return (comfort + old + 0.8 * rated - 1.0 * long).to_numpy()
