"""What a person relies on in the demonstration library: its shape, its realism, and a taste that can be learnt.

The rules of the owner are written here from their text, not from the generator.
"""

import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from movie_pref.demo.library import demo_library

COLUMNS = [
    "imdb_id", "tmdb_id", "label", "media_type", "media_title", "release_year", "budget", "revenue", "runtime",
    "origin_country", "production_companies", "production_countries", "production_status", "original_language",
    "spoken_languages", "genre", "original_media_title", "tagline", "overview", "tmdb_rating", "tmdb_votes", "rt_score",
    "metascore", "imdb_rating", "imdb_votes", "created_at", "updated_at",
]  # fmt: skip
LISTS = ["origin_country", "production_companies", "production_countries", "spoken_languages", "genre"]
TEXTS = ["media_title", "original_media_title", "tagline", "overview"]
TMDB_GENRES = {
    "Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy", "History",
    "Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie", "Thriller", "War", "Western",
}  # fmt: skip


@pytest.fixture(scope="module", params=[0, 11], ids="seed {}".format)
def frames(request) -> tuple[pd.DataFrame, pd.DataFrame]:
    return demo_library(request.param)


@pytest.fixture(scope="module")
def library(frames) -> pd.DataFrame:
    return frames[0]


@pytest.fixture(scope="module")
def candidates(frames) -> pd.DataFrame:
    return frames[1]


def has(movies: pd.DataFrame, genre: str) -> pd.Series:
    return movies["genre"].map(lambda names: names is not None and genre in names).astype(bool)


def masks(movies: pd.DataFrame) -> dict[str, pd.Series]:
    """The movies under each rule, and under each side of the contrast that makes it learnable."""
    rt, votes = movies["rt_score"], movies["imdb_votes"]
    english, plot = movies["original_language"] == "en", has(movies, "Action") | has(movies, "Drama")
    high, many, few = rt > 85, votes > 50_000, votes < 1_000
    exception = ~english & (rt > 90) & (votes > 100_000)
    return {
        "acclaimed, few votes": english & high & few,
        "acclaimed, many votes": english & ~plot & high & many,
        "comedy, low RT, many votes": english & ~plot & has(movies, "Comedy") & (rt < 50) & many,
        "comedy, low RT, not many votes": english & ~plot & has(movies, "Comedy") & (rt < 50) & (votes <= 50_000),
        "action or drama, both": english & plot & high & many,
        "action or drama, high RT only": english & plot & high & ~many & ~few,
        "action or drama, many votes only": english & plot & ~high & many,
        "foreign, exception": exception,
        "foreign, many votes only": ~english & (rt <= 90) & (votes > 100_000),
        "foreign, high RT only": ~english & (rt > 90) & (votes <= 100_000),
        "foreign, otherwise": ~english & ~exception,
    }


RULES = {  # (least, most) share of liked movies
    "acclaimed, few votes": (0, 0.1),
    "acclaimed, many votes": (0.85, 1),
    "comedy, low RT, many votes": (0.55, 0.75),
    "action or drama, both": (0.85, 1),
    "action or drama, high RT only": (0, 0.1),
    "action or drama, many votes only": (0, 0.1),
    "foreign, exception": (0.85, 1),
    "foreign, many votes only": (0, 0.1),
    "foreign, high RT only": (0, 0.1),
    "foreign, otherwise": (0, 0.05),
}


# Shape


def test_same_seed_gives_the_same_frames_and_another_seed_does_not():
    first, again, other = demo_library(3), demo_library(3), demo_library(4)
    for one, two in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    assert not first[0]["imdb_votes"].equals(other[0]["imdb_votes"])
    assert not first[0]["media_title"].equals(other[0]["media_title"])


