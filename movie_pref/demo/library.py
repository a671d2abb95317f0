"""The demonstration library: a generated library of movies whose owner's taste is known.

Belongs here: the numbers and lists of the generated movies. Does not belong here: which of them their owner
likes (`movie_pref.demo.taste`), words (`movie_pref.demo.stories`), files, and what any model makes of the library.

The movies come in segments. Most are the background, which is spread like a real library: few votes, scores mostly
unknown. The other segments make sure that each rule of the owner, and each side of the contrast that makes the rule
learnable, holds dozens of movies; they are described by votes and Rotten Tomatoes (RT) score, everything else follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from movie_pref.demo import stories
from movie_pref.demo.taste import has_genre, labelled
from movie_pref.errors import UserError

# name: (weight as the first genre, genres that go with it)
GENRES = {
    "Drama": (26, ("Romance", "Thriller", "Crime", "History", "Family", "Comedy", "War", "Music")),
    "Comedy": (20, ("Romance", "Drama", "Family", "Crime", "Fantasy", "Music")),
    "Documentary": (13, ("Music", "History", "Family")),
    "Thriller": (9, ("Crime", "Mystery", "Horror", "Drama", "Action", "TV Movie")),
    "Horror": (9, ("Thriller", "Mystery", "Science Fiction", "Fantasy", "Comedy")),
    "Action": (7, ("Thriller", "Adventure", "Crime", "Science Fiction", "War", "Drama", "Western")),
    "Romance": (5, ("Drama", "Comedy", "TV Movie")),
    "Crime": (4, ("Thriller", "Drama", "Mystery", "Action")),
    "Animation": (4, ("Family", "Comedy", "Adventure", "Fantasy")),
    "Adventure": (3, ("Action", "Fantasy", "Family", "Science Fiction")),
    "Science Fiction": (3, ("Thriller", "Horror", "Adventure", "Action", "Mystery")),
    "Family": (3, ("Comedy", "Fantasy", "Adventure", "Animation")),
    "Fantasy": (2, ("Adventure", "Family", "Romance", "Horror", "Action")),
    "Mystery": (2, ("Thriller", "Crime", "Drama", "Horror")),
    "Music": (2, ("Drama", "Documentary", "Comedy", "Romance")),
    "TV Movie": (2, ("Romance", "Drama", "Thriller", "Family", "Comedy")),
    "History": (1.5, ("Drama", "War", "Documentary")),
    "War": (1, ("Drama", "History", "Action")),
    "Western": (1, ("Action", "Drama", "Adventure")),
}
GENRE_NAMES = tuple(GENRES)

# language: (weight among the movies that are not in English, countries of origin, the likeliest first)
LANGUAGES = {
    "fr": (110, ("FR", "BE", "CA", "CH", "SN")), "es": (65, ("ES", "MX", "AR", "CL", "CO", "PE", "UY", "CU")),
    "ja": (50, ("JP",)), "it": (43, ("IT", "CH")), "zh": (46, ("CN", "HK", "TW", "SG")), "hi": (36, ("IN",)),
    "nl": (32, ("NL", "BE")), "de": (31, ("DE", "AT", "CH")), "tr": (31, ("TR",)), "ko": (28, ("KR",)),
    "pt": (20, ("BR", "PT")), "sv": (17, ("SE", "FI")), "ta": (15, ("IN", "LK")), "ro": (14, ("RO", "MD")),
    "id": (14, ("ID",)), "tl": (13, ("PH",)), "ml": (12, ("IN",)), "no": (12, ("NO",)), "te": (11, ("IN",)),
    "pl": (11, ("PL",)), "th": (8, ("TH",)), "pa": (7, ("IN",)), "da": (9, ("DK",)), "el": (7, ("GR", "CY")),
    "fa": (7, ("IR",)), "cs": (7, ("CZ",)), "ar": (8, ("EG", "LB", "MA", "TN", "SA")), "he": (6, ("IL",)),
    "fi": (6, ("FI",)), "hu": (6, ("HU",)), "ru": (8, ("RU",)), "uk": (5, ("UA",)), "is": (4, ("IS",)),
    "bn": (5, ("BD", "IN")), "ur": (4, ("PK",)), "vi": (5, ("VN",)), "sr": (4, ("RS",)), "hr": (4, ("HR",)),
    "ka": (3, ("GE",)), "et": (4, ("EE",)), "lt": (3, ("LT",)), "lv": (3, ("LV",)), "bg": (4, ("BG",)),
    "ca": (3, ("ES",)), "sk": (4, ("SK",)), "sl": (3, ("SI",)), "mr": (4, ("IN",)), "kn": (4, ("IN",)),
    "ms": (3, ("MY",)), "af": (2, ("ZA",)), "sw": (2, ("KE",)), "yo": (2, ("NG",)), "eu": (2, ("ES",)),
    "mk": (2, ("MK",)), "km": (2, ("KH",)), "wo": (2, ("SN",)),
}  # fmt: skip
ENGLISH_COUNTRIES = ("US",) * 80 + ("GB",) * 10 + ("CA",) * 5 + ("AU",) * 2 + ("IE", "NZ", "ZA", "NG")
PARTNER_COUNTRIES = (
    "US", "GB", "FR", "DE", "CA", "BE", "IT", "ES", "IE", "AU", "SE", "DK", "LU", "NL", "CZ", "HU", "MT",
)  # fmt: skip
HEARD_LANGUAGES = ("en", "fr", "es", "de", "it", "ja", "ru", "zh", "ar", "hi", "pt", "la", "pl", "he", "sv", "ko", "ga")


@dataclass(frozen=True)
class Segment:
    """Movies of one kind: how many, and the ranges of what the owner's rules look at."""

    library: int
    candidates: int
    english: float
    votes: tuple[float, float]
    rt_score: tuple[int, int] | None = None  # None: spread like a real library, and mostly unknown
    first: tuple[str, ...] = GENRE_NAMES  # what the first genre may be
    never: tuple[str, ...] = ()  # genres that do not occur


