"""How features go together: matrices as coloured cells, with what is above a threshold outlined."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch, Rectangle

from movie_pref.analysis.plots.canvas import GRID, INK, LARGE, MEDIUM, SMALL, UNKNOWN, canvas, literal, short
from movie_pref.plot_style import fonts

MARKED: dict[str, Any] = {"facecolor": "none", "edgecolor": "black", "linewidth": 1.4}
UNFIT: dict[str, Any] = {"facecolor": UNKNOWN, "edgecolor": "white", "hatch": "////", "linewidth": 0}
SIGNED = LinearSegmentedColormap.from_list("signed", ["#D55E00", "#FFFFFF", "#0072B2"])
UNSIGNED = LinearSegmentedColormap.from_list("unsigned", ["#FFFFFF", "#0072B2"])


def heat_map(
    matrix: pd.DataFrame, title: str, threshold: float, limit: int = 40, signed: bool = True, below: bool = False
) -> Figure:
    """A square matrix of features: colours from -1 to 1, or from 0 to 1 where not `signed`.

    Outlined are the pairs whose magnitude is at or above the threshold; with `below`, as for p values, those under it,
    and dark then stands for small. Of more than `limit` features those with the strongest partners are shown.
    """
    values = matrix.to_numpy(dtype=float, na_value=np.nan)
    own = np.eye(len(matrix), dtype=bool)
    others = np.where(own, np.nan, values)
    strength = -others if below else np.abs(others)
    marked = f"value < {threshold:g}" if below else f"{'|value|' if signed else 'value'} ≥ {threshold:g}"
    hit = others < threshold if below else strength >= threshold
    shown = np.sort(pd.unique(_strongest(strength).ravel())[:limit])
    part = np.ix_(shown, shown)
    return _map(
        matrix.where(~own).iloc[shown, shown],
        f"{literal(title, 90)}{_of(shown, matrix.index, 'features')}",
        SIGNED if signed else UNSIGNED.reversed() if below else UNSIGNED,
        Normalize(-1 if signed else 0, 1),
        {marked: hit[part], "not applicable": (np.isnan(values) & ~own)[part]},
    )


def rectangular_map(matrix: pd.DataFrame, title: str, threshold: float, limit: int = 40) -> Figure:
    """The F of numeric features (rows) against categorical ones (columns), the colours logarithmic.

    Of more than `limit` rows or columns those with the strongest partners are shown.
    """
    values = matrix.to_numpy(dtype=float, na_value=np.nan)
    rows, columns = (np.sort(pd.unique(places)[:limit]) for places in _strongest(values).T)
    top = max([threshold, 1, *values[np.isfinite(values)]])
    part = values[np.ix_(rows, columns)]
    return _map(
        matrix.iloc[rows, columns],
        f"{literal(title, 90)}{_of(rows, matrix.index, 'rows')}{_of(columns, matrix.columns, 'columns')}",
        UNSIGNED,
        LogNorm(0.1, top),
        {f"F ≥ {threshold:g}": part >= threshold, "not applicable": np.isnan(part)},
    )


def _map(
    matrix: pd.DataFrame, title: str, palette: Colormap, norm: Normalize, marks: Mapping[str, np.ndarray]
) -> Figure:
    """A matrix as coloured cells; `marks` has the cells to outline, then those to hatch, by their words in the legend."""
    size = max(matrix.shape)
    cell = 0.5 if size <= 12 else 0.42 if size <= 20 else 0.2
    figure, axes = canvas(title, GRID, max(matrix.shape[1], 1) * cell, max(matrix.shape[0], 1) * cell)
    axes.set_title(title, loc="left", fontsize=LARGE, fontfamily=fonts(), color=INK, pad=22)
    if not matrix.size:
        axes.annotate("no features to compare", (0, 0), fontsize=MEDIUM)
        axes.set_axis_off()
        return figure
    values = np.clip(matrix.to_numpy(dtype=float, na_value=np.nan), norm.vmin, norm.vmax)
    image = axes.imshow(values, palette, norm, aspect="auto")
    looks = (MARKED, UNFIT)
    for (_, where), look in zip(marks.items(), looks, strict=True):
        squares = [Rectangle((column - 0.5, row - 0.5), 1, 1) for row, column in np.argwhere(where)]
        axes.add_collection(PatchCollection(squares, clip_on=False, **look), autolim=False)
    if size <= 20:
        _write_values(axes, matrix.to_numpy(dtype=float, na_value=np.nan), image)
    _name_cells(axes, matrix, slanted=size <= 20)
    _colour_bar(figure, axes, image)
    handles = [Patch(label=words, **look) for words, look in zip(marks, looks, strict=True)]
    axes.legend(handles=handles, ncols=2, fontsize=SMALL, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    return figure


def _colour_bar(figure: Figure, axes: Axes, image: AxesImage) -> None:
    box, width = axes.get_position(), figure.get_figwidth()
    bar = figure.colorbar(image, cax=figure.add_axes((box.x1 + 0.15 / width, box.y0, 0.15 / width, box.height)))
    places = ticker.LogLocator(subs=(1, 3)) if isinstance(image.norm, LogNorm) else ticker.MultipleLocator(0.5)
    bar.ax.yaxis.set(
        major_locator=places, major_formatter=ticker.FuncFormatter(short), minor_locator=ticker.NullLocator()
    )
    bar.ax.tick_params(labelsize=SMALL, labelcolor=INK)


def _write_values(axes: Axes, values: np.ndarray, image: AxesImage) -> None:
    """Each value in its cell, dark on bright and bright on dark."""
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            form = ".2f" if not isinstance(image.norm, LogNorm) else ".1f" if value < 10 else ".0f"
            words = short(value) if abs(value) >= 1e4 else format(round(value, 2) + 0.0, form)
            shade = np.dot(image.to_rgba(np.clip(value, *image.get_clim()))[:3], (0.299, 0.587, 0.114))
            colour = INK if shade > 0.5 else "white"
            text = axes.text(column, row, words, ha="center", va="center", fontsize=SMALL, color=colour)
            text.set_in_layout(False)


def _name_cells(axes: Axes, matrix: pd.DataFrame, slanted: bool) -> None:
    turn: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if slanted else {"rotation": 90}
    axes.set_yticks(range(len(matrix)), [literal(name) for name in matrix.index])
    axes.set_xticks(range(matrix.shape[1]), [literal(name) for name in matrix.columns], **turn)
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _strongest(strength: np.ndarray) -> np.ndarray:
    """(row, column) of each cell, the strongest first, those that are not applicable last."""
    order = np.argsort(-strength, axis=None, kind="stable")
    return np.column_stack(np.unravel_index(order, strength.shape))


def _of(shown: np.ndarray, there: pd.Index, what: str) -> str:
    told = f"\n{len(shown)} of {len(there):,} {what}: those with the strongest partners"
    return told if len(shown) < len(there) else ""
