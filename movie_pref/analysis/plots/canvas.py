"""What every picture of a feature has: axes with a title and the colour of its family, a legend, names and numbers in words."""

import unicodedata
from collections.abc import Hashable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from movie_pref.plot_style import fonts

# the colours that the flowcharts give the families
CONTINUOUS, CATEGORICAL, TEXT = "#FF9973", "#E898AC", "#86CA95"
INK, GRID, UNKNOWN = "#333333", "#DDDDDD", "#BBBBBB"
SMALL, MEDIUM, LARGE = 8, 9, 10  # points


def canvas(title: str, colour: str, width: float = 5.4, height: float = 2.7) -> tuple[Figure, Axes]:
    """Axes of so many inches, over them their title and a bar in the colour of the family.

    The margins have room for long names; `png` crops them. (A layout engine would take as long as the drawing.)
    """
    wide, high = width + 4.5, height + 3.5
    figure = Figure(figsize=(wide, high), facecolor="white")
    axes = figure.add_axes((3 / wide, 2.6 / high, width / wide, height / high))
    axes.set_title(title, loc="left", fontsize=LARGE, fontfamily=fonts(), color=INK)
    axes.spines["top"].set(color=colour, linewidth=5)
    axes.spines["right"].set_visible(False)
    axes.tick_params(labelsize=SMALL, labelfontfamily=fonts(), labelcolor=INK)
    axes.grid(True, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def legend(axes: Axes) -> None:
    """Under the plot, where it hides nothing; each thing once."""
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    if once:
        place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 4.5}
        axes.legend(once.values(), once, ncols=3, fontsize=SMALL, frameon=False, **place)


def literal(name: Hashable, room: int = 36) -> str:
    """A name as it stands, on one line and without mathematics; a long one loses its middle."""
    text = " ".join("".join(one if one.isprintable() else " " for one in str(name)).split())
    if any(unicodedata.east_asian_width(one) in "WF" for one in text):
        room //= 2
    if len(text) > room:
        text = f"{text[: room - room // 3 - 1]}…{text[-(room // 3) :]}"
    return text.replace("$", r"\$")


def percent(share: float) -> str:
    """A share in whole per cent, of which 0 and 100 mean none and all."""
    return "<1 %" if 0 < share < 0.005 else ">99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def short(value: float, _place: int | None = None) -> str:
    """A number in few characters: 0.25, 1960, 12k, 3M."""
    if abs(value) >= 1e15:
        return f"{value:.0e}" if np.isfinite(value) else "∞"
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / min(size, 1e3) if letter == 'k' else value / size:.3g}{letter}"
    return f"{value:.5g}"
