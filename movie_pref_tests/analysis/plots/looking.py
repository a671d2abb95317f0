"""What stands in a picture, and names and matrices to draw."""

import numpy as np
import pandas as pd
from matplotlib.text import Text

NAMES = [
    "$x^2$ and $y",
    "_hidden_",
    "予算 ₿ 予算",
    "بودجه",
    "a" * 300,
    "two\nlines\x00",
    r"\$\alpha$",
    2020,
    "🎬",
    "%s {0}",
]


def words(figure) -> list[str]:
    """Every text of a figure that has been drawn, as it was given."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def square(size: int, value: float = 0.1) -> pd.DataFrame:
    names = [f"feature_{place}" for place in range(size)]
    matrix = np.full((size, size), value)
    np.fill_diagonal(matrix, 1)
    return pd.DataFrame(matrix, names, names)
