"""The data quality panel: nulls, distinct counts and types of the planted library, and the catalogue's answers."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from movie_pref.analysis.data_quality import distinct_analysis, dtype_analysis, null_analysis
from movie_pref.analysis.prepared import prepare
from movie_pref.errors import UserError
from movie_pref.library.catalogue import Entry, load_catalogue, neutral


@pytest.fixture
def prepared(planted, settings_for):
    """The planted library under the shipped catalogue, or with some answers changed."""

    def make(rows=None, shipped=True, **answers):
        catalogue = load_catalogue() if shipped else neutral(load_catalogue())
        for name, changes in answers.items():
            catalogue[name] = Entry(**{**catalogue[name].model_dump(), **changes})
        return prepare(planted if rows is None else rows, settings_for(), catalogue)

    return make


# --- nulls


def test_the_share_of_nulls_is_pandas_own_and_the_evidence_scipys(planted, prepared, settings_for, row_of):
    row = row_of(null_analysis(prepared(), settings_for()), "null_analysis", "imdb_rating")
    missing = planted["imdb_rating"].isna()
    p = stats.chi2_contingency(pd.crosstab(missing, planted["label"]), correction=False).pvalue

    assert (row["statistic"], row["threshold"], row["n"]) == ("null_share", 0.5, 600)
    assert row["value"] == pytest.approx(missing.mean(), abs=1e-12)
    assert f"{missing.sum()} of 600" in row["reason"] and f"p = {p:.3g}" in row["reason"]


@pytest.mark.parametrize(
    ("feature", "shipped", "verdict", "size"),
    [
        ("imdb_rating", True, "keep", "low, meaningful"),
        ("imdb_rating", False, "keep", "low, meaningful"),
        ("tmdb_rating", True, "consider_dropping", "high, not meaningful"),
        ("tmdb_rating", False, "consider_dropping", "high, not meaningful"),
        ("runtime", True, "keep", "low, meaningful"),
        ("runtime", False, "keep", "none"),  # a zero is a value
        ("budget", True, "consider_dropping_rows", "low, not meaningful"),
        ("budget", False, "keep", "none"),
        ("rt_score", True, "keep", "none"),
    ],
)
def test_informative_and_uninformative_nulls_are_told_apart(
    prepared, settings_for, row_of, feature, shipped, verdict, size
):
    row = row_of(null_analysis(prepared(shipped=shipped), settings_for()), "null_analysis", feature)

    assert row["verdict"] == verdict
    assert size in row["reason"]


def test_values_the_catalogue_calls_unknown_are_shown_apart_from_nulls(planted, prepared, settings_for, row_of):
    zeros = int((planted["budget"] == 0).sum())

    reason = row_of(null_analysis(prepared(), settings_for()), "null_analysis", "budget")["reason"]

    assert f"0 as they stand, {zeros} that the catalogue calls unknown" in reason


def test_empty_strings_and_lists_that_count_as_values_are_shown(planted, prepared, settings_for, row_of):
    planted["tagline"], planted["genre"] = "", [[] for _ in range(len(planted))]
    ledger = null_analysis(prepared(planted, shipped=False), settings_for())

    for name in ("tagline", "genre"):
        row = row_of(ledger, "null_analysis", name)
        assert row["value"] == 0 and "600 more are empty and count as values" in row["reason"]


@pytest.mark.parametrize(
    ("feature", "answer", "verdict"),
    [
        ("tmdb_rating", "yes", "keep"),
        ("tmdb_rating", "no", "consider_dropping"),
        ("imdb_rating", "yes", "keep"),
        ("imdb_rating", "no", "consider_dropping_rows"),
    ],
)
def test_a_person_says_whether_nulls_are_meaningful(prepared, settings_for, row_of, feature, answer, verdict):
    own = prepared(**{feature: {"nulls_meaningful": answer}})
    row = row_of(null_analysis(own, settings_for()), "null_analysis", feature)

    assert row["verdict"] == verdict
    assert f"the catalogue says {answer}" in row["reason"]


# --- distinct counts


@pytest.mark.parametrize(
    ("feature", "count", "verdict", "says"),
    [
        ("production_status", 1, "consider_dropping", "constant"),
        ("original_media_title", 600, "keep", "all distinct"),  # a text may be
        ("original_language", 3, "keep", "low"),
        ("genre", 3, "keep", "elements"),
    ],
)
def test_constants_and_all_distinct_columns_are_found(prepared, settings_for, row_of, feature, count, verdict, says):
    row = row_of(distinct_analysis(prepared(), settings_for()), "distinct_analysis", feature)

    assert (row["statistic"], row["value"], row["verdict"]) == ("distinct_count", count, verdict)
    assert says in row["reason"]


@pytest.mark.parametrize(
    ("feature", "answers", "verdict"),
    [
        ("production_status", {"distinct_should_be_low": "yes"}, "keep"),
        ("original_language", {"distinct_should_be_low": "no"}, "consider_dropping"),
        ("original_language", {"distinct_should_be_high": "no"}, "keep"),  # it is low
        ("overview", {"distinct_should_be_high": "no"}, "consider_dropping"),
        ("overview", {"distinct_should_be_high": "yes"}, "keep"),
    ],
)
def test_a_person_says_whether_a_count_should_be_high_or_low(prepared, settings_for, row_of, feature, answers, verdict):
    ledger = distinct_analysis(prepared(**{feature: answers}), settings_for())

    assert row_of(ledger, "distinct_analysis", feature)["verdict"] == verdict


def test_more_levels_than_are_encoded_are_too_many(planted, prepared, settings_for, row_of):
    planted["original_language"] = [f"l{number}" for number in range(600)]
    row = row_of(distinct_analysis(prepared(planted), settings_for()), "distinct_analysis", "original_language")

    assert (row["verdict"], row["threshold"]) == ("consider_dropping", 500)


def test_a_column_without_a_known_value_has_no_distinct_ones(planted, prepared, settings_for, row_of):
    planted["rt_score"] = np.nan
    row = row_of(distinct_analysis(prepared(planted), settings_for()), "distinct_analysis", "rt_score")

    assert (row["value"], row["verdict"], row["reason"]) == (0, "consider_dropping", "no value is known")


# --- types


def test_columns_that_hold_what_they_should_are_kept(prepared):
    ledger = dtype_analysis(prepared())

    assert (ledger["verdict"] == "keep").all()
    assert ledger.set_index("feature")["family"].to_dict() | {
        "genre": "categorical_list",
        "rt_score": "continuous",
    } == (ledger.set_index("feature")["family"].to_dict())


def test_numbers_and_lists_written_as_text_are_cast_and_count_like_the_others(planted, prepared, settings_for, row_of):
    text = planted.copy()
    text["budget"] = text["budget"].astype("str")
    text["genre"] = text["genre"].map(str, na_action="ignore")
    cast, plain = prepared(text), prepared(planted)

    for name in ("budget", "genre"):
        row = row_of(dtype_analysis(cast), "dtype_analysis", name)
        assert (row["verdict"], row["statistic"], row["value"]) == ("cast", "values_lost", 0)
    pd.testing.assert_frame_equal(cast.columns, plain.columns)
    for panel in (null_analysis, distinct_analysis):
        pd.testing.assert_frame_equal(panel(cast, settings_for()), panel(plain, settings_for()))


def test_a_cast_that_would_lose_values_says_how_many(planted, prepared, row_of):
    planted["rt_score"] = planted["rt_score"].astype(object)
    planted.loc[[1, 5], "rt_score"] = "n/a"
    row = row_of(dtype_analysis(prepared(planted)), "dtype_analysis", "rt_score")

    assert (row["verdict"], row["value"]) == ("consider_dropping", 2)
    assert "lose 2 values" in row["reason"]


def test_a_category_of_several_types_is_cast_to_text(planted, prepared, row_of):
    planted["original_language"] = planted["original_language"].astype(object)
    planted.loc[0, "original_language"] = 5
    mixed = prepared(planted)

    assert row_of(dtype_analysis(mixed), "dtype_analysis", "original_language")["verdict"] == "cast"
    assert mixed.columns["original_language"].iloc[0] == "5"


@pytest.mark.parametrize("form", ["arrow", "array", "tuple"])
def test_lists_are_lists_in_whatever_form_they_come(planted, prepared, settings_for, form):
    plain = prepared(planted)
    if form == "arrow":
        for name in ("genre", "origin_country", "production_countries"):
            planted[name] = planted[name].astype(pd.ArrowDtype(pa.list_(pa.string())))
        for name in ("original_language", "tagline"):
            planted[name] = planted[name].astype(pd.ArrowDtype(pa.string()))
        planted["rt_score"] = planted["rt_score"].astype(pd.ArrowDtype(pa.float64()))
    else:
        make = np.array if form == "array" else tuple
        planted["genre"] = planted["genre"].map(make, na_action="ignore")
    other = prepared(planted)

    assert (dtype_analysis(other)["verdict"] == "keep").all()
    pd.testing.assert_frame_equal(other.columns, plain.columns)
    for panel in (null_analysis, distinct_analysis):
        pd.testing.assert_frame_equal(panel(other, settings_for()), panel(plain, settings_for()))


# --- what cannot be analysed


def test_a_label_that_is_neither_of_the_two_is_one_sentence(planted, prepared, one_sentence):
    planted.loc[3, "label"] = "maybe"
    with pytest.raises(UserError) as caught:
        prepared(planted)
    one_sentence(caught, "'label'", "'maybe'", "would_watch")


def test_rows_without_a_label_are_left_out(planted, prepared):
    planted["label"] = planted["label"].where(planted.index % 2 == 0)
    assert len(prepared(planted).given) == 300
    with pytest.raises(UserError):
        prepared(planted.assign(label=None))
