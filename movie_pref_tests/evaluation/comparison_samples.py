"""What several tests of the comparison share: small algorithms, and figures of folds as they might be measured."""

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import ALGORITHMS, BASELINE, FLOOR
from movie_pref.evaluation.fold_measures import METRICS

BY_NAME = {algorithm.name: algorithm for algorithm in ALGORITHMS}
QUICK = [BY_NAME[name] for name in (BASELINE, "linear model", "logistic regression", FLOOR)]
QUICK = [algorithm._replace(settings=algorithm.settings[:2]) for algorithm in QUICK]
QUICK[0] = QUICK[0]._replace(
    settings=tuple({"n_estimators": 40, "max_depth": depth, "learning_rate": 0.2} for depth in (3, 5))
)


def folds_of(precision, seconds=None, folds=5):
    """What a comparison measured, from average precision by name and fold (and seconds, 1 by default)."""
    rows = []
    for name, values in precision.items():
        for number, value in enumerate(values):
            row = {
                "name": name,
                "draw": number // folds,
                "fold": number % folds,
                "setting": "",
                **dict.fromkeys(METRICS, 0.5),
            }
            row |= {"average_precision": value, "fit_seconds": (seconds or {}).get(name, [1.0] * len(values))[number]}
            rows.append(row)
    return pd.DataFrame(rows)


BASE = np.array([0.90, 0.92, 0.88, 0.91, 0.89])
WOBBLE = np.array([0.001, -0.001, 0.002, -0.002, 0.0])  # interval of +-0.003
NOISE = 30 * WOBBLE


def shifted(by, noise=WOBBLE):
    return BASE + by + noise
