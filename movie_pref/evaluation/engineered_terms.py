"""Terms that a person makes of the columns by hand: steps of numbers, and products of them with genres and with each other."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from movie_pref.evaluation.fold_data import Data
from movie_pref.evaluation.preparation import complete, named, quiet

RATINGS = ("rt_score_norm", "metascore_norm", "imdb_rating_norm", "tmdb_rating_norm")
VOTES = ("imdb_votes_norm", "tmdb_votes_norm")
GENRE = "genre_"
LANGUAGES = ("original_language", "spoken_language_")
STEPS = np.arange(0.1, 1, 0.1)
FEWEST = 20  # training rows on either side of what parts them


@dataclass(frozen=True)
class Terms:
    """All rows of a fold as numbers, prepared on its training rows.

    Attributes
    ----------
    plain
        Everything that `preparation.complete` makes, rows x columns.
    numbers
        The numbers among it, by name: ranks as a normal distribution, null at the median.
    genres
        The indicators of the genres that enough training rows have.
    places
        Which columns of `plain` these are.
    train
        Positions of the training rows.
    """

    plain: np.ndarray
    numbers: pd.DataFrame
    genres: pd.DataFrame
    places: list[int]
    train: np.ndarray

    def rated(self) -> pd.DataFrame:
        """Ratings and vote counts among the numbers."""
        return self.numbers[[name for name in self.numbers if name in RATINGS + VOTES]]

    def steps(self) -> np.ndarray:
        """Whether each number is above each tenth of the training rows: a threshold of its own at each of them."""
        found = [
            self.numbers[name].to_numpy() > at
            for name in self.numbers
            for at in np.unique(np.quantile(self.numbers[name].to_numpy()[self.train], STEPS))
        ]
        return _columns(found, len(self.numbers))

    def genre_products(self) -> np.ndarray:
        """Each rating and vote count within each genre."""
        return _columns([a * b for _, a in self.genres.items() for _, b in self.rated().items()], len(self.numbers))

    def ratings_and_votes(self) -> np.ndarray:
        """Each rating times each vote count, of all movies and within each genre."""
        rated = self.rated()
        pairs = [rated[a] * rated[b] for a in rated if a in RATINGS for b in rated if b in VOTES]
        return _columns([*pairs, *(pair * self.genres[name] for pair in pairs for name in self.genres)], len(rated))

    def engineered(self) -> np.ndarray:
        """Steps, genre products, and ratings with vote counts: all that a person would think of."""
        return np.hstack([self.steps(), self.genre_products(), self.ratings_and_votes()])


def terms_of(data: Data, train: np.ndarray) -> Terms:
    """The rows of a fold, from which terms are made."""
    with quiet():
        prepare = complete(data.columns, len(train)).fit(data.columns.iloc[train])
        plain = np.asarray(prepare.transform(data.columns), dtype=np.float64)
    names = named(data.columns, "f")
    numbers = pd.DataFrame(plain[:, : len(names)], columns=names)
    indicators = [name for name in data.columns if data.columns[name].dtype.kind not in "fO"]  # the last columns
    seen = data.columns.iloc[train]
    often = [name for name in indicators if name.startswith(GENRE) and seen[name].sum() >= FEWEST]
    genres = data.columns[often].astype("float64").reset_index(drop=True)
    places = [plain.shape[1] - len(indicators) + indicators.index(name) for name in often]
    return Terms(plain, numbers, genres, places, train)


def _columns(found: list, rows: int) -> np.ndarray:
    """The columns side by side; a matrix without columns where there are none."""
    return np.column_stack([np.asarray(one, dtype=np.float64) for one in found]) if found else np.empty((rows, 0))
