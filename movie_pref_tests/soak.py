"""How many inputs the tests that try many of them try: a few in `make test`, MOVIE_PREF_SOAK_INPUTS in `make soak`."""

import os

ASKED = os.environ.get("MOVIE_PREF_SOAK_INPUTS")


def inputs(few: int, share: float = 1.0) -> int:
    """`few`, or this share of what is asked for where that is more."""
    return few if ASKED is None else max(few, round(int(ASKED) * share))
