"""From a trained model to the champion: what it is promoted with, and whether it is.

The rule is in `gates.py`, the measuring in `evaluation.py`, the folder in `champion.py`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from movie_pref.evaluation.gates import Contest, Decision, compared_rows, decide, failed_gates, strongest
from movie_pref.evaluation.judged import judged_rows
from movie_pref.evaluation.second_question import Favourites, has_second
from movie_pref.features.matrix import to_matrix
from movie_pref.features.split import evidence, partition
from movie_pref.metrics.intervals import CONFIDENCE, intervals, paired_differences
from movie_pref.metrics.order import ranked_by
from movie_pref.metrics.scores import THRESHOLDS
from movie_pref.model.champion import keep, past_champions, promote, standing
from movie_pref.model.model import Model
from movie_pref.model.out_of_fold import calibration_of
from movie_pref.model.pointer import read_pointer
from movie_pref.model.second_question import AGAIN, given_liked
from movie_pref.model.training import settings_facts
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.settings import Settings


def with_evidence(
    model: Model,
    predictions: pd.DataFrame,
    split: pd.DataFrame,
    report: pd.DataFrame,
    points_evaluated: int,
    settings: Settings,
) -> Model:
    """The model with its calibration, its holdout metrics, what it fails, and the settings and grid it comes from.

    Parameters
    ----------
    predictions, split
        What `out_of_sample` and `split` gave.
    report
        What `evaluate` says of the holdout.
    """
    liked = int(report["liked"].iloc[0])
    measured = report.set_index("metric")[["value", "low", "high"]].astype("object")
    return model.with_facts(
        calibration=calibration_of(predictions, split).to_dict(),
        metrics={
            "rows": evidence(predictions)[1],
            "liked": liked,
            **measured.where(measured.notna(), None).to_dict("index"),
        },
        provisional=failed_gates(report, *_limits(predictions, settings)),
        settings=settings_facts(settings),
        grid=PRODUCTION_GRID,
        search={"points_evaluated": points_evaluated},
    )


def settle(
    challenger: Model, model_folder: Path, predictions: pd.DataFrame, movies: pd.DataFrame, settings: Settings
) -> dict[str, Any]:
    """Make the challenger the champion, or keep the champion that stands, by `gates.decide`.

    Both are judged by labels that the review queue did not ask for. A champion that cannot be read is no opponent: the
    challenger takes its place, and the reason is noted.

    Parameters
    ----------
    challenger
        As `with_evidence` gives it.
    predictions
        The challenger's, in the columns of `03_binomial_classifier_results.parquet`.
    movies
        The same movies in the library's columns, with `label_origin` where labels of the store are among them.

    Returns
    -------
    What `champion.json` now says: `champion`, `previous`, `decision`, `because`, `challenger` (its version), and where
    two were compared `compared` (how many `movies`, how many of them `liked`, and each deciding metric of both with
    difference and interval), and `best`, the version of the best champion that is kept.
    """
    failed = challenger.facts["provisional"]
    champion, trouble = standing(model_folder)
    found, best = None, None
    if champion is None:
        made = Decision("promoted" if read_pointer(model_folder) else "first", trouble, failed)
    else:
        rows = judged_rows(predictions, movies).rows
        models = {champion.version: champion.model, **past_champions(model_folder)}
        met = {name: contest(model, rows, movies, settings) for name, model in models.items()}
        known = {name: one for name, one in met.items() if one is not None}
        found, best = met[champion.version], strongest(known) if known else None
        rival = None
        if best is not None and best != champion.version:
            # the best of so many is picked by luck too: the interval is that of so many comparisons (Bonferroni)
            sure = 1 - (1 - CONFIDENCE) / len(known)
            rival = contest(models[best], rows, movies, settings, sure)
        champion_failed = failed_gates(found.other, *_limits(predictions, settings)) if found else champion.provisional
        made = decide(failed, found, champion_failed, settings.threshold, rival)
    said = {
        "because": made.because, "challenger": challenger.version, "best": best, **_compared(found, settings.threshold),
    }  # fmt: skip
    if made.decision == "kept":
        return keep(model_folder, **said)
    return promote(challenger, model_folder, made.decision, **said)


def _compared(found: Contest | None, threshold: float) -> dict[str, Any]:
    if found is None:
        return {}
    rows = compared_rows(found, threshold).astype("object")
    told = rows.where(rows.notna(), None).T.to_dict()
    return {"compared": {"movies": found.movies, "liked": found.liked, **told}}


def contest(
    other: Model,
    predictions: pd.DataFrame,
    movies: pd.DataFrame,
    settings: Settings,
    confidence: float = CONFIDENCE,
) -> Contest | None:
    """Measure a challenger and another model on the movies that both hold out.

    The split is a hash of the identifier, so a movie that is held out today was held out when the other was trained,
    unless the share was another then: only movies within the smaller of both shares are compared, and those that a small
    library took out of the hash's order and keeps for good; none where the other does not say its share. Its `evaluated`
    committee predicts, which was fitted on training rows only.

    Parameters
    ----------
    predictions
        The challenger's, in the columns of `03_binomial_classifier_results.parquet`.
    movies
        The same movies in the library's columns.
    settings
        Whose `holdout_share` is that of today's split.
    confidence
        Of the intervals of the differences.

    Returns
    -------
    None where the movies that both hold out are not of both classes, so that nothing can be measured.
    """
    said = other.facts.get("settings", {}).get("holdout_share")
    if said is None:
        return None
    share = min(settings.holdout_share, said)
    rows = predictions[predictions["partition"] == "holdout"].merge(movies, on="imdb_id", how="left", validate="1:1")
    # a side that is not the hash's was taken by need, and kept for good
    by_need = partition(rows["imdb_id"], settings.holdout_share) != "holdout"
    rows = rows[((partition(rows["imdb_id"], share) == "holdout") | by_need).to_numpy()]
    actual = rows["actual"].to_numpy()
    if not 0 < actual.sum() < len(actual):
        return None
    values, _ = to_matrix(other.preprocessing.transform(rows))
    theirs = other.evaluated.predict(values).astype("float64")
    found = contest_of(actual, theirs, rows["probability"].to_numpy(), settings.threshold, confidence)
    if not has_second(rows):
        return found
    again = theirs * given_liked(other.again, other.again.evaluated, values) if other.again else np.zeros(len(rows))
    difference = _favourites(theirs, again, rows, settings, predictions["actual"].mean()).difference(confidence)
    return found._replace(differences=pd.concat([found.differences, difference.to_frame().T.astype("float64")]))


def _favourites(
    theirs: np.ndarray, again: np.ndarray, rows: pd.DataFrame, settings: Settings, base_rate: float
) -> Favourites:
    """The movies to be watched again, and the order of both models; `theirs` and `again` are the other's probabilities."""
    weight = settings.again_weight
    ours = ranked_by(rows["probability"].to_numpy(), rows["probability_again"].to_numpy(), weight)
    favourite = (rows["level"] == AGAIN).to_numpy()
    return Favourites(favourite, ranked_by(theirs, again, weight), ours, settings.budget(base_rate))


def _limits(predictions: pd.DataFrame, settings: Settings) -> tuple[float, float, float, float]:
    """What a model must keep: the floor of recall, the budget, the threshold, and the floor of the movies to watch again."""
    budget = settings.budget(predictions["actual"].mean())
    return settings.recall_floor, budget, settings.threshold, settings.again_recall_floor


def contest_of(
    actual: np.ndarray, theirs: np.ndarray, ours: np.ndarray, threshold: float, confidence: float = CONFIDENCE
) -> Contest:
    """The contest of two models' probabilities of the same movies."""
    thresholds = sorted({*THRESHOLDS, threshold})
    own = intervals(actual, theirs, thresholds).reset_index().assign(movies=len(actual), liked=int(actual.sum()))
    found = paired_differences(actual, theirs, ours, thresholds, confidence)
    return Contest(len(actual), int(actual.sum()), found, own, confidence)
