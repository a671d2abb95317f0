"""The real library, where there is one, and a generated one with planted truth."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis import analyse
from movie_pref.library.catalogue import load_catalogue
from movie_pref.settings import Settings, load_settings

LISTS = ["origin_country", "production_countries", "spoken_languages", "genre"]


@pytest.fixture(scope="session")
def movies(shared) -> pd.DataFrame:
    rows = pd.read_parquet(shared / "01_training.parquet")
    return rows[rows["media_type"] == "movie"].reset_index(drop=True)


@pytest.fixture(scope="session")
def numeric(movies) -> pd.DataFrame:
    columns = "release_year budget revenue runtime tmdb_rating tmdb_votes rt_score metascore imdb_rating imdb_votes"
    return movies[columns.split()]


@pytest.fixture(scope="session")
def categoricals(movies) -> pd.DataFrame:
    return movies[["original_language", "production_status"]]


@pytest.fixture(scope="session")
def indicators(movies) -> pd.DataFrame:
    """A column of booleans for each element of the four list columns; a null list has none."""
    parts = [
        pd.get_dummies(movies[column].explode(), prefix=column, dtype=bool).groupby(level=0).any() for column in LISTS
    ]
    return pd.concat(parts, axis=1)


# --- a generated library with planted truth ---------------------------------------------------------------------------

WORDS = (
    "road night river war love city dog ghost train winter island doctor queen robot desert piano brother garden letter "
    "captain mirror village storm painter lawyer horse bridge ocean teacher secret"
)


def make_planted(count: int = 600, seed: int = 3) -> pd.DataFrame:
    """A library in the contract's columns whose every feature has a known part to play.

    - `rt_score` and `imdb_votes` carry the label; `metascore` and `tmdb_votes` are noisy copies (r of about 0.93).
    - `imdb_rating`: null more often where disliked, and so is `runtime` 0; their values tell the label as well.
    - `release_year` and `budget` are noise; a budget is 0 at random, a `tmdb_rating` null at random in 70 %.
    - `production_status` is constant, `original_language` noise, the genre Western in 4 movies, Comedy in a random half.
    - US among `origin_country` follows the label, among `production_countries` it is the same but for 3 %.
    - `tagline` has few values, `original_media_title` short ones; `overview` is long and says nothing.
    """
    rng = np.random.default_rng(seed)
    critics, crowd = rng.normal(size=(2, count))
    liked = critics + crowd + rng.normal(0, 0.4, count) > 0.5
    us, france, comedy = rng.random(count) < np.where(liked, 0.7, 0.3), rng.random(count) < 0.3, rng.random(count) < 0.5
    us_too = us ^ (rng.random(count) < 0.03)
    drama, western = rng.random(count) < np.where(liked, 0.5, 0.3), np.arange(count) % 150 == 7
    words = np.array(WORDS.split())

    def lists(**has: np.ndarray) -> pd.Series:
        found = [
            [name for name, flag in zip(has, flags, strict=True) if flag] for flags in zip(*has.values(), strict=True)
        ]
        return pd.Series([cell or None for cell in found], dtype=object)

    return pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in range(1, count + 1)],
            "label": np.where(liked, "would_watch", "would_not_watch"),
            "media_type": "movie",
            "media_title": [f"Movie {number}" for number in range(count)],
            "release_year": rng.integers(1950, 2025, count).astype(float),
            "budget": np.where(rng.random(count) < 0.2, 0.0, rng.uniform(1e6, 1e8, count).round()),
            "runtime": np.where(
                rng.random(count) < np.where(liked, 0.05, 0.4), 0.0, rng.normal(100 + 15 * liked, 15, count).round()
            ),
            "origin_country": lists(US=us, FR=france),
            "production_countries": lists(US=us_too, DE=rng.random(count) < 0.3),
            "production_status": "Released",
            "original_language": rng.choice(["en", "fr", "ja"], count),
            "genre": lists(Drama=drama, Comedy=comedy, Western=western),
            "original_media_title": [f"Original {number}" for number in range(count)],
            "tagline": rng.choice(["Every road ends, and this one ends here.", "Nobody sleeps in the city tonight."], count),
            "overview": [" ".join(rng.choice(words, 12)) for _ in range(count)],
            "tmdb_rating": np.where(rng.random(count) < 0.7, np.nan, rng.uniform(2, 9, count).round(1)),
            "tmdb_votes": (500 + 100 * crowd + rng.normal(0, 40, count)).round().clip(1),
            "rt_score": (50 + 13 * critics).round(1).clip(0, 100),
            "metascore": (50 + 12 * critics + rng.normal(0, 4.8, count)).round(1).clip(0, 100),
            "imdb_rating": np.where(
                rng.random(count) < np.where(liked, 0.1, 0.5), np.nan, rng.normal(6 + liked, 1, count).round(1)
            ),
            "imdb_votes": (5000 + 1000 * crowd).round().clip(1),
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def planted_truth() -> pd.DataFrame:
    """What `planted` gives, for fixtures that are made once; not to be changed."""
    return make_planted()


@pytest.fixture
def planted(planted_truth) -> pd.DataFrame:
    """600 movies of known truth (see `make_planted`)."""
    return planted_truth.copy()


@pytest.fixture(scope="session")
def settings_for(tmp_path_factory) -> Callable[..., Settings]:
    """Settings with some overrides, far from anybody's data folder; three folds, since the tests make many fits."""
    folder = tmp_path_factory.mktemp("analysis")
    return lambda **overrides: load_settings(**{"data": folder, "folds": 3, "jobs": 2, **overrides})


@pytest.fixture(scope="session")
def neutral_analysis(planted_truth, settings_for):
    """The planted library under the defaults of `analyse`: every answer auto, zeros count as values."""
    return analyse(planted_truth, settings_for(folds=5))


@pytest.fixture(scope="session")
def shipped_analysis(planted_truth, settings_for):
    """The planted library under the shipped catalogue: a zero budget or running time is not known."""
    return analyse(planted_truth, settings_for(folds=5), load_catalogue())


@pytest.fixture(scope="session")
def row_of() -> Callable[..., pd.Series]:
    """The one row of a ledger for a node and a feature."""

    def find(ledger: pd.DataFrame, node: str, feature: str) -> pd.Series:
        found = ledger[(ledger["node"] == node) & (ledger["feature"] == feature)]
        assert len(found) == 1, f"{len(found)} rows of {node} for {feature}"
        return found.iloc[0]

    return find
