"""What the label store says joins the library."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.labels.merge import labelled_library, merge_labels
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings

YES, NO = "would_watch", "would_not_watch"

# merging


def merged_with(movies: pd.DataFrame, candidates: pd.DataFrame, **given: str):
    events = pd.DataFrame({"imdb_id": list(given), "label": list(given.values()), "origin": "review queue"})
    return merge_labels(movies, events.astype("str"), candidates)


def test_the_stores_label_overrules_the_librarys(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    liked = movies.loc[movies["label"] == YES, "imdb_id"].iloc[0]
    found = merged_with(movies, candidates, **{liked: NO, movies["imdb_id"][0]: movies["label"][0]})
    assert (found.overruled, found.confirmed, found.joined, found.homeless) == (1, 1, 0, 0)
    rows = found.rows.set_index("imdb_id")
    assert rows.loc[liked, ["label", "label_origin", "came_from"]].tolist() == [NO, "review queue", "library"]
    others = ~movies["imdb_id"].isin([liked])
    pd.testing.assert_frame_equal(found.rows.loc[others, list(movies)], movies[others])
    assert (found.rows["label_origin"] == "review queue").sum() == 2


def test_a_labelled_candidate_joins_with_its_own_columns(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    movies["reviewed"], movies["anomalous"] = pd.array([True] * 300, "boolean"), pd.array([False] * 300, "boolean")
    chosen = candidates.iloc[7]
    found = merged_with(movies, candidates.drop(columns="metascore"), **{chosen["imdb_id"]: YES, "tt0999999": NO})
    assert (found.joined, found.homeless, len(found.rows)) == (1, 1, 301)
    row = found.rows.iloc[-1]
    assert (row["label"], row["came_from"], row["media_title"]) == (YES, "candidates", chosen["media_title"])
    assert row["reviewed"] and not row["anomalous"]
    assert row["genre"] == chosen["genre"] or (pd.isna(row["genre"]) and chosen["genre"] is None)
    assert pd.isna(row["metascore"])
    assert found.rows[list(movies)].dtypes.astype(str).to_dict() == movies.dtypes.astype(str).to_dict()


def test_a_row_that_a_person_labelled_counts_as_reviewed_and_an_anomalous_one_stays_so(movies: pd.DataFrame) -> None:
    movies["reviewed"], movies["anomalous"] = pd.array([False] * 300, "boolean"), pd.array([True] * 300, "boolean")
    rows = merged_with(movies, movies.head(0), **{movies["imdb_id"][3]: YES}).rows
    assert rows.index[rows["reviewed"]].tolist() == [3]
    assert rows["anomalous"].all()


def test_without_labels_a_library_is_as_it_was(movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
    found = merged_with(movies, candidates)
    pd.testing.assert_frame_equal(found.rows[list(movies)], movies)
    assert found[1:] == (0, 0, 0, 0)
    assert set(found.rows["label_origin"]) == {"library"}


def test_without_a_library_file_the_labelled_candidates_are_the_library(
    tmp_path: Path, candidates: pd.DataFrame
) -> None:
    settings = load_settings(data=tmp_path)
    candidates.to_parquet(settings.candidates_path, index=False)
    first, second = candidates["imdb_id"][3], candidates["imdb_id"][9]
    with LabelStore(settings.label_store_url) as store:
        store.record(first, YES, origin="review queue")
        store.record(second, NO)
        store.record("tt7777777", YES)
        library, merged = labelled_library(settings, store.history())
    assert library.rows.empty and (merged.joined, merged.homeless) == (2, 1)
    found = merged.rows.set_index("imdb_id")
    assert found["label"].to_dict() == {first: YES, second: NO}
    assert set(found["came_from"]) == {"candidates"} and found["media_title"].notna().all()


def test_with_neither_library_nor_candidates_the_missing_file_is_named(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    with LabelStore(settings.label_store_url) as store, pytest.raises(UserError, match=r"01_training\.parquet"):
        labelled_library(settings, store.history())
