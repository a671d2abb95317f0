"""What a person relies on in the demonstration library: its shape, its realism, and a taste that can be learnt.

The rules of the owner are written here from their text, not from the generator.
"""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.errors import UserError
from movie_pref_tests.demo.rules import TMDB_GENRES, masks

COLUMNS = [
    "imdb_id", "tmdb_id", "label", "media_type", "media_title", "release_year", "budget", "revenue", "runtime",
    "origin_country", "production_companies", "production_countries", "production_status", "original_language",
    "spoken_languages", "genre", "original_media_title", "tagline", "overview", "tmdb_rating", "tmdb_votes", "rt_score",
    "metascore", "imdb_rating", "imdb_votes", "created_at", "updated_at",
]  # fmt: skip
LISTS = ["origin_country", "production_companies", "production_countries", "spoken_languages", "genre"]


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


def test_three_classes_are_the_same_movies_with_favourites_and_stars_beside():
    (two, unseen), (three, unseen_by_three) = demo_library(3), demo_library(3, classes=3)
    pd.testing.assert_frame_equal(unseen_by_three, unseen)
    again = three["label"] == "would_watch_again"
    pd.testing.assert_frame_equal(
        three.drop(columns="rating").assign(label=three["label"].mask(again, "would_watch")), two
    )
    assert three["label"].value_counts().to_dict() == {"would_not_watch": 3350, "would_watch": 250, "would_watch_again": 100}  # fmt: skip
    assert list(three.columns) == [*COLUMNS, "rating"]
    pd.testing.assert_frame_equal(demo_library(3, classes=3)[0], three)
    with pytest.raises(UserError, match="of 4 classes was asked for; it has 2 or 3"):
        demo_library(classes=4)


def test_two_cuts_through_the_stars_are_the_three_labels():
    library, _ = demo_library(classes=3)
    stars = library.groupby("label")["rating"].agg(["min", "max"]).to_dict("index")
    assert stars == {
        "would_not_watch": {"min": 1, "max": 6},
        "would_watch": {"min": 7, "max": 8},
        "would_watch_again": {"min": 9, "max": 10},
    }


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
