"""Stars into labels: a cut proposed from their distribution, which the person confirms."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH

AIM = (0.10, 0.25)  # the share of films liked
AGAIN_AIM = (0.15, 0.35)  # of the liked ones, the share that would be watched again
BEST = 0.10  # the share of films that are the best-rated, and those rated as high as the last of them


class CutProof(NamedTuple):
    """What a cut makes of the ratings: `liked` of `films`, and `best_liked` of the `best` rated, which have `best_from` or more."""

    films: int
    liked: int
    best: int
    best_liked: int
    best_from: float

    @property
    def share(self) -> float:
        """The share of films liked."""
        return self.liked / self.films if self.films else 0.0

    @property
    def as_aimed(self) -> bool:
        """Whether the share lies where a model learns best."""
        return AIM[0] <= self.share <= AIM[1]


def propose_cut(ratings: pd.Series, aim: tuple[float, float] = AIM) -> pd.DataFrame:
    """What each cut would make of the ratings, lowest cut first.

    Parameters
    ----------
    ratings
        On 0 to 10; nulls are not counted.
    aim
        Between which shares that of the films liked should lie.

    Returns
    -------
    One row for each rating that occurs but the lowest, which would leave nothing disliked: `cut`, `rated` (films with
    exactly this rating), `liked` (with this or more), `not_liked`, `share` liked, `stars` (the cut on five), and
    `proposed`, true on the row whose share is nearest to the middle of `aim` of those within it, or else nearest to it;
    of two equally near the lower cut, since a liked film missed costs most. Without two different ratings no row.
    """
    given = ratings.dropna().astype("float64")
    values, rated = np.unique(given, return_counts=True)
    liked = rated[::-1].cumsum()[::-1]
    table = pd.DataFrame({"cut": values, "stars": values / 2, "rated": rated, "liked": liked})
    table = table.assign(not_liked=len(given) - liked, share=liked / max(len(given), 1))[1:].reset_index(drop=True)
    low, high = aim
    outside = np.maximum(np.maximum(low - table["share"], table["share"] - high), 0)
    distance = (table["share"] - (low + high) / 2).abs()
    order = np.lexsort((table["cut"], distance.round(12), outside.round(12)))
    return table.assign(proposed=np.arange(len(table)) == (order[0] if len(order) else -1))


def propose_second_cut(ratings: pd.Series, cut: float | None) -> pd.DataFrame:
    """What each second cut would make of the films that a first one likes, as `propose_cut` has it: `liked` are those that
    would be watched again, `not_liked` the other liked ones, `share` of the liked. No row where the first one is None."""
    return propose_cut(ratings[ratings >= (np.inf if cut is None else cut)], AGAIN_AIM)


def check_second_cut(again_from: float, cut: float | None) -> None:
    """Refuse, in a sentence, a second cut that is not above the first."""
    if cut is not None and not cut < again_from <= 10:
        raise UserError(
            f"You would watch again from {again_from:g} on and like from {cut:g} on, and the first has to be the higher one, 10 at most; "
            "give another --again-from, or another --liked-from."
        )


def proposed(table: pd.DataFrame) -> float:
    """The cut that `propose_cut` proposes.

    Raises
    ------
    UserError
        There are no two different ratings, so that no cut divides them.
    """
    chosen = table.loc[table["proposed"], "cut"]
    if chosen.empty:
        raise UserError(
            "Your ratings are all the same or there are none, so no cut divides them; rate some more films, or say with --liked-from which count as liked."
        )
    return float(chosen.iloc[0])


def prove(ratings: pd.Series, cut: float) -> CutProof:
    """The two sides of a cut: what share of the films is liked, and how many of the best-rated are."""
    given = ratings.dropna().astype("float64").sort_values(ascending=False)
    liked = given >= cut
    best_from = float(given.iloc[max(int(np.ceil(BEST * len(given))), 1) - 1]) if len(given) else 0.0
    best = given >= best_from
    return CutProof(len(given), int(liked.sum()), int(best.sum()), int((best & liked).sum()), best_from)


def label_by_cut(ratings: pd.Series, cut: float) -> pd.Series:
    """`would_watch` where the rating is the cut or more, `would_not_watch` below, null where there is none."""
    if not 0 <= cut <= 10:
        raise UserError(f"The cut is {cut:g}, and ratings go from 0 to 10; give a cut between them.")
    labels = pd.Series(np.where(ratings >= cut, WOULD_WATCH, WOULD_NOT_WATCH), index=ratings.index, name="label")
    return labels.astype("str").where(ratings.notna())
