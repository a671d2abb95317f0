"""What a threshold says of its features: which breach it, which is the worst, and what became of them."""

import pandas as pd

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
    low_is_bad = asset in (
        "category_usefulness", "numeric_categorical_anova", "pearson_target", "spearman_target", "anova_numeric_target",
        "anova_categorical_target", "cramers_v_target", "text_embedding_value", "text_shape",
    )  # fmt: skip
    size = rows["value"].abs()
    if asset == "category_usefulness":  # shares and supports are in one table; a scalar that is dominated comes first
        scalars = rows[rows["statistic"] == "dominant_share"]
        return scalars.loc[scalars["value"].idxmax()] if len(scalars) else rows.loc[size.idxmin()]
    return rows.loc[size.idxmin() if low_is_bad else size.idxmax()]
