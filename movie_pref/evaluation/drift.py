"""How the candidates differ from the library, feature by feature, and how far from each other two samples of one kind are."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.library.catalogue import Catalogue, blank_unknown, features

COLUMNS = ["feature", "distance", "floor", "library", "candidates", "library_null", "candidates_null"]
FALSE_ALARMS = 0.05  # of all features together: the share of comparisons of like with like that go beyond a floor
SHUFFLES = 4000  # the floor of a category is a quantile of so many


class _Distance(NamedTuple):
    """How far two samples are from each other, and how far two of one kind are at most (but for `FALSE_ALARMS`)."""

    value: float
    floor: float


def feature_drift(library: pd.DataFrame, candidates: pd.DataFrame, catalogue: Catalogue, seed: int = 0) -> pd.DataFrame:
    """Compare each scalar feature between library and candidates.

    The distance is the two-sample Kolmogorov-Smirnov statistic of the known values for a continuous feature, half the
    sum of the absolute differences of the shares (total variation) for a categorical one, or the difference of the
    shares of nulls where that is larger; 0 is alike, 1 is nothing in common. One beyond its floor goes before one that
    is not.

    Two samples from one and the same distribution are apart too, the further the smaller they are and the more
    categories there are. The floor is what they show at most: the quantile over shufflings of the rows between both
    sides (exact for categories and nulls), for numbers that of the Kolmogorov distribution. All floors together are
    exceeded in 5 % of such comparisons at most (Bonferroni).

    Returns
    -------
    DataFrame in `COLUMNS`: `library` and `candidates` are the median or the commonest level; what is beyond its floor
    comes first, the largest distance before others.
    """
    library, candidates = blank_unknown(library, catalogue), blank_unknown(candidates, catalogue)
    names = [
        name
        for name in [*features(catalogue, "continuous"), *features(catalogue, "categorical")]
        if name in library and name in candidates
    ]
    alarms = FALSE_ALARMS / max(2 * len(names), 1)  # the values and the nulls of each
    rng = np.random.default_rng(seed)
    found = [
        _compare(name, catalogue[name].kind == "continuous", library[name], candidates[name], alarms, rng)
        for name in names
    ]
    table = pd.DataFrame(found, columns=COLUMNS)
    order = np.lexsort((-table["distance"], ~(table["distance"] > table["floor"])))
    return table.iloc[order].reset_index(drop=True)


def drifted(drift: pd.DataFrame, limit: float) -> pd.DataFrame:
    """The features that are further apart than the limit, and further than samples of one kind would be."""
    return drift[(drift["distance"] > limit) & (drift["distance"] > drift["floor"])]


def _compare(
    name: str,
    continuous: bool,
    library: pd.Series,
    candidates: pd.Series,
    alarms: float,
    rng: np.random.Generator,
) -> dict[str, object]:
    known = library.dropna(), candidates.dropna()
    typical = [(part.median() if continuous else part.mode().iloc[0]) if len(part) else None for part in known]
    counts = np.array([[part.isna().sum(), part.notna().sum()] for part in (library, candidates)])
    distances = [_total_variation(counts, alarms, rng)]
    if min(map(len, known)):
        distances.append(_numbers(*known, alarms) if continuous else _levels(*known, alarms, rng))
    furthest = max(distances, key=lambda one: (one.value > one.floor, one.value))
    return {
        "feature": name,
        "distance": furthest.value,
        "floor": furthest.floor,
        "library": typical[0] if not continuous or typical[0] is None else f"{typical[0]:,.6g}",
        "candidates": typical[1] if not continuous or typical[1] is None else f"{typical[1]:,.6g}",
        "library_null": library.isna().mean(),
        "candidates_null": candidates.isna().mean(),
    }


def _numbers(library: pd.Series, candidates: pd.Series, alarms: float) -> _Distance:
    from scipy.stats import ks_2samp, kstwobign

    sizes = len(library), len(candidates)
    floor = float(kstwobign.isf(alarms)) * np.sqrt(sum(sizes) / (sizes[0] * sizes[1]))
    return _Distance(float(ks_2samp(library, candidates, method="asymp").statistic), min(floor, 1.0))


def _levels(library: pd.Series, candidates: pd.Series, alarms: float, rng: np.random.Generator) -> _Distance:
    both = pd.concat([library.value_counts(), candidates.value_counts()], axis=1).fillna(0).to_numpy()
    return _total_variation(both.T.astype(np.int64), alarms, rng)


def _total_variation(counts: np.ndarray, alarms: float, rng: np.random.Generator) -> _Distance:
    """Half the sum of the differences of the shares, for counts of shape (2, levels), and its quantile over shufflings.

    Shuffling rows between both sides draws the smaller side's counts without replacement from the counts of both.
    """
    sizes = counts.sum(axis=1)
    if not sizes.all():
        return _Distance(0.0, 0.0)
    value = float(np.abs(counts[0] / sizes[0] - counts[1] / sizes[1]).sum() / 2)
    total = counts.sum(axis=0)
    smaller = int(sizes.min())
    drawn = rng.multivariate_hypergeometric(total, smaller, size=SHUFFLES, method="marginals")
    shuffled = np.abs(drawn / smaller - (total - drawn) / (sizes.sum() - smaller)).sum(axis=1) / 2
    return _Distance(value, float(np.quantile(shuffled, 1 - alarms, method="higher")))
