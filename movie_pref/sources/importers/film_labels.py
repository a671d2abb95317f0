"""The label of each film of an export: by its stars, its heart, and how often it was watched.

Two labels, or three where a second cut is given. A film is a favourite (`would_watch_again`) only where it is liked: by
its stars from the second cut on, by a heart beside stars, or because it was watched again. One without stars that was
watched again is a favourite too, since nothing says more than doing so; its heart alone makes it liked and no more.
"""

import math

import pandas as pd

from movie_pref.library.label_names import LIKED, WOULD_WATCH, WOULD_WATCH_AGAIN
from movie_pref.sources.importers.rating_cut import label_by_cut, propose_second_cut, proposed

HIGHEST = 10.0  # of the stars
NO_STARS = math.inf  # the second cut where no stars tell favourites apart
HEARTS_AT_MOST = 0.5  # of the films liked by their stars; where more have a heart, hearts set none of them apart


def label_films(
    films: pd.DataFrame, cut: float | None, again_from: float | None = None, watched_as_liked: bool = False
) -> pd.Series:
    """The label of each film, null where nothing says one.

    Parameters
    ----------
    films
        As a reader gives them: `rating` (0 to 10), `liked` (a heart), `watched`, `rewatched`.
    cut, again_from
        The stars from which on a film is liked (None where no film has stars), and a favourite; without the second there are
        two labels.
    watched_as_liked
        Take films that were only watched for liked.
    """
    label = label_by_cut(films["rating"], HIGHEST if cut is None else cut)
    label = label.where(label.notna() | ~(films["liked"] | (films["watched"] & watched_as_liked)), WOULD_WATCH)
    return label if again_from is None else label.mask(signs(films, label, again_from).any(axis=1), WOULD_WATCH_AGAIN)


def signs(films: pd.DataFrame, label: pd.Series, again_from: float) -> pd.DataFrame:
    """What says of each film that it is a favourite: `stars`, `heart` and `watched_again`, all false where it is not liked."""
    liked, starred = label.isin(LIKED), films["rating"].notna()
    return pd.DataFrame(
        {
            "stars": liked & (films["rating"] >= again_from),
            "heart": liked & starred & films["liked"] & hearts_set_apart(films, label),
            "watched_again": films["rewatched"] & (liked | label.isna()),
        }
    )


def hearts_set_apart(films: pd.DataFrame, label: pd.Series) -> bool:
    """Whether hearts tell favourites from other liked films: at most `HEARTS_AT_MOST` of those liked by their stars have one."""
    hearts = films.loc[label.isin(LIKED) & films["rating"].notna(), "liked"]
    return bool(hearts.mean() <= HEARTS_AT_MOST) if len(hearts) else False


def second_cut(ratings: pd.Series, cut: float | None) -> float:
    """The proposed second cut, `NO_STARS` where no rating lies above the lowest liked one."""
    table = propose_second_cut(ratings, cut)
    return proposed(table) if len(table) else NO_STARS
