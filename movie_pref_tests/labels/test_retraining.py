"""When a retrain is due, in words."""

import pytest

from movie_pref.labels.retraining import in_words


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0 s"), (59, "59 s"), (3599, "59 min"), (7200, "2 h"), (3 * 86400, "3 days")]
)
def test_a_length_of_time_is_said_in_one_unit(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
