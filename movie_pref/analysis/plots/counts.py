"""How many movies have each category, and how many texts are distinct, repeated or empty: bars."""

from collections.abc import Hashable

import numpy as np
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from movie_pref.analysis.plots.canvas import (
    CATEGORICAL,
    INK,
    MEDIUM,
    SMALL,
    TEXT,
    UNKNOWN,
    canvas,
    legend,
    literal,
    percent,
    short,
)


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
    bars += [(literal(words), row, CATEGORICAL, None) for words, row in known.head(top).iterrows()]
    if len(known) > top:
        words = f"other ({_counted(len(known) - top, 'category', 'categories')})"
        bars.append((words, _together(known.iloc[top:]), "#F6DBE2", "..."))
    if null.any():
        bars.append(("unknown", _together(table[null]), UNKNOWN, "xxx"))
    title = f"{literal(name, 60)} · {_counted(len(known), 'category', 'categories')}"
    figure, axes = canvas(title, CATEGORICAL, height=0.22 * max(len(bars), 3))
    longest = 1.5 * known["movies"].max() if known["movies"].any() else table["movies"].max()
    for place, (_, row, colour, hatch) in enumerate(bars):
        width = min(row["movies"], longest)
        axes.barh(place, width, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6)
        more = "" if np.isnan(row["liked"]) else f" · {percent(row['liked'])} liked"
        _bar_end(axes, place, width, f"{row['movies']:,.0f}{more}" + (" (bar cut)" if row["movies"] > width else ""))
    _name_bars(axes, np.arange(len(bars)), [words for words, *_ in bars], min(longest, table["movies"].max()))
    return figure


def text_distinct_bars(table: pd.DataFrame) -> Figure:
    """Distinct, repeated and empty texts of every text column: one row each, with these three counts."""
    looks = {"distinct": (TEXT, None), "repeated": ("#2F6B3C", "///"), "empty": (UNKNOWN, "xxx")}
    figure, axes = canvas("Texts: distinct, repeated, empty", TEXT, height=0.66 * max(len(table), 1))
    at = np.arange(len(table), dtype=float)
    for offset, (words, (colour, hatch)) in zip((-0.26, 0, 0.26), looks.items(), strict=True):
        width = table[words].to_numpy(dtype=float)
        axes.barh(at + offset, width, 0.26, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=words)
        for place, count in zip(at + offset, width, strict=True):
            _bar_end(axes, place, count, f"{count:,.0f}")
    _name_bars(axes, at, [literal(words) for words in table.index], table[list(looks)].max().max())
    legend(axes)
    return figure


def _name_bars(axes: Axes, at: np.ndarray, names: list[str], longest: float) -> None:
    axes.set_yticks(at, names)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.45 * np.nanmax([longest, 1]))
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(ticker.MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(short))
    axes.set_xlabel("movies", fontsize=MEDIUM)


def _bar_end(axes: Axes, place: float, width: float, words: str) -> None:
    axes.annotate(words, (width, place), (3, 0), textcoords="offset points", va="center", fontsize=SMALL, color=INK)


def _together(table: pd.DataFrame) -> pd.Series:
    """The movies of some categories, and the share of them that is liked."""
    told = table.dropna()
    weight = told["movies"].sum()
    liked = (told["liked"] * told["movies"]).sum() / weight if weight else np.nan
    return pd.Series({"movies": table["movies"].sum(), "liked": liked})


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
