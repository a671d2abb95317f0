"""Which rows of a library train, and their label as a number."""

import pandas as pd

from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH


def trainable(rows: pd.DataFrame) -> pd.Series:
    """Whether each row trains: it has a label, is reviewed where the library says so, and is not anomalous."""
    trains = rows["label"].notna()
    if "reviewed" in rows:
        trains &= rows["reviewed"].fillna(False).astype(bool)
    if "anomalous" in rows:
        trains &= ~rows["anomalous"].fillna(False).astype(bool)
    return trains


def encode_label(label: pd.Series) -> pd.Series:
    """`would_watch` as 1 and `would_not_watch` as 0."""
    return label.map({WOULD_WATCH: 1, WOULD_NOT_WATCH: 0}).astype("int64")
