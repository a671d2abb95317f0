"""What is kept of a ranking that another one replaces."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.ranking.previous_ranking import COLUMNS, keep_ranking


@pytest.fixture
def ranking(tmp_path: Path):
    def write(name: str, **more: object) -> Path:
        frame = pd.DataFrame(
            {"imdb_id": ["tt0000001", "tt0000002"], "probability": [0.9, 0.5], "rank": [1, 2], "model_version": "a", "reasons": "x"}
        )  # fmt: skip
        path = tmp_path / name
        frame.assign(**more).to_parquet(path)
        return path

    return write


def kept(tmp_path: Path) -> pd.DataFrame:
    return pd.read_parquet(tmp_path / "kept")


def test_of_two_labels_nothing_is_kept_of_a_second_question(ranking, tmp_path: Path) -> None:
    assert not keep_ranking(ranking("old"), ranking("fresh", reasons="y"), tmp_path / "kept")
    assert keep_ranking(ranking("old"), ranking("fresh", model_version="b"), tmp_path / "kept")
    assert list(kept(tmp_path)) == COLUMNS


def test_with_favourites_the_probability_to_watch_again_is_kept_and_another_one_is_another_ranking(
    ranking, tmp_path: Path
) -> None:
    old, fresh = ranking("old", probability_again=[0.4, 0.1]), ranking("fresh", probability_again=[0.4, 0.2])
    assert not keep_ranking(old, old, tmp_path / "kept")
    assert keep_ranking(old, fresh, tmp_path / "kept")
    assert kept(tmp_path)["probability_again"].tolist() == [0.4, 0.1]


def test_the_first_ranking_with_favourites_replaces_one_without(ranking, tmp_path: Path) -> None:
    assert keep_ranking(ranking("old"), ranking("fresh", probability_again=[0.4, 0.1]), tmp_path / "kept")
    assert list(kept(tmp_path)) == COLUMNS
