"""What explains a labelled movie is what predicted it."""

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.features.preprocessing import Chosen
from movie_pref.files import write_json
from movie_pref.model.fold_models import folds_of, unseen_model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, member_log_odds, out_of_sample, settle
from movie_pref.ranking.unseen import predicted_by


@pytest.fixture(scope="module")
def training(trained: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """What a training notes when each fold selects other columns: every fold leaves out another column."""
    folder = DataFolder(tmp_path_factory.mktemp("data"))
    like, left_out, by_fold = trained.preprocessing, iter(trained.preprocessing.columns), {}

    def select(rows: pd.DataFrame) -> Chosen:
        out = next(left_out)
        return Chosen([one for one in like.columns if one != out], like.catalogue, like.linear_only)

    members = member_log_odds(
        trained.rows, trained.split, {WINNER: trained.model.recipe}, like, select,
        lambda fold, fitted: by_fold.update({str(fold): fitted.to_dict()}),
    )  # fmt: skip
    recipe = settle(members, trained.model.recipe, Limits.of(trained.model.facts)).recipe
    model = trained.model.with_facts(recipe=asdict(recipe))
    folder.fold_preprocessing.parent.mkdir()
    members.to_parquet(folder.asset("member_predictions"), index=False)
    write_json(folder.fold_preprocessing, by_fold)
    predicted = out_of_sample(trained.rows, trained.split, model, members=members)["probability"].to_numpy()
    return SimpleNamespace(data=folder.root, model=model, predicted=predicted, folds=folds_of(trained.split))


def by(data: Path, trained: SimpleNamespace, training: SimpleNamespace, model=None) -> np.ndarray:
    """The probability of each movie by what explains it."""
    found = np.full(len(trained.rows), np.nan)
    for fold in np.unique(training.folds):
        rows = training.folds == fold
        fitted = predicted_by(data, trained.rows, trained.split, model or training.model, int(fold))
        found[rows] = fitted.committee.predict(fitted.values(trained.rows[rows]))
    return found


def test_each_labelled_movie_is_explained_by_the_model_that_predicted_it(trained, training) -> None:
    inside = training.folds >= 0
    np.testing.assert_allclose(by(training.data, trained, training)[inside], training.predicted[inside], atol=1e-6)


def test_a_model_that_the_last_training_did_not_make_is_asked_as_it_is(trained, training) -> None:
    other = training.model.with_facts(recipe={**training.model.facts["recipe"], "operating_point": 0.5})
    fitted = unseen_model(trained.rows, trained.split, other, 0)
    rows = training.folds == 0
    expected = fitted.committee.predict(fitted.values(trained.rows[rows]))
    found = by(training.data, trained, training, other)[rows]
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert np.abs(found - training.predicted[rows]).max() > 0.01


def test_without_what_a_training_notes_there_is_still_a_model(trained, training, tmp_path: Path) -> None:
    assert not np.isnan(by(tmp_path, trained, training)).any()
