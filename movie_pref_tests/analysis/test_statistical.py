"""The statistical panel: distributions, categories, and texts as categories or as a few numbers."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from movie_pref.analysis import statistical
from movie_pref.analysis.prepared import prepare
from movie_pref.features.text_embedding import TextEmbedding
from movie_pref.library.catalogue import Entry, load_catalogue


@pytest.fixture
def prepared(planted, settings_for):
    def make(rows=None, **answers):
        catalogue = load_catalogue()
        for name, changes in answers.items():
            catalogue[name] = Entry(**{**catalogue[name].model_dump(), **changes})
        return prepare(planted if rows is None else rows, settings_for(), catalogue)

    return make


def sense(prepared, settings):
    return statistical.distribution_sense(prepared, settings, statistical.normality(prepared, settings))


# --- distributions


def test_normality_shows_skewness_kurtosis_and_the_test_before_and_after_the_logarithm(
    planted, prepared, settings_for, row_of
):
    row = row_of(statistical.normality(prepared(), settings_for()), "normality", "rt_score")
    values = planted["rt_score"]

    assert row["value"] == pytest.approx(stats.skew(values, bias=False), abs=1e-9)
    assert "generally normal" in row["reason"] and "on a log scale" in row["reason"] and "p = " in row["reason"]


def test_a_constant_has_no_shape(planted, prepared, settings_for, row_of):
    planted["rt_score"] = 5.0
    row = row_of(statistical.normality(prepared(planted), settings_for()), "normality", "rt_score")

    assert (row["verdict"], row["reason"]) == ("not_applicable", "the values are constant")


@pytest.mark.parametrize(
    ("answer", "same", "verdict"),
    [("auto", 0, "keep"), ("auto", 597, "consider_dropping"), ("no", 0, "consider_dropping"), ("yes", 597, "keep")],
)
def test_a_distribution_makes_sense_unless_one_value_takes_nearly_all(
    planted, prepared, settings_for, row_of, answer, same, verdict
):
    planted["rt_score"] = np.exp(planted["rt_score"] / 10).round(2)
    planted.loc[planted.index < same, "rt_score"] = 50.0
    own = prepared(planted, rt_score={"distribution_makes_sense": answer})
    row = row_of(sense(own, settings_for()), "distribution_sense", "rt_score")

    assert (row["verdict"], row["statistic"]) == (verdict, "dominant_share")
    assert row["value"] == pytest.approx(planted["rt_score"].value_counts(normalize=True).iloc[0])


def test_the_question_is_not_asked_of_a_generally_normal_distribution(prepared, settings_for, row_of):
    own = prepared(rt_score={"distribution_makes_sense": "no"})
    row = row_of(sense(own, settings_for()), "distribution_sense", "rt_score")

    assert (row["verdict"], row["reason"]) == ("keep", "generally normal, so the question is not asked")


# --- categories


@pytest.mark.parametrize(
    ("feature", "answer", "verdict"),
    [
        ("production_status", "auto", "drop"),
        ("production_status", "yes", "keep"),
        ("original_language", "auto", "keep"),
        ("original_language", "no", "drop"),
        ("genre", "auto", "keep"),
        ("genre", "no", "drop"),
    ],
)
def test_categories_are_useful_unless_one_dominates_or_a_person_says_otherwise(
    prepared, settings_for, row_of, feature, answer, verdict
):
    own = prepared(**{feature: {"categories_useful": answer}})

    assert (
        row_of(statistical.category_usefulness(own, settings_for()), "category_usefulness", feature)["verdict"]
        == verdict
    )


def test_categories_of_one_movie_each_are_not_useful(planted, prepared, settings_for, row_of):
    planted["original_language"] = [f"l{number}" for number in range(600)]
    row = row_of(
        statistical.category_usefulness(prepared(planted), settings_for()), "category_usefulness", "original_language"
    )

    assert row["verdict"] == "drop" and "600 levels have one movie" in row["reason"]


@pytest.mark.parametrize(("support", "verdict"), [(4, "keep"), (5, "drop")])
def test_an_indicator_needs_support(prepared, settings_for, row_of, support, verdict):
    ledger = statistical.category_usefulness(prepared(), settings_for(indicator_support=support))
    row = row_of(ledger, "category_usefulness", "genre_western")

    assert (row["value"], row["threshold"], row["family"], row["verdict"]) == (4, support, "indicator", verdict)


# --- texts


@pytest.mark.parametrize(
    ("feature", "verdict", "says"),
    [
        ("tagline", "to_categorical", "2 distinct (few)"),
        ("original_media_title", "to_categorical", "(short)"),
        ("overview", "keep", "(long), 600 distinct (many)"),
    ],
)
def test_short_or_few_texts_go_on_as_categories(prepared, settings_for, row_of, feature, verdict, says):
    row = row_of(statistical.text_shape(prepared(), settings_for()), "text_shape", feature)

    assert row["verdict"] == verdict and says in row["reason"]


def test_what_goes_on_as_a_category_passes_the_tests_of_categories(neutral_analysis, row_of):
    ledger = neutral_analysis.ledger

    assert row_of(ledger, "category_usefulness", "tagline")["verdict"] == "keep"
    assert row_of(ledger, "category_usefulness", "original_media_title")["verdict"] == "drop"
    assert row_of(ledger, "chi_squared_target", "tagline")["verdict"] == "drop"
    assert row_of(ledger, "text_embedding_value", "tagline")["verdict"] == "not_applicable"


@pytest.mark.parametrize(("speaks", "verdict"), [(True, "keep"), (False, "drop")])
def test_an_embedding_is_worth_it_where_the_text_tells_what_nothing_else_does(
    planted, prepared, settings_for, row_of, speaks, verdict
):
    if speaks:
        liked = planted["label"] == "would_watch"
        sides = {True: "dragon castle sword magic", False: "prison verdict court judge"}
        planted["overview"] = [f"{sides[side]} {text}" for text, side in zip(planted["overview"], liked, strict=True)]
    settings = settings_for(text_components=6)
    own = prepared(planted.drop(columns=["rt_score", "metascore"]))
    row = row_of(
        statistical.text_embedding_value(own, settings, statistical.text_shape(own, settings)),
        "text_embedding_value",
        "overview",
    )

    assert (row["statistic"], row["verdict"]) == ("ap_gain", verdict)
    assert (row["value"] > row["threshold"]) == speaks


@pytest.mark.parametrize(("answer", "verdict"), [("yes", "keep"), ("no", "drop")])
def test_a_person_says_whether_an_embedding_is_worth_it(prepared, settings_for, row_of, answer, verdict):
    own, settings = prepared(overview={"text_embedding_value": answer}), settings_for()
    ledger = statistical.text_embedding_value(own, settings, statistical.text_shape(own, settings))
    row = row_of(ledger, "text_embedding_value", "overview")

    assert (row["verdict"], row["reason"]) == (verdict, f"the catalogue says {answer}")


def test_an_embedding_read_back_from_json_gives_the_same_components(planted):
    texts = planted["overview"].tolist()
    embedding = TextEmbedding.fit(texts, 5, seed=0)
    again = TextEmbedding.from_dict(json.loads(json.dumps(embedding.to_dict())))

    found = embedding.transform([*texts, "", "words that nobody wrote"])
    assert found.shape == (602, 5)
    assert np.isfinite(found).all() and not found[600:].any()
    np.testing.assert_array_equal(again.transform([*texts, "", "words that nobody wrote"]), found)


def test_an_embedding_is_scikit_learns_own(planted):
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = planted["overview"]
    weights = TfidfVectorizer(stop_words="english", min_df=2, max_features=2000, sublinear_tf=True).fit_transform(texts)
    svd = TruncatedSVD(4, random_state=7).fit(weights)

    np.testing.assert_allclose(TextEmbedding.fit(texts, 4, seed=7).transform(texts), svd.transform(weights), atol=1e-9)


@pytest.mark.parametrize("texts", [[], [""] * 9, ["the and of"] * 9, ["one word"], ["alpha beta"] * 9])
def test_too_few_words_make_no_embedding(texts):
    assert TextEmbedding.fit(pd.Series(texts, dtype="str"), 3) is None