_PLOT = ("Action", "Drama")
_OTHERS = tuple(name for name in GENRE_NAMES if name not in _PLOT)
_POPULAR = (52_000, 2_400_000)
SEGMENTS = (
    Segment(2832, 279, 0.74, (5, 49_000)),
    Segment(110, 20, 0.75, (25, 980), (87, 100)),  # acclaimed, hardly seen
    Segment(30, 8, 1, (1_100, 48_000), (87, 100), _OTHERS, _PLOT),  # acclaimed, seen by some
    Segment(72, 20, 1, _POPULAR, (86, 100), _OTHERS, _PLOT),  # acclaimed and popular
    Segment(72, 20, 1, _POPULAR, (86, 100), _PLOT),  # action and drama: acclaimed and popular
    Segment(60, 16, 1, (1_100, 46_000), (87, 100), _PLOT),  # action and drama: acclaimed only
    Segment(88, 28, 1, _POPULAR, (12, 83), _PLOT),  # action and drama: popular only
    Segment(84, 18, 1, _POPULAR, (6, 48), ("Comedy",), _PLOT),  # panned and popular comedies
    Segment(50, 8, 1, (60, 46_000), (6, 48), ("Comedy",), _PLOT),  # panned comedies, not popular
    Segment(56, 10, 0, (105_000, 1_300_000), (92, 100)),  # not in English: acclaimed and very popular
    Segment(24, 5, 0, (105_000, 1_300_000), (30, 80), never=("Comedy",)),  # not in English: very popular only
    Segment(36, 6, 0, (105_000, 1_300_000), (81, 90)),  # not in English: very popular, nearly acclaimed
    Segment(30, 5, 0, (45_000, 96_000), (92, 100)),  # not in English: acclaimed, nearly popular
    Segment(26, 5, 0, (1_500, 45_000), (92, 100)),  # not in English: acclaimed only
    Segment(130, 52, 1, _POPULAR, (51, 84), _OTHERS, _PLOT),  # popular, of other genres: liked now and then
)  # fmt: skip