def test_frames_do_not_depend_on_the_hash_seed_of_python():
    script = (
        "import hashlib; from movie_pref.demo.library import demo_library;"
        "print([hashlib.sha256(frame.to_json().encode()).hexdigest() for frame in demo_library()])"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_sizes_labels_and_base_rate(library, candidates):
    assert len(library) == 3_700
    assert len(candidates) == 500
    assert set(library["label"]) == {"would_watch", "would_not_watch"}
    assert 330 <= (library["label"] == "would_watch").sum() <= 370


def test_columns_follow_the_library_contract(library, candidates):
    assert list(library.columns) == COLUMNS
    assert list(candidates.columns) == [column for column in COLUMNS if column != "label"]
    assert library.drop(columns="label").dtypes.equals(candidates.dtypes)
    assert set(library["media_type"]) == set(candidates["media_type"]) == {"movie"}


def test_the_reader_keeps_every_row(frames, tmp_path):
    from movie_pref.library import read_library

    for name, frame in zip(("library.parquet", "candidates.parquet"), frames, strict=True):
        frame.to_parquet(tmp_path / name)
    read = read_library(tmp_path / "library.parquet")
    assert len(read.rows) == 3_700
    assert len(read.rejected) == 0


def test_identifiers_are_unique_and_cannot_be_real(library, candidates):
    both = pd.concat([library, candidates])
    assert both["imdb_id"].is_unique
    assert both["tmdb_id"].is_unique
    assert both["imdb_id"].str.fullmatch(r"tt9\d{7}").all()  # real ones are still far below tt90000000


@pytest.mark.parametrize("column", LISTS)
def test_lists_are_python_lists_of_text_or_null(library, candidates, column):
    for cell in pd.concat([library, candidates])[column]:
        assert cell is None or (type(cell) is list and cell and all(type(item) is str for item in cell))
        assert cell is None or len(set(cell)) == len(cell)


def test_codes_and_genres_are_those_of_tmdb(library):
    assert library["origin_country"].explode().dropna().str.fullmatch("[A-Z]{2}").all()
    assert library["production_countries"].explode().dropna().str.fullmatch("[A-Z]{2}").all()
    assert library["spoken_languages"].explode().dropna().str.fullmatch("[a-z]{2}").all()
    assert library["original_language"].str.fullmatch("[a-z]{2}").all()
    assert set(library["genre"].explode().dropna()) == TMDB_GENRES


def test_values_lie_in_their_ranges(library, candidates):
    both = pd.concat([library, candidates])
    ranges = {
        "release_year": (1900, 2025), "runtime": (0, 300), "tmdb_rating": (0, 10), "rt_score": (0, 100),
        "metascore": (0, 100), "imdb_rating": (1, 10), "imdb_votes": (1, 4e6), "tmdb_votes": (0, 4e6),
        "budget": (0, 5e8), "revenue": (0, 1e10),
    }  # fmt: skip
    for column, (low, high) in ranges.items():
        assert both[column].dropna().between(low, high).all(), column
    assert (both["tmdb_rating"] == 0).equals(both["tmdb_votes"] == 0)


def test_timestamps_are_fixed_utc_and_in_order(library):
    for column in ("created_at", "updated_at"):
        assert str(library[column].dt.tz) == "UTC"
        assert library[column].between(pd.Timestamp("2025-01-01", tz="UTC"), pd.Timestamp("2026-06-01", tz="UTC")).all()
    assert (library["updated_at"] >= library["created_at"]).all()
    assert (library["updated_at"] > library["created_at"]).any()


# Realism


@pytest.mark.parametrize(
    ("column", "share"),
    [
        ("rt_score", 0.71), ("metascore", 0.82), ("imdb_rating", 0.24), ("imdb_votes", 0.13),
        ("production_companies", 0.16), ("production_countries", 0.14), ("spoken_languages", 0.08),
    ],
)  # fmt: skip
def test_null_shares_are_those_of_a_real_library(library, column, share):
    assert library[column].isna().mean() == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("column", ["rt_score", "metascore", "imdb_rating", "production_companies"])
def test_obscure_movies_lack_what_popular_ones_have(library, column):
    obscure, popular = library["imdb_votes"] < 100, library["imdb_votes"] > 50_000
    assert library.loc[popular, column].isna().mean() < 0.25
    assert library.loc[obscure, column].isna().mean() > library.loc[popular, column].isna().mean() + 0.2


def test_lists_have_a_long_tail(library):
    assert library["production_companies"].explode().nunique() > 1_500
    assert library["origin_country"].explode().nunique() >= 40
    assert library["spoken_languages"].explode().nunique() >= 40
    counts = library["production_companies"].explode().value_counts()
    assert counts.iloc[0] >= 20  # a big studio
    assert (counts == 1).mean() > 0.5


def test_zero_and_empty_stand_for_unknown_as_tmdb_writes_them(library):
    for column in ("budget", "revenue"):
        assert 0.6 < (library[column] == 0).mean() < 0.9
    assert 0.01 < (library["runtime"] == 0).mean() < 0.08
    assert 0.05 < (library["tmdb_rating"] == 0).mean() < 0.2
    assert 0.3 < (library["tagline"] == "").mean() < 0.6
    assert 0 < (library["overview"] == "").mean() < 0.02


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("imdb_votes", "tmdb_votes", 0.91, 0.985),
        ("rt_score", "metascore", 0.84, 0.92),
        ("budget", "revenue", 0.6, 0.95),
        ("rt_score", "imdb_rating", 0.45, 0.8),
    ],
)
def test_correlations_are_those_of_a_real_library(library, one, other, low, high):
    assert low < library[one].corr(library[other]) < high


