"""What a threshold says of its features: which breach it, which is the worst, and what became of them."""

import pandas as pd

from movie_pref.analysis.nodes import NODES

BREACHES = ["drop", "consider_dropping", "consider_dropping_rows"]
OTHER_MEMBER = "the other of the pair was dropped or did not get that far"
NEXT_QUESTION = {
    "normality": "whether their distribution makes sense is asked next",
    "text_shape": "they go on as categories",
}


def most_extreme(rows: pd.DataFrame, asset: str) -> pd.Series:
    """The row furthest on the wrong side: the lowest value where a high one keeps, else the highest."""
    if rows["value"].isna().all():
        return rows.iloc[0]
    size = rows["value"].abs()
    if asset == "category_usefulness":  # shares and supports are in one table; a scalar that is dominated comes first
        scalars = rows[rows["statistic"] == "dominant_share"]
        return scalars.loc[scalars["value"].idxmax()] if len(scalars) else rows.loc[size.idxmin()]
    return rows.loc[size.idxmin() if NODES[asset].bad_end == "low" else size.idxmax()]
