"""A small second question, made without a search: every other movie that is liked would be watched again."""

from types import SimpleNamespace

import numpy as np

from movie_pref.model.calibration import Calibrator
from movie_pref.model.committee import Recipe
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import train_model


def levels(trained: SimpleNamespace) -> np.ndarray:
    """0 to 2 of each movie of `trained`."""
    return trained.split["label"].to_numpy() * (1 + np.arange(len(trained.split)) % 2)


def second_model(trained: SimpleNamespace, learnt: bool = True) -> Model:
    """The model of the second question, for the model of `trained`."""
    liked, level = trained.split["label"] == 1, levels(trained)
    asked = trained.split["label"].where(level < 2, 2)[liked] - 1
    model = train_model(
        trained.features[liked], asked, trained.training[liked], trained.preprocessing, Recipe.alone(trained.params, 3),
        Limits(0.35, 0.5, 0.98), seed=3,
    )  # fmt: skip
    inside = level[trained.training.to_numpy()]
    facts = {
        "liked": int(liked.sum()), "again": int((level == 2).sum()), "training_liked": int((inside > 0).sum()),
        "training_again": int((inside == 2).sum()), "learnt": learnt,
    }  # fmt: skip
    return model.with_facts(calibration=Calibrator(0.1, (0.7,)).to_dict(), **facts)
