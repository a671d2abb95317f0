"""How a movie's probability is written, the same wherever it is shown."""


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