def test_votes_are_heavy_tailed_and_years_recent(library):
    votes = library["imdb_votes"].dropna()
    assert votes.mean() > 10 * votes.median()
    assert abs(np.log(votes).skew()) < 1
    assert library["release_year"].median() >= 2012
    assert library["release_year"].skew() < -1


def test_candidates_are_moderately_more_popular_and_some_are_worth_watching(library, candidates):
    ratio = candidates["imdb_votes"].median() / library["imdb_votes"].median()
    assert 2 < ratio < 20
    assert (candidates["imdb_votes"] < 1_000).mean() > 0.15
    rules = masks(candidates)
    liked = rules["acclaimed, many votes"] | rules["action or drama, both"] | rules["foreign, exception"]
    assert 40 <= liked.sum() <= 150
    assert rules["comedy, low RT, many votes"].sum() >= 10


# Taste


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_and_its_contrast_is_covered_and_followed(library, rule):
    movies = masks(library)[rule]
    least, most = RULES[rule]
    assert movies.sum() >= 40
    assert least <= (library.loc[movies, "label"] == "would_watch").mean() <= most


def test_low_rated_comedies_need_many_votes(library):
    movies = masks(library)["comedy, low RT, not many votes"]
    assert movies.sum() >= 40
    assert (library.loc[movies, "label"] == "would_watch").mean() < 0.2


def test_labels_carry_noise_but_only_a_little(library):
    rules, liked = masks(library), library["label"] == "would_watch"
    against = sum((liked[rules[rule]] != (low > 0.5)).sum() for rule, (low, _) in RULES.items() if low != 0.55)
    assert 5 <= against <= 40


def test_the_other_movies_are_mostly_disliked_but_not_all(library):
    covered = pd.concat(masks(library), axis=1).any(axis=1)
    rest = library[~covered & (library["original_language"] == "en")]
    liked = rest["label"] == "would_watch"
    assert 0.02 < liked.mean() < 0.15
    assert rest.loc[liked, "imdb_votes"].median() > 10 * rest.loc[~liked, "imdb_votes"].median()


def features(movies: pd.DataFrame) -> pd.DataFrame:
    table = movies.select_dtypes("number").drop(columns="tmdb_id").astype("float64")
    table = table.assign(**{genre: has(movies, genre).astype("float64") for genre in sorted(TMDB_GENRES)})
    return table.assign(language=movies["original_language"].astype("category"))


# What only one changed feature does to the mean prediction of a rule's movies: (rule, change, least, most)
SWITCHES = [
    ("acclaimed, few votes", {"imdb_votes": 80_000}, 0.4, 1),
    ("acclaimed, many votes", {"imdb_votes": 500}, 0, 0.3),
    ("comedy, low RT, many votes", {"imdb_votes": 5_000}, 0, 0.3),
    ("comedy, low RT, many votes", {"Drama": 1}, 0, 0.3),
    ("action or drama, both", {"rt_score": 60}, 0, 0.4),
    ("action or drama, both", {"imdb_votes": 10_000}, 0, 0.4),
    ("action or drama, high RT only", {"imdb_votes": 100_000}, 0.5, 1),
    ("action or drama, many votes only", {"rt_score": 95}, 0.5, 1),
    ("foreign, exception", {"rt_score": 75}, 0, 0.3),
    ("foreign, exception", {"imdb_votes": 20_000}, 0, 0.3),
    ("foreign, many votes only", {"rt_score": 95}, 0.5, 1),
    ("foreign, high RT only", {"imdb_votes": 200_000}, 0.5, 1),
]


