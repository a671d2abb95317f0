"""The second question explained: by the model that answered it, in parts that add up, and not at all where there is none."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.model.champion import Champion, promote
from movie_pref.model.fold_models import OUTSIDE, fold_preprocessing, folds_of
from movie_pref.model.second_question import SecondQuestion, answer
from movie_pref.ranking.scoring import score
from movie_pref.ranking.story import Story, movie_story
from movie_pref.ranking.unseen import answered_by
from movie_pref.settings import load_settings
from movie_pref_tests.favourites import levels, second_model


@pytest.fixture(scope="module")
def answered(trained: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A second question learnt as a run learns it, in a data folder."""
    data = tmp_path_factory.mktemp("data")
    split = trained.split.assign(level=levels(trained))
    folds = folds_of(split)
    prepared = {
        int(fold): fold_preprocessing(trained.rows[(folds != OUTSIDE) & (folds != fold)], trained.preprocessing)
        for fold in np.unique(folds[folds != OUTSIDE])
    }
    settings = load_settings(data=data, search_budget=10, jobs=1, committee_boosters=2)
    question = answer(trained.rows, split, trained.features, trained.preprocessing, settings, prepared)
    question.save(DataFolder(data).asset("again_model"))
    return SimpleNamespace(data=data, split=split, folds=folds, prepared=prepared, question=question)


def answers(answered: SimpleNamespace, trained: SimpleNamespace, data: Path) -> np.ndarray:
    """What explains each labelled movie says."""
    found, model = np.full(len(trained.rows), np.nan), answered.question.model
    for fold in np.unique(answered.folds):
        of_fold = answered.folds == fold
        preprocessing = answered.prepared.get(int(fold), trained.preprocessing)
        fitted, calibrate = answered_by(data, trained.rows, answered.split, model, int(fold), preprocessing)
        found[of_fold] = calibrate(fitted.committee.predict(fitted.values(trained.rows[of_fold])))
    return found


def test_each_labelled_movie_is_answered_by_the_model_that_answered_it(answered, trained) -> None:
    assert answered.question.learnt
    kept = answered.question.unseen["given_liked"]
    np.testing.assert_allclose(answers(answered, trained, answered.data), kept, atol=1e-5)


def test_what_a_question_keeps_is_read_back(answered) -> None:
    read = SecondQuestion.read(DataFolder(answered.data).asset("again_model"))
    assert read.model.version == answered.question.model.version
    pd.testing.assert_frame_equal(read.members, answered.question.members)
    assert read.without(0) == answered.question.without(0)


def test_a_question_that_the_last_training_did_not_ask_is_answered_too(answered, trained, tmp_path: Path) -> None:
    found = answers(answered, trained, tmp_path)
    assert not np.isnan(found).any()
    assert np.abs(found - answered.question.unseen["given_liked"]).max() > 1e-4


# the story


@pytest.fixture
def told(trained: SimpleNamespace, candidates: pd.DataFrame, tmp_path: Path):
    """Gives the story of a movie, by a champion with this second question."""

    def tell(imdb_id: str, second=None) -> Story:
        folder = DataFolder(tmp_path)
        (tmp_path / "assets").mkdir()
        promote(replace(trained.model, again=second), folder.model, "first")
        champion = Champion.load(folder.model)
        score(champion, candidates).to_parquet(folder.asset("scored_candidates"), index=False)
        labels = np.array(["would_not_watch", "would_watch", "would_watch_again"])[levels(trained)]
        for name, rows in (
            ("candidates", candidates),
            ("movies_only", trained.rows.assign(label=labels)),
            ("data_split", trained.split.assign(level=levels(trained))),
        ):
            rows.to_parquet(folder.asset(name), index=False)
        return movie_story(tmp_path, imdb_id)

    return tell


def test_a_candidates_parts_add_up_and_its_answer_is_that_of_the_ranking(told, trained, candidates, tmp_path) -> None:
    imdb_id = str(candidates["imdb_id"][3])
    again = told(imdb_id, second_model(trained)).again
    ranked = pd.read_parquet(tmp_path / "scored_candidates.parquet").set_index("imdb_id").loc[imdb_id]
    assert again.probability == pytest.approx(ranked["probability_again"], abs=1e-6)
    assert again.perhaps == bool(ranked["prediction_again"])
    assert again.probability == pytest.approx(ranked["probability"] * again.given_liked, abs=1e-6)
    found = again.explanation
    assert found.base + found.parts["log_odds"].sum() == pytest.approx(
        np.log(found.probability / (1 - found.probability)), abs=1e-4
    )
    # the calibration of the fixture: 0.1 + 0.7 times the log-odds
    assert again.given_liked == pytest.approx(1 / (1 + np.exp(-(0.1 + 0.7 * found.margin))), abs=1e-4)


@pytest.mark.parametrize("partition", ["train", "holdout"])
def test_a_labelled_favourite_has_its_label_in_words_and_both_explanations(told, trained, partition) -> None:
    chosen = (trained.split["partition"] == partition) & (levels(trained) == 2)
    story = told(str(trained.split.loc[chosen, "imdb_id"].iloc[0]), second_model(trained))
    assert "you labelled it 'would watch again'" in story.by
    assert story.again.explanation is not None and 0 < story.again.probability < story.explanation.probability


def test_where_nothing_was_learnt_there_is_the_sentence_and_no_parts(told, trained) -> None:
    train = trained.split["partition"] == "train"
    again = told(str(trained.split.loc[train, "imdb_id"].iloc[0]), second_model(trained, learnt=False)).again
    assert again.explanation is None and not again.perhaps
    assert "it takes 8 of either kind to learn from" in again.learnt_from


def test_a_library_of_two_labels_has_one_question(told, candidates) -> None:
    assert told(str(candidates["imdb_id"][3])).again is None
