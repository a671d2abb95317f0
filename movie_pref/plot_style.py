"""What every plot shares: colours, fonts that have the scripts of titles, a figure of one axis, and the way into a PNG."""

import io
from functools import cache
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

# Okabe and Ito's colours, which the colour-blind can tell apart
BLUE, ORANGE, GREY, GREEN = "#0072B2", "#D55E00", "#999999", "#009E73"
SCRIPTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei",
    "Malgun Gothic", "WenQuanYi Zen Hei", "Noto Sans Devanagari", "Nirmala UI", "Noto Sans Thai", "Arial Unicode MS",
)  # fmt: skip
SOFTWARE: dict[str, Any] = {"Software": None}  # no version of matplotlib in the bytes
MARGIN = 0.1  # inches of white around a picture
# for the words around axes, in shares of a figure; `png` crops what they leave over. Asking matplotlib to measure them
# (its constrained layout) takes as long as drawing does
ROOM = {"left": 0.12, "right": 0.97, "bottom": 0.17, "top": 0.9}


def single_axis() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 4))
    return figure, figure.subplots(gridspec_kw=ROOM)


@cache
def fonts() -> list[str]:
    """Fonts in the order in which they are asked for a character; the last has a sign for each script, and no gap."""
    there = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(one for one in SCRIPTS if one in there), "Last Resort High-Efficiency"]


def png(figure: Figure, dpi: float = 100) -> bytes:
    """The figure as PNG, cropped to what is drawn and a margin; the same figure gives the same bytes.

    It is drawn once and its pixels are cropped, where matplotlib draws it a second time to learn how large it is. Only a
    figure that is drawn on to its very edge, beyond which something may lie, is left to matplotlib.
    """
    content = io.BytesIO()
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    inked = (pixels != 255).any(axis=2)
    if not inked.any() or inked[[0, -1]].any() or inked[:, [0, -1]].any():
        figure.savefig(content, format="png", dpi=dpi, bbox_inches="tight", metadata=SOFTWARE)
        return content.getvalue()
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    room = round(MARGIN * dpi)
    inside = (slice(max(found[0] - room, 0), found[-1] + 1 + room) for found in (rows, columns))
    imsave(content, np.ascontiguousarray(pixels[tuple(inside)]), format="png", metadata=SOFTWARE)
    return content.getvalue()
