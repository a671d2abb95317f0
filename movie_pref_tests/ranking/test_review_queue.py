"""Which movies the review queue asks about, in which order, and why."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movie_pref.ranking.review_queue import (
    COLUMNS,
    EDGE,
    EVEN,
    HIGHEST,
    RANDOM,
    by_kind,
    expected_value,
    in_turn,
    review_queue,
)

NOBODY = pd.DataFrame({"imdb_id": [], "media_title": [], "partition": [], "actual": [], "probability": []})
EDGES_FIRST = {EDGE: 0.6, HIGHEST: 0.3, RANDOM: 0.1}


def ranking(*probabilities: float) -> pd.DataFrame:
    ids = [f"tt{number:07d}" for number in range(len(probabilities))]
    return pd.DataFrame({"imdb_id": ids, "media_title": [f"Movie {one}" for one in ids], "probability": probabilities})


def test_looking_is_worth_most_at_the_threshold():
    # by hand, t = 0.35: at 0.2 0.2 x 0.65 / 0.2275, at 0.5 0.5 x 0.35 / 0.2275
    found = expected_value(np.array([0.0, 0.2, 0.35, 0.5, 1.0]), 0.35)
    assert found == pytest.approx([0, 0.13 / 0.2275, 1, 0.175 / 0.2275, 0])


def test_every_beginning_of_the_queue_has_the_shares():
    kinds = {"a": [f"a{number}" for number in range(60)], "b": [f"b{number}" for number in range(60)]}
    drawn = in_turn(kinds, {"a": 0.75, "b": 0.25}, 40)
    for count in (4, 8, 20, 40):
        assert sum(kind == "a" for kind, _ in drawn[:count]) == 0.75 * count


def test_a_kind_that_is_used_up_leaves_its_turns_to_the_others_and_nothing_comes_twice():
    drawn = in_turn({"a": ["x"], "b": ["x", "y", "z"]}, {"a": 0.5, "b": 0.5}, 10)
    assert [imdb_id for _, imdb_id in drawn] == ["x", "y", "z"]


def test_the_queue_says_why_each_movie_is_in_it():
    movies = ranking(0.35, 0.30, 0.42, 0.99, 0.02, 0.03)
    found = review_queue(movies, NOBODY, [], 0.35, size=6, mix=EDGES_FIRST).set_index("imdb_id")
    assert list(found.reset_index().columns) == [*COLUMNS, "kind"]
    assert found.loc["tt0000000", "reason"] == "at the threshold of 35%"
    assert found.loc["tt0000001", "reason"] == "just below the threshold: 30% against 35%"
    assert found.loc["tt0000002", "reason"] == "just above the threshold: 42% against 35%"
    assert found.loc["tt0000003", "reason"] == "among the highest: 99%"
    assert len(found) == 6 and found["current_label"].isna().all()
    assert found.index[0] == "tt0000000"
    assert found["priority"].tolist() == pytest.approx([1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])


def test_most_are_those_that_the_model_is_undecided_about():
    found = review_queue(ranking(*np.linspace(0, 1, 1001)), NOBODY, [], 0.35, size=100)
    assert found["kind"].value_counts().to_dict() == {EVEN: 80, EDGE: 15, RANDOM: 5}
    assert found["reason"].iloc[0] == "the model is undecided: 50%"


def test_labels_that_an_unseeing_model_contradicts_are_asked_about_missed_liked_ones_first():
    labelled = pd.DataFrame(
        {
            "imdb_id": ["tt1000001", "tt1000002", "tt1000003", "tt1000004", "tt1000005"],
            "media_title": list("abcde"),
            "partition": "train",
            "actual": [0, 1, 1, 0, 1],
            "probability": [0.99, 0.20, 0.02, 0.60, 0.40],  # the last two do not contradict by more than 0.65
        }
    )
    found = review_queue(ranking(), labelled, [], 0.35)
    assert found["imdb_id"].tolist() == ["tt1000003", "tt1000002", "tt1000001"]
    assert found["current_label"].tolist() == ["would_watch", "would_watch", "would_not_watch"]
    favourites = review_queue(ranking(), labelled.assign(level=2 * labelled["actual"]), [], 0.35)
    assert favourites["current_label"].tolist() == ["would_watch_again", "would_watch_again", "would_not_watch"]
    assert found["reason"][0] == "its label may be wrong: a model that has not seen it says 2%"


@pytest.mark.parametrize("side", ["validation", "holdout"])
def test_no_label_is_doubted_by_which_the_model_is_judged(side):
    """A label that is changed because the model contradicts it flatters the model wherever it is measured on it."""
    labelled = pd.DataFrame(
        {
            "imdb_id": ["tt1000001", "tt1000002"],
            "media_title": ["A", "B"],
            "partition": [side, "train"],
            "actual": [1, 1],
            "probability": [0.01, 0.02],
        }
    )
    assert review_queue(ranking(), labelled, [], 0.35)["imdb_id"].tolist() == ["tt1000002"]


def test_what_was_decided_never_comes_back():
    movies = ranking(*np.linspace(0, 1, 50))
    labelled = movies.head(3).assign(imdb_id=["tt1000001", "tt1000002", "tt1000003"], partition="train", actual=1)
    decided = ["tt1000002", *movies["imdb_id"][::2]]
    found = review_queue(movies, labelled, decided, 0.35)
    assert not found["imdb_id"].isin(decided).any()
    assert len(found) == 25 + 2


def test_nothing_to_ask_is_an_empty_queue():
    found = review_queue(ranking(), NOBODY, [], 0.35)
    assert found.empty and list(found.columns) == [*COLUMNS, "kind"]


def test_the_kinds_are_counted():
    found = by_kind(review_queue(ranking(0.35, 0.30, 0.99), NOBODY, [], 0.35, size=3, mix=EDGES_FIRST))
    assert found.set_index("kind")["movies"].sum() == 3
    assert found.set_index("kind")["movies"].to_dict()["edge"] == 2


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0, 1), max_size=60), st.integers(1, 40), st.floats(0.05, 0.95))
def test_any_ranking_gives_a_queue_without_repeats_in_falling_priority(probabilities, size, threshold):
    found = review_queue(ranking(*probabilities), NOBODY, [], threshold, size=size)
    assert len(found) <= size
    assert found["imdb_id"].is_unique
    assert found["priority"].is_monotonic_decreasing and found["priority"].between(0, 1, inclusive="right").all()
    pd.testing.assert_frame_equal(found, review_queue(ranking(*probabilities), NOBODY, [], threshold, size=size))
