"""The movies that a person can look for."""

import pandas as pd

from movie_pref.review.movies import Movies
from movie_pref.settings import Settings


def test_the_search_knows_words_years_accents_and_identifiers(settings: Settings) -> None:
    movies = Movies(settings).titles()
    assert [hit.imdb_id for hit in movies.search("AMELIE returns")] == ["tt9000001"]
    assert [hit.imdb_id for hit in movies.search("https://www.imdb.com/title/tt9000007/?ref_=x")] == ["tt9000007"]
    library = pd.read_parquet(settings.library_path).iloc[16]
    found = movies.search(f"{library['media_title']} {library['release_year']}")
    assert (library["imdb_id"], True) in [(hit.imdb_id, hit.in_library) for hit in found]
    assert movies.search("no such title") == [] and movies.search(".*") == [] and movies.search(" ") == []
    assert len(movies.search("candidate")) == 20
