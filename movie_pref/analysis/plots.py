"""Pictures of features and of how they go together, in one style; each is a matplotlib figure, drawn on no screen.

Belongs here: how numbers look. Does not belong here: where a picture is kept, and any verdict about what it shows.

Style: the colours of the flowcharts say of which family a feature is; the two labels differ in colour (Okabe and Ito's,
which the colour-blind can tell apart), in brightness and in hatch, so that they stay apart in print without colour.
Names stand as they are, a `$` or a character of any script included; a long one loses its middle.
"""

import io
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, LogNorm, Normalize, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage, imread, imsave
from matplotlib.mlab import GaussianKDE
from matplotlib.patches import Patch, Rectangle

from movie_pref.files import whole_file
from movie_pref.plot_style import fonts

CONTINUOUS, CATEGORICAL, TEXT = "#FF9973", "#E898AC", "#86CA95"
INK, GRID, UNKNOWN = "#333333", "#DDDDDD", "#BBBBBB"
SMALL, MEDIUM, LARGE = 8, 9, 10  # points
MARKED: dict[str, Any] = {"facecolor": "none", "edgecolor": "black", "linewidth": 1.4}
UNFIT: dict[str, Any] = {"facecolor": UNKNOWN, "edgecolor": "white", "hatch": "////", "linewidth": 0}
SOFTWARE: dict[str, Any] = {"Software": None}  # no version of matplotlib in the bytes
LARGEST = 1e300  # what is beyond counts as infinite: its range would overflow
SIGNED = LinearSegmentedColormap.from_list("signed", ["#D55E00", "#FFFFFF", "#0072B2"])
UNSIGNED = LinearSegmentedColormap.from_list("unsigned", ["#FFFFFF", "#0072B2"])


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


class Scale(NamedTuple):
    """An axis: linear, or logarithmic beyond `knee` on both sides of zero (so that zero has a place)."""

    log: bool
    knee: float = 1.0

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.sign(x) * np.log1p(np.abs(x) / self.knee) if self.log else x

    def back(self, x: np.ndarray) -> np.ndarray:
        return np.sign(x) * self.knee * np.expm1(np.abs(x)) if self.log else x


# --- one numeric feature ----------------------------------------------------------------------------------------------


def histogram(values: pd.Series, liked: pd.Series | None, name: Hashable, log: bool | None = None) -> Figure:
    """How the values are spread, as shares of each label's movies, since there are far fewer of one label.

    `liked` says for each value whether its movie is liked (null: in neither group). `log` None takes a log axis where
    no value is negative and the skewness is above 2. Nulls and infinities are counted in the title.
    """
    x = _numbers(values)
    known = x[np.isfinite(x)]
    scale, groups = _scale(known, log), _groups(x, liked, CONTINUOUS)
    figure, axes = _canvas(f"{_literal(name, 60)} · {_unknown(x)}", CONTINUOUS)
    edges = _bins(known, scale)
    for group, one in groups:
        share = 100 * np.histogram(one, edges)[0] / max(len(one), 1)
        label = f"{group.words} (n = {len(one):,})"
        axes.stairs(share, edges, fill=True, label=label, **group.look())
    whose = "each label's movies" if len(groups) > 1 else "the movies"
    axes.set_ylabel(f"share of {whose} per bar, %", fontsize=MEDIUM)
    axes.set_ylim(bottom=0)
    _value_axis(axes, _literal(name), scale, edges)
    _legend(axes)
    return figure


def violin(values: pd.Series, liked: pd.Series | None, name: Hashable, log: bool | None = None) -> Figure:
    """The shape of the values of the liked and of the other movies, with quartiles; the scale is `histogram`'s.

    A group of fewer than three movies, or of one value, is drawn as points.
    """
    x = _numbers(values)
    return _violins(x, liked, f"{_literal(name, 60)} · {_unknown(x)}", _literal(name), CONTINUOUS, log)


# --- categories and text ----------------------------------------------------------------------------------------------


