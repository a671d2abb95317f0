"""The movies that a person can look for."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.labels.merge import labelled_library
from movie_pref.labels.store import read_events
from movie_pref.review.movies import Movies
from movie_pref.settings import Settings, load_settings


def test_the_search_knows_words_years_accents_and_identifiers(settings: Settings) -> None:
    movies = Movies(settings).titles()
    assert [hit.imdb_id for hit in movies.search("AMELIE returns")] == ["tt9000001"]
    assert [hit.imdb_id for hit in movies.search("https://www.imdb.com/title/tt9000007/?ref_=x")] == ["tt9000007"]
    library = pd.read_parquet(settings.library_path).iloc[16]
    found = movies.search(f"{library['media_title']} {library['release_year']}")
    assert (library["imdb_id"], True) in [(hit.imdb_id, hit.in_library) for hit in found]
    assert movies.search("no such title") == [] and movies.search(".*") == [] and movies.search(" ") == []
    assert len(movies.search("candidate")) == 20


@pytest.mark.parametrize("form", ["parquet", "csv"])  # in a CSV, a column that the contract does not know is text
def test_a_rating_from_elsewhere_reaches_the_movies_and_marks_them(
    form: str, movies: pd.DataFrame, tmp_path: Path
) -> None:
    rated = movies.head(3).assign(rating=[8.5, None, 0.0])
    library = tmp_path / f"mine.{form}"
    (rated.to_parquet if form == "parquet" else rated.to_csv)(library, index=False)
    settings = load_settings(data=tmp_path, library=library)
    kept = labelled_library(settings, read_events(settings))[1].rows
    place = DataFolder(tmp_path).asset("movies_only")
    place.parent.mkdir()
    kept.to_parquet(place, index=False)
    found = [Movies(settings).one(imdb_id) for imdb_id in rated["imdb_id"]]
    assert [movie is not None and movie.rated for movie in found] == [True, False, True]
