"""Where the files of the data folder lie, and what is said where one is missing or damaged."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder, read_json, read_movies, read_table
from movie_pref.errors import UserError
from movie_pref.settings import load_settings


def test_the_files_that_other_programs_read_have_the_names_of_the_design(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    found = {
        *(folder.asset(name) for name in ("selected_features", "normalization_parameters", "training_table")),
        *(folder.asset(name) for name in ("grid_search_results", "out_of_fold_predictions", "scored_candidates")),
        *(folder.asset(name) for name in ("review_queue", "removal_requests")),
        *(folder.library, folder.candidates, folder.catalogue, folder.rejected("rows"), folder.model, folder.report),
    }
    assert {path.relative_to(tmp_path).as_posix() for path in found} == {
        "01_training.parquet",
        "candidates.parquet",
        "feature_catalogue.yaml",
        "rejected_rows.parquet",
        "feature_decisions.parquet",
        "normalization.json",
        "02_binomial_classifier_training_data.parquet",
        "03_grid_search_results.parquet",
        "03_binomial_classifier_results.parquet",
        "model",
        "scored_candidates.parquet",
        "review_queue.parquet",
        "removal_requests.parquet",
        "reports/report.html",
    }
    assert folder.asset("movies_only") == tmp_path / "assets" / "movies_only.parquet"
    assert folder.plot("numeric_violins/budget") == tmp_path / "reports" / "numeric_violins" / "budget.png"


def test_the_input_is_looked_for_where_the_settings_look_for_it(tmp_path: Path) -> None:
    settings, folder = load_settings(data=tmp_path), DataFolder(tmp_path)
    assert (settings.library_path, settings.candidates_path) == (folder.library, folder.candidates)


def test_an_asset_is_read_whole_or_in_part(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert folder.table("data_split") is None
    rows = pd.DataFrame({"imdb_id": ["tt0000001", "tt0000002"], "fold": [0, 1], "partition": ["train", "holdout"]})
    folder.asset("data_split").parent.mkdir()
    rows.to_parquet(folder.asset("data_split"))
    pd.testing.assert_frame_equal(folder.made("data_split"), rows)
    some = folder.made("data_split", ["imdb_id", "fold"], [("partition", "==", "holdout")])
    assert some.to_dict("list") == {"imdb_id": ["tt0000002"], "fold": [1]}


def test_what_is_missing_or_damaged_is_said_with_what_to_do(tmp_path: Path, one_sentence) -> None:
    folder = DataFolder(tmp_path)
    with pytest.raises(UserError) as caught:
        folder.made("movies_only")
    one_sentence(caught, "movies_only.parquet is missing", "movie-pref run")
    folder.asset("scored_candidates").write_bytes(b"PAR1 and no more")
    with pytest.raises(UserError) as caught:
        folder.table("scored_candidates")
    one_sentence(caught, "scored_candidates.parquet cannot be read", "movie-pref run")
    pd.DataFrame({"rank": [1]}).to_parquet(folder.previous_ranking)
    with pytest.raises(UserError) as caught:
        read_table(folder.previous_ranking, ["probability"])
    one_sentence(caught, "previous_ranking.parquet cannot be read", "probability")


def test_json_is_read_and_none_is_there_without_a_file(tmp_path: Path, one_sentence) -> None:
    path = tmp_path / "champion.json"
    assert read_json(path) is None
    path.write_text('{"champion": "abc"}', encoding="utf-8")
    assert read_json(path) == {"champion": "abc"}
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_json(path)
    one_sentence(caught, "champion.json is damaged", "delete it")


def test_movies_are_read_with_the_columns_that_the_file_has(tmp_path: Path, one_sentence) -> None:
    path = tmp_path / "candidates.parquet"
    assert read_movies(path, ["tt0000001"], ["genre"]) == []
    genres = [["Drama", "Crime"], None]
    pd.DataFrame({"imdb_id": ["tt0000001", "tt0000002"], "genre": genres, "budget": [1.0, 2.0]}).to_parquet(path)
    assert read_movies(path, ["tt0000002", "tt0000009"], ["genre", "tagline"]) == [
        {"imdb_id": "tt0000002", "genre": None}
    ]
    assert read_movies(path, ["tt0000001"], ["genre"]) == [{"imdb_id": "tt0000001", "genre": ["Drama", "Crime"]}]
    assert read_movies(path, [], ["genre"]) == []
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(UserError) as caught:
        read_movies(path, ["tt0000001"], ["genre"])
    one_sentence(caught, "candidates.parquet cannot be read", "movie-pref run")
