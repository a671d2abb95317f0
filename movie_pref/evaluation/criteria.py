"""The criteria that decide a belief about an algorithm: each a rule in words, what it needs measured, and the decision.

A verdict follows from paired 95 % intervals over the folds: that of a difference lies above or below a limit as a whole
exactly when its two-sided p is below 0.05, and the p of what decided is kept, so that verdicts can be corrected for how
many there are.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import BASELINE, FLOOR
from movie_pref.evaluation.comparison_table import Difference, Measure, average_precision, difference, figures, of_pairs
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.fold_measures import VARIANTS
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.metrics.paired import holm

CONFIRMED, REFUTED, UNDECIDED = "confirmed", "refuted", "undecided"
MARGIN = 0.01  # of average precision: about the standard error of one five-fold mean, and too little to notice
LOSS_MARGIN = 0.005  # of log loss
MUCH_FASTER = 0.5


class Judged(NamedTuple):
    """What was measured, in words, the verdict, and the p of what it rests on (NaN where nothing was tested)."""

    measured: str
    verdict: str
    p: float = float("nan")


class Criterion(NamedTuple):
    """How a belief is decided: in words, which names it needs measured, and the decision itself."""

    says: str
    needs: tuple[str, ...]
    judge: Callable[[pd.DataFrame], Judged]


# one difference


def behind(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` ranks worse than `other`."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return _judged(_against(found, other), (found.p_below(0), CONFIRMED), (found.p_above(-MARGIN), REFUTED))

    says = f"confirmed when the interval of the difference to {other} lies below 0, refuted when above -{MARGIN:g}"
    return Criterion(says, (name, other), judge)


def as_good(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` ranks as well as `other`, or better."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return _judged(_against(found, other), (found.p_above(-MARGIN), CONFIRMED), (found.p_below(0), REFUTED))

    says = f"confirmed when the interval of the difference to {other} lies above -{MARGIN:g}, refuted when below 0"
    return Criterion(says, (name, other), judge)


def ahead(name: str, other: str) -> Criterion:
    """The belief that `name` has something that `other` lacks."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return _judged(_against(found, other), (found.p_above(0), CONFIRMED), (found.p_below(MARGIN), REFUTED))

    says = f"confirmed when the interval of the difference to {other} lies above 0, refuted when below +{MARGIN:g}"
    return Criterion(says, (name, other), judge)


def lower_loss(name: str, other: str, column: str = "log_loss") -> Criterion:
    """The belief that `name` comes to a lower log loss than `other`."""
    what = column.replace("_", " ")

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other, _of(column))
        measured = f"{what} {_against(found, other)}"
        return _judged(measured, (found.p_below(0), CONFIRMED), (found.p_above(-LOSS_MARGIN), REFUTED))

    says = f"confirmed when the interval of the difference in {what} to {other} lies below 0, refuted when above -{LOSS_MARGIN:g}"
    return Criterion(says, (name, other), judge)


def gains_nothing(name: str) -> Criterion:
    """The belief that categories, lists and indicators are of no use to `name`."""
    other = f"{name}, numbers only"

    def judge(folds: pd.DataFrame) -> Judged:
        found = difference(folds, name, other)
        return _judged(_against(found, other), (found.p_above(0), REFUTED), (found.p_below(MARGIN), CONFIRMED))

    says = f"refuted when all columns beat numbers only with their whole interval, confirmed when they gain less than {MARGIN:g}"
    return Criterion(says, (name, other), judge)


# ratios


def much_faster(name: str, other: str = BASELINE) -> Criterion:
    """The belief that fitting `name` takes a small part of the time that `other` takes."""

    def judge(folds: pd.DataFrame) -> Judged:
        found, limit = _time_ratio(folds, name, other), float(np.log(MUCH_FASTER))
        return _judged(_seconds(found, other), (found.p_below(limit), CONFIRMED), (found.p_above(limit), REFUTED))

    says = f"confirmed when the interval of the ratio of seconds lies below {MUCH_FASTER:g}, refuted when above"
    return Criterion(says, (name, other), judge)


