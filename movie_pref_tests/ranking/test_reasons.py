"""Reasons: contributions that add up, in words that a person reads."""

import numpy as np
import pandas as pd
import pytest
import xgboost

from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.committee import Committee
from movie_pref.ranking.reasons import TELLING, Sides, Weight, explanation, influences, reasons, sides, words


def model_values(made, rows):
    """The numbers that a booster reads."""
    values, _ = made.matrix(made.table(rows))
    return values


def contributions(committee, values, preprocessing):
    return committee.contributions(values, preprocessing.feature_types)


def alone(booster):
    """A booster as a model of its own."""
    return Committee(booster, list(range(booster.num_features())), 0.0, None, 0.0)


def margins(committee, values, preprocessing):
    matrix = xgboost.DMatrix(
        values,
        feature_types=preprocessing.feature_types,
        feature_names=preprocessing.columns,
        enable_categorical=True,
    )
    return committee.ensemble.predict(matrix, output_margin=True) + committee.start


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
        # float32 holds (100,000,000 - 1,000,000) / 199,000,000 to seven digits: not 99,999,998
        ("budget_norm", np.float32(99 / 199), "medium budget (100,000,000)"),
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

    sides = {side: (found if side else -found)[liked == side].mean(axis=0) for side in (True, False)}
    for row in range(60):
        towards, typical = (found[row] if liked[row] else -found[row]), sides[bool(liked[row])]
        best = sorted(range(len(towards)), key=lambda column: -towards[column])
        # two for their strength, and the one of the rest that is furthest above what is usual on that side
        telling = [c for c in best[2:] if towards[c] >= TELLING and towards[c] > typical[c]]
        last = max(telling, key=lambda column: towards[column] - typical[column], default=best[2])
        assert texts[row] == "; ".join(words(made, c, values[row, c]) for c in [*best[:2], last] if towards[c] > 0)
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

    best, worst = reasons(alone(booster), values[[votes.argmax(), votes.argmin()]], made, np.array([True, False]))

    assert best == f"many IMDb votes ({votes.max():,})"
    assert worst == f"few IMDb votes ({votes.min():,})"


def test_no_rows_have_no_reasons(trained):
    assert reasons(trained.model.serving, np.empty((0, 0)), trained.preprocessing, np.empty(0, dtype=bool)) == []


# one movie


@pytest.mark.parametrize("which", ["evaluated", "serving"])
def test_every_contribution_of_a_movie_and_the_base_add_up_to_its_margin(trained, candidates, which):
    made, booster = trained.preprocessing, getattr(trained.model, which)
    values = model_values(made, candidates)
    expected = margins(booster, values, made)

    for row in range(60):
        found = explanation(booster, values[[row]], made)
        assert found.margin == pytest.approx(expected[row], abs=1e-5)
        assert found.base + found.parts["log_odds"].sum() == pytest.approx(expected[row], abs=1e-5)
        assert found.probability == pytest.approx(1 / (1 + np.exp(-found.margin)), abs=1e-5)
        assert len(found.parts) == len(made.columns)


def test_the_contributions_of_a_movie_come_strongest_first_each_in_words(trained, candidates):
    made, booster = trained.preprocessing, trained.model.serving
    values = model_values(made, candidates)[[0]]

    parts = explanation(booster, values, made).parts

    assert parts["log_odds"].abs().is_monotonic_decreasing
    by_column = dict(zip(made.columns, contributions(booster, values, made)[0], strict=False))
    for row in parts.head(5).itertuples():
        assert row.log_odds == pytest.approx(by_column[row.column])
        position = made.columns.index(row.column)
        assert row.words == words(made, position, values[0, position])


# both sides, and the members, with weights written down by hand


@pytest.fixture
def three_columns():
    """A preprocessing of three columns (votes, Drama, Horror) and the values of two movies."""
    rows = pd.DataFrame({"imdb_votes": [0.0, 50_000.0, 100_000.0], "genre": [["Drama"], ["Horror"], None]})
    made = Preprocessor().fit(rows)
    assert made.columns == ["imdb_votes_norm", "genre_drama", "genre_horror"]
    return made, np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])