def category_bars(counts: pd.Series, name: Hashable, liked_share: pd.Series | None = None, top: int = 20) -> Figure:
    """How many movies each of the `top` most frequent categories has, the rest together, and the unknown ones.

    `counts` has the categories as its index, a null there counting the unknown; `liked_share` (from 0 to 1, the same
    index) is printed at the ends of the bars. A movie counts once for each element of its list. A bar far longer than
    any category's (others, unknown) is cut, and says so.
    """
    table = pd.DataFrame({"movies": counts.astype(float).fillna(0)})
    table["liked"] = np.nan if liked_share is None else liked_share.astype(float).reindex(table.index)
    null = pd.isna(table.index)
    known = table[~null].sort_index(key=lambda index: index.map(str))
    known = known.sort_values("movies", ascending=False, kind="stable")
    bars: list[tuple[str, pd.Series, str, str | None]] = []
    bars += [(_literal(words), row, CATEGORICAL, None) for words, row in known.head(top).iterrows()]
    if len(known) > top:
        words = f"other ({_counted(len(known) - top, 'category', 'categories')})"
        bars.append((words, _together(known.iloc[top:]), "#F6DBE2", "..."))
    if null.any():
        bars.append(("unknown", _together(table[null]), UNKNOWN, "xxx"))
    title = f"{_literal(name, 60)} · {_counted(len(known), 'category', 'categories')}"
    figure, axes = _canvas(title, CATEGORICAL, height=0.22 * max(len(bars), 3))
    longest = 1.5 * known["movies"].max() if known["movies"].any() else table["movies"].max()
    for place, (_, row, colour, hatch) in enumerate(bars):
        width = min(row["movies"], longest)
        axes.barh(place, width, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6)
        more = "" if np.isnan(row["liked"]) else f" · {_percent(row['liked'])} liked"
        _bar_end(axes, place, width, f"{row['movies']:,.0f}{more}" + (" (bar cut)" if row["movies"] > width else ""))
    _name_bars(axes, np.arange(len(bars)), [words for words, *_ in bars], min(longest, table["movies"].max()))
    return figure


def text_length_violin(texts: pd.Series, liked: pd.Series | None, name: Hashable) -> Figure:
    """The number of characters of the texts of the liked and of the other movies; empty texts are counted apart."""
    filled = _filled(texts)
    x = texts.astype("str").str.len().where(filled).to_numpy(dtype=float)
    note = f"{_percent(1 - filled.mean())} empty" if len(texts) else "no rows"
    return _violins(x, liked, f"{_literal(name, 60)} · {note}", f"characters of {_literal(name)}", TEXT, None)


def text_distinct_bars(table: pd.DataFrame) -> Figure:
    """Distinct, repeated and empty texts of every text column: one row each, with these three counts."""
    looks = {"distinct": (TEXT, None), "repeated": ("#2F6B3C", "///"), "empty": (UNKNOWN, "xxx")}
    figure, axes = _canvas("Texts: distinct, repeated, empty", TEXT, height=0.66 * max(len(table), 1))
    at = np.arange(len(table), dtype=float)
    for offset, (words, (colour, hatch)) in zip((-0.26, 0, 0.26), looks.items(), strict=True):
        width = table[words].to_numpy(dtype=float)
        axes.barh(at + offset, width, 0.26, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=words)
        for place, count in zip(at + offset, width, strict=True):
            _bar_end(axes, place, count, f"{count:,.0f}")
    _name_bars(axes, at, [_literal(words) for words in table.index], table[list(looks)].max().max())
    _legend(axes)
    return figure


# --- how features go together -----------------------------------------------------------------------------------------


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
        f"{_literal(title, 90)}{_of(shown, matrix.index, 'features')}",
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
        f"{_literal(title, 90)}{_of(rows, matrix.index, 'rows')}{_of(columns, matrix.columns, 'columns')}",
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
    figure, axes = _canvas(title, GRID, max(matrix.shape[1], 1) * cell, max(matrix.shape[0], 1) * cell)
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
        major_locator=places, major_formatter=ticker.FuncFormatter(_short), minor_locator=ticker.NullLocator()
    )
    bar.ax.tick_params(labelsize=SMALL, labelcolor=INK)


