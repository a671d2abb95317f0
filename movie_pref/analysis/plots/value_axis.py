"""The axis that values lie on: linear or logarithmic, where its bars begin and how its ticks read."""

from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes

from movie_pref.analysis.plots.canvas import MEDIUM, short
from movie_pref.plot_style import fonts


class Scale(NamedTuple):
    """An axis: linear, or logarithmic beyond `knee` on both sides of zero (so that zero has a place)."""

    log: bool
    knee: float = 1.0

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.sign(x) * np.log1p(np.abs(x) / self.knee) if self.log else x

    def back(self, x: np.ndarray) -> np.ndarray:
        return np.sign(x) * self.knee * np.expm1(np.abs(x)) if self.log else x


def constant(x: np.ndarray) -> bool:
    """Whether the values are as good as one."""
    return len(x) == 0 or not np.ptp(x) > 1e-9 * np.abs(x).max()


def scale_of(x: np.ndarray, log: bool | None) -> Scale:
    """Logarithmic where it is asked for, or where no value is negative and the skewness is above 2."""
    if constant(x):
        return Scale(False)
    if log is None:
        log = x.min() >= 0 and pd.Series(x / x.max()).skew() > 2
    size = np.abs(x[x != 0])
    return Scale(bool(log), float(min(1, max(size.min(), 1e-9 * size.max()))))


def bins(x: np.ndarray, scale: Scale, most: int = 40) -> np.ndarray:
    """Edges of at most `most` bars; values in steps of 1, 0.1 or 0.01 have whole steps in each, so no bar is a comb's gap."""
    if constant(x):
        middle = x[0] if len(x) else 0.0
        return middle + max(0.5, 0.01 * abs(middle)) * np.array([-1, 1])
    low, high = x.min(), x.max()
    steps = (1, 0.1, 0.01) if max(-low, high) < 1e12 else ()
    step = next((one for one in steps if np.abs(x / one - np.round(x / one)).max() < 1e-6), None)
    if scale.log:
        first, last = scale.forward(np.array([low, high]))
        edges = scale.back(np.linspace(first, last, most + 1))
        edges[[0, -1]] = low, high
        return edges if step != 1 else np.unique([*np.floor(edges[:-1]), high + 1]) - 0.5
    if step is None or high - low < step:
        return np.linspace(low, high, most + 1)
    width = step * max(1, ceil(round((high - low) / step + 1) / most))
    return low - step / 2 + width * np.arange(ceil((high - low + step / 2) / width) + 1)


def value_axis(axes: Axes, label: str, scale: Scale, x: np.ndarray) -> None:
    """Ticks in short numbers from the lowest x to the highest, and a label that says so where the axis is logarithmic."""
    if len(x) and not constant(x):
        low, high = scale.forward(np.array([x.min(), x.max()]))
        margin = 0.02 * (high - low)
        if scale.log:
            axes.set_xscale("symlog", linthresh=scale.knee)
            subs = (1.0,) if high - low > np.log(200) else (1.0, 2.0, 5.0)
            axes.xaxis.set_major_locator(ticker.SymmetricalLogLocator(base=10, linthresh=scale.knee, subs=subs))
            axes.xaxis.set_minor_locator(ticker.NullLocator())
        axes.set_xlim(*scale.back(np.array([low - margin, high + margin])))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(short))
    axes.set_xlabel(f"{label} (log scale)" if scale.log else label, fontsize=MEDIUM, fontfamily=fonts())
