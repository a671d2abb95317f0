"""Figures as PNG files, and several on one contact sheet."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from movie_pref.files import whole_file
from movie_pref.plot_style import png


def save(figure: Figure, path: Path, dpi: float = 100) -> bytes:
    """Write the figure as PNG, whole or not at all, and give its bytes."""
    content = png(figure, dpi)
    with whole_file(path, lasting=False) as temporary:
        temporary.write_bytes(content)
    return content


def contact_sheet(figures: Mapping[str, Figure] | Sequence[bytes], columns: int = 3, most: int = 150_000) -> bytes:
    """One small PNG that shows all figures in a grid, 1200 pixels wide or less where `most` bytes ask for it."""
    contents = [png(one) for one in figures.values()] if isinstance(figures, Mapping) else figures
    pictures = [Image.open(io.BytesIO(content)).convert("RGB") for content in contents]
    for width in (1200, 1000, 800, 600, 400):
        content = _tiled(pictures, min(columns, max(len(pictures), 1)), width)
        if len(content) <= most:
            break
    return content


def _tiled(pictures: Sequence[Image.Image], columns: int, width: int) -> bytes:
    """The pictures in a grid, in so few shades that the file is small; one narrower than its cell is not enlarged."""
    cell = width // columns
    small = [_within(one, round(0.98 * cell), round(1.2 * cell)) for one in pictures]
    rows = [small[first : first + columns] for first in range(0, len(small), columns)]
    heights = [round(max(one.height for one in row) / 0.98) for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) or cell), "white")
    for place, row in enumerate(rows):
        for column, one in enumerate(row):
            sheet.paste(one, (column * cell, sum(heights[:place])))
    content = io.BytesIO()
    # of so few shades it gets as small as with `optimize`, in a quarter of the time
    sheet.point(lambda shade: round(shade / 17) * 17).save(content, format="png")
    return content.getvalue()


def _within(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The picture no wider and no higher than that."""
    scale = min(width / picture.width, height / picture.height, 1)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(size, Image.Resampling.LANCZOS)
