"""What an asset or a check tells Dagster."""

import numpy as np

from movie_pref.defs.metadata import verdict


def test_verdict_turns_numpy_values_into_metadata() -> None:
    found = verdict(np.bool_(True), "well", np.float64(0.5), np.int64(1))
    assert found.passed is True
    assert (found.metadata["value"].value, found.metadata["threshold"].value) == (0.5, 1)
