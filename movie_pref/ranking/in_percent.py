"""How a movie's probability is written, the same wherever it is shown."""

from collections.abc import Iterable
from itertools import groupby

APART = 2  # decimals more, at most, that tell neighbours apart


def in_percents(probabilities: Iterable[float]) -> list[str]:
    """The probabilities of a list in order, each as `in_percent` writes it; more decimals where neighbours look the same.

    Neighbours that look the same and are not get a decimal more each, and another where that tells none of them apart.
    What is the same stays the same, and so does what lies too near an end to be written.
    """
    values = [float(one) for one in probabilities]
    told = [in_percent(one) for one in values]
    for _ in range(APART):
        longer: list[str] = []
        for text, run in groupby(zip(told, values, strict=True), key=lambda one: one[0]):
            alike = [value for _, value in run]
            tied = len(set(alike)) > 1 and text[0] not in "<>"
            longer += [_longer(text, value) if tied else text for value in alike]
        told = longer
    return told


def _longer(text: str, probability: float) -> str:
    """A probability in per cent with one decimal more than this text of it has."""
    decimals = len(text.rstrip("%").partition(".")[2]) + 1
    return f"{probability:.{decimals}%}"


def in_percent(probability: float) -> str:
    """A probability in per cent with one decimal, and with two within one per cent of either end.

    The best of a ranking lie there, and one decimal tells hardly any of them apart. What is neither impossible nor
    certain is never written as that.
    """
    if 0 < probability < 0.00005:
        return "<0.01%"
    if 0.99995 <= probability < 1:
        return ">99.99%"
    return f"{probability:.2%}" if 0 < probability < 0.01 or 0.99 < probability < 1 else f"{probability:.1%}"
