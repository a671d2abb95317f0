"""What the experimental design believes of each algorithm, in its own words, and what the comparison says of it.

A verdict follows from paired intervals of average precision, or from measured seconds, by the rule that stands beside it.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import BASELINE, FLOOR
from movie_pref.evaluation.comparison_table import Difference, difference
from movie_pref.evaluation.fold_measures import VARIANTS
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.metrics.paired import holm

CONFIRMED, REFUTED, UNDECIDED = "confirmed", "refuted", "undecided"
MARGIN = 0.01  # of average precision: about the standard error of one five-fold mean, and too little to notice
MUCH_FASTER = 0.5

LOGISTIC, POLYNOMIAL = "logistic regression", "logistic regression, polynomial"
NEIGHBOURS, SVM, NETWORK, FOREST = "nearest neighbours", "SVM, RBF kernel", "neural network", "random forest"


class Judged(NamedTuple):
    """What was measured, in words, and the verdict."""

    measured: str
    verdict: str


class Criterion(NamedTuple):
    """How a belief is decided: in words, which names it needs measured, and the decision itself."""

    says: str
    needs: tuple[str, ...]
    judge: Callable[[pd.DataFrame], Judged]


class Belief(NamedTuple):
    """A sentence of the design about an algorithm, word for word, and the criterion that decides it."""

    algorithm: str
    words: str
    criterion: Criterion


def belief_table(folds: pd.DataFrame) -> pd.DataFrame:
    """The verdict on each belief from what `compare` measured on each fold (`Comparison.folds`).

    Returns
    -------
    DataFrame with `algorithm`, `belief`, `measured`, `verdict`, `rule`. What was not measured is undecided and says why.
    """
    there = set(folds["name"])
    rows = []
    for algorithm, words, criterion in BELIEFS:
        lacking = [name for name in criterion.needs if name not in there]
        measured, verdict = Judged(f"{lacking[0]} was not measured", UNDECIDED) if lacking else criterion.judge(folds)
        rows.append(
            {"algorithm": algorithm, "belief": words, "measured": measured, "verdict": verdict, "rule": criterion.says}
        )
    return pd.DataFrame(rows)


# criteria


def behind(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` ranks worse than `other`."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return Judged(_against(found, other), _first((found.high < 0, CONFIRMED), (found.low > -MARGIN, REFUTED)))

    says = f"confirmed when the interval of the difference to {other} lies below 0, refuted when above -{MARGIN:g}"
    return Criterion(says, (name, other), judge)


def as_good(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` ranks as well as `other`, or better."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return Judged(_against(found, other), _first((found.low > -MARGIN, CONFIRMED), (found.high < 0, REFUTED)))

    says = f"confirmed when the interval of the difference to {other} lies above -{MARGIN:g}, refuted when below 0"
    return Criterion(says, (name, other), judge)


def ahead(name: str, other: str) -> Criterion:
    """The belief that `name` has something that `other` lacks."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return Judged(_against(found, other), _first((found.low > 0, CONFIRMED), (found.high < MARGIN, REFUTED)))

    says = f"confirmed when the interval of the difference to {other} lies above 0, refuted when below +{MARGIN:g}"
    return Criterion(says, (name, other), judge)


def gains_nothing(name: str) -> Criterion:
    """The belief that categories, lists and indicators are of no use to `name`."""
    other = f"{name}, numbers only"

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return Judged(_against(found, other), _first((found.low > 0, REFUTED), (found.high < MARGIN, CONFIRMED)))

    says = f"refuted when all columns beat numbers only with their whole interval, confirmed when they gain less than {MARGIN:g}"
    return Criterion(says, (name, other), judge)


def much_faster(name: str, other: str = BASELINE) -> Criterion:
    """The belief that fitting `name` takes a small part of the time that `other` takes."""

    def judge(folds: pd.DataFrame) -> Judged:
        low, high, measured = _time_ratio(folds, name, other)
        return Judged(measured, _first((high < MUCH_FASTER, CONFIRMED), (low > MUCH_FASTER, REFUTED)))

    says = f"confirmed when the interval of the ratio of seconds lies below {MUCH_FASTER:g}, refuted when above"
    return Criterion(says, (name, other), judge)


