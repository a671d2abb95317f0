"""Stars into labels: a cut proposed from their distribution, which the person confirms."""

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH

AIM = (0.10, 0.25)  # the share of films liked


def propose_cut(ratings: pd.Series) -> pd.DataFrame:
    """What each cut would make of the ratings, lowest cut first.

    Parameters
    ----------
    ratings
        On 0 to 10; nulls are not counted.

    Returns
    -------
    One row for each rating that occurs but the lowest, which would leave nothing disliked: `cut`, `rated` (films with
    exactly this rating), `liked` (with this or more), `not_liked`, `share` liked, `stars` (the cut on five), and
    `proposed`, true on the row whose share is nearest to the middle of `AIM` of those within it, or else nearest to it;
    of two equally near the lower cut, since a liked film missed costs most. Without two different ratings no row.
    """
    given = ratings.dropna().astype("float64")
    values, rated = np.unique(given, return_counts=True)
    liked = rated[::-1].cumsum()[::-1]
    table = pd.DataFrame({"cut": values, "stars": values / 2, "rated": rated, "liked": liked})
    table = table.assign(not_liked=len(given) - liked, share=liked / max(len(given), 1))[1:].reset_index(drop=True)
    low, high = AIM
    outside = np.maximum(np.maximum(low - table["share"], table["share"] - high), 0)
    distance = (table["share"] - (low + high) / 2).abs()
    order = np.lexsort((table["cut"], distance.round(12), outside.round(12)))
    return table.assign(proposed=np.arange(len(table)) == (order[0] if len(order) else -1))


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
            "Your ratings are all the same or there are none, so no cut divides them; rate some more films."
        )
    return float(chosen.iloc[0])


def label_by_cut(ratings: pd.Series, cut: float) -> pd.Series:
    """`would_watch` where the rating is the cut or more, `would_not_watch` below, null where there is none."""
    if not 0 <= cut <= 10:
        raise UserError(f"The cut is {cut:g}, and ratings go from 0 to 10; give a cut between them.")
    labels = pd.Series(np.where(ratings >= cut, WOULD_WATCH, WOULD_NOT_WATCH), index=ratings.index, name="label")
    return labels.astype("str").where(ratings.notna())