def _write_values(axes: Axes, values: np.ndarray, image: AxesImage) -> None:
    """Each value in its cell, dark on bright and bright on dark."""
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            form = ".2f" if not isinstance(image.norm, LogNorm) else ".1f" if value < 10 else ".0f"
            words = _short(value) if abs(value) >= 1e4 else format(round(value, 2) + 0.0, form)
            shade = np.dot(image.to_rgba(np.clip(value, *image.get_clim()))[:3], (0.299, 0.587, 0.114))
            colour = INK if shade > 0.5 else "white"
            text = axes.text(column, row, words, ha="center", va="center", fontsize=SMALL, color=colour)
            text.set_in_layout(False)


def _name_cells(axes: Axes, matrix: pd.DataFrame, slanted: bool) -> None:
    turn: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if slanted else {"rotation": 90}
    axes.set_yticks(range(len(matrix)), [_literal(name) for name in matrix.index])
    axes.set_xticks(range(matrix.shape[1]), [_literal(name) for name in matrix.columns], **turn)
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


# --- bytes ------------------------------------------------------------------------------------------------------------


def png(figure: Figure, dpi: float = 100) -> bytes:
    """The figure as PNG; the same figure gives the same bytes."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=dpi, bbox_inches="tight", metadata=SOFTWARE)
    return content.getvalue()


def save(figure: Figure, path: Path) -> bytes:
    """Write the figure as PNG, whole or not at all, and give its bytes, for a contact sheet."""
    content = png(figure)
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
    return content


def contact_sheet(figures: Mapping[str, Figure] | Sequence[bytes], columns: int = 3, most: int = 150_000) -> bytes:
    """One small PNG that shows all figures in a grid, 1200 pixels wide or less where `most` bytes ask for it."""
    contents = [png(one) for one in figures.values()] if isinstance(figures, Mapping) else figures
    pictures = [imread(io.BytesIO(content), format="png")[..., :3] for content in contents]
    for width in (1200, 1000, 800, 600, 400):
        content = _tiled(pictures, min(columns, max(len(pictures), 1)), width)
        if len(content) <= most:
            break
    return content


def _tiled(pictures: Sequence[np.ndarray], columns: int, width: int) -> bytes:
    """The pictures in a grid, in so few shades that the file is small."""
    cell = width / columns
    room = [(0, 0), (0, ceil(cell)), (0, 0)]  # a picture narrower than its cell is not enlarged
    pictures = [np.pad(one, room, constant_values=1)[:, : max(one.shape[1], ceil(cell))] for one in pictures]
    rows = [pictures[first : first + columns] for first in range(0, len(pictures), columns)]
    heights = [min(max(one.shape[0] / one.shape[1] for one in row), 1.2) * cell for row in rows]
    full = sum(heights) or cell
    figure = Figure(figsize=(width / 100, full / 100), dpi=100)
    for place, (row, height) in enumerate(zip(rows, heights, strict=True)):
        bottom = 1 - sum(heights[: place + 1]) / full
        for column, one in enumerate(row):
            axes = figure.add_axes((column / columns, bottom, 0.98 / columns, 0.98 * height / full), anchor="NW")
            axes.imshow(one, interpolation="hanning")
            axes.set_axis_off()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    shades = np.rint(np.asarray(canvas.buffer_rgba())[..., :3] / 17).astype("uint8") * 17
    content = io.BytesIO()
    imsave(content, shades, format="png", metadata=SOFTWARE)
    return content.getvalue()


# --- the parts of a picture -------------------------------------------------------------------------------------------


def _canvas(title: str, colour: str, width: float = 5.4, height: float = 2.7) -> tuple[Figure, Axes]:
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


def _violins(x: np.ndarray, liked: pd.Series | None, title: str, label: str, colour: str, log: bool | None) -> Figure:
    """A violin for each group, with its quartiles; the density is of the scale that is drawn."""
    scale, groups = _scale(x[np.isfinite(x)], log), _groups(x, liked, colour)
    figure, axes = _canvas(title, colour, height=2.1)
    for place, (group, one) in enumerate(groups):
        shape = scale.forward(one)
        if len(one) < 3 or _constant(shape):
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
    _value_axis(axes, label, scale, x[np.isfinite(x)])
    _legend(axes)
    return figure


def _value_axis(axes: Axes, label: str, scale: Scale, x: np.ndarray) -> None:
    """Ticks in short numbers from the lowest x to the highest, and a label that says so where the axis is logarithmic."""
    if len(x) and not _constant(x):
        low, high = scale.forward(np.array([x.min(), x.max()]))
        margin = 0.02 * (high - low)
        if scale.log:
            axes.set_xscale("symlog", linthresh=scale.knee)
            subs = (1.0,) if high - low > np.log(200) else (1.0, 2.0, 5.0)
            axes.xaxis.set_major_locator(ticker.SymmetricalLogLocator(base=10, linthresh=scale.knee, subs=subs))
            axes.xaxis.set_minor_locator(ticker.NullLocator())
        axes.set_xlim(*scale.back(np.array([low - margin, high + margin])))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(_short))
    axes.set_xlabel(f"{label} (log scale)" if scale.log else label, fontsize=MEDIUM, fontfamily=fonts())


def _name_bars(axes: Axes, at: np.ndarray, names: list[str], longest: float) -> None:
    axes.set_yticks(at, names)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.45 * np.nanmax([longest, 1]))
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(ticker.MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(_short))
    axes.set_xlabel("movies", fontsize=MEDIUM)


def _bar_end(axes: Axes, place: float, width: float, words: str) -> None:
    axes.annotate(words, (width, place), (3, 0), textcoords="offset points", va="center", fontsize=SMALL, color=INK)


def _legend(axes: Axes) -> None:
    """Under the plot, where it hides nothing; each thing once."""
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    if once:
        place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 4.5}
        axes.legend(once.values(), once, ncols=3, fontsize=SMALL, frameon=False, **place)


# --- numbers and words ------------------------------------------------------------------------------------------------


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


def _constant(x: np.ndarray) -> bool:
    return len(x) == 0 or not np.ptp(x) > 1e-9 * np.abs(x).max()


def _scale(x: np.ndarray, log: bool | None) -> Scale:
    """Logarithmic where it is asked for, or where no value is negative and the skewness is above 2."""
    if _constant(x):
        return Scale(False)
    if log is None:
        log = x.min() >= 0 and pd.Series(x / x.max()).skew() > 2
    size = np.abs(x[x != 0])
    return Scale(bool(log), float(min(1, max(size.min(), 1e-9 * size.max()))))


def _bins(x: np.ndarray, scale: Scale, most: int = 40) -> np.ndarray:
    """Edges of at most `most` bars; values in steps of 1, 0.1 or 0.01 have whole steps in each, so no bar is a comb's gap."""
    if _constant(x):
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


