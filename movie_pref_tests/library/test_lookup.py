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
    one_sentence(caught, "tt0000999", "the nearest is tt00")
    with pytest.raises(UserError) as caught:
        find_movie(known, "the long roda 8")
    one_sentence(caught, "'The Long Road 8'")


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
