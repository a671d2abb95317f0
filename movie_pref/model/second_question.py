"""The second question of three labels: would a movie that is liked be watched again?

It is asked of the liked movies alone and answered by a model of the same kind: boosters found by the same search and a
linear member, weighted and calibrated on predictions of movies that they have not seen. A movie's probability to be
watched again is that of being liked times this answer. Below 8 of either answer there is nothing to tell them apart by,
and the answer is the same for every movie: the share so far.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import expit

from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.split import FEWEST, fold_indices
from movie_pref.files import whole_folder
from movie_pref.metrics.log_odds import log_odds
from movie_pref.model.calibration import Calibrator, cross_fitted, fit_calibration
from movie_pref.model.committee import BOOSTERS, LINEAR, Committee, Recipe
from movie_pref.model.in_words import second_question
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import across_folds, member_log_odds, weighted
from movie_pref.model.training import COMMITTEE, recipes, train_model
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.strategies import grid_search
from movie_pref.settings import Settings

LIKED, AGAIN = 1, 2  # levels


@dataclass(frozen=True)
class SecondQuestion:
    """The model of the second question, and its answers of movies whose label it has not seen.

    `unseen` has `imdb_id` and `given_liked` of every labelled movie, liked or not: the calibrated probability that it would be
    watched again if it is liked. The facts of `model` have `liked` and `again` (all liked movies, and those of them to be
    watched again), the same of the training movies (`training_liked`, `training_again`), and `learnt`. `members` has what
    `member_log_odds` gives of the liked training movies; it is empty where nothing was learnt.
    """

    model: Model
    unseen: pd.DataFrame
    members: pd.DataFrame

    @property
    def asked(self) -> bool:
        """Whether any movie has the third label."""
        return bool(self.model.facts["again"])

    @property
    def learnt(self) -> bool:
        """Whether there were enough answers to learn from; otherwise all movies have the same."""
        return bool(self.model.facts["learnt"])

    @property
    def says(self) -> str:
        """How many answers there are and what was made of them, in a sentence."""
        return second_question(self.model.facts)

    def added_to(self, first: Model) -> Model:
        """The model of the first question, with this one where it is asked."""
        return replace(first, again=self.model) if self.asked else first

    def save(self, folder: Path) -> None:
        """Write both into a folder of their own, whole or not at all."""
        with whole_folder(folder) as temporary:
            self.model.save(temporary / "model")
            self.unseen.to_parquet(temporary / "unseen.parquet", index=False)
            self.members.to_parquet(temporary / "members.parquet", index=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What `save` wrote."""
        unseen, members = (pd.read_parquet(folder / f"{name}.parquet") for name in ("unseen", "members"))
        return cls(Model.read(folder / "model"), unseen, members)

    def without(self, fold: int) -> tuple[Recipe, Calibrator]:
        """The weights and the calibration that answered the training movies of a fold: settled on the liked ones of the others."""
        recipe = self.model.recipe
        answers = expit(across_folds(self.members, lambda others: weighted(others, recipe)))
        others = (self.members["fold"] != fold).to_numpy()
        calibrate = fit_calibration(answers[others], self.members["actual"].to_numpy()[others])
        return weighted(self.members[others], recipe), calibrate


def given_liked(model: Model, committee: Committee, values: np.ndarray) -> np.ndarray:
    """The calibrated answer of the second question's model for model columns, shape (rows,)."""
    return model.calibrate(committee.predict(values))


def answer(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    features: pd.DataFrame,
    preprocessing: Preprocessor,
    settings: Settings,
    prepared: dict[int, Preprocessor] | None = None,
    say: Callable[[str], object] = lambda text: None,
) -> SecondQuestion:
    """Learn the second question from the liked training movies.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns.
    split
        `imdb_id`, `partition`, `fold` and `level` (0 to 2) of the same movies in the same order.
    features
        Their model columns, as `preprocessing` gives them.
    prepared
        The preprocessing fitted without each fold, where it is there already.
    """
    level = split["level"]
    liked, training = level >= LIKED, split["partition"] == "train"
    again = (level == AGAIN).astype("int64")
    inside = liked & training
    counts = int(again[inside].sum()), int((1 - again[inside]).sum())
    facts = {
        "liked": int(liked.sum()),
        "again": int(again.sum()),
        "training_liked": sum(counts),
        "training_again": counts[0],
    }
    if min(counts) < FEWEST:
        model = _same_for_all(preprocessing, settings, {**facts, "learnt": False})
        share = float(model.evaluated.predict(np.zeros((1, 0)))[0])
        return SecondQuestion(model, split[["imdb_id"]].assign(given_liked=share), pd.DataFrame())
    say(f"the second question: {counts[0]} of {sum(counts)} liked training movies are would_watch_again")
    results = grid_search(
        features.loc[inside, preprocessing.table_columns], again[inside], PRODUCTION_GRID, fold_indices(split.loc[inside, "fold"]),
        n_jobs=settings.n_jobs, seed=settings.seed, budget=settings.search_budget, review_budget=settings.budget(again[inside].mean()),
    )  # fmt: skip
    recipe = recipes(results, settings.committee_boosters, settings.seed)[COMMITTEE]
    asked = split.assign(label=again)
    members = member_log_odds(rows, asked, {COMMITTEE: recipe}, preprocessing, prepared=prepared, fits=liked)
    of_liked = liked[training].to_numpy()
    limits = Limits(settings.threshold, settings.budget(again[inside].mean()), settings.recall_target)
    settled = weighted(members[of_liked], recipe)
    fitted = train_model(features[liked], again[liked], training[liked], preprocessing, settled, limits, settings.seed)
    probability = pd.Series(expit(across_folds(members, lambda others: weighted(others, recipe), of_liked)))
    actual = members["actual"]
    calibrate = fit_calibration(probability[of_liked].to_numpy(), actual[of_liked].to_numpy())
    model = fitted.with_facts(calibration=calibrate.to_dict(), **facts, learnt=True)
    found = pd.Series(np.nan, index=split.index)
    found[training] = cross_fitted(probability, actual, members["fold"], may_fit=of_liked).to_numpy()
    if not training.all():
        values, _ = to_matrix(features[~training])
        found[~training] = given_liked(model, model.evaluated, values)
    unseen = split[["imdb_id"]].assign(given_liked=found.to_numpy())
    return SecondQuestion(model, unseen, members[of_liked].reset_index(drop=True))


def _same_for_all(preprocessing: Preprocessor, settings: Settings, facts: dict) -> Model:
    """A model that answers the same of every movie: the share of the training movies, and of all where it serves."""
    evaluated, serving = (
        Committee(None, [], float(log_odds(np.array((facts[again] + 0.5) / (facts[liked] + 1)))), None, 0.0)
        for again, liked in (("training_again", "training_liked"), ("again", "liked"))
    )
    recipe = {
        "points": [], "seeds": [], "weights": {BOOSTERS: 0.0, LINEAR: 0.0},
        "intercept": evaluated.start, "operating_point": 0.0,
    }  # fmt: skip
    known = {"recipe": recipe, "threshold": settings.threshold, "calibration": Calibrator().to_dict(), **facts}
    return Model(evaluated, serving, preprocessing, known)
