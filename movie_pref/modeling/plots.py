"""Plots of a search, a model and a ranking; each returns a matplotlib figure and draws on no screen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from movie_pref.analysis.plots import fonts
from movie_pref.modeling.metrics import threshold_scores

# Okabe and Ito's colours, which the colour-blind can tell apart
BLUE, ORANGE, GREY, GREEN = "#0072B2", "#D55E00", "#999999", "#009E73"


def recall_against_flagged(results: pd.DataFrame, budget: float, winner: int) -> Figure:
    """Recall and flagged share at 0.35 of every point of a search, the budget drawn in and the winner marked."""
    figure, axes = _single()
    flagged, recall = results["mean_test_flagged_at_0.35"], results["mean_test_recall_at_0.35"]
    axes.scatter(flagged, recall, s=12, color=BLUE, alpha=0.6, label="a point of the grid")
    axes.scatter(flagged[winner], recall[winner], s=140, marker="*", color=ORANGE, zorder=3, label="the winner")
    axes.axvline(budget, color=GREY, linestyle="--", label=f"review budget {budget:.1%}")
    axes.set(xlabel="share of movies flagged at 0.35", ylabel="recall at 0.35", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="lower right")
    return figure


def score_by_axis(results: pd.DataFrame) -> Figure:
    """For each parameter of a search, how average precision and recall at 0.35 lie at each of its values.

    Boxes are quartiles over the points that have that value, whiskers 5 and 95 %; what lies far below all boxes is cut.
    """
    axes_names = _varied(results)
    rows = max(1, -(-len(axes_names) // 4))
    figure = Figure(figsize=(13, 3.1 * rows), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, 4, sharey=True)).ravel()
    lowest = 1.0
    for axes, name in zip(grid, axes_names, strict=False):
        levels = sorted(results[name].unique())
        for offset, metric, color in ((-0.18, "average_precision", BLUE), (0.18, "recall_at_0.35", ORANGE)):
            values = [results.loc[results[name] == level, f"mean_test_{metric}"].to_numpy() for level in levels]
            boxes = axes.boxplot(
                values, positions=np.arange(len(levels)) + offset, widths=0.3, whis=(5, 95), showfliers=False,
                patch_artist=True, medianprops={"color": "black"},
            )  # fmt: skip
            for box in boxes["boxes"]:
                box.set(facecolor=color, alpha=0.75)
            lowest = min(lowest, *(float(np.quantile(found, 0.25)) for found in values))
        axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
        axes.set_title(name.removeprefix("param_"))
    grid[0].set_ylim(max(0.0, lowest - 0.03), 1.005)
    for axes in grid[len(axes_names) :]:
        axes.set_axis_off()
    figure.legend(
        handles=[Patch(color=BLUE, label="average precision"), Patch(color=ORANGE, label="recall at 0.35")],
        loc="outside upper center", ncols=2, frameon=False,
    )  # fmt: skip
    return figure


def parallel_coordinates(results: pd.DataFrame, winner: int, best: int = 30) -> Figure:
    """The parameters of the best points of a search as lines across its axes, the winner's drawn thick."""
    axes_names = _varied(results)
    figure = Figure(figsize=(13, 4.5), layout="constrained")
    axes = figure.subplots()
    levels = {name: sorted(results[name].unique()) for name in axes_names}
    shown = results.nsmallest(best, "rank")
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, size=(len(shown), len(axes_names)))
    for number, (row, point) in enumerate(shown.iterrows()):
        heights = [levels[name].index(point[name]) / max(1, len(levels[name]) - 1) for name in axes_names]
        is_winner = row == winner
        shift = 0 if is_winner else jitter[number] * 0.25
        axes.plot(
            np.array(heights) + shift, color=ORANGE if is_winner else BLUE, linewidth=3 if is_winner else 1,
            alpha=1 if is_winner else 0.45, zorder=3 if is_winner else 2,
        )  # fmt: skip
    for position, name in enumerate(axes_names):
        axes.axvline(position, color=GREY, linewidth=0.8)
        for number, level in enumerate(levels[name]):
            axes.annotate(
                f"{level:g}",
                (position, number / max(1, len(levels[name]) - 1)),
                xytext=(5, 4),
                textcoords="offset points",
            )
    axes.set_xticks(range(len(axes_names)), [name.removeprefix("param_").replace("_", "\n", 1) for name in axes_names])
    axes.set(yticks=[], title=f"The {len(shown)} best points by rank; the winner is the thick line")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    return figure