def overkill(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` takes more time than `other` for no better ranking."""

    def judge(folds: pd.DataFrame) -> Judged:
        found, (low, high, seconds) = difference(folds, name, other), _time_ratio(folds, name, other)
        verdict = _first((found.high < MARGIN and low > 1, CONFIRMED), (found.low > 0 or high < 1, REFUTED))
        return Judged(f"{_against(found, other)}; {seconds}", verdict)

    says = f"confirmed when it gains less than {MARGIN:g} and takes longer beyond the intervals, refuted when it is better or faster beyond them"
    return Criterion(says, (name, other), judge)


def wants_data(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` is behind `other` for want of rows."""
    half = f"{name}, half of the rows"

    def judge(folds: pd.DataFrame) -> Judged:
        found, gained = difference(folds, name, other), difference(folds, name, half)
        theirs = difference(folds, other, f"{other}, half of the rows")
        verdict = _first(
            (found.high < 0 and gained.low > 0, CONFIRMED), (found.low > -MARGIN or gained.high < MARGIN, REFUTED)
        )
        return Judged(
            f"{_against(found, other)}; all rows instead of half bring it {_signed(gained)}, and {other} {_signed(theirs)}",
            verdict,
        )

    says = f"confirmed when it is behind and twice the rows bring it more, beyond the intervals, refuted when it is at most {MARGIN:g} behind or gains less than that"
    return Criterion(says, (name, other, half, f"{other}, half of the rows"), judge)


def none_better() -> Criterion:
    """The belief that XGBoost is the algorithm to take."""

    def judge(folds: pd.DataFrame) -> Judged:
        variants = {BASELINE, FLOOR, *(variant.name for variant in VARIANTS)}
        found = {name: difference(folds, name) for name in folds["name"].unique() if name not in variants}
        if not found:
            return Judged("no other algorithm was measured", UNDECIDED)
        best = max(found, key=lambda name: found[name].low)
        sure = holm(np.array([other.p for other in found.values()])) < 1 - CONFIDENCE
        better = [other.mean > 0 and beyond for other, beyond in zip(found.values(), sure, strict=True)]
        verdict = _first((any(better), REFUTED), (all(other.high < MARGIN for other in found.values()), CONFIRMED))
        leader = max(found, key=lambda name: found[name].mean)
        says = f"{leader}: {_against(found[leader], BASELINE)}"
        return Judged(says if best == leader else f"{says}; {best}: {_against(found[best], BASELINE)}", verdict)

    says = f"refuted when another one is better beyond doubt, corrected for how many were measured (Holm), confirmed when every one's lies below +{MARGIN:g}"
    return Criterion(says, (BASELINE,), judge)


def no_score() -> Criterion:
    """A belief that no ranking and no time can show."""
    says = "nothing that is measured here shows it"
    return Criterion(says, (), lambda folds: Judged("how well a model can be understood is not in a score", UNDECIDED))


BELIEFS = (
    Belief(
        BASELINE,
        "exceptional ability to handle the complex, non-linear patterns present in personal media preferences",
        none_better(),
    ),
    Belief(
        "linear model",
        "Completely fail to capture non-linear interactions and conditional preferences",
        behind("linear model"),
    ),
    Belief(
        "linear model",
        "Assume monotonic relationships that don't exist in personal preferences",
        ahead(POLYNOMIAL, LOGISTIC),
    ),
    Belief(LOGISTIC, "Cannot efficiently model multi-way interactions between ratings, votes, and genres", behind(LOGISTIC)),
    Belief(LOGISTIC, "Poor handling of categorical variables like genre combinations", gains_nothing(LOGISTIC)),
    Belief(POLYNOMIAL, "Even with polynomial features, struggles with high-dimensional interaction space", behind(POLYNOMIAL)),
    Belief(
        "Gaussian naive Bayes",
        "Strong independence assumption misses critical feature interactions",
        behind("Gaussian naive Bayes"),
    ),
    Belief(
        NEIGHBOURS,
        "Doesn't generalize well to new movies with feature combinations not in training data",
        behind(NEIGHBOURS),
    ),
    Belief(NEIGHBOURS, "Sensitive to curse of dimensionality with metadata features", gains_nothing(NEIGHBOURS)),
    Belief(
        FOREST, "Strong alternative that captures non-linear relationships and feature interactions", ahead(FOREST, LOGISTIC)
    ),
    Belief(
        FOREST,
        "Provides good baseline performance with minimal tuning required",
        as_good("random forest, default setting", FOREST),
    ),
    Belief(FOREST, "XGBoost typically outperforms due to sequential error correction approach", behind(FOREST)),
    Belief("CatBoost", "Could potentially perform similarly to XGBoost on movie metadata", as_good("CatBoost")),
    Belief(
        "CatBoost",
        "May require less preprocessing for categorical variables",
        as_good("CatBoost", "CatBoost, prepared columns"),
    ),
    Belief(
        "CatBoost",
        "Excellent with categorical features like genres and languages",
        ahead("CatBoost", "CatBoost, numbers only"),
    ),
    Belief("LightGBM", "Might achieve comparable performance", as_good("LightGBM")),
    Belief("LightGBM", "significantly reduced training time", much_faster("LightGBM")),
    Belief(
        "LightGBM",
        "Potentially at the cost of some accuracy on smaller datasets like personal preferences",
        behind("LightGBM"),
    ),
    Belief("TabNet", "Modern architectures like TabNet could potentially learn complex patterns", ahead("TabNet", LOGISTIC)),
    Belief(NETWORK, "Deep networks might capture subtle interactions in movie preferences", ahead(NETWORK, LOGISTIC)),
    Belief(NETWORK, "Would likely require significantly more training data than available", wants_data(NETWORK)),
    Belief(NETWORK, "Overkill for structured tabular data of this size", overkill(NETWORK)),
    Belief(NETWORK, "Less interpretability for understanding specific preference patterns", no_score()),
    Belief(SVM, "Could capture non-linear relationships through kernel trick", ahead(SVM, LOGISTIC)),
    Belief(SVM, "Struggles with mixed categorical/continuous nature of movie metadata", behind(SVM)),
    Belief(SVM, "Less effective at handling the high-dimensional feature space after encoding", gains_nothing(SVM)),
    Belief(SVM, "Doesn't provide interpretability benefits of tree-based models", no_score()),
)  # fmt: skip


def _first(*decisions: tuple[bool, str]) -> str:
    """The verdict of the first condition that holds."""
    return next((verdict for holds, verdict in decisions if holds), UNDECIDED)


def _time_ratio(folds: pd.DataFrame, name: str, other: str) -> tuple[float, float, str]:
    """Seconds of `name` over seconds of `other`: the interval of their geometric mean over the folds, and words."""
    found = difference(folds, name, other, lambda rows: np.log(rows["fit_seconds"].clip(lower=1e-6)))
    ratio, low, high = (float(np.exp(value)) for value in (found.mean, found.low, found.high))
    return low, high, f"fitting takes {ratio:.2g} times as long as {other} ({low:.2g} to {high:.2g})"


def _against(found: Difference, other: str) -> str:
    return f"{_signed(found)} against {other}"


def _signed(found: Difference) -> str:
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
