"""A labelled library that is none, or that holds rows that break the contract: one sentence, or a count of what was rejected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from movie_pref_tests.bad_input.spoiling import as_csv, as_text, columns, cut, readable, refused
from movie_pref_tests.good_run import of_few_columns


def _without_its_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _few(rows: pd.DataFrame) -> pd.DataFrame:
    liked = rows["label"] == "would_watch"
    return pd.concat([rows[liked].head(2), rows[~liked].head(10)])


NO_LIBRARY: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "missing": (Path.unlink, ["There is no file", "movie-pref demo"]),
    "empty": (as_text(""), ["is empty"]),
    "only blank lines": (as_text("\n\n  \n"), ["is empty"]),
    "half a file": (cut, ["cut short or damaged"]),
    "a file without its end": (_without_its_end, ["cut short or damaged"]),
    "CSV named .parquet": (as_csv, ["is named .parquet but holds CSV text", "rename it"]),
    "neither form": (lambda path: path.write_bytes(b"\x89PNG\r\n\0\0"), ["neither Parquet nor CSV"]),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), ["is a folder"]),
    "column names only": (columns(lambda rows: rows.head(0)), ["no rows"]),
    "no label": (columns(lambda rows: rows.drop(columns="label")), ["no column 'label'"]),
    "Label": (columns(lambda rows: rows.rename(columns={"label": "Label"})), ["no column 'label'", "rename it"]),
    "no title and no year": (
        columns(lambda rows: rows.drop(columns=["media_title", "release_year"])),
        ["'media_title'", "'release_year'"],
    ),
    "labels spelt otherwise": (
        columns(lambda rows: rows.assign(label=rows["label"].map({"would_watch": "Yes", "would_not_watch": "No"}))),
        ["label 'No' is none of would_not_watch, would_watch"],
    ),
    "labels of 0 and 1": (
        columns(lambda rows: rows.assign(label=(rows["label"] == "would_watch").astype(int))),
        ["label '0' is none of would_not_watch, would_watch"],
    ),
    "one class only": (
        columns(lambda rows: rows.assign(label="would_not_watch")),
        ["'label' holds only would_not_watch in the 300 movies", "label some movies of the other kind"],
    ),
    "no label on any movie": (
        columns(lambda rows: rows.assign(label=pd.Series([None] * 300, dtype="str"))),
        ["'label' holds nothing in any movie"],
    ),
    "twelve rows": (columns(_few), ["too few to learn from", "label more movies"]),
    "television only": (columns(lambda rows: rows.assign(media_type="tv_show")), ["no movie among its 300 rows"]),
    "a list column that is text": (
        columns(lambda rows: rows.assign(genre="Drama, Comedy")),
        ["genre 'Drama, Comedy' is not a list of strings"],
    ),
    "a list column of numbers": (
        columns(lambda rows: rows.assign(genre=[[1, 2]] * 300)),
        ["genre '[1, 2]' is not a list of strings"],
    ),
    "words for a number": (
        columns(lambda rows: rows.assign(runtime="two hours")),
        ["runtime 'two hours' is not a number"],
    ),
    "dates for a number": (
        columns(lambda rows: rows.assign(runtime=pd.Timestamp("2020-01-01"))),
        ["runtime '2020-01-01 00:00:00' is not a number"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_LIBRARY)
def test_file_that_is_no_library_is_refused_and_nothing_is_lost(what: str, home: Any) -> None:
    spoil, named = NO_LIBRARY[what]
    before = home.state()
    spoil(home.library)
    refused(home("run", "--library", home.library), str(home.library), *named)
    assert home.state() == before
    readable(home.data)


def test_csv_that_is_not_in_utf_8_is_refused(home: Any, rows: pd.DataFrame) -> None:
    path = home.data / "latin.csv"
    text = rows.head(50).assign(media_title="Amélie").to_csv(index=False)
    path.write_bytes(text.encode("latin-1", errors="replace"))
    refused(home("run", "--library", path), str(path), "cannot be read as CSV in UTF-8")


def spoilt_csv(rows: pd.DataFrame, path: Path) -> dict[str, str]:
    """Write a library as CSV in which some rows break the contract; returns the reason expected for each identifier."""
    rows = of_few_columns(rows).join(rows[["budget", "runtime", "updated_at"]]).astype(object)
    rows["genre"] = rows["genre"].map(lambda cell: json.dumps(list(cell)) if cell is not None else None)
    cells = {
        "imdb_id": ("0111161", "'0111161' is not tt and 7 or 8 digits"),
        "budget": (-5, "'-5' is below 0"),
        "release_year": (20255, "'20255' is not from 1850 to 2100"),
        "genre": ("Drama, Comedy", "'Drama, Comedy' is not a list of strings"),
        "runtime": ("two hours", "'two hours' is not a number"),
        "imdb_rating": (101, "'101' is not from 0 to 100"),
        "label": ("would watch", "'would watch' is none of would_not_watch, would_watch"),
        "media_title": (None, "is missing"),
    }
    expected = {}
    for row, (column, (cell, reason)) in enumerate(cells.items()):
        rows.loc[row, column] = cell
        expected[rows.loc[row, "imdb_id"]] = f"{column} {reason}"
    older = rows.tail(3).assign(updated_at="2001-01-01T00:00:00+00:00", label="would_watch")
    text = pd.concat([rows, older]).to_csv(index=False)
    path.write_text(text + "tt9999999" + "," * len(rows.columns) + "one more\n", encoding="utf-8")
    expected["tt9999999"] = f"the row has {len(rows.columns) + 1} cells and the header {len(rows.columns)}"
    return expected | dict.fromkeys(older["imdb_id"], "is repeated and another row for it is newer")


def test_rows_that_break_the_contract_are_counted_and_explained_and_the_rest_is_learnt(
    home: Any, rows: pd.DataFrame
) -> None:
    path = home.data / "spoilt.csv"
    expected = spoilt_csv(rows, path)
    said = home("run", "--library", path)
    assert said.code == 0, said.out
    assert "12 rows were rejected, which are in neither training nor ranking" in said.words
    rejected = pd.read_parquet(home.data / "rejected_rows.parquet")
    assert len(rejected) == len(expected) == 12
    for identifier, reason in rejected.set_index("imdb_id")["reason"].items():
        assert expected[str(identifier)] in reason
    table = pd.read_parquet(home.data / "02_binomial_classifier_training_data.parquet")
    assert len(table) == 303 - 11
    readable(home.data)


SCORES = ["tmdb_rating", "tmdb_votes", "rt_score", "metascore", "imdb_rating", "imdb_votes"]


def test_library_without_any_score_is_learnt(lean_home: Any) -> None:
    rows = pd.read_parquet(lean_home.library)
    rows.assign(**dict.fromkeys(SCORES, np.nan)).to_parquet(lean_home.library, index=False)
    said = lean_home("run")
    assert said.code == 0, said.out
    assert "The ten best of 40 movies" in said.words
    assert "read the ranking from the top" in said.words
    table = pd.read_parquet(lean_home.data / "02_binomial_classifier_training_data.parquet")
    assert not {f"{name}_norm" for name in SCORES} & set(table)
