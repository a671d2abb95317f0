"""The engineered tables say of each movie what the model reads, and how that was made."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.settings import Settings
from movie_pref.sources.postgres.engineered import write_engineered
from movie_pref_tests.sources.postgres.atp import Atp


def nothing(says: str) -> None:
    raise AssertionError(says)


@pytest.fixture
def preprocessing(unchanging_movies: pd.DataFrame) -> Preprocessor:
    return Preprocessor().fit(unchanging_movies)


def test_raw_values_can_be_worked_out_again_from_the_three_tables(
    atp: Atp, settings: Settings, preprocessing: Preprocessor, unchanging_movies: pd.DataFrame
) -> None:
    movies = unchanging_movies.head(60)
    found = write_engineered(
        settings, preprocessing, [movies.head(25), movies.tail(35).reset_index(drop=True)], nothing
    )
    assert found["engineered"][:2] == (60, 60)

    low, high = map(
        float, atp.ask("SELECT min, max FROM atp.engineered_normalization_table WHERE feature = 'imdb_votes'")[0]
    )
    votes = dict(atp.ask("SELECT imdb_id, imdb_votes FROM atp.engineered"))
    for imdb_id, raw in zip(movies["imdb_id"], movies["imdb_votes"], strict=True):
        scaled = votes[imdb_id]
        assert (scaled is None) == np.isnan(raw)
        assert scaled is None or abs(low + float(scaled) * (high - low) - raw) <= (high - low) * 1e-6
    for column in ("genre", "original_language"):
        elements = atp.ask("SELECT exploded_mapping FROM atp.engineered_schema WHERE original_column = %s", column)[0][
            0
        ]
        marks = dict(atp.ask(f"SELECT imdb_id, {column} FROM atp.engineered"))
        for imdb_id, raw in zip(movies["imdb_id"], movies[column], strict=True):
            has = {name for name, mark in zip(elements, marks[imdb_id], strict=True) if mark}
            assert has == {one for one in ([raw] if isinstance(raw, str) else raw or []) if one}


def test_a_second_time_nothing_is_written(atp: Atp, settings, preprocessing, unchanging_movies) -> None:
    write_engineered(settings, preprocessing, [unchanging_movies.head(60)], nothing)
    found = write_engineered(settings, preprocessing, [unchanging_movies.head(60)], nothing)
    assert [written.changed for written in found.values()] == [0, 0, 0]


def test_a_table_that_is_not_there_is_said(atp: Atp, settings, preprocessing, unchanging_movies, one_sentence) -> None:
    atp.do("DROP TABLE atp.engineered")
    with pytest.raises(UserError) as caught:
        write_engineered(settings, preprocessing, [unchanging_movies.head(60)], nothing)
    one_sentence(caught, "atp.engineered", "write_engineered")