class ByHand:
    """A committee whose members say what is written here: a row a movie, the start last."""

    def __init__(self, **members):
        self.members = {name: np.array(found) for name, found in members.items()}

    def parts(self, values, types):
        return self.members

    def contributions(self, values, types):
        return np.sum(list(self.members.values()), axis=0)

    def predict(self, values):
        return 1 / (1 + np.exp(-self.contributions(values, None).sum(axis=1)))


def test_both_sides_have_their_strongest_weights_and_nothing_that_hardly_counts(three_columns):
    made, values = three_columns
    committee = ByHand(boosters=[[0.9, -0.2, -0.7, 5.0], [-0.04, 0.05, 0.0, 5.0]])

    first, second = sides(committee, values, made)

    assert first == Sides(
        [Weight("many IMDb votes (100,000)", 0.9)], [Weight("Horror", -0.7), Weight("not Drama", -0.2)]
    )
    assert second == Sides([Weight("Drama", 0.05)], [])  # -0.04 is below what is worth a word, and the start is no side
    assert sides(committee, values, made, count=1)[0].against == [Weight("Horror", -0.7)]
    assert sides(committee, np.empty((0, 3)), made) == []


def test_what_each_member_comes_to_begins_with_its_own_start(three_columns):
    made, values = three_columns
    committee = ByHand(boosters=[[0.9, -0.2, -0.7, -1.0]], linear=[[0.1, 0.0, 0.4, 0.25]])

    found = explanation(committee, values[[0]], made)

    assert found.starts == {"boosters": -1.0, "linear": 0.25}
    assert found.base == -0.75
    assert found.members == {"boosters": pytest.approx(-1.0), "linear": pytest.approx(0.75)}
    assert found.margin == pytest.approx(-0.25) == pytest.approx(sum(found.members.values()))
    assert found.probability == pytest.approx(0.4378235)  # 1 / (1 + e^0.25)
    assert found.parts["column"].tolist() == ["imdb_votes_norm", "genre_horror", "genre_drama"]
    assert found.parts["log_odds"].tolist() == pytest.approx([1.0, -0.3, -0.2])
    assert found.parts["boosters"].tolist() == pytest.approx([0.9, -0.7, -0.2])
    assert found.parts["linear"].tolist() == pytest.approx([0.1, 0.4, 0.0])


# what matters to a model


@pytest.fixture(scope="module")
def taste():
    """A model of labels that follow votes, and against Horror; how old a movie is says nothing."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "imdb_votes": rng.integers(0, 90_000, 600).astype(float),
            "release_year": rng.integers(1950, 2020, 600),
            "genre": [[str(name)] for name in rng.choice(["Horror", "Comedy", "Drama"], 600)],
        }
    )
    horror = rows["genre"].map(lambda names: names == ["Horror"])
    made = Preprocessor().fit(rows)
    values = model_values(made, rows)
    matrix = xgboost.DMatrix(values, label=(rows["imdb_votes"] > 45_000) & ~horror, feature_names=made.columns)
    return alone(xgboost.train({"max_depth": 3, "objective": "binary:logistic"}, matrix, 20)), values, made


def test_influences_come_in_the_order_of_their_strength_with_a_list_as_one(taste):
    booster, values, made = taste

    found = influences(booster, values, made)

    assert [one.feature for one in found] == ["imdb_votes", "genre", "release_year"]
    by_hand = contributions(booster, values, made)
    genre = [made.columns.index(f"genre_{name}") for name in ("comedy", "drama", "horror")]
    assert found[1].strength == pytest.approx(np.abs(by_hand[:, genre].sum(axis=1)).mean(), rel=1e-5)
    assert found[0].words == "IMDb votes"


def test_influences_say_which_way(taste):
    directions = {one.feature: one.direction for one in influences(*taste)}

    assert directions["imdb_votes"] == "for a movie: many IMDb votes; against it: few IMDb votes"
    assert directions["genre"].endswith("against it: Horror")
    assert directions["release_year"] == ""


def test_an_element_that_hardly_any_movie_has_is_not_named(taste):
    booster, values, made = taste
    few = values[values[:, made.columns.index("genre_horror")] == 1][:9]
    others = values[values[:, made.columns.index("genre_horror")] == 0]

    (genre,) = (one for one in influences(booster, np.vstack([few, others]), made) if one.feature == "genre")
    assert "Horror" not in genre.direction
