"""Plots of a search, a model and a ranking; each returns a matplotlib figure and draws on no screen."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from movie_pref.library.label_names import LABELS_IN_WORDS, WOULD_WATCH, WOULD_WATCH_AGAIN
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.metrics.scores import threshold_scores
from movie_pref.plot_style import BLUE, GREEN, GREY, ORANGE, ROOM, single_axis

MEMBERS = {"boosters": "boosters' mean", "linear": "logistic regression", "winner": "the search's winner"}


def precision_recall_and_threshold(actual: np.ndarray, probability: np.ndarray, threshold: float) -> Figure:
    """Left the precision-recall curve; right recall and flagged share by threshold; the one in use is marked."""
    from sklearn.metrics import precision_recall_curve

    figure = Figure(figsize=(10, 4))
    left, right = figure.subplots(1, 2, gridspec_kw=ROOM)
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
    from movie_pref.metrics.calibration_error import calibration_bins

    figure = Figure(figsize=(10, 4))
    for axes, values, title, colour in zip(
        figure.subplots(1, 2, sharey=True, gridspec_kw={**ROOM, "wspace": 0.1}),
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


def answers_by_label(answers: np.ndarray, again: np.ndarray, threshold: float) -> Figure:
    """The second question's answers of liked movies whose label was not seen: the share of each label in 20 bins.

    Parameters
    ----------
    answers
        The probability to be watched again, if liked, shape (n,).
    again
        Whether the movie's label is would_watch_again.
    """
    figure, axes = single_axis()
    bins = np.linspace(0, 1, 21).tolist()
    for chosen, colour, name in ((~again, GREY, WOULD_WATCH), (again, GREEN, WOULD_WATCH_AGAIN)):
        found = answers[chosen]
        label = f"{LABELS_IN_WORDS[name]}: {len(found)} movies"
        axes.hist(
            found, bins, weights=np.full(len(found), 1 / max(1, len(found))), color=colour, alpha=0.6, label=label
        )
    axes.axvline(threshold, color=ORANGE, linestyle="--", label=f"threshold {threshold:g}")
    axes.set(
        xlabel="probability that it is watched again, if it is liked", ylabel="share of the label's movies", xlim=(0, 1)
    )
    axes.legend()
    return figure


def _wilson(liked: pd.Series, movies: pd.Series) -> tuple[pd.Series, pd.Series]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.96
    centre = (liked + z**2 / 2) / (movies + z**2)
    half = z / (movies + z**2) * np.sqrt(liked * (movies - liked) / movies + z**2 / 4)
    return centre - half, centre + half


def policy_bars(table: pd.DataFrame) -> Figure:
    """Average precision of each policy with its standard error, and the number of columns it keeps."""
    figure, axes = single_axis()
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


def member_bars(compared: pd.DataFrame, weights: dict[str, float]) -> Figure:
    """Left each member's average precision and how far it lies from the committee's, with the paired 95 % interval; right
    what its log-odds are multiplied by.

    `compared` is what `movie_pref.evaluation.members.members_compared` gives, `weights` what `member_weights` gives.
    """
    whole, shown = compared.iloc[0], compared.iloc[:0:-1]
    figure = Figure(figsize=(10, 1.6 + 0.4 * len(shown)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    places, top = np.arange(len(shown)), whole["average_precision"]
    ends = top - shown[["high", "low"]].to_numpy().T
    left.hlines(places, *ends, color=BLUE, linewidth=2)
    left.plot(shown["average_precision"], places, "o", color=BLUE)
    left.axvline(top, color=GREY, linestyle="--", linewidth=1, label=f"the committee: {top:.4f}")
    names = [MEMBERS.get(name, name.replace("_", " ")) for name in shown["member"]]
    left.set_yticks(places, [f"{name}  {one:.4f}" for name, one in zip(names, shown["average_precision"], strict=True)])
    left.set(xlabel="average precision out of fold\nline: paired 95 % interval to the committee", title="Alone")
    counted = [weights.get(name, 0.0) for name in shown["member"]]
    right.barh(places, counted, color=GREEN, height=0.6)
    for place, weight in zip(places, counted, strict=True):
        says = f"{weight:.3f}" if weight else "not a member"
        right.annotate(says, (weight, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    right.set(xlabel="multiplies the log-odds", title="Weight in the committee")
    right.margins(x=0.3)
    figure.legend(loc="outside lower center", frameon=False, fontsize=9)
    return figure


def rule_moves(table: pd.DataFrame, threshold: float) -> Figure:
    """For each preference rule and each feature moved: the share liked, and the model's probability before and after.

    `table` is what `movie_pref.evaluation.preference_rules.judge_rules` gives; rules that cover no movie are left out.
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


def algorithm_differences(table: pd.DataFrame, baseline: str = "XGBoost") -> Figure:
    """Left how far each algorithm's average precision lies from XGBoost's, with its interval; right its seconds.

    `table` is the table of a comparison; algorithms that were not measured are left out. One that is worse beyond
    doubt, corrected for how many there are (`adjusted_p`), is drawn with a triangle down, one that is better with a triangle
    up, any other with a circle.
    """
    shown = table.dropna(subset=["average_precision"]).iloc[::-1]
    figure = Figure(figsize=(11, 1.6 + 0.38 * len(shown)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    places = np.arange(len(shown))
    sure = shown["adjusted_p"] < 1 - CONFIDENCE
    behind, better = sure & (shown["difference"] < 0), sure & (shown["difference"] > 0)
    for chosen, marker, color, label in (
        (behind, "v", ORANGE, f"worse than {baseline} beyond doubt"),
        (~behind & ~better, "o", BLUE, "not to be told apart"),
        (better, "^", GREEN, f"better than {baseline} beyond doubt"),
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


def label_differences(table: pd.DataFrame) -> Figure:
    """How far each other way to learn three labels lies from the project's, a panel a measure, with 95 % intervals.

    `table` is that of `label_comparison.compare_labels`.
    """
    from movie_pref.evaluation.label_comparison import MEASURES, OURS

    others = table[table["name"] != OURS].iloc[::-1]
    figure = Figure(figsize=(12, 1.8 + 1.3 * len(others)), layout="constrained")
    panels = figure.subplots(2, 2, sharey=True).ravel()
    for panel, (measure, words) in zip(panels, MEASURES.items(), strict=True):
        middle = others[f"{measure}_difference"].to_numpy()
        ends = others[[f"{measure}_low", f"{measure}_high"]].to_numpy().T
        panel.errorbar(middle, np.arange(len(others)), xerr=np.abs(ends - middle), fmt="o", color=BLUE, capsize=4)
        panel.axvline(0, color=GREY, linestyle="--", linewidth=1)
        panel.set_yticks(np.arange(len(others)), [name.replace(" (", "\n(") for name in others["name"]])
        panel.margins(y=0.3)
        panel.set_title(words, fontsize=10)
    figure.supxlabel(f"difference to the {OURS}, 95 % interval; left of the line is worse", fontsize=10)
    return figure
