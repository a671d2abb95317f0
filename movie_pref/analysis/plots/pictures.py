"""Figures as PNG files, and several on one contact sheet."""

import io
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave

from movie_pref.files import whole_file
from movie_pref.plot_style import SOFTWARE, png


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
