"""What the folds say of the algorithms together: means, paired differences and their intervals."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import AVERAGE, BASELINE, COMMITTEE, Algorithm, FittedAlgorithm, Setting
from movie_pref.evaluation.fold_data import Data
from movie_pref.evaluation.fold_measures import AVERAGED, METRICS
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.metrics.paired import holm, paired

TABLE = [
    "algorithm", "average_precision", "standard_error", "roc_auc", "recall_looking_at_15_percent", "log_loss", "difference",
    "difference_error", "low", "high", "adjusted_p", "fit_seconds", "setting", "note",
]  # fmt: skip


Measure = Callable[[pd.DataFrame], pd.Series]


def average_precision(rows: pd.DataFrame) -> pd.Series:
    """What algorithms are compared by."""
    return rows["average_precision"]


class Difference(NamedTuple):
    """The mean of paired differences over folds, its standard error, its 95 % interval, the p of there being none, and the
    degrees of freedom of the error."""

    mean: float
    error: float
    low: float
    high: float
    p: float
    freedom: int

    def p_above(self, limit: float) -> float:
        """The p of the difference being above a limit: below 0.05 where the whole interval is, 1 where the mean is not."""
        return self._p_of(self.mean - limit)

    def p_below(self, limit: float) -> float:
        """The p of the difference being below a limit."""
        return self._p_of(limit - self.mean)

    def _p_of(self, beyond: float) -> float:
        return two_sided_p(beyond, self.error, self.freedom) if beyond > 0 else 1.0


def comparison_table(folds: pd.DataFrame, algorithms: Sequence[Algorithm]) -> pd.DataFrame:
    """One row an algorithm from what was measured on each fold; errors and intervals as in `difference`.

    `adjusted_p` is that of its difference to XGBoost, adjusted for how many algorithms were measured (Holm). Figures are means over the folds, seconds their median.
    """
    found: list[dict[str, object]] = []
    others = [AVERAGE, COMMITTEE] if (folds["name"] == COMMITTEE).any() else [AVERAGE]
    for algorithm in [*algorithms, *(Algorithm(name, _nothing, ()) for name in others)]:
        mine = folds[folds["name"] == algorithm.name]
        if mine.empty:
            lacking = ", ".join(name for name in AVERAGED if not (folds["name"] == name).any())
            note = algorithm.missing or f"it needs {lacking}"
            found.append({"algorithm": algorithm.name, "setting": "", "note": note})
            continue
        apart = difference(folds, algorithm.name)
        found.append(
            {
                "algorithm": algorithm.name,
                **mine[list(METRICS[:-1])].mean().to_dict(),
                "standard_error": difference(folds, algorithm.name, None).error,
                "difference": apart.mean,
                "difference_error": apart.error,
                "low": apart.low,
                "high": apart.high,
                "adjusted_p": np.nan if algorithm.name == BASELINE else apart.p,
                "fit_seconds": mine["fit_seconds"].median(),
                "setting": _most_often(mine["setting"]),
                "note": "",
            }
        )
    table = pd.DataFrame(found, columns=TABLE)
    table["adjusted_p"] = holm(table["adjusted_p"].to_numpy(dtype="float64"))
    return table.sort_values("average_precision", ascending=False, kind="stable", ignore_index=True)


def difference(
    folds: pd.DataFrame,
    name: str,
    other: str | None = BASELINE,
    measure: Measure = average_precision,
) -> Difference:
    """By how much `name` is above `other` (or above zero), paired by fold.

    Folds share rows, so the standard error is Nadeau and Bengio's corrected one (see `movie_pref.metrics.paired`), and the interval
    takes Student's t with one degree of freedom less than there are folds, as they do.
    """
    values = figures(folds, name, measure)
    against = figures(folds, other, measure) if other else np.zeros(len(values))
    return of_pairs(values, against, folds)


def figures(
    folds: pd.DataFrame,
    name: str,
    measure: Measure = average_precision,
) -> np.ndarray:
    """What was measured of `name`, one figure a fold."""
    return measure(folds[folds["name"] == name]).to_numpy(dtype="float64")


def of_pairs(values: np.ndarray, against: np.ndarray, folds: pd.DataFrame) -> Difference:
    """By how much figures of the folds are above others of the same folds; error and interval as in `difference`."""
    from scipy.special import stdtrit

    mean, error = paired(values, against, overlap=1 / (folds["fold"].nunique() - 1))
    freedom = len(values) - 1
    reach = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    return Difference(mean, error, mean - reach, mean + reach, two_sided_p(mean, error, freedom), freedom)


def two_sided_p(mean: float, error: float, freedom: int) -> float:
    """The p of a mean as far from 0 (Student's t); NaN where there is no error to tell it by."""
    from scipy.special import stdtr

    if error > 0:
        return 2 * float(stdtr(freedom, -abs(mean) / error))
    return float(mean == 0) if error == 0 else float("nan")


def better_than_baseline(table: pd.DataFrame) -> pd.DataFrame:
    """The algorithms that are above XGBoost beyond doubt, of however many that were measured (`adjusted_p`)."""
    return table[(table["difference"] > 0) & (table["adjusted_p"] < 1 - CONFIDENCE)]


def _most_often(settings: pd.Series) -> str:
    """The most frequent one, and in how many folds it was chosen."""
    counts = settings.value_counts(sort=True)
    winner = min(counts.index[counts == counts.max()])
    return f"{winner} ({counts[winner]} of {len(settings)} folds)" if winner else ""


def _nothing(data: Data, train: np.ndarray, setting: Setting, seed: int) -> FittedAlgorithm:
    raise NotImplementedError("the average and the committee are measured by themselves, not fitted as an algorithm")
