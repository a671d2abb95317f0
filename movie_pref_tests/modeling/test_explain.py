"""Reasons: contributions that add up, in words that a person reads."""

import numpy as np
import pandas as pd
import pytest
import xgboost

from movie_pref.modeling.explain import contributions, reasons, words
from movie_pref.modeling.preprocess import Preprocessor


def model_values(made, rows):
    """The numbers that a booster reads."""
    values, _ = made.matrix(made.table(rows))
    return values


def margins(booster, values, preprocessing):
    matrix = xgboost.DMatrix(
        values,
        feature_types=preprocessing.feature_types,
        feature_names=preprocessing.columns,
        enable_categorical=True,
    )
    return booster.predict(matrix, output_margin=True)


def test_contributions_add_up_to_the_margin(trained, candidates):
    made, booster = trained.preprocessing, trained.model.serving
    values = model_values(made, candidates)

    found = contributions(booster, values, made)

    assert found.shape == (60, len(made.columns) + 1)
    np.testing.assert_allclose(found.sum(axis=1), margins(booster, values, made), atol=1e-4)


@pytest.fixture
def made():
    return Preprocessor().fit(
        pd.DataFrame(
            {
                "release_year": [1960, 1990, 2020],
                "budget": [1e6, 5e7, 2e8],
                "imdb_rating": [4.0, 6.0, 9.0],
                "imdb_votes": [0, 30_000, 100_000],
                "original_language": ["en", "ja", None],
                "genre": [["Drama"], ["Science Fiction"], None],
                "origin_country": [["US"], ["JP"], ["XX"]],
                "spoken_languages": [["en"], ["fr"], None],
            }
        )
    )


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        # thirds of the known values: votes below 20,000 are few, above 53,333 many
        ("imdb_votes_norm", 0.78241, "many IMDb votes (78,241)"),
        ("imdb_votes_norm", 0.3, "medium IMDb votes (30,000)"),
        ("imdb_votes_norm", 0.0, "few IMDb votes (0)"),
        ("imdb_votes_norm", np.nan, "no IMDb votes known"),
        ("imdb_rating_norm", 1.0, "high IMDb rating (9.0)"),
        ("imdb_rating_norm", 0.0, "low IMDb rating (4.0)"),
        ("release_year_norm", 1.0, "recent release year (2020)"),
        ("release_year_norm", 0.0, "early release year (1960)"),
        ("budget_norm", 1.0, "big budget (200,000,000)"),
        ("original_language", 1.0, "originally in Japanese"),
        ("original_language", np.nan, "unknown original language"),
        ("genre_science_fiction", 1.0, "Science Fiction"),
        ("genre_drama", 0.0, "not Drama"),
        ("origin_country_jp", 1.0, "from Japan"),
        ("origin_country_us", 0.0, "not from United States"),
        ("origin_country_xx", 1.0, "from XX"),
        ("spoken_language_fr", 1.0, "French is spoken"),
    ],
)
def test_a_model_column_and_its_value_in_words(made, column, value, said):
    assert words(made, made.columns.index(column), value) == said


def test_reasons_are_the_strongest_contributions_towards_the_side_the_model_took(trained, candidates):
    made, booster = trained.preprocessing, trained.model.serving
    values = model_values(made, candidates)
    found = contributions(booster, values, made)[:, :-1]
    liked = np.arange(60) % 2 == 0

    texts = reasons(booster, values, made, liked)

    for row in range(60):
        towards = found[row] if liked[row] else -found[row]
        best = sorted(range(len(towards)), key=lambda column: -towards[column])[:3]
        assert texts[row] == "; ".join(words(made, c, values[row, c]) for c in best if towards[c] > 0)
    assert sum(text.count("; ") == 2 for text in texts) > 40


def test_a_movie_is_liked_for_the_reason_that_made_the_label():
    """Labels that follow votes and nothing else are explained by votes and nothing else."""
    rng = np.random.default_rng(0)
    votes = rng.integers(0, 100_000, 400)
    rows = pd.DataFrame({"imdb_votes": votes, "metascore": rng.integers(0, 100, 400)})
    made = Preprocessor().fit(rows)
    values = model_values(made, rows)
    matrix = xgboost.DMatrix(values, label=votes > 60_000, feature_names=made.columns)
    booster = xgboost.train({"max_depth": 1, "objective": "binary:logistic"}, matrix, 5)

    best, worst = reasons(booster, values[[votes.argmax(), votes.argmin()]], made, np.array([True, False]))

    assert best == f"many IMDb votes ({votes.max():,})"
    assert worst == f"few IMDb votes ({votes.min():,})"


def test_no_rows_have_no_reasons(trained):
    assert reasons(trained.model.serving, np.empty((0, 0)), trained.preprocessing, np.empty(0, dtype=bool)) == []
