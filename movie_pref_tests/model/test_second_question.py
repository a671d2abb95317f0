"""The second question of three labels where there is too little to learn it from: a prior that says so."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_pref.features.split import FEWEST
from movie_pref.model.model import Model
from movie_pref.model.second_question import SecondQuestion, answer
from movie_pref.settings import load_settings


def asked(trained: SimpleNamespace, level: pd.Series) -> SecondQuestion:
    split = trained.split.assign(level=level.to_numpy())
    return answer(trained.rows, split, trained.features, trained.preprocessing, load_settings())


@pytest.fixture
def level(trained: SimpleNamespace) -> pd.Series:
    """0 and 1: no favourite yet."""
    return trained.split["label"].copy()


def of_side(trained: SimpleNamespace, level: pd.Series, training: bool) -> pd.Index:
    """The liked movies of the training rows, or of the others."""
    return level.index[(level == 1) & (trained.split["partition"].eq("train") == training)]


def test_one_favourite_is_a_prior_and_the_sentence_says_how_many_it_takes(trained, level, tmp_path):
    inside = of_side(trained, level, training=True)
    level[inside[0]] = 2
    found = asked(trained, level)
    # the share with half a favourite more, of one liked movie more
    assert found.unseen["given_liked"].to_numpy() == pytest.approx(np.full(len(level), 1.5 / (len(inside) + 1)))
    assert found.asked and not found.learnt
    assert found.says == (
        f"1 of {len(inside)} liked training movies are would_watch_again, and it takes {FEWEST} of either kind to learn from: "
        "until then the answer is the share so far, the same for every movie, which changes no order"
    )
    found.save(tmp_path / "again")
    assert SecondQuestion.read(tmp_path / "again").says == found.says


def test_favourites_outside_training_teach_nothing_and_change_no_answer_about_movies_that_are_judged(trained, level):
    outside = of_side(trained, level, training=False)
    assert len(outside) >= FEWEST
    level[outside] = 2
    found, liked = asked(trained, level), len(of_side(trained, level, training=True))
    assert not found.learnt and found.says.startswith(f"0 of {liked} liked training movies")
    assert found.unseen["given_liked"].to_numpy() == pytest.approx(np.full(len(level), 0.5 / (liked + 1)))
    # what ranks candidates may know every label
    serving = (len(outside) + 0.5) / (liked + len(outside) + 1)
    assert found.model.serving.predict(np.zeros((3, 1))) == pytest.approx([serving] * 3)


def test_where_every_liked_movie_is_a_favourite_there_is_nothing_to_tell_apart(trained, level):
    inside = of_side(trained, level, training=True)
    level[level == 1] = 2
    found = asked(trained, level)
    assert not found.learnt and found.says.startswith(f"{len(inside)} of {len(inside)} liked training movies")


def test_a_prior_is_kept_with_the_model_it_belongs_to(trained, level, tmp_path):
    level[of_side(trained, level, training=True)[: FEWEST - 1]] = 2
    whole = asked(trained, level).added_to(trained.model)
    whole.save(tmp_path / "model")
    read = Model.read(tmp_path / "model")
    assert read.version == whole.version != trained.model.version
    assert read.again is not None and read.again.facts["training_again"] == FEWEST - 1
