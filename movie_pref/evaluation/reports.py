"""What a model is worth on rows that it has not seen: the report on one partition, the floor, and the contest of two.

Metrics are in `metrics.py`, what a model must reach in `gates.py`; here they are put together. Nothing here fits a
model.
"""

import numpy as np
import pandas as pd

from movie_pref.evaluation.second_question import again_report, has_second
from movie_pref.features.split import evidence
from movie_pref.metrics.calibration_error import calibration_error, calibration_error_floor
from movie_pref.metrics.intervals import intervals, mean_loss_interval, row_log_losses
from movie_pref.metrics.scores import RECALL_LEVELS, THRESHOLDS, movies_for_recall, scores
from movie_pref.metrics.workload import share_intervals


def evaluate(
    predictions: pd.DataFrame,
    side: str,
    threshold: float,
    samples: int = 1000,
    seed: int = 0,
    budget: float = 0.15,
    again_weight: float = 1.0,
) -> pd.DataFrame:
    """Everything that is reported of one partition.

    Parameters
    ----------
    predictions
        `partition`, `actual` (0/1), `probability`, `calibrated_probability` of labelled movies, each predicted by a model
        that has not seen it.
    side
        The partition that is reported; of a library that holds none back, the training rows (see `evidence`).
    threshold
        The one in use; 0.35 and 0.5 are reported beside it.
    samples
        Draws of the calibration floor.
    budget, again_weight
        Share of movies to look at, and how they are ordered, for the movies labelled to be watched again, where
        `predictions` have them.

    Returns
    -------
    DataFrame with `partition`, `movies`, `liked`, `metric`, `value`, `low`, `high` (95 % intervals): the metrics of
    `scores`; `movies_for_recall_0.9` and `share_for_recall_0.9` (movies to look at, counted and as a share) for each
    recall level, without an interval where there are too few liked movies (`workload.fewest_liked`); `brier`, `log_loss`, `calibration_error` before and, ending in `_calibrated`, after calibration.
    A calibration error has no interval but a floor, ending in `_floor`: what right probabilities would show.
    Where movies are labelled to be watched again, what `again_report` says of them, whose `liked` counts those.
    """
    rows, _ = evidence(predictions, side)
    actual, probability, calibrated = (
        rows[name].to_numpy() for name in ("actual", "probability", "calibrated_probability")
    )
    report = pd.concat(
        [
            intervals(actual, probability, sorted({*THRESHOLDS, threshold})),
            _workload(actual, probability),
            calibration_report(actual, probability, calibrated, samples, seed),
        ]
    ).assign(liked=int(actual.sum()))
    if has_second(rows):
        report = pd.concat([report, again_report(rows, budget, again_weight)])
    report = report.reset_index()
    report.insert(0, "partition", side)
    report.insert(1, "movies", len(rows))
    return report[["partition", "movies", "liked", "metric", "value", "low", "high"]]


def _workload(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    value = movies_for_recall(actual, probability, np.ones((1, len(actual))), RECALL_LEVELS)
    found = {}
    for level, interval in share_intervals(actual, probability, RECALL_LEVELS).items():
        for name, scale in ((f"movies_for_recall_{level:g}", len(actual)), (f"share_for_recall_{level:g}", 1)):
            found[name] = [float(value[name][0]), scale * interval.low, scale * interval.high]
    return pd.DataFrame.from_dict(found, orient="index", columns=["value", "low", "high"]).rename_axis("metric")


def calibration_report(
    actual: np.ndarray, probability: np.ndarray, calibrated: np.ndarray, samples: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Brier score, log loss and expected calibration error before and after calibration, each error with its floor.

    Returns
    -------
    DataFrame indexed by metric with `value`, `low`, `high`, as `evaluate` says.
    """
    before, after = (_probability_report(actual, values, samples, seed) for values in (probability, calibrated))
    names = {name: f"{name}_calibrated" for name in after.index} | {
        "calibration_error_floor": "calibration_error_calibrated_floor"
    }
    return pd.concat([before, after.rename(index=names)]).rename_axis("metric")


def _probability_report(actual: np.ndarray, probability: np.ndarray, samples: int, seed: int) -> pd.DataFrame:
    liked = min(int(actual.sum()), int(len(actual) - actual.sum()))
    losses = {"brier": (probability - actual) ** 2, "log_loss": row_log_losses(actual, probability)}
    found = pd.DataFrame(
        [[float(one.mean()), *mean_loss_interval(one, liked)] for one in losses.values()],
        index=list(losses),
        columns=["value", "low", "high"],
    )
    found.loc["calibration_error"] = [calibration_error(actual, probability), np.nan, np.nan]
    found.loc["calibration_error_floor"] = list(calibration_error_floor(probability, samples, seed))
    return found


def confusion_counts(actual: np.ndarray, probability: np.ndarray, thresholds: list[float]) -> pd.DataFrame:
    """Movies that were found (`tp`), missed (`fn`), flagged in vain (`fp`) and rightly left (`tn`) at each threshold."""
    liked = actual.astype(bool)
    rows = []
    for threshold in thresholds:
        flagged = probability >= threshold
        counts = {"tp": flagged & liked, "fn": ~flagged & liked, "fp": flagged & ~liked, "tn": ~flagged & ~liked}
        rows.append({"threshold": threshold, **{name: int(found.sum()) for name, found in counts.items()}})
    return pd.DataFrame(rows)


def metrics_by_origin(predictions: pd.DataFrame, origin: pd.Series, threshold: float) -> pd.DataFrame:
    """How well out-of-sample predictions do on the labels of each origin: the library, the review queue, a command …

    Labels that were asked for are of hard movies, so that figures over all of them fall although the model is no worse.

    Parameters
    ----------
    predictions
        `actual` (0/1) and `probability`.
    origin
        Where each row's label is from, one a row.

    Returns
    -------
    A row an origin, the one with most movies first: `origin`, `movies`, `liked`, `average_precision`, `recall` and
    `flagged` at the threshold; the first is null where all labels are the same, recall where no movie is liked.
    """
    rows = []
    for name, one in predictions.groupby(origin.to_numpy()):
        actual, probability = one["actual"].to_numpy(), one["probability"].to_numpy()
        liked, flagged = int(actual.sum()), probability >= threshold
        both = 0 < liked < len(one)
        rows.append(
            {
                "origin": name,
                "movies": len(one),
                "liked": liked,
                "average_precision": scores(actual, probability)["average_precision"] if both else np.nan,
                "recall": flagged[actual == 1].mean() if liked else np.nan,
                "flagged": flagged.mean(),
            }
        )
    return pd.DataFrame(rows).sort_values("movies", ascending=False, kind="stable", ignore_index=True)
