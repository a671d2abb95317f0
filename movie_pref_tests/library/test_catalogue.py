"""The feature catalogue: what the shipped one says, what a person's own may say, and which values mean 'not known'."""

import pandas as pd
import pytest
import yaml

from movie_pref.errors import UserError
from movie_pref.library.catalogue import SHIPPED, Entry, blank_unknown, features, is_unknown, load_catalogue
from movie_pref.library.contract import LIBRARY


def test_the_shipped_catalogue_has_exactly_one_entry_for_each_column_of_the_contract():
    written = [key.value for key, _ in yaml.compose(SHIPPED.read_text(encoding="utf-8")).value]

    assert sorted(written) == sorted(LIBRARY.columns)
    assert len(written) == len(set(written))
    assert sorted(load_catalogue()) == sorted(written)


def test_features_are_the_columns_from_release_year_to_imdb_votes():
    names = list(LIBRARY.columns)
    between = names[names.index("release_year") : names.index("imdb_votes") + 1]

    assert sorted(features(load_catalogue())) == sorted(between)
    assert features(load_catalogue(), "categorical") == ["production_status", "original_language"]


def test_kinds_agree_with_the_types_of_the_contract():
    kinds = {"number": {"continuous"}, "list of strings": {"categorical_list"}, "text": {"categorical", "text"}}
    catalogue = load_catalogue()
    for name in features(catalogue):
        kind = (LIBRARY.columns[name].metadata or {})["type"].removeprefix("whole ")
        assert catalogue[name].kind in kinds[kind], name


def test_zero_budgets_and_ratings_nobody_gave_are_not_known():
    rows = pd.DataFrame(
        {
            "budget": [0.0, 5.0, None],
            "runtime": [0.0, 0.0, 90.0],
            "tmdb_rating": [0.0, 7.5, 6.0],
            "tmdb_votes": [0.0, 12.0, 0.0],
            "rt_score": [0.0, 50.0, None],
            "tagline": ["", "x", None],
        }
    )
    blanked = blank_unknown(rows, load_catalogue())

    assert blanked["budget"].isna().tolist() == [True, False, True]
    assert blanked["runtime"].isna().tolist() == [True, True, False]
    assert blanked["tmdb_rating"].isna().tolist() == [True, False, True]
    assert blanked["tmdb_votes"].tolist() == [0.0, 12.0, 0.0]  # a true count
    assert blanked["rt_score"].iloc[0] == 0  # critics do give 0
    assert blanked["tagline"].isna().tolist() == [True, False, True]
    assert rows.loc[0, "budget"] == 0  # the rows given are not changed


def test_a_null_is_not_counted_among_the_unknown_values():
    rows = pd.DataFrame({"tmdb_rating": [None, 0.0, 7.0], "tmdb_votes": [0.0, 0.0, 3.0]})

    assert is_unknown(rows, "tmdb_rating", load_catalogue()["tmdb_rating"]).tolist() == [False, True, False]


def test_a_condition_on_an_absent_column_never_holds():
    rows = pd.DataFrame({"tmdb_rating": [0.0, 7.0]})

    assert not is_unknown(rows, "tmdb_rating", load_catalogue()["tmdb_rating"]).any()


def test_the_file_of_a_person_takes_the_place_of_the_shipped_one(tmp_path):
    own = tmp_path / "feature_catalogue.yaml"
    own.write_text("metascore: {kind: continuous, unknown: [0, 1]}\n", encoding="utf-8")

    assert load_catalogue(own) == {"metascore": Entry(kind="continuous", unknown=[0, 1])}
    assert load_catalogue(tmp_path / "not_there.yaml") == load_catalogue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("budget: {kind: number}", ["'budget'", "kind", "'number'"]),
        ("runtime: {kind: continuous}\nbudget: {kind: continuous, unknwon: [0]}", ["'budget'", "unknwon"]),
        ("budget: {kind: continuous, unknown: 0}", ["'budget'", "unknown"]),
        ("budget: {words: money}", ["'budget'", "kind"]),
        ("budget:", ["'budget'"]),
        ("budget: 5", ["'budget'", "5"]),
        ("- budget\n- revenue", ["no feature catalogue"]),
        ("budget: {kind: [", ["no feature catalogue"]),
    ],
)
def test_a_mistake_in_it_is_one_sentence_that_names_the_file_and_the_entry(tmp_path, one_sentence, content, named):
    own = tmp_path / "feature_catalogue.yaml"
    own.write_text(content, encoding="utf-8")

    with pytest.raises(UserError) as caught:
        load_catalogue(own)

    one_sentence(caught, own, *named)


def test_bytes_that_are_no_text_and_a_folder_are_one_sentence_too(tmp_path, one_sentence):
    own = tmp_path / "feature_catalogue.yaml"
    own.write_bytes(b"\xff\xfe\x00budget")
    with pytest.raises(UserError) as caught:
        load_catalogue(own)
    one_sentence(caught, own)

    with pytest.raises(UserError) as caught:
        load_catalogue(tmp_path)
    one_sentence(caught, tmp_path)
