"""From library columns to model columns: what a person can recompute by hand, on both of the ways in."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from movie_pref.features.matrix import to_matrix, to_sparse
from movie_pref.features.preprocessing import Preprocessor, indicator_name
from movie_pref.library.catalogue import Entry


def model_values(made, rows):
    """The numbers that a booster reads."""
    values, _ = made.matrix(made.table(rows))
    return values


def rows(**columns):
    return pd.DataFrame(columns)


def fit(frame, **kwargs):
    return Preprocessor(**kwargs).fit(frame)


def lists(*cells):
    return pd.Series(list(cells), dtype=object)


# numbers


def test_numbers_go_from_0_to_1_between_the_least_and_the_greatest_training_value():
    made = fit(rows(metascore=[20.0, 60.0, 45.0]))

    assert made.to_dict()["numeric"] == {"metascore": {"min": 20.0, "max": 60.0}}
    assert made.transform(rows(metascore=[20.0, 30.0, 60.0]))["metascore_norm"].tolist() == [0.0, 0.25, 1.0]


def test_values_that_mean_unknown_are_null_before_the_least_is_taken():
    frame = rows(budget=[0.0, 100.0, 300.0], tmdb_rating=[0.0, 4.0, 8.0], tmdb_votes=[0, 10, 30])
    made = fit(frame)

    assert made.numeric == {"budget": (100.0, 300.0), "tmdb_rating": (4.0, 8.0), "tmdb_votes": (0.0, 30.0)}
    assert made.transform(frame)["budget_norm"].isna().tolist() == [True, False, False]
    assert made.transform(frame)["tmdb_rating_norm"].isna().tolist() == [True, False, False]
    assert made.transform(frame)["tmdb_votes_norm"].tolist() == [0.0, 1 / 3, 1.0]


def test_values_outside_the_training_range_are_clipped_and_counted():
    made = fit(rows(metascore=[20.0, 60.0], imdb_votes=[1.0, 2.0]))
    new = rows(metascore=[10.0, 90.0, 40.0, None], imdb_votes=[1.0, 1.5, 2.0, None])

    values, clipped = made.matrix(made.table(new))

    np.testing.assert_array_equal(values[:, 0], [0.0, 1.0, 0.5, np.nan])
    assert clipped == {"metascore": 2}
    assert made.transform(new)["metascore_norm"].tolist()[:3] == [0.0, 1.0, 0.5]


def test_a_constant_number_is_zero_and_its_nulls_stay_null():
    made = fit(rows(metascore=[50.0, 50.0, None]))

    found = made.transform(rows(metascore=[50.0, 70.0, None]))["metascore_norm"]

    np.testing.assert_array_equal(found, [0.0, 0.0, np.nan])


def test_a_missing_column_is_null_never_zero():
    made = fit(rows(metascore=[20.0, 60.0], original_language=["en", "fr"], genre=[["Drama"], ["Comedy"]]))

    found = made.transform(rows(imdb_id=["tt0000001", "tt0000002"]))

    assert found[["metascore_norm", "original_language"]].isna().all(axis=None)
    assert found[["genre_comedy", "genre_drama"]].to_numpy().tolist() == [[0, 0], [0, 0]]


# categories


def test_an_unseen_category_and_an_empty_text_are_null():
    made = fit(rows(original_language=["fr", "en", "", None]))

    found = made.transform(rows(original_language=["en", "xx", "", None, "fr"]))["original_language"]

    assert made.categories == {"original_language": ["en", "fr"]}
    assert found.tolist()[::4] == ["en", "fr"]
    assert found.isna().tolist() == [False, True, True, True, False]
    assert found.cat.categories.tolist() == ["en", "fr"]


# lists


def test_lists_become_indicators_an_unseen_element_is_ignored_and_null_gives_zeros():
    made = fit(rows(origin_country=lists(["US", "GB"], ["FR"], None)))

    found = made.transform(rows(origin_country=lists(["FR", "ZZ"], ["ZZ"], [], None, ["US", "US"])))

    assert list(found) == ["origin_country_fr", "origin_country_gb", "origin_country_us"]
    assert found.to_numpy().tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("column", "level", "indicator"),
    [
        ("genre", "Science Fiction", "genre_science_fiction"),
        ("genre", "Sci-Fi & Fantasy", "genre_sci_fi_fantasy"),
        ("origin_country", "US", "origin_country_us"),
        ("production_countries", "US", "production_country_us"),
        ("spoken_languages", "en", "spoken_language_en"),
    ],
)
def test_indicator_names_are_lower_case_with_one_underscore_for_every_run_of_other_characters(column, level, indicator):
    made = Preprocessor()

    assert indicator_name(made.catalogue[column], level) == indicator
    assert made.fit(rows(**{column: [[level]]})).columns == [indicator]


def test_two_elements_with_one_indicator_name_share_the_column():
    made = fit(rows(genre=lists(["Sci-Fi"], ["Sci Fi"], ["Drama"])))

    assert made.columns == ["genre_drama", "genre_sci_fi"]
    assert made.transform(rows(genre=lists(["Sci-Fi"], ["Sci Fi"], ["Drama"])))["genre_sci_fi"].tolist() == [1, 1, 0]


def test_a_list_column_with_more_distinct_elements_than_the_limit_is_left_out():
    frame = rows(genre=lists(["a", "b"], ["c"]), production_companies=lists(["a", "b"], ["c", "d"]))

    made = fit(frame, list_level_limit=3)

    assert made.columns == ["genre_a", "genre_b", "genre_c"]
    assert made.dropped["production_companies"] == "4 distinct elements, more than the limit of 3"


def test_a_column_without_a_known_value_is_dropped_with_the_reason():
    frame = rows(
        metascore=[None, None],
        budget=[0.0, 0.0],
        original_language=["", None],
        genre=lists(None, []),
        overview=["a", "b"],
    ).astype({"metascore": "float64"})

    made = fit(frame)

    nothing = "no value is known in the training rows"
    assert made.columns == []
    assert {
        name: made.dropped[name] for name in ("metascore", "budget", "original_language", "genre")
    } == dict.fromkeys(("metascore", "budget", "original_language", "genre"), nothing)
    assert made.dropped["overview"] == "text yields no column"
    assert made.dropped["rt_score"] == "the library has no such column"
    assert made.transform(frame).shape == (2, 0)


# the whole library


def test_columns_come_as_numbers_categories_indicators(movies):
    made = fit(movies)
    names = made.columns

    assert names[:10] == [
        f"{name}_norm"
        for name in [
            "release_year",
            "budget",
            "revenue",
            "runtime",
            "tmdb_rating",
            "tmdb_votes",
            "rt_score",
            "metascore",
            "imdb_rating",
            "imdb_votes",
        ]
    ]
    assert names[10:12] == ["production_status", "original_language"]
    assert made.feature_types == ["float"] * 10 + ["c", "c"] + ["float"] * (len(names) - 12)
    assert len(names) == len(set(names))
    assert not {"media_title", "tmdb_id", "tagline", "label"} & set(made.inputs)


def test_only_the_selected_columns_are_made(movies):
    chosen = ["genre_drama", "imdb_votes_norm", "original_language"]
    made = fit(movies, columns=chosen)

    assert made.columns == ["imdb_votes_norm", "original_language", "genre_drama"]
    whole = fit(movies).transform(movies)
    pd.testing.assert_frame_equal(made.transform(movies), whole[made.columns])


def test_what_a_column_needs_is_among_the_inputs():
    frame = rows(tmdb_rating=[0.0, 5.0, 6.0], tmdb_votes=[0, 1, 2])
    made = fit(frame, columns=["tmdb_rating_norm"])

    assert set(made.inputs) == {"tmdb_rating", "tmdb_votes"}


def test_a_preprocessor_read_back_from_json_gives_the_same_output(movies, candidates):
    made = fit(movies, list_level_limit=100)
    again = Preprocessor.from_dict(json.loads(made.to_json()))

    assert again.to_json() == made.to_json()
    pd.testing.assert_frame_equal(again.transform(candidates), made.transform(candidates))
    np.testing.assert_array_equal(model_values(again, candidates), model_values(made, candidates))


def assert_both_ways_agree(made, frame):
    by_frame, types = to_matrix(made.transform(frame))

    np.testing.assert_array_equal(by_frame, model_values(made, frame))
    assert types == made.feature_types


def test_the_frame_and_the_arrow_table_give_the_same_values(movies, candidates):
    made = fit(movies)

    for frame in (movies, candidates, candidates.iloc[:0], candidates[["imdb_id", "genre"]], movies.iloc[::-7]):
        assert_both_ways_agree(made, frame)


def test_the_frame_and_the_arrow_table_give_the_same_values_on_the_real_library(shared):
    from movie_pref.library import read_library

    made = fit(read_library(shared / "01_training.parquet").rows)

    assert_both_ways_agree(made, read_library(shared / "candidates.parquet", labelled=False).rows)


def test_a_batch_of_a_table_gives_the_rows_of_the_whole(movies):
    made = fit(movies)
    table = made.table(movies)

    parts = [made.matrix(table.slice(start, 77))[0] for start in range(0, 300, 77)]

    np.testing.assert_array_equal(np.vstack(parts), made.matrix(table)[0])


ARROW_LISTS = pd.ArrowDtype(pa.list_(pa.string()))


@pytest.mark.parametrize(
    "form",
    [
        lambda column: column.map(lambda cell: np.array(cell, dtype=object), na_action="ignore"),
        lambda column: column.map(tuple, na_action="ignore"),
        lambda column: pd.Series(pd.array(column.tolist(), dtype=ARROW_LISTS), index=column.index),
        lambda column: pd.Series(
            [np.nan if cell is None else cell for cell in column], index=column.index, dtype=object
        ),
    ],
    ids=["numpy arrays", "tuples", "Arrow lists", "NaN for null"],
)
def test_lists_in_any_form_are_read_alike(movies, form):
    other = movies.assign(**{name: form(movies[name]) for name in ("genre", "origin_country", "spoken_languages")})

    made, again = fit(movies), fit(other)

    assert again.to_json() == made.to_json()
    pd.testing.assert_frame_equal(again.transform(other), made.transform(movies))
    assert_both_ways_agree(made, other)


def test_text_as_pandas_categories_and_nullable_numbers_are_read_alike(movies):
    other = movies.assign(
        original_language=movies["original_language"].astype("category"),
        imdb_votes=movies["imdb_votes"].astype("Int64"),
    )
    made = fit(movies)

    pd.testing.assert_frame_equal(made.transform(other), made.transform(movies))


def test_nothing_is_learnt_from_rows_it_was_not_fitted_on(movies, candidates):
    made = fit(movies)
    before = made.to_json()
    made.transform(candidates)
    made.matrix(made.table(candidates))

    assert made.to_json() == before


def test_the_catalogue_of_a_person_decides_what_is_unknown():
    catalogue = {"metascore": Entry(kind="continuous", unknown=[1]), "tagline": Entry(kind="categorical")}
    made = fit(rows(metascore=[1.0, 50.0, 60.0], tagline=["a", "b", ""], budget=[1.0, 2.0, 3.0]), catalogue=catalogue)

    assert made.columns == ["metascore_norm", "tagline"]
    assert made.numeric == {"metascore": (50.0, 60.0)}
    assert made.categories == {"tagline": ["", "a", "b"]}


def test_sparse_values_leave_out_the_zeros_of_indicators_and_nothing_else(movies):
    frame = fit(movies).transform(movies)
    values, types = to_matrix(frame)
    sparse, sparse_types = to_sparse(frame)
    stored = np.zeros(values.shape, dtype=bool)
    for at in range(len(frame)):
        stored[at, sparse.indices[sparse.indptr[at] : sparse.indptr[at + 1]]] = True
    indicators = np.array([name.startswith(("genre_", "origin_", "production_co", "spoken_")) for name in frame])

    assert sparse_types == types
    np.testing.assert_array_equal(stored[:, ~indicators], ~np.isnan(values[:, ~indicators]))
    np.testing.assert_array_equal(stored[:, indicators], values[:, indicators] == 1)
    np.testing.assert_array_equal(sparse.toarray(), np.nan_to_num(values))
