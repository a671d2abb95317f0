"""Pictures of a ranking: its probabilities, and the parts of one."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from movie_pref.plot_style import BLUE, GREEN, GREY, ORANGE, fonts, single_axis
from movie_pref.ranking.in_percent import in_percent


def probability_histogram(probability: np.ndarray, threshold: float) -> Figure:
    """How many candidates have which probability, the threshold marked."""
    figure, axes = single_axis()
    axes.hist(probability, bins=np.linspace(0, 1, 41).tolist(), color=BLUE)
    axes.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    axes.set(xlabel="probability that you would watch it", ylabel="candidates", xlim=(0, 1))
    axes.legend()
    return figure


def waterfall(title: str, base: float, parts: pd.DataFrame, threshold: float, best: int = 12) -> Figure:
    """From the model's starting point to a movie's margin, one bar for each of the strongest contributions.

    Parameters
    ----------
    base
        The expected margin, in log-odds.
    parts
        `words` and `log_odds` of each model column, strongest first; those after `best` share one bar.
    threshold
        The probability from which a movie is flagged; a line at its log-odds.
    """
    rest = parts["log_odds"].iloc[best:]
    names, steps = [*parts["words"].head(best)], [*parts["log_odds"].head(best)]
    if len(rest):
        names.append(f"the other {len(rest)} features together")
        steps.append(float(rest.sum()))
    ends = base + np.cumsum(steps)
    starts = ends - steps
    margin = base + float(parts["log_odds"].sum())
    figure = Figure(figsize=(9, 1.6 + 0.36 * len(steps)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(steps))[::-1]
    colours = [BLUE if step >= 0 else ORANGE for step in steps]
    axes.barh(places, steps, left=starts, zorder=2, color=colours, height=0.65)
    axes.vlines(ends[:-1], places[1:] - 0.33, places[:-1] + 0.33, color=GREY, linewidth=0.8)
    flagged = float(np.log(threshold / (1 - threshold)))
    reach = [base, margin, flagged, *starts, *ends]
    width = max(reach) - min(reach) or 1.0
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    for place, start, end, step in zip(places, starts, ends, steps, strict=True):
        axes.text(max(start, end) + 0.01 * width, place, f"{step:+.2f}", va="center", fontsize=8, bbox=behind)
    axes.axvline(
        base, zorder=0, color=GREY, linestyle=":", label=f"start {base:+.2f}: {in_percent(_probability(base))}"
    )
    axes.axvline(margin, zorder=0, color="black", label=f"this movie {margin:+.2f}: {in_percent(_probability(margin))}")
    axes.axvline(flagged, zorder=0, color=GREEN, linestyle="--", label=f"flagged from {flagged:+.2f}: {threshold:g}")
    axes.set_yticks(places, [_escaped(name) for name in names], fontsize=9, fontfamily=fonts())
    axes.set_xlabel("log-odds that you would watch it")
    axes.set_title(_escaped(title), fontfamily=fonts())
    axes.set_xlim(min(reach) - 0.08 * width, max(reach) + 0.14 * width)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def _probability(margin: float) -> float:
    return float(1 / (1 + np.exp(-margin)))


def _escaped(text: str) -> str:
    """Text that matplotlib shows as it is: a pair of dollar signs would be taken for a formula."""
    return text.replace("$", r"\$")
