"""Which rows of a library train, and their label as a number."""

import pandas as pd

from movie_pref.library.label_names import LABELS, WOULD_WATCH_AGAIN


def trainable(rows: pd.DataFrame) -> pd.Series:
    """Whether each row trains: it has a label, is reviewed where the library says so, and is not anomalous."""
    trains = rows["label"].notna()
    if "reviewed" in rows:
        trains &= rows["reviewed"].fillna(False).astype(bool)
    if "anomalous" in rows:
        trains &= ~rows["anomalous"].fillna(False).astype(bool)
    return trains


def encode_label(label: pd.Series) -> pd.Series:
    """Whether each movie is liked: 1 for `would_watch` and `would_watch_again`, 0 for `would_not_watch`."""
    return encode_level(label).clip(upper=1)


def encode_level(label: pd.Series) -> pd.Series:
    """How much each movie is liked: 0 for `would_not_watch`, 1 for `would_watch`, 2 for `would_watch_again`."""
    return label.map({name: level for level, name in enumerate(LABELS)}).astype("int64")


def has_third_label(label: pd.Series) -> bool:
    """Whether any movie is `would_watch_again`: only then is there a second question to learn."""
    return bool((label == WOULD_WATCH_AGAIN).any())
