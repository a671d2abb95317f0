"""A library in which the third label is used so that nothing can be learnt of it: a ranking all the same, and a sentence.

That every liked movie is one, or none that trains, is the same to a run (`model/test_second_question.py`).
"""

from typing import Any

import pandas as pd

from movie_pref.library.label_names import WOULD_WATCH, WOULD_WATCH_AGAIN

SMALLEST_SEARCH = {"MOVIE_PREF_SEARCH_BUDGET": "10"}


def test_a_favourite_of_which_nothing_can_be_learnt_leaves_a_ranking_by_the_first_question(lean_home: Any) -> None:
    rows = pd.read_parquet(lean_home.library)
    sides = pd.read_parquet(lean_home.data / "assets" / "data_split.parquet").set_index("imdb_id")["partition"]
    liked = (rows["label"] == WOULD_WATCH) & (rows["imdb_id"].map(sides) == "train")
    chosen = liked & liked.cumsum().eq(1)
    before = pd.read_parquet(lean_home.data / "scored_candidates.parquet")
    rows.assign(label=rows["label"].where(~chosen, WOULD_WATCH_AGAIN)).to_parquet(lean_home.library, index=False)
    said = lean_home("run", **SMALLEST_SEARCH)
    assert said.code == 0, said.out
    sides = pd.read_parquet(lean_home.data / "assets" / "data_split.parquet")
    training = sides[(sides["partition"] == "train") & (sides["level"] >= 1)]
    assert f"1 of {len(training)} liked training movies are would_watch_again" in said.words
    assert "whichever of would_watch and would_watch_again is scarcer" in said.words
    found = pd.read_parquet(lean_home.data / "scored_candidates.parquet")
    assert found["imdb_id"].tolist() == before["imdb_id"].tolist()  # a prior changes no order
    assert (found["prediction_again"] == 0).all()
    given = found["probability_again"] / found["probability"]
    assert given.max() - given.min() < 1e-9
    explained = lean_home("explain", found["imdb_id"].iloc[0])
    assert explained.code == 0, explained.out
