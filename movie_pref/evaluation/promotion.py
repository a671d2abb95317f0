"""From a trained model to the champion: what it is promoted with, and whether it is.

The rule is in `gates.py`, the measuring in `evaluation.py`, the folder in `champion.py`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.evaluation.gates import Decision, decide, deciding_metrics, failed_gates
from movie_pref.features.split import evidence, partition
from movie_pref.metrics.scores import THRESHOLDS, paired_differences, percentiles, resampled, weighted_scores
from movie_pref.model.champion import keep, promote, read_pointer, standing
from movie_pref.model.model import Model
from movie_pref.model.out_of_fold import calibration_of
from movie_pref.model.training import settings_facts
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.settings import Settings


class Contest(NamedTuple):
    """Champion and challenger on the same holdout movies.

    `differences` is what `paired_differences` gives, `champion` the champion's own metrics there with their intervals
    (`metric`, `value`, `low`, `high`).
    """

    movies: int
    differences: pd.DataFrame
    champion: pd.DataFrame


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
    measured = report.set_index("metric")[["value", "low", "high"]].astype("object")
    return model.with_facts(
        calibration=calibration_of(predictions, split)._asdict(),
        metrics={"rows": evidence(predictions)[1], **measured.where(measured.notna(), None).to_dict("index")},
        provisional=failed_gates(
            report, settings.recall_floor, settings.budget(predictions["actual"].mean()), settings.threshold
        ),
        settings=settings_facts(settings),
        grid=PRODUCTION_GRID,
        search={"points_evaluated": points_evaluated},
    )


def settle(
    challenger: Model, model_folder: Path, predictions: pd.DataFrame, movies: pd.DataFrame, settings: Settings
) -> dict[str, Any]:
    """Make the challenger the champion, or keep the champion that stands, by `gates.decide`.

    A champion that cannot be read is no opponent: the challenger takes its place, and the reason is noted.

    Parameters
    ----------
    challenger
        As `with_evidence` gives it.
    predictions
        The challenger's, in the columns of `03_binomial_classifier_results.parquet`.
    movies
        The same movies in the library's columns.

    Returns
    -------
    What `champion.json` now says: `champion`, `previous`, `decision`, `because`, `challenger` (its version), and where
    two were compared `compared` (how many `movies`, and each deciding metric of both with difference and interval).
    """
    failed = challenger.facts["provisional"]
    champion, trouble = standing(model_folder)
    if champion is None:
        found = None
        made = Decision("promoted" if read_pointer(model_folder) else "first", trouble, failed)
    else:
        found = contest(
            champion.model, predictions, movies, settings.threshold, settings.holdout_share,
            settings.bootstrap_samples, settings.seed,
        )  # fmt: skip
        limits = settings.recall_floor, settings.budget(predictions["actual"].mean()), settings.threshold
        champion_failed = failed_gates(found.champion, *limits) if found else []
        made = decide(
            failed, found and found.differences, champion_failed, settings.threshold, found.movies if found else 0
        )
    said = {"because": made.because, "challenger": challenger.version, **_compared(found, settings.threshold)}
    if made.decision == "kept":
        return keep(model_folder, **said)
    return promote(challenger, model_folder, made.decision, **said)


def _compared(found: Contest | None, threshold: float) -> dict[str, Any]:
    if found is None:
        return {}
    return {"compared": {"movies": found.movies, **found.differences.loc[deciding_metrics(threshold)].T.to_dict()}}


def contest(
    champion: Model,
    predictions: pd.DataFrame,
    movies: pd.DataFrame,
    threshold: float,
    holdout_share: float,
    samples: int = 1000,
    seed: int = 0,
) -> Contest | None:
    """Measure champion and challenger on the movies that both hold out.

    The split is a hash of the identifier, so a movie that is held out today was held out when the champion was trained,
    unless the share was another then: only movies within the smaller of both shares are compared, and those that a small
    library took out of the hash's order and keeps for good; none where the champion does not say its share. The champion's `evaluated` booster predicts, which was fitted on training rows only.

    Parameters
    ----------
    predictions
        The challenger's, in the columns of `03_binomial_classifier_results.parquet`.
    movies
        The same movies in the library's columns.
    holdout_share
        Of today's split.

    Returns
    -------
    None where the movies that both hold out are not of both classes, so that nothing can be measured.
    """
    said = champion.facts.get("settings", {}).get("holdout_share")
    if said is None:
        return None
    share = min(holdout_share, said)
    rows = predictions[predictions["partition"] == "holdout"].merge(movies, on="imdb_id", how="left", validate="1:1")
    # a side that is not the hash's was taken by need, and kept for good
    by_need = partition(rows["imdb_id"], holdout_share) != "holdout"
    rows = rows[((partition(rows["imdb_id"], share) == "holdout") | by_need).to_numpy()]
    actual = rows["actual"].to_numpy()
    if not 0 < actual.sum() < len(actual):
        return None
    theirs = champion.predict_unseen(rows).astype("float64")
    thresholds = sorted({*THRESHOLDS, threshold})
    found = paired_differences(actual, theirs, rows["probability"].to_numpy(), samples, seed, thresholds)
    drawn = resampled(actual, lambda weights: weighted_scores(actual, theirs, weights, thresholds), samples, seed)
    own = pd.DataFrame({"value": found["champion"], **percentiles(drawn)}).rename_axis("metric").reset_index()
    return Contest(len(rows), found, own)