def faster(name: str, other: str) -> Criterion:
    """The belief that fitting `name` takes less time than fitting `other`."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = _time_ratio(folds, name, other)
        return _judged(_seconds(found, other), (found.p_below(0), CONFIRMED), (found.p_above(0), REFUTED))

    says = "confirmed when the interval of the ratio of seconds lies below 1, refuted when above"
    return Criterion(says, (name, other), judge)


def fewer_rounds(name: str, other: str) -> Criterion:
    """The belief that `name` comes to a level of loss that both reach in fewer rounds than `other`."""

    def judge(folds: pd.DataFrame) -> Judged:
        found = _ratio(folds, name, other, "rounds")
        mine, theirs = (np.median(figures(folds, one, _of("rounds"))) for one in (name, other))
        measured = f"{mine:g} rounds in the median, {other} {theirs:g}; {_times(found)} as many"
        return _judged(measured, (found.p_below(0), CONFIRMED), (found.p_above(0), REFUTED))

    says = f"confirmed when the interval of the ratio of rounds to the loss that both reach lies below 1, refuted when above; {other} and it at the best of the same learning rates"
    return Criterion(says, (name, other), judge)


# several at once


def fewer_splits_as_good(name: str, other: str) -> Criterion:
    """The belief that `name` leaves out splits of `other` that were of no use."""

    def judge(folds: pd.DataFrame) -> Judged:
        found, splits = difference(folds, name, other), _ratio(folds, name, other, "splits")
        yes, no = _all(found.p_above(-MARGIN), splits.p_below(0)), _any(found.p_below(0), splits.p_above(0))
        measured = f"{_against(found, other)}, with {_times(splits)} as many splits"
        return _judged(measured, (yes, CONFIRMED), (no, REFUTED))

    says = f"confirmed when it has fewer splits and the interval of the difference to {other} lies above -{MARGIN:g}, refuted when it has more or lies below 0"
    return Criterion(says, (name, other), judge)


def fits_less_and_ranks_as_well(name: str, other: str) -> Criterion:
    """The belief that `name` fits its training rows less closely than `other`, and is as good on new ones."""

    def judge(folds: pd.DataFrame) -> Judged:
        gap = difference(folds, name, other, lambda rows: rows["log_loss"] - rows["training_loss"])
        found = difference(folds, name, other)
        yes, no = _all(gap.p_below(0), found.p_above(-MARGIN)), _any(gap.p_above(0), found.p_below(0))
        measured = f"log loss rises by {_signed(gap)} from training rows to new ones; average precision {_against(found, other)}"
        return _judged(measured, (yes, CONFIRMED), (no, REFUTED))

    says = f"confirmed when the log loss rises less from training rows to new ones than with {other} and the interval of the difference in average precision lies above -{MARGIN:g}, refuted when it rises more or that lies below 0"
    return Criterion(says, (name, other), judge)


def loses_less(name: str, other: str, spoilt: str) -> Criterion:
    """The belief that something that is done to both, `spoilt`, costs `name` less than `other`."""
    says = f"confirmed when the interval of what it loses beyond what {other} loses lies below 0, refuted when above -{MARGIN:g}"
    return _less(name, other, spoilt, "it loses", says)


def gains_less(name: str, other: str = BASELINE) -> Criterion:
    """The belief that categories, lists and indicators beside the numbers are of less use to `name` than to `other`."""
    says = f"confirmed when the interval of what they bring it beyond what they bring {other} lies below 0, refuted when above -{MARGIN:g}"
    return _less(name, other, "numbers only", "they bring it", says)


def _less(name: str, other: str, changed: str, it: str, says: str) -> Criterion:
    """The belief that `name` is less above itself, `changed`, than `other` is."""
    needs = (name, f"{name}, {changed}", other, f"{other}, {changed}")

    def judge(folds: pd.DataFrame) -> Judged:
        own, theirs = (difference(folds, *pair) for pair in (needs[:2], needs[2:]))
        found = _difference_of(folds, *needs)
        measured = f"{it} {_signed(own)}, {other} {_signed(theirs)}; a difference of {_signed(found)}"
        return _judged(measured, (found.p_below(0), CONFIRMED), (found.p_above(-MARGIN), REFUTED))

    return Criterion(says, needs, judge)


def as_good_and_faster(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` ranks as well as `other` in less time."""

    def judge(folds: pd.DataFrame) -> Judged:
        found, seconds = difference(folds, name, other), _time_ratio(folds, name, other)
        yes, no = _all(found.p_above(-MARGIN), seconds.p_below(0)), _any(found.p_below(0), seconds.p_above(0))
        return _judged(f"{_against(found, other)}; {_seconds(seconds, other)}", (yes, CONFIRMED), (no, REFUTED))

    says = f"confirmed when it is at most {MARGIN:g} behind and faster beyond the intervals, refuted when it is behind or slower beyond them"
    return Criterion(says, (name, other), judge)


