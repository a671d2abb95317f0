"""The ranking of a person with few labels or none: a first guess, what it is made of, and how sure it is.

Belongs here: from movies and labels to a model that ranks. The arithmetic is in `movie_pref.model.first_guess`, what is asked
in `first_questions`. What ranks a folder's candidates, a champion or a first guess, is said by `standing_model`.
"""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from movie_pref.data_folder import DataFolder
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import Catalogue
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import Champion
from movie_pref.model.committee import BOOSTERS, LINEAR, Committee, Recipe
from movie_pref.model.first_guess import FirstGuess, Posterior, by_votes
from movie_pref.model.linear_member import LinearMember
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits, operating_point

FIRST_GUESS = "first guess"  # what the model_version of such a ranking begins with
SAMPLE = 20_000  # movies that tell what movies are like
LOOKED_AT, DRAWS, UNSURE = 0.15, 200, 0.1


class OrderedBy(StrEnum):
    """What the order of a first guess comes from."""

    LABELS = "labels"
    VOTES = "votes"


class Found(NamedTuple):
    """How many of the liked movies the first 15 % of a ranking hold, as shares: nine times in ten at least, and on average."""

    at_least: float
    expected: float


def first_model(rows: pd.DataFrame, label: np.ndarray, catalogue: Catalogue, limits: Limits, seed: int = 0) -> Model:
    """The model of a first guess, in the form of every other: one linear member, its preprocessing and the facts.

    Where one of the labels is missing altogether, votes order the movies. As much is flagged of the unlabelled movies as
    the review budget allows; `calibrated_probability` is what the guess itself believes.

    Parameters
    ----------
    rows
        All movies that are known, the labelled ones first, in the library's columns.
    label
        0/1 of the labelled ones.
    """
    rows = _some(rows, len(label))
    preprocessing = Preprocessor(catalogue).fit(rows)
    values, types = to_matrix(preprocessing.transform(rows))
    names, unseen = preprocessing.columns, np.arange(len(label), len(rows))
    votes = by_votes(values, names) if len(np.unique(label)) < 2 else None
    facts = {"ordered_by": str(OrderedBy.LABELS), "labelled_rows": len(label), "liked": int(label.sum())}
    if votes is not None:
        member, column = votes
        facts |= {"ordered_by": str(OrderedBy.VOTES), "column": column.removesuffix("_norm")}
    else:
        guess = FirstGuess(values, types, names)
        posterior = guess.posterior(np.arange(len(label)), label)
        member = guess.member_of(posterior)
        facts["found"] = expected_recall(
            guess, posterior, unseen if len(unseen) else np.arange(len(rows)), seed
        )._asdict()
    return _as_model(member, preprocessing, values[unseen] if len(unseen) else values, limits, facts)


def _as_model(
    member: LinearMember, preprocessing: Preprocessor, values: np.ndarray, limits: Limits, facts: dict[str, Any]
) -> Model:
    constant = operating_point(member.log_odds(values), np.zeros(len(values)), limits).constant
    recipe = Recipe([], [], {BOOSTERS: 0.0, LINEAR: 1.0}, operating_point=constant)
    committee = Committee(None, [], constant, member, 1.0)
    calibration = Calibrator(-constant).to_dict()
    known = {"recipe": asdict(recipe), **limits._asdict(), "calibration": calibration, **facts}
    return Model(committee, committee, preprocessing, known)


def _some(rows: pd.DataFrame, labelled: int) -> pd.DataFrame:
    """The labelled rows, and of the others no more than tell what movies are like, picked by a hash of the imdb_id."""
    others = rows.iloc[labelled:]
    if len(others) <= SAMPLE:
        return rows
    mark = pd.util.hash_array(others["imdb_id"].to_numpy(dtype=object))
    return pd.concat([rows.iloc[:labelled], others.iloc[np.sort(np.argsort(mark, kind="stable")[:SAMPLE])]])


def expected_recall(guess: FirstGuess, posterior: Posterior, movies: np.ndarray, seed: int = 0) -> Found:
    """What the guess expects to find among the first 15 % of these movies, ranked by it: over tastes drawn from what it believes."""
    order = np.argsort(-posterior.log_odds[movies], kind="stable")
    chance = expit(guess.draws(posterior, movies, DRAWS, seed))
    first = order[: max(1, round(LOOKED_AT * len(movies)))]
    shares = chance[first].sum(axis=0) / chance.sum(axis=0)
    return Found(float(np.quantile(shares, UNSURE)), float(shares.mean()))


def as_champion(model: Model) -> Champion:
    """The model in the place where scoring expects a champion; its version says that it is a first guess."""
    return Champion(model, {"champion": f"{FIRST_GUESS} {model.version}"})


def in_words(facts: dict[str, Any]) -> str:
    """What a first guess is made of and how sure it is, as a sentence without its full stop."""
    liked, labelled = facts["liked"], facts["labelled_rows"]
    counts = f"{liked} liked and {labelled - liked} not liked"
    if facts["ordered_by"] == OrderedBy.VOTES:
        votes = facts["column"].replace("_", " ").replace("imdb", "IMDb").replace("tmdb", "TMDB")
        why = f"there are labels of one kind only ({counts})" if labelled else "there is no label"
        return f"the order is by {votes} alone, since {why}"
    found = facts["found"]
    return (
        f"a first guess from {labelled} labels ({counts}): it is fairly sure that the first {LOOKED_AT:.0%} of its list hold at least "
        f"{found['at_least']:.0%} of the movies that you would like, and expects {found['expected']:.0%}"
    )


def standing_model(data: Path) -> Champion:
    """What the ranking that stands was made by: a first guess where its `model_version` says so, else the champion.

    Raises
    ------
    UserError
        There is none, or it is damaged.
    """
    folder = DataFolder(data)
    if guessed(data) is not None:
        return as_champion(Model.read(folder.first_guess))
    return Champion.load(folder.model)


def guessed(data: Path) -> str | None:
    """The `model_version` of the ranking that stands, where it is a first guess."""
    first = DataFolder(data).table("scored_candidates", ["model_version"], [("rank", "==", 1)])
    version = None if first is None or first.empty else str(first["model_version"].iloc[0])
    return version if version is not None and version.startswith(FIRST_GUESS) else None