def _varied(results: pd.DataFrame) -> list[str]:
    """The parameters that a search tried more than one value of."""
    return [name for name in results if name.startswith("param_") and len(results[name].unique()) > 1]


def precision_recall_and_threshold(actual: np.ndarray, probability: np.ndarray, threshold: float) -> Figure:
    """Left the precision-recall curve; right recall and flagged share by threshold; the one in use is marked."""
    from sklearn.metrics import precision_recall_curve

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    precision, recall, _ = precision_recall_curve(actual, probability)
    at = threshold_scores(actual, probability >= threshold)
    left.plot(recall, precision, color=BLUE)
    left.plot(at["recall"], at["precision"], "o", color=ORANGE, label=f"threshold {threshold:g}")
    left.axhline(actual.mean(), color=GREY, linestyle=":", label=f"no skill {actual.mean():.1%}")
    left.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02), title="Precision and recall")
    left.legend(loc="lower left")
    grid = np.linspace(0.01, 0.99, 99)
    by_threshold = pd.DataFrame([threshold_scores(actual, probability >= value) for value in grid], index=grid)
    right.plot(by_threshold["recall"], color=BLUE, label="recall: good movies that are shown")
    right.plot(by_threshold["flagged"], color=GREEN, label="share of movies flagged")
    right.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    right.set(xlabel="probability threshold", xlim=(0, 1), ylim=(0, 1.02), title="What the threshold costs")
    right.legend(loc="upper center", bbox_to_anchor=(0.5, 0.62))
    return figure


def calibration_curves(actual: np.ndarray, probability: np.ndarray, calibrated: np.ndarray) -> Figure:
    """Share of liked movies against the mean probability of ten bins, before and after calibration, with Wilson's 95 %
    intervals; on the diagonal a probability means what it says."""
    from movie_pref.modeling.calibration import calibration_bins

    figure = Figure(figsize=(10, 4), layout="constrained")
    for axes, values, title, colour in zip(
        figure.subplots(1, 2, sharey=True),
        (probability, calibrated),
        ("Before calibration", "After calibration"),
        (BLUE, GREEN),
        strict=True,
    ):
        bins = calibration_bins(actual, values)
        low, high = _wilson(bins["liked"], bins["movies"])
        bars = np.maximum([bins["share"] - low, high - bins["share"]], 0)  # rounding alone can go below
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="means what it says")
        axes.errorbar(bins["probability"], bins["share"], yerr=bars, fmt="o-", color=colour, capsize=3)
        for row in bins.itertuples():
            axes.annotate(f"{row.movies}", (row.probability, row.share), xytext=(6, -11), textcoords="offset points")
        axes.set(
            xlabel="mean probability of the bin (with its number of movies)",
            xlim=(-0.02, 1.05),
            ylim=(-0.08, 1.05),
            title=title,
        )
        axes.legend(loc="upper left")
    figure.axes[0].set_ylabel("share of them that is liked")
    return figure


def _wilson(liked: pd.Series, movies: pd.Series) -> tuple[pd.Series, pd.Series]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.96
    centre = (liked + z**2 / 2) / (movies + z**2)
    half = z / (movies + z**2) * np.sqrt(liked * (movies - liked) / movies + z**2 / 4)
    return centre - half, centre + half


def probability_histogram(probability: np.ndarray, threshold: float) -> Figure:
    """How many candidates have which probability, the threshold marked."""
    figure, axes = _single()
    axes.hist(probability, bins=np.linspace(0, 1, 41).tolist(), color=BLUE)
    axes.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    axes.set(xlabel="probability that you would watch it", ylabel="candidates", xlim=(0, 1))
    axes.legend()
    return figure


def _single() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    return figure, figure.subplots()


def policy_bars(table: pd.DataFrame) -> Figure:
    """Average precision of each policy with its standard error, and the number of columns it keeps."""
    figure, axes = _single()
    shown = table.dropna(subset=["average_precision"])
    axes.errorbar(
        shown["average_precision"], shown["policy"], xerr=shown["standard_error"], fmt="o", color=BLUE, capsize=4
    )
    for row in shown.itertuples():
        axes.annotate(
            f"{row.columns:.0f} columns",
            (row.average_precision, row.policy),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
        )
    axes.set(xlabel="cross-validated average precision, ± one standard error", ylabel="policy")
    axes.margins(x=0.1, y=0.3)
    return figure


