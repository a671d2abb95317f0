"""Every movie that the files know, and the sentence for one that none has."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.library.added_movies import add_movie
from movie_pref.library.lookup import find_movie, known_movies
from movie_pref.settings import load_settings


def test_known_movies_are_those_of_both_files_and_the_nearest_is_named(
    movies: pd.DataFrame, candidates: pd.DataFrame, tmp_path: Path, one_sentence
) -> None:
    library, unseen = tmp_path / "library.parquet", tmp_path / "candidates.csv"
    movies.to_parquet(library)
    candidates.to_csv(unseen, index=False)
    known = known_movies(load_settings(data=tmp_path / "data", library=library, candidates=unseen))
    assert len(known) == 360
    assert find_movie(known, candidates["imdb_id"][0])["came_from"] == "candidates"
    with pytest.raises(UserError) as caught:
        find_movie(known, "tt0000999")
    one_sentence(caught, "tt0000999", "the nearest are tt00")
    with pytest.raises(UserError) as caught:
        find_movie(known, "the long roda 8")
    one_sentence(caught, "'The Long Road 8'")


def test_a_title_finds_its_movie_and_several_that_fit_are_listed(
    movies: pd.DataFrame, tmp_path: Path, one_sentence
) -> None:
    settings = load_settings(data=tmp_path)
    movies.loc[3, ["media_title", "release_year"]] = movies.loc[0, "media_title"], 2001
    movies.to_parquet(settings.library_path)
    known = known_movies(settings)
    assert find_movie(known, "AMELIE 4")["imdb_id"] == "tt0000005"
    with pytest.raises(UserError) as caught:
        find_movie(known, "the long road 0")
    one_sentence(caught, "2 movies fit 'the long road 0'")
    assert caught.value.choices == ["The Long Road 0 (1950), tt0000001", "The Long Road 0 (2001), tt0000004"]
    assert find_movie(known, "the long road 0 (2001)")["imdb_id"] == "tt0000004"
    with pytest.raises(UserError) as caught:
        find_movie(known, "road")
    assert len(caught.value.choices) == 11 and caught.value.choices[-1] == "and 29 more"  # 39 of 300 titles


def test_what_was_added_by_hand_is_known_once_and_without_a_file_nothing_is(
    movies: pd.DataFrame, tmp_path: Path
) -> None:
    settings = load_settings(data=tmp_path)
    assert known_movies(settings).empty
    movies.to_parquet(settings.library_path)
    for imdb_id in ("tt7654321", movies["imdb_id"][0]):
        add_movie(tmp_path, {"imdb_id": imdb_id, "media_title": "Added", "release_year": "1994"})
    known = known_movies(settings)
    assert len(known) == len(movies) + 1
    assert find_movie(known, "tt7654321")[["media_title", "came_from"]].tolist() == ["Added", "candidates"]
    assert find_movie(known, movies["imdb_id"][0])["came_from"] == "library"