def test_a_boosted_model_learns_the_taste_out_of_fold():
    xgboost = pytest.importorskip("xgboost")
    from sklearn.metrics import average_precision_score
    from sklearn.model_selection import StratifiedKFold

    library, _ = demo_library()
    X, y = features(library), (library["label"] == "would_watch").to_numpy()
    rules = masks(library)
    probability, switched = np.zeros(len(X)), np.full((len(SWITCHES), len(X)), np.nan)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        model = xgboost.XGBClassifier(
            n_estimators=200, max_depth=5, learning_rate=0.1, enable_categorical=True, random_state=0, n_jobs=1
        ).fit(X.iloc[train], y[train])
        probability[test] = model.predict_proba(X.iloc[test])[:, 1]
        for row, (rule, change, _, _) in enumerate(SWITCHES):
            movies = test[rules[rule].to_numpy()[test]]
            switched[row, movies] = model.predict_proba(X.iloc[movies].assign(**change))[:, 1]

    assert 0.84 < average_precision_score(y, probability) < 0.95
    for rule, (low, _) in RULES.items():
        mean = probability[rules[rule]].mean()
        assert mean > 0.55 if low > 0.5 else mean < 0.2, (rule, mean)
    for row, (rule, change, least, most) in zip(switched, SWITCHES, strict=True):
        assert least < np.nanmean(row) < most, (rule, change, np.nanmean(row))


# Words


def test_titles_and_overviews_hardly_repeat(library, candidates):
    both = pd.concat([library, candidates])
    assert both["media_title"].duplicated().mean() < 0.03
    assert both.loc[both["overview"] != "", "overview"].duplicated().mean() < 0.01
    taglines = both.loc[both["tagline"] != "", "tagline"]
    assert taglines.nunique() > 0.6 * len(taglines)


@pytest.mark.parametrize("column", TEXTS)
def test_texts_are_finished(library, column):
    texts = library[column][library[column] != ""]
    assert not texts.str.contains(r"[{}|]|  |\bnan\b|None", regex=True).any()
    assert (texts.str.strip() == texts).all()
    assert texts.str[0].map(lambda letter: not letter.islower()).all()


def test_overviews_are_one_to_three_sentences(library):
    for overview in library["overview"][library["overview"] != ""]:
        assert 1 <= len(re.findall(r"[.?!](?: |$)", overview)) <= 3, overview


@pytest.mark.parametrize(
    ("genre", "words"),
    [
        ("Crime", "murder|heist|mob|killer|vault"),
        ("Western", "outlaw|ranch|bounty|sheriff|herd|gang|saloon|railroad|gunslinger|badlands"),
        ("Music", "band|symphony|cello|orchestra|album|singer|opera"),
        ("Horror", "haunt|creature|evil|cult|blood|sacrifice|bonfire"),
    ],
)
def test_stories_fit_their_genre(library, genre, words):
    """The first genre tells the story, so its words are much commoner there than elsewhere."""
    first = library["genre"].map(lambda names: names[0] if names else "")
    told = library["overview"].str.contains(words)
    assert told[first == genre].mean() > 0.35
    assert told[first == genre].mean() > 4 * told[first != genre].mean()


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("ja", "[\u3040-\u30ff\u4e00-\u9fff]"),
        ("ko", "[\uac00-\ud7a3]"),
        ("hi", "[\u0900-\u097f]"),
        ("zh", "[\u4e00-\u9fff]"),
    ],
)
def test_original_titles_are_written_in_their_script(library, language, script):
    titles = library.loc[library["original_language"] == language, "original_media_title"]
    assert len(titles) > 0
    assert titles.str.contains(script).all()


def test_english_movies_have_one_title_and_french_ones_two(library):
    same = library["media_title"] == library["original_media_title"]
    assert same[library["original_language"] == "en"].all()
    assert not same[library["original_language"].isin(["fr", "es", "it", "de"])].any()