def _filled(texts: pd.Series) -> pd.Series:
    return texts.notna() & texts.astype("str").str.strip().ne("")


def _together(table: pd.DataFrame) -> pd.Series:
    """The movies of some categories, and the share of them that is liked."""
    told = table.dropna()
    weight = told["movies"].sum()
    liked = (told["liked"] * told["movies"]).sum() / weight if weight else np.nan
    return pd.Series({"movies": table["movies"].sum(), "liked": liked})


def _literal(name: Hashable, room: int = 36) -> str:
    """A name as it stands, on one line and without mathematics; a long one loses its middle."""
    text = " ".join("".join(one if one.isprintable() else " " for one in str(name)).split())
    if any(unicodedata.east_asian_width(one) in "WF" for one in text):
        room //= 2
    if len(text) > room:
        text = f"{text[: room - room // 3 - 1]}…{text[-(room // 3) :]}"
    return text.replace("$", r"\$")


def _unknown(x: np.ndarray) -> str:
    if not len(x):
        return "no rows"
    infinite = np.isinf(x).sum()
    return f"{_percent(np.isnan(x).mean())} unknown" + (f", {infinite:,} infinite left out" if infinite else "")


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else ">99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def _short(value: float, _place: int | None = None) -> str:
    """A number in few characters: 0.25, 1960, 12k, 3M."""
    if abs(value) >= 1e15:
        return f"{value:.0e}" if np.isfinite(value) else "∞"
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / min(size, 1e3) if letter == 'k' else value / size:.3g}{letter}"
    return f"{value:.5g}"
