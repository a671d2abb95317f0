"""How the values of one feature are spread, for liked movies and for the others: histograms and violins."""

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.mlab import GaussianKDE

from movie_pref.analysis.plots.canvas import CONTINUOUS, INK, MEDIUM, TEXT, canvas, legend, literal, percent
from movie_pref.analysis.plots.value_axis import bins, constant, scale_of, value_axis

LARGEST = 1e300  # what is beyond counts as infinite: its range would overflow


class Group(NamedTuple):
    """Movies that are drawn together, and how they look."""

    words: str
    colour: str
    hatch: str | None = None
    line: str = "-"

    def look(self) -> dict[str, Any]:
        colours = {"facecolor": to_rgba(self.colour, 0.3), "edgecolor": self.colour}
        return {**colours, "hatch": self.hatch, "linestyle": self.line, "linewidth": 1.6}


WATCH, WATCH_NOT = Group("would watch", "#0072B2", "///"), Group("would not watch", "#E69F00", None, "--")


def histogram(values: pd.Series, liked: pd.Series | None, name: Hashable, log: bool | None = None) -> Figure:
    """How the values are spread, as shares of each label's movies, since there are far fewer of one label.

    `liked` says for each value whether its movie is liked (null: in neither group). `log` None takes a log axis where
    no value is negative and the skewness is above 2. Nulls and infinities are counted in the title.
    """
    x = _numbers(values)
    known = x[np.isfinite(x)]
    scale, groups = scale_of(known, log), _groups(x, liked, CONTINUOUS)
    figure, axes = canvas(f"{literal(name, 60)} · {_unknown(x)}", CONTINUOUS)
    edges = bins(known, scale)
    for group, one in groups:
        share = 100 * np.histogram(one, edges)[0] / max(len(one), 1)
        label = f"{group.words} (n = {len(one):,})"
        axes.stairs(share, edges, fill=True, label=label, **group.look())
    whose = "each label's movies" if len(groups) > 1 else "the movies"
    axes.set_ylabel(f"share of {whose} per bar, %", fontsize=MEDIUM)
    axes.set_ylim(bottom=0)
    value_axis(axes, literal(name), scale, edges)
    legend(axes)
    return figure


def violin(values: pd.Series, liked: pd.Series | None, name: Hashable, log: bool | None = None) -> Figure:
    """The shape of the values of the liked and of the other movies, with quartiles; the scale is `histogram`'s.

    A group of fewer than three movies, or of one value, is drawn as points.
    """
    x = _numbers(values)
    return _violins(x, liked, f"{literal(name, 60)} · {_unknown(x)}", literal(name), CONTINUOUS, log)


def text_length_violin(texts: pd.Series, liked: pd.Series | None, name: Hashable) -> Figure:
    """The number of characters of the texts of the liked and of the other movies; empty texts are counted apart."""
    filled = _filled(texts)
    x = texts.astype("str").str.len().where(filled).to_numpy(dtype=float)
    note = f"{percent(1 - filled.mean())} empty" if len(texts) else "no rows"
    return _violins(x, liked, f"{literal(name, 60)} · {note}", f"characters of {literal(name)}", TEXT, None)


def _violins(x: np.ndarray, liked: pd.Series | None, title: str, label: str, colour: str, log: bool | None) -> Figure:
    """A violin for each group, with its quartiles; the density is of the scale that is drawn."""
    scale, groups = scale_of(x[np.isfinite(x)], log), _groups(x, liked, colour)
    figure, axes = canvas(title, colour, height=2.1)
    for place, (group, one) in enumerate(groups):
        shape = scale.forward(one)
        if len(one) < 3 or constant(shape):
            axes.plot(np.unique(one), np.full(len(np.unique(one)), place), "o", color=group.colour)
            continue
        low, spread = shape.min(), np.ptp(shape)
        sample = (np.quantile(shape, np.linspace(0, 1, min(len(one), 1000))) - low) / spread
        grid = np.linspace(0, 1, 200)
        half = GaussianKDE(sample)(grid)
        half *= 0.4 / half.max()
        where = scale.back(low + spread * grid)
        axes.fill_between(where, place - half, place + half, **group.look())
        first, median, third = np.quantile(one, [0.25, 0.5, 0.75])
        axes.plot([first, third], [place, place], color=INK, linewidth=5, solid_capstyle="butt", label="middle half")
        axes.plot(median, place, "o", color="white", markeredgecolor=INK, markersize=7, label="median")
    axes.set_yticks(range(len(groups)), [f"{group.words}\n(n = {len(one):,})" for group, one in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    value_axis(axes, label, scale, x[np.isfinite(x)])
    legend(axes)
    return figure


def _numbers(values: pd.Series) -> np.ndarray:
    x = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.abs(x) > LARGEST, np.copysign(np.inf, x), x)


def _groups(x: np.ndarray, liked: pd.Series | None, colour: str) -> list[tuple[Group, np.ndarray]]:
    """The finite values of the liked and of the other movies, or of all movies where there is no label at all."""
    known = np.isfinite(x)
    if liked is None or not liked.notna().any():
        return [(Group("all movies", colour), x[known])]
    label = liked.astype("boolean").astype("float").to_numpy(dtype=float, na_value=np.nan)
    return [(group, x[known & (label == value)]) for group, value in ((WATCH, 1), (WATCH_NOT, 0))]


def _unknown(x: np.ndarray) -> str:
    if not len(x):
        return "no rows"
    infinite = np.isinf(x).sum()
    return f"{percent(np.isnan(x).mean())} unknown" + (f", {infinite:,} infinite left out" if infinite else "")


def _filled(texts: pd.Series) -> pd.Series:
    return texts.notna() & texts.astype("str").str.strip().ne("")
