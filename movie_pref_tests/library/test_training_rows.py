"""Which rows train, and what their labels become."""

import pandas as pd

from movie_pref.library.training_rows import encode_label, trainable


def test_only_reviewed_rows_train_and_anomalous_ones_never_do():
    rows = pd.DataFrame(
        {
            "label": ["would_watch", "would_not_watch", None, "would_watch", "would_watch", "would_watch"],
            "reviewed": pd.array([True, True, True, False, None, True], "boolean"),
            "anomalous": pd.array([False, None, False, False, False, True], "boolean"),
        }
    )
    assert trainable(rows).tolist() == [True, True, False, False, False, False]
    assert trainable(rows[["label"]]).tolist() == [True, True, False, True, True, True]


def test_labels_become_0_and_1():
    assert encode_label(pd.Series(["would_watch", "would_not_watch"])).tolist() == [1, 0]