COLUMNS = (
    "imdb_id", "tmdb_id", "media_type", "media_title", "release_year", "budget", "revenue", "runtime", "origin_country",
    "production_companies", "production_countries", "production_status", "original_language", "spoken_languages",
    "genre", "original_media_title", "tagline", "overview", "tmdb_rating", "tmdb_votes", "rt_score", "metascore",
    "imdb_rating", "imdb_votes", "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """What sets the library apart from the candidates, which are seen by more people."""

    counts: tuple[int, ...]  # movies in each segment
    votes_shape: tuple[float, float]  # beta distribution of the background's votes, on a logarithmic scale
    missing: dict[str, float]  # share of movies for which a column is not known


LIBRARY = Sample(
    tuple(segment.library for segment in SEGMENTS),
    (2.0, 2.5),
    {"rt_score": 0.71, "metascore": 0.82, "imdb_rating": 0.24, "imdb_votes": 0.13, "production_companies": 0.16,
     "production_countries": 0.14, "spoken_languages": 0.08},
)  # fmt: skip
CANDIDATES = Sample(
    tuple(segment.candidates for segment in SEGMENTS),
    (3.2, 2.2),
    {"rt_score": 0.50, "metascore": 0.70, "imdb_rating": 0.06, "imdb_votes": 0.03, "production_companies": 0.08,
     "production_countries": 0.05, "spoken_languages": 0.03},
)  # fmt: skip


def demo_library(seed: int = 0, classes: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The demonstration library: 3,700 labelled movies, 350 of them liked, and 500 candidates without a label.

    The same seed gives the same frames. Columns are those of the library contract, without television's; lists are
    Python lists and null where unknown; text is empty, and money or runtime zero, where unknown, as TMDB writes it.
    With three `classes` it is the same movies: 100 of the liked are `would_watch_again`, and `rating` is added (`stars`).
    """
    if classes not in (2, 3):
        raise UserError(f"A demonstration library of {classes} classes was asked for; it has 2 or 3 of them.")
    streams = np.random.SeedSequence(seed).spawn(4)
    numbers, words, taste, devotion = (np.random.Generator(np.random.PCG64(stream)) for stream in streams)
    movies = pd.concat([_movies(numbers, LIBRARY), _movies(numbers, CANDIDATES)], ignore_index=True)
    movies["imdb_id"] = [f"tt9{n:07d}" for n in numbers.choice(10_000_000, len(movies), replace=False)]
    movies["tmdb_id"] = 9_000_000 + numbers.choice(1_000_000, len(movies), replace=False)
    movies["media_type"] = "movie"
    movies["created_at"], movies["updated_at"] = _timestamps(numbers, len(movies))
    movies = _with_words(movies, words)[list(COLUMNS)]
    size, third = sum(LIBRARY.counts), devotion if classes == 3 else None
    return labelled(movies.iloc[:size].copy(), taste, third), movies.iloc[size:].reset_index(drop=True)


def _movies(rng: np.random.Generator, sample: Sample) -> pd.DataFrame:
    """Everything about the movies of a sample but identifiers, words and labels."""
    kinds = [SEGMENTS[row] for row in rng.permutation(np.repeat(np.arange(len(SEGMENTS)), sample.counts))]
    placed = np.array([kind.rt_score is not None for kind in kinds])  # in a segment of the owner's rules
    reach = _reach(rng, kinds, placed, sample.votes_shape)
    english = rng.random(len(kinds)) < np.array([kind.english for kind in kinds])
    movies = pd.DataFrame({"genre": _genres(rng, kinds)})
    movies = movies.join(_places(rng, english)).join(_scores(rng, kinds, placed, reach))
    movies["release_year"], movies["production_status"] = _release(rng, reach)
    before_television = has_genre(movies["genre"], "TV Movie") & (movies["release_year"] < 1955)
    movies["release_year"] = movies["release_year"].mask(before_television, 1955)
    movies["runtime"] = _runtime(rng, movies["genre"], reach)
    movies["budget"], movies["revenue"] = _money(rng, movies["genre"], english, reach)
    movies["production_companies"] = _company_counts(rng, reach)
    hide = partial(_hide, rng, movies, sample.missing)
    hide("imdb_votes", reach, 0.45, keep=placed)
    hide("imdb_rating", reach - 9 * movies["imdb_votes"].isna(), 0.35)
    hide("rt_score", reach, 0.9, keep=placed)
    hide("metascore", np.minimum(reach, 4.5) + 2.5 * movies["rt_score"].notna(), 1.1)
    for column in ("production_companies", "production_countries", "spoken_languages"):
        hide(column, reach, 1.2)
    movies["genre"] = movies["genre"].where(placed | (reach > 2) | (rng.random(len(movies)) > 0.08), None)
    return movies


def _hide(
    rng: np.random.Generator,
    movies: pd.DataFrame,
    missing: dict[str, float],
    column: str,
    reach: np.ndarray,
    spread: float,
    keep: np.ndarray | None = None,
) -> None:
    """Make a share of a column unknown, rather for movies of little reach than for well-known ones."""
    known = np.asarray(reach) + rng.normal(0, spread, len(movies))
    if keep is not None:
        known[keep] = np.inf
    rows = np.argsort(known, kind="stable")[: round(missing[column] * len(movies))]
    hidden = np.isin(np.arange(len(movies)), rows)
    movies[column] = movies[column].where(~hidden, None if movies[column].dtype == object else np.nan)


def _reach(
    rng: np.random.Generator, kinds: Sequence[Segment], placed: np.ndarray, shape: tuple[float, float]
) -> np.ndarray:
    """Decimal logarithm of how many people have seen each movie and vote, between its segment's limits."""
    low, high = np.log10(np.array([kind.votes for kind in kinds])).T
    # The background is near log-normal; in the other segments, which lie in its tail, the lower end is likelier.
    share = np.where(placed, rng.beta(1.1, 2.3, len(kinds)), rng.beta(*shape, len(kinds)))
    return low + (high - low) * share


def _genres(rng: np.random.Generator, kinds: Sequence[Segment]) -> list[list[str]]:
    """One to five genres a movie; the first is drawn by weight, the others rather from its companions."""
    size, names = len(kinds), np.array(GENRE_NAMES)
    weights = np.log([GENRES[name][0] for name in GENRE_NAMES])
    company = np.array([[3.0 if b in GENRES[a][1] else -1.5 for b in GENRE_NAMES] for a in GENRE_NAMES])
    may_lead = {kind: np.isin(names, kind.first) for kind in SEGMENTS}
    never = {kind: np.isin(names, kind.never) for kind in SEGMENTS}
    allowed = np.array([may_lead[kind] & ~never[kind] for kind in kinds])
    # The largest of log-weights plus Gumbel noise is a draw by weight; the k largest, k draws without replacement.
    lead = np.where(allowed, weights + rng.gumbel(size=(size, len(names))), -np.inf).argmax(axis=1)
    keys = 0.5 * weights + company[lead] + rng.gumbel(size=(size, len(names)))
    keys[np.array([never[kind] for kind in kinds])] = -np.inf
    keys[np.arange(size), lead] = np.inf
    order = np.argsort(-keys, axis=1, kind="stable")
    length = rng.choice(np.arange(1, 6), size, p=[0.35, 0.33, 0.23, 0.07, 0.02])
    return [names[row[:count]].tolist() for row, count in zip(order, length, strict=True)]


def _places(rng: np.random.Generator, english: np.ndarray) -> pd.DataFrame:
    """Original language, and the countries and languages that go with it."""
    weights = np.array([weight for weight, _ in LANGUAGES.values()], dtype=float)
    foreign = rng.choice(list(LANGUAGES), len(english), p=weights / weights.sum())
    extras = rng.random((len(english), 7)).tolist()
    rows = []
    for language, (home, abroad, partner, second, heard, third, other) in zip(
        np.where(english, "en", foreign).tolist(), extras, strict=True
    ):
        countries = ENGLISH_COUNTRIES if language == "en" else LANGUAGES[language][1]
        # The power favours the first country of a language; English has its weights in the list.
        origin = [countries[int((home if language == "en" else home**2.5) * len(countries))]]
        if abroad < 0.11:
            origin.append(_at(PARTNER_COUNTRIES, partner))
        produced = origin + ([_at(PARTNER_COUNTRIES, other)] if second < 0.2 else [])
        spoken = [language] + [
            _at(HEARD_LANGUAGES, x) for x, chance in ((heard, 0.2), (third, 0.06)) if second > 1 - chance
        ]
        rows.append((language, *(list(dict.fromkeys(items)) for items in (origin, produced, spoken))))
    return pd.DataFrame(
        rows, columns=["original_language", "origin_country", "production_countries", "spoken_languages"]
    )


def _at(items: Sequence[str], share: float) -> str:
    return items[int(share * len(items))]


def _scores(rng: np.random.Generator, kinds: Sequence[Segment], placed: np.ndarray, reach: np.ndarray) -> pd.DataFrame:
    """Votes and ratings. Critics mostly agree with each other, audiences less with them; TMDB has far fewer voters."""
    size = len(kinds)
    low, high = np.array([kind.rt_score or (0, 100) for kind in kinds], dtype=float).T
    share = np.where(placed, rng.random(size), rng.beta(1.5, 0.9, size))
    rt_score = np.floor(low + (high + 1 - low) * share).clip(0, 100)
    metascore = 61 + 0.55 * (rt_score - 68) + rng.normal(0, 8.5, size)
    verdict = (rt_score - 64) / 27
    rating = 6.1 + 0.8 * verdict + 0.12 * (reach - 2.7) + rng.normal(0, 0.9, size)
    votes = np.floor(10**reach)
    # The two sites agree on the most popular movies; a few others are known on one of the sites only, so that a model
    # can tell which of the two the owner goes by.
    odd, shift = rng.random(size), rng.uniform(2, 6, size)
    noise = rng.normal(0, np.interp(reach, [4.9, 5.5], [0.85, 0.15]))
    noise += np.where((reach > 4.6) & (reach < 5.4) & (odd < 0.35), shift, 0)
    noise -= np.where((reach > 1.5) & (reach < 3.6) & (odd < 0.06), shift, 0)
    ratio = np.exp(np.log(34) + noise).clip(min=np.interp(reach, [3, 4], [0.5, 6]))
    tmdb_votes = np.floor(votes / ratio).astype("int64")
    tmdb_rating = rating - 0.1 + rng.normal(0, 0.35 + 1.6 / np.sqrt(tmdb_votes + 1))
    digits = np.where(tmdb_votes < 3, 0, 1)  # a mean of one or two votes is mostly whole
    tmdb_rating = np.where(digits == 0, np.round(tmdb_rating), np.round(tmdb_rating, 1)).clip(1, 10)
    return pd.DataFrame(
        {
            "tmdb_rating": np.where(tmdb_votes == 0, 0, tmdb_rating),
            "tmdb_votes": tmdb_votes,
            "rt_score": rt_score,
            "metascore": np.round(metascore).clip(4, 100),
            "imdb_rating": np.round(rating, 1).clip(1, 9.6),
            "imdb_votes": votes,
        }
    )


def _release(rng: np.random.Generator, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Years, mostly recent for movies that few have seen, and production status."""
    known = np.interp(reach, [2.5, 5], [0, 1])
    age = np.exp(rng.normal(1.6 + 0.9 * known, 1.65 - 0.7 * known)) - 1
    year = 2025 - np.floor(age.clip(0, 112)).astype("int16")
    unfinished = (year == 2025) & (reach < 2) & (rng.random(len(reach)) < 0.02)
    return year, np.where(unfinished, "Post Production", "Released")


def _runtime(rng: np.random.Generator, genres: pd.Series, reach: np.ndarray) -> np.ndarray:
    """Minutes; some shorts, some unknown."""
    usual = 93 + 5 * (reach - 2.7) + 8 * has_genre(genres, "Drama") - 10 * has_genre(genres, "Documentary")
    usual -= 8 * (has_genre(genres, "Animation") | has_genre(genres, "Family"))
    minutes = np.round(usual + rng.normal(0, 15, len(reach))).clip(50, 240)
    rare, length = rng.random(len(reach)), rng.integers(4, 41, len(reach))
    minutes = np.where((rare < 0.07) & (reach < 3), length, minutes)
    return np.where((rare > 0.94) & (reach < 3.2), 0, minutes).astype("float64")


def _money(
    rng: np.random.Generator, genres: pd.Series, english: np.ndarray, reach: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Budget and revenue in dollars, mostly unknown (zero) for movies that few have seen."""
    size = len(reach)
    lavish = sum(has_genre(genres, name) for name in ("Action", "Adventure", "Science Fiction", "Animation", "Fantasy"))
    scale = (
        6.1 + 0.5 * (reach - 3) + 0.25 * np.minimum(lavish, 2) - 0.6 * has_genre(genres, "Documentary") - 0.3 * ~english
    )
    budget = 10 ** (scale + rng.normal(0, 0.4, size)).clip(3, 8.5)
    revenue = budget * 10 ** (0.15 + 0.35 * (reach - 5) + rng.normal(0, 0.3, size)).clip(0, 15)
    told = reach + rng.normal(0, 0.7, size)  # how much of its money a movie tells
    told = np.where(rng.random(size) < 0.15, rng.permutation(told), told)
    budget_known, revenue_known = told > 3.9, told + rng.normal(0, 0.3, size) > 4
    return np.where(budget_known, np.round(budget, -3), 0), np.where(revenue_known, np.round(revenue), 0)


def _company_counts(rng: np.random.Generator, reach: np.ndarray) -> pd.Series:
    """How many production companies; their names come with the words."""
    return pd.Series(1 + rng.poisson(np.interp(reach, [2, 5], [0.9, 2.2])).clip(0, 9), dtype=object)


def _timestamps(rng: np.random.Generator, size: int) -> tuple[pd.Series, pd.Series]:
    """When each row was made and last changed, within fixed months."""
    made = pd.Timestamp("2025-09-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 120 * 86_400, size), unit="s")
    changed = made + pd.to_timedelta(rng.integers(0, 60 * 86_400, size) * (rng.random(size) < 0.4), unit="s")
    return pd.Series(made.as_unit("us")), pd.Series(changed.as_unit("us"))


def _with_words(movies: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The movies with titles, taglines, overviews and the names of their production companies."""
    draws = stories.stream(lambda count: rng.random(count).tolist())
    taken: set[str] = set()
    texts, names = [], []
    votes = np.log10(movies["imdb_votes"].fillna(0) + 10).tolist()
    for genres, language, count, reach in zip(
        movies["genre"], movies["original_language"], movies["production_companies"], votes, strict=True
    ):
        lead = next((genre for genre in genres or () if genre != "TV Movie"), "TV Movie" if genres else "Drama")
        title, original, tagline, overview = stories.story(draws, lead, language, taken)
        has_tagline, has_overview = next(draws) < 0.15 + 0.14 * reach, next(draws) > 0.008
        texts.append((title, original, tagline if has_tagline else "", overview if has_overview else ""))
        names.append(None if pd.isna(count) else stories.companies(draws, count, language, reach > 4.5))
    words = pd.DataFrame(texts, columns=["media_title", "original_media_title", "tagline", "overview"])
    return movies.assign(production_companies=pd.Series(names, dtype=object)).join(words)
