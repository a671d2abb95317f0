"""Candidates that are none are refused before anything is trained; strange ones are ranked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref_tests.bad_input.spoiling import as_csv, as_text, columns, cut, refused

NO_CANDIDATES: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "missing": (Path.unlink, ["There is no file"]),
    "empty": (as_text(""), ["is empty"]),
    "half a file": (cut, ["cut short or damaged"]),
    "CSV named .parquet": (as_csv, ["is named .parquet but holds CSV text"]),
    "no title": (columns(lambda rows: rows.drop(columns="media_title")), ["no column 'media_title'"]),
}


@pytest.mark.parametrize("command", ["run", "score"])
@pytest.mark.parametrize("what", NO_CANDIDATES)
def test_candidates_that_are_none_are_refused_before_anything_is_trained(what: str, command: str, home: Any) -> None:
    spoil, named = NO_CANDIDATES[what]
    before = home.state()
    spoil(home.candidates)
    refused(home(command, "--candidates", home.candidates), str(home.candidates), *named)
    assert home.state() == before


def test_candidates_damaged_within_are_refused_and_the_ranking_stays(home: Any) -> None:
    before = home.state()
    content = bytearray(home.candidates.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 3000] = b"\xff" * 3000
    home.candidates.write_bytes(bytes(content))
    refused(home("score"), str(home.candidates), "cut short or damaged")
    assert home.state() == before


def test_candidates_of_unknown_countries_with_missing_columns_are_all_ranked(home: Any, unseen: pd.DataFrame) -> None:
    columns = ["imdb_id", "media_type", "media_title", "release_year", "imdb_votes"]
    strange = unseen[columns].assign(
        origin_country=[["ZZ", "QQ"]] * 40, original_language="tlh", genre=[["Unheard Of"]] * 40
    )
    strange.to_parquet(home.candidates, index=False)
    said = home("score")
    assert said.code == 0, said.out
    assert set(pd.read_parquet(home.data / "scored_candidates.parquet")["imdb_id"]) == set(unseen["imdb_id"])


def test_candidates_with_the_required_columns_only_are_all_ranked(home: Any, unseen: pd.DataFrame) -> None:
    unseen[["imdb_id", "media_type", "media_title", "release_year"]].to_csv(home.data / "bare.csv", index=False)
    said = home("score", "--candidates", home.data / "bare.csv")
    assert said.code == 0, said.out
    assert "The ten best of 40 movies" in said.words


@pytest.mark.parametrize("what", ["all in the library", "all television"])
def test_nothing_left_to_rank_is_said_and_no_error(what: str, home: Any, unseen: pd.DataFrame) -> None:
    known = pd.read_parquet(home.library).head(20)
    (known if what == "all in the library" else unseen.assign(media_type="tv_show")).to_parquet(home.candidates)
    said = home("score")
    assert said.code == 0, said.out
    assert "there are no movies to rank" in said.words