def rule_moves(table: pd.DataFrame, threshold: float) -> Figure:
    """For each preference rule and each feature moved: the share liked, and the model's probability before and after.

    `table` is what `movie_pref.modeling.rules.judge_rules` gives; rules that cover no movie are left out.
    """
    shown = table[table["movies"] > 0].iloc[::-1].reset_index(drop=True)
    figure = Figure(figsize=(10, 1.4 + 0.55 * len(shown)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(shown))
    spread = [shown["liked_share"] - shown["liked_low"], shown["liked_high"] - shown["liked_share"]]
    axes.errorbar(
        shown["liked_share"], places + 0.18, xerr=np.clip(spread, 0, None), fmt="s", color=GREEN, markersize=5,
        capsize=3, label="share that you like",
    )  # fmt: skip
    axes.plot(shown["moved_from"], places - 0.12, "o", color=BLUE, label="the model's mean probability")
    axes.plot(shown["moved_to"], places - 0.12, "o", color=ORANGE, label="the same with that one feature moved")
    for place, row in zip(places, shown.itertuples(), strict=True):
        axes.annotate(
            "", (row.moved_to, place - 0.12), (row.moved_from, place - 0.12), arrowprops={"arrowstyle": "->", "color": GREY}
        )  # fmt: skip
    axes.axvline(threshold, color=GREY, linestyle="--", linewidth=1)
    names = [
        f"{row.rule.replace('_', ' ')}: {row.movies} movies, {row.verdict}\n→ {row.moved}" for row in shown.itertuples()
    ]
    axes.set_yticks(places, names, fontsize=8)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.6, len(shown) - 0.4), xlabel="probability, share of movies")
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
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
    reach = [base, margin, *starts, *ends]
    width = max(reach) - min(reach) or 1.0
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    for place, start, end, step in zip(places, starts, ends, steps, strict=True):
        axes.text(max(start, end) + 0.01 * width, place, f"{step:+.2f}", va="center", fontsize=8, bbox=behind)
    axes.axvline(base, zorder=0, color=GREY, linestyle=":", label=f"start {base:+.2f}: {_probability(base):.1%}")
    axes.axvline(margin, zorder=0, color="black", label=f"this movie {margin:+.2f}: {_probability(margin):.1%}")
    flagged = float(np.log(threshold / (1 - threshold)))
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


def algorithm_differences(table: pd.DataFrame, baseline: str = "XGBoost") -> Figure:
    """Left how far each algorithm's average precision lies from XGBoost's, with its interval; right its seconds.

    `table` is the table of a comparison; algorithms that were not measured are left out. An interval wholly below zero is
    drawn with a triangle down, one wholly above with a triangle up, any other with a circle.
    """
    shown = table.dropna(subset=["average_precision"]).iloc[::-1]
    figure = Figure(figsize=(11, 1.6 + 0.38 * len(shown)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    places = np.arange(len(shown))
    behind, better = shown["high"] < 0, shown["low"] > 0
    for chosen, marker, color, label in (
        (behind, "v", ORANGE, f"worse than {baseline} beyond the interval"),
        (~behind & ~better, "o", BLUE, "not to be told apart"),
        (better, "^", GREEN, f"better than {baseline} beyond the interval"),
    ):
        rows = shown[chosen]
        if len(rows):
            reach = np.abs(rows[["low", "high"]].to_numpy().T - rows["difference"].to_numpy())
            left.errorbar(
                rows["difference"], places[chosen.to_numpy()], xerr=reach, fmt=marker, color=color, capsize=4, label=label
            )  # fmt: skip
    left.axvline(0, color=GREY, linestyle="--", linewidth=1)
    left.set_yticks(places, [f"{row.algorithm}  {row.average_precision:.3f}" for row in shown.itertuples()])
    left.set(xlabel=f"average precision less that of {baseline}, 95 % interval", title="Ranking")
    right.barh(places, shown["fit_seconds"], color=GREY, height=0.6)
    right.set_xscale("log")
    for place, seconds in zip(places, shown["fit_seconds"], strict=True):
        right.annotate(
            f"{seconds:.2g}", (seconds, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    right.set(xlabel="seconds of one core for one fit", title="Training time")
    right.margins(x=0.25)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure
