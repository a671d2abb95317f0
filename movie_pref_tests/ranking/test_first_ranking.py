"""The ranking from few labels: what orders it, how much is flagged, how sure it is, and what it says of itself."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref.library.catalogue import load_catalogue
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.ranking.first_ranking import as_champion, first_model, guessed, in_words, standing_model
from movie_pref.ranking.scoring import score, score_file

LIMITS = Limits(0.35, 0.15, 0.98)


@pytest.fixture(scope="module")
def movies():
    labelled, unseen = demo_library()
    return labelled, unseen


def some(movies, liked, disliked):
    """So many labelled movies of each kind before the candidates, and their labels."""
    library, unseen = movies
    likes = library["label"] == "would_watch"
    rows = pd.concat([library[likes].head(liked), library[~likes].head(disliked)])
    return pd.concat([rows, unseen], ignore_index=True), np.r_[np.ones(liked), np.zeros(disliked)].astype(int)


@pytest.mark.parametrize(("liked", "disliked"), [(0, 0), (0, 9), (5, 0)])
def test_where_one_label_is_missing_votes_order_the_list(movies, liked, disliked):
    rows, label = some(movies, liked, disliked)
    model = first_model(rows, label, load_catalogue(), LIMITS)
    assert (model.facts["ordered_by"], model.facts["column"]) == ("votes", "imdb_votes")
    found = score(as_champion(model), movies[1])
    votes = found.merge(movies[1][["imdb_id", "imdb_votes"]], on="imdb_id")["imdb_votes"]
    assert votes.fillna(-1).is_monotonic_decreasing and found["reasons"].iloc[0].startswith("many IMDb votes")
    said = in_words(model.facts)
    assert said.startswith("the order is by IMDb votes alone, since there ")
    assert ("no label" in said) == (liked + disliked == 0)


def test_three_liked_and_four_disliked_rank_marked_as_a_first_guess(movies):
    rows, label = some(movies, 3, 4)
    model = first_model(rows, label, load_catalogue(), LIMITS)
    found = score(as_champion(model), movies[1])
    assert set(found["model_version"]) == {f"first guess {model.version}"}
    assert found["prediction"].mean() == pytest.approx(0.15, abs=0.005)
    assert (found["prediction"] == (found["probability"] >= 0.35)).all()
    assert found["calibrated_probability"].is_monotonic_decreasing
    assert found["rank"].tolist() == list(range(1, 501)) and found["reasons"].notna().all()
    sure = model.facts["found"]
    assert 0.15 < sure["at_least"] < sure["expected"] < 1
    assert in_words(model.facts).startswith("a first guess from 7 labels (3 liked and 4 not liked): it is fairly sure")


def test_it_is_kept_and_read_again_and_the_same_input_gives_the_same_one(movies, tmp_path):
    rows, label = some(movies, 3, 4)
    model = first_model(rows, label, load_catalogue(), LIMITS)
    assert first_model(rows, label, load_catalogue(), LIMITS).version == model.version
    assert guessed(tmp_path) is None
    model.save(tmp_path / "first_guess")
    movies[1].to_parquet(tmp_path / "unseen.parquet")
    score_file(as_champion(model), tmp_path / "unseen.parquet", tmp_path / "scored_candidates.parquet")
    assert Model.read(tmp_path / "first_guess").version == model.version
    assert guessed(tmp_path) == standing_model(tmp_path).version == f"first guess {model.version}"


def test_twenty_labels_of_the_owner_rank_better_than_votes(movies):
    from sklearn.metrics import average_precision_score

    library = movies[0]
    judged = library.tail(1500)
    liked = (judged["label"] == "would_watch").to_numpy()
    rows = pd.concat([library.head(2000)[library.head(2000)["label"] == "would_watch"].head(10), library.head(10)])
    rows = pd.concat([rows.drop_duplicates("imdb_id"), judged], ignore_index=True)
    label = (rows["label"] == "would_watch").to_numpy().astype(int)[: len(rows) - 1500]
    model = first_model(rows, label, load_catalogue(), LIMITS)
    found = average_precision_score(liked, model.predict_unseen(judged))
    assert found > average_precision_score(liked, judged["imdb_votes"].fillna(0)) + 0.02