def overkill(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` takes more time than `other` for no better ranking."""

    def judge(folds: pd.DataFrame) -> Judged:
        found, seconds = difference(folds, name, other), _time_ratio(folds, name, other)
        yes, no = _all(found.p_below(MARGIN), seconds.p_above(0)), _any(found.p_above(0), seconds.p_below(0))
        return _judged(f"{_against(found, other)}; {_seconds(seconds, other)}", (yes, CONFIRMED), (no, REFUTED))

    says = f"confirmed when it gains less than {MARGIN:g} and takes longer beyond the intervals, refuted when it is better or faster beyond them"
    return Criterion(says, (name, other), judge)


def wants_data(name: str, other: str = BASELINE) -> Criterion:
    """The belief that `name` is behind `other` for want of rows."""
    half = f"{name}, half of the rows"

    def judge(folds: pd.DataFrame) -> Judged:
        found, gained = difference(folds, name, other), difference(folds, name, half)
        theirs = difference(folds, other, f"{other}, half of the rows")
        yes, no = _all(found.p_below(0), gained.p_above(0)), _any(found.p_above(-MARGIN), gained.p_below(MARGIN))
        return _judged(
            f"{_against(found, other)}; all rows instead of half bring it {_signed(gained)}, and {other} {_signed(theirs)}",
            (yes, CONFIRMED),
            (no, REFUTED),
        )

    says = f"confirmed when it is behind and twice the rows bring it more, beyond the intervals, refuted when it is at most {MARGIN:g} behind or gains less than that"
    return Criterion(says, (name, other, half, f"{other}, half of the rows"), judge)


def none_better() -> Criterion:
    """The belief that XGBoost is the algorithm to take."""

    def judge(folds: pd.DataFrame) -> Judged:
        """Whether any of the other algorithms that were measured is better."""
        apart = {BASELINE, FLOOR, *(variant.name for variant in VARIANTS)}
        apart |= {name for contrast in CONTRASTS for name in contrast.names}
        found = {name: difference(folds, name) for name in folds["name"].unique() if name not in apart}
        if not found:
            return Judged("no other algorithm was measured", UNDECIDED)
        best = max(found, key=lambda name: found[name].low)
        corrected = holm(np.array([other.p for other in found.values()]))
        better = [p for other, p in zip(found.values(), corrected, strict=True) if other.mean > 0]
        leader = max(found, key=lambda name: found[name].mean)
        says = f"{leader}: {_against(found[leader], BASELINE)}"
        return _judged(
            says if best == leader else f"{says}; {best}: {_against(found[best], BASELINE)}",
            (min(better, default=1.0), REFUTED),
            (_all(*(other.p_below(MARGIN) for other in found.values())), CONFIRMED),
        )

    says = f"refuted when another one is better beyond doubt, corrected for how many were measured (Holm), confirmed when every one's lies below +{MARGIN:g}"
    return Criterion(says, (BASELINE,), judge)


def no_score(why: str = "how well a model can be understood is not in a score") -> Criterion:
    """A belief that no ranking and no time can show."""
    return Criterion("nothing that is measured here shows it", (), lambda folds: Judged(why, UNDECIDED))


# decisions


def _judged(measured: str, *decisions: tuple[float, str]) -> Judged:
    """The verdict of the first p that is small enough; undecided, with the smallest of them, where none is."""
    for p, verdict in decisions:
        if p < 1 - CONFIDENCE:
            return Judged(measured, verdict, p)
    return Judged(measured, UNDECIDED, min(p for p, _ in decisions))


def _all(*ps: float) -> float:
    """The p of all of it (the largest of them)."""
    return float(np.max(ps))


def _any(*ps: float) -> float:
    """The p of any of it, each by its own interval (the smallest of them)."""
    return float(np.min(ps))


def _of(column: str) -> Measure:
    return lambda rows: rows[column]


def _difference_of(folds: pd.DataFrame, name: str, without: str, other: str, other_without: str) -> Difference:
    """By how much what `name` has over `without` is above what `other` has over `other_without`, in average precision."""
    values = [figures(folds, one, average_precision) for one in (name, without, other, other_without)]
    return of_pairs(values[0] - values[1], values[2] - values[3], folds)


def _ratio(folds: pd.DataFrame, name: str, other: str, column: str) -> Difference:
    """The difference of the logarithms of a column, whose exponent is the ratio of geometric means."""
    return difference(folds, name, other, lambda rows: np.log(rows[column].clip(lower=1e-6)))


def _time_ratio(folds: pd.DataFrame, name: str, other: str) -> Difference:
    """That of the seconds of `name` to those of `other`."""
    return _ratio(folds, name, other, "fit_seconds")


def _seconds(found: Difference, other: str) -> str:
    ratio, low, high = (float(np.exp(value)) for value in (found.mean, found.low, found.high))
    return f"fitting takes {ratio:.2g} times as long as {other} ({low:.2g} to {high:.2g})"


def _times(found: Difference) -> str:
    ratio, low, high = (float(np.exp(value)) for value in (found.mean, found.low, found.high))
    return f"{ratio:.2g} times ({low:.2g} to {high:.2g})"


def _against(found: Difference, other: str) -> str:
    return f"{_signed(found)} against {other}"


def _signed(found: Difference) -> str:
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
