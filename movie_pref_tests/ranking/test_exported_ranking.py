"""What other programs get of the ranking, read as they read it."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.ranking.exported_ranking import (
    AGAIN_COLUMNS,
    COLUMNS,
    Extent,
    Form,
    taken,
    unlabelled_ranking,
    usual_extent,
    written,
)

HOSTILE = ['=HYPERLINK("http://evil")', 'Two\nLines, "quoted"', "+1", "@import", "-30-", "七人の侍"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Six ranked movies, three of them flagged; the fifth has no TMDB identifier, the last has a label of the library."""
    ids = [f"tt000000{number}" for number in range(1, 7)]
    ranking = pd.DataFrame(
        {
            "imdb_id": ids,
            "media_title": HOSTILE,
            "release_year": [1950 + number for number in range(6)],
            "probability": [0.9, 0.8, 0.5, 0.3, 0.2, 0.1],
            "calibrated_probability": [0.8, 0.7, 0.4, 0.2, 0.1, 0.05],
            "prediction": [1, 1, 1, 0, 0, 0],
            "rank": [1, 2, 3, 4, 5, 6],
            "reasons": ["-0.3 log-odds; good", *[None] * 5],
            "model_version": "a",
            "scored_at": pd.Timestamp("2026-01-02T03:04:05.678Z"),
        }
    )
    (tmp_path / "assets").mkdir()
    ranking.sample(frac=1, random_state=1).to_parquet(tmp_path / "scored_candidates.parquet")
    known = pd.DataFrame({"imdb_id": ids, "tmdb_id": [11.0, 12.0, 13.0, 14.0, None, 16.0]})
    known.to_parquet(tmp_path / "assets" / "candidates.parquet")
    labelled = pd.DataFrame({"imdb_id": [ids[5], ids[4]], "label": ["would_watch", None]})
    labelled.to_parquet(tmp_path / "assets" / "movies_only.parquet")
    return tmp_path


def rows_of(data: Path, *labelled: str) -> pd.DataFrame:
    return unlabelled_ranking(data, pd.Series(labelled, dtype="str"))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_movies_with_a_label_are_not_in_it(data: Path) -> None:
    assert rows_of(data)["imdb_id"].tolist() == ["tt0000001", "tt0000002", "tt0000003", "tt0000004", "tt0000005"]
    assert rows_of(data, "tt0000002", "tt9999999")["rank"].tolist() == [1, 3, 4, 5]


def test_a_ranking_that_was_not_made_yet_is_one_sentence(tmp_path: Path, one_sentence) -> None:
    with pytest.raises(UserError) as caught:
        rows_of(tmp_path)
    one_sentence(caught, "scored_candidates.parquet is missing")


@pytest.mark.parametrize(
    ("extent", "ranks", "words"),
    [
        (Extent(False, None), [1, 2, 3, 4, 5], "all of the ranking"),
        (Extent(True, None), [1, 2, 3], "all of the movies above the threshold"),
        (Extent(True, 2), [1, 2], "the best 2 of the movies above the threshold"),
        (Extent(False, 9), [1, 2, 3, 4, 5], "the best 9 of the ranking"),
    ],
)
def test_as_much_is_taken_as_was_asked_for(data: Path, extent: Extent, ranks: list[int], words: str) -> None:
    assert taken(rows_of(data), extent)["rank"].tolist() == ranks
    assert extent.words == words


def test_what_a_program_acts_on_is_above_the_threshold_unless_asked_for_more() -> None:
    assert {form: usual_extent(form) for form in Form} == {
        Form.CSV: Extent(False, None),
        Form.LETTERBOXD: Extent(True, None),
        Form.TRAKT: Extent(True, None),
        Form.RADARR: Extent(True, 50),
    }


def test_a_spreadsheet_computes_no_title_and_each_movie_has_one_line(data: Path) -> None:
    text = written(rows_of(data), Form.CSV)
    assert text.count("\n") == 6 and "\r" not in text
    rows = table(text)
    assert list(rows[0]) == COLUMNS
    assert [row["media_title"] for row in rows] == [
        """'=HYPERLINK("http://evil")""", 'Two Lines, "quoted"', "'+1", "'@import", "'-30-",
    ]  # fmt: skip
    assert rows[0]["reasons"] == "'-0.3 log-odds; good" and rows[1]["reasons"] == ""
    assert [row["tmdb_id"] for row in rows] == ["11", "12", "13", "14", ""]
    assert [float(row["probability"]) for row in rows] == [0.9, 0.8, 0.5, 0.3, 0.2]


def test_with_favourites_a_spreadsheet_gets_the_second_question_and_every_form_the_order_of_the_ranks(
    data: Path,
) -> None:
    ranking = pd.read_parquet(data / "scored_candidates.parquet").sort_values("rank", ignore_index=True)
    again = [0.05, 0.7, 0.1, 0.2, 0.0, 0.0]  # the second movie comes before the first: 0.8 + 0.7 against 0.9 + 0.05
    ranking = ranking.assign(rank=[2, 1, 3, 4, 5, 6], probability_again=again, prediction_again=[0, 1, 0, 0, 0, 0])
    ranking.assign(reasons_again="=comedy").to_parquet(data / "scored_candidates.parquet")
    rows = table(written(rows_of(data), Form.CSV))
    assert list(rows[0]) == [*COLUMNS, *AGAIN_COLUMNS]
    assert [row["probability_again"] for row in rows] == ["0.7", "0.05", "0.1", "0.2", "0.0"]
    assert [row["prediction_again"] for row in rows] == ["1", "0", "0", "0", "0"]
    assert rows[0]["reasons_again"] == "'=comedy"
    assert [row["imdbID"] for row in table(written(rows_of(data), Form.LETTERBOXD))][:2] == ["tt0000002", "tt0000001"]
    assert list(table(written(rows_of(data), Form.TRAKT))[0]) == ["imdb_id", "tmdb_id", "type", "watchlisted_at"]


def test_letterboxd_gets_its_columns_and_trakt_its_own(data: Path) -> None:
    rows = table(written(rows_of(data), Form.LETTERBOXD))
    assert rows[1] == {"imdbID": "tt0000002", "tmdbID": "12", "Title": 'Two Lines, "quoted"', "Year": "1951"}
    rows = table(written(rows_of(data), Form.TRAKT))
    moment = "2026-01-02T03:04:05Z"
    assert rows[4] == {"imdb_id": "tt0000005", "tmdb_id": "", "type": "movie", "watchlisted_at": moment}


def test_radarr_gets_both_identifiers_and_the_title_as_it_is(data: Path) -> None:
    movies = json.loads(written(rows_of(data), Form.RADARR))
    assert movies[1] == {"title": HOSTILE[1], "year": 1951, "imdb_id": "tt0000002", "id": 12, "tmdbId": 12}
    assert movies[4] == {"title": "-30-", "year": 1954, "imdb_id": "tt0000005"}


def test_a_ranking_of_nothing_and_candidates_without_tmdb_identifiers_are_written_too(data: Path) -> None:
    nothing = rows_of(data).head(0)
    assert [written(nothing, form).count("\n") for form in Form] == [1, 1, 1, 1]
    assert json.loads(written(nothing, Form.RADARR)) == []
    (data / "assets" / "candidates.parquet").unlink()
    assert rows_of(data)["tmdb_id"].isna().all()
