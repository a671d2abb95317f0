"""What every plot shares: colours, fonts that have the scripts of titles, a figure of one axis."""

from functools import cache

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind can tell apart
BLUE, ORANGE, GREY, GREEN = "#0072B2", "#D55E00", "#999999", "#009E73"
SCRIPTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei",
    "Malgun Gothic", "WenQuanYi Zen Hei", "Noto Sans Devanagari", "Nirmala UI", "Noto Sans Thai", "Arial Unicode MS",
)  # fmt: skip


def single_axis() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    return figure, figure.subplots()


@cache
def fonts() -> list[str]:
    """Fonts in the order in which they are asked for a character; the last has a sign for each script, and no gap."""
    there = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(one for one in SCRIPTS if one in there), "Last Resort High-Efficiency"]
