"""What an asset or a check tells Dagster."""

import numpy as np
import pandas as pd

from movie_pref.defs.metadata import verdict, words


def test_verdict_turns_numpy_values_into_metadata() -> None:
    found = verdict(np.bool_(True), "well", np.float64(0.5), np.int64(1))
    assert found.passed is True
    assert (found.metadata["value"].value, found.metadata["threshold"].value) == (0.5, 1)


def test_words_are_a_table_in_markdown_with_nothing_cut_and_nothing_taken_for_a_column() -> None:
    long = "word " * 100
    frame = pd.DataFrame({"full_name": ["a|b", None], "says": [long.strip(), "short"], "value": [0.5, np.nan]})
    head, rule, first, second = words(frame).value.splitlines()
    assert head == "| full name | says | value |" and rule == "| --- | --- | --- |"
    assert first == rf"| a\|b | {long.strip()} | 0.5 |" and second == "|  | short |  |"
