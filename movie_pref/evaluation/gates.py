"""What a model must reach on the holdout, and which of two stays; judged by the interval, not by the value alone."""

from typing import NamedTuple

import pandas as pd

from movie_pref.evaluation.second_question import RECALL_AGAIN
from movie_pref.metrics.intervals import CONFIDENCE

# Below this nothing blocks, as there is no holdout below it: one movie is worth more than 20 points of recall, and four that
# one model finds and the other misses are by chance in one of eight cases.
FEWEST_LIKED = 5


TAIL = (1 - CONFIDENCE) / 2


class Gate(NamedTuple):
    """One requirement: the value and its interval, the limit, and whether it is missed or missed beyond doubt."""

    name: str
    value: float
    low: float
    high: float
    limit: float
    missed: bool
    beyond_doubt: bool
    says: str


def gates(
    report: pd.DataFrame, recall_floor: float, budget: float, threshold: float, again_floor: float = 0.0
) -> list[Gate]:
    """The requirements; `report` has `movies`, `liked` (how many it rests on), `metric`, `value`, `low`, `high` of the holdout.

    A gate is missed beyond doubt when the whole interval lies on the wrong side, the exact binomial test says so too (near
    0 and 1 Wilson's interval alone is beyond the truth on one side in up to 7 % of cases), and at least `FEWEST_LIKED`
    liked movies are behind it.
    """
    again = again_gate(report, again_floor)
    return [
        recall_gate(report, recall_floor, threshold),
        flagged_gate(report, budget, threshold),
        *([again] if again else []),
    ]


def recall_gate(report: pd.DataFrame, floor: float, threshold: float) -> Gate:
    """Recall at the threshold is at least the floor."""
    return _recall_gate(report, f"recall_at_{threshold:g}", floor, f"recall at {threshold:g}")


def again_gate(report: pd.DataFrame, floor: float) -> Gate | None:
    """Recall of the movies to be watched again at the review budget is at least the floor; None where no movie is one."""
    if RECALL_AGAIN not in set(report["metric"]):
        return None
    return _recall_gate(report, RECALL_AGAIN, floor, "recall of would_watch_again at the review budget")


def _recall_gate(report: pd.DataFrame, metric: str, floor: float, what: str) -> Gate:
    value, low, high, _, liked = _measured(report, metric)
    says = f"{what} is {value:.3f} ({low:.3f} to {high:.3f}), the floor {floor:.3f}"
    sure = liked >= FEWEST_LIKED and high < floor and _by_chance(value, liked, floor, "less") <= TAIL
    return Gate(metric, value, low, high, floor, value < floor, sure, says)


def flagged_gate(report: pd.DataFrame, budget: float, threshold: float) -> Gate:
    """The share flagged at the threshold is at most the budget.

    The operating point puts it at the budget on other movies, so that half of all samples are above: it is missed only
    where the whole interval is.
    """
    value, low, high, movies, liked = _measured(report, f"flagged_at_{threshold:g}")
    says = f"{value:.1%} of the movies are flagged ({low:.1%} to {high:.1%}), the budget is {budget:.1%}"
    sure = liked >= FEWEST_LIKED and low > budget and _by_chance(value, movies, budget, "greater") <= TAIL
    return Gate("flagged", value, low, high, budget, low > budget, sure, says)


def _measured(report: pd.DataFrame, metric: str) -> tuple[float, float, float, int, int]:
    row = report.set_index("metric").loc[metric]
    return row["value"], row["low"], row["high"], int(row["movies"]), int(row["liked"])


def _by_chance(share: float, total: int, limit: float, side: str) -> float:
    """How likely a share this far on the wrong side is where the truth is the limit."""
    from scipy.stats import binomtest

    return float(binomtest(round(share * total), total, limit, alternative=side).pvalue)


def failed_gates(
    report: pd.DataFrame, recall_floor: float, budget: float, threshold: float, again_floor: float = 0.0
) -> list[str]:
    """What a model misses beyond doubt, in words."""
    return [gate.says for gate in gates(report, recall_floor, budget, threshold, again_floor) if gate.beyond_doubt]


class Contest(NamedTuple):
    """A challenger and another model on the same holdout movies, `liked` of them liked.

    `differences` is what `paired_differences` gives (the other in the place of the champion) with this `confidence`, `other`
    the other's own metrics there with their intervals (`movies`, `liked`, `metric`, `value`, `low`, `high`).
    """

    movies: int
    liked: int
    differences: pd.DataFrame
    other: pd.DataFrame
    confidence: float = CONFIDENCE


class Decision(NamedTuple):
    """What became of a challenger: `first`, `promoted` or `kept` (the champion stays), and why, in a sentence.

    `failed` is what the new champion misses beyond doubt, for which it is marked provisional.
    """

    decision: str
    because: str
    failed: list[str]


def deciding_metrics(threshold: float) -> list[str]:
    """The metrics in which a challenger must not be worse beyond doubt; where movies are to be watched again, `RECALL_AGAIN` too."""
    return ["average_precision", f"recall_at_{threshold:g}"]


def compared_rows(contest: Contest, threshold: float) -> pd.DataFrame:
    """The differences that decide."""
    names = [*deciding_metrics(threshold), RECALL_AGAIN]
    return contest.differences.loc[[name for name in names if name in contest.differences.index]]


def strongest(contests: dict[str, Contest]) -> str:
    """Which of the other models the challenger is furthest behind in average precision, or least ahead of."""
    return min(contests, key=lambda name: contests[name].differences.loc["average_precision", "difference"])


def decide(
    failed: list[str],
    found: Contest | None,
    champion_failed: list[str],
    threshold: float,
    best: Contest | None = None,
) -> Decision:
    """Whether a challenger takes the place of a champion with which it was compared.

    It is refused when it is worse beyond doubt than the champion, or than the best of the champions before it, so that
    many slightly worse ones in a row do not drift down; and when it misses a gate beyond doubt that a champion stands
    which misses none. Otherwise it is promoted, an equal one too: it has seen the newer labels. Where both miss gates, it
    is promoted provisionally.

    Parameters
    ----------
    failed, champion_failed
        What each misses beyond doubt on the holdout (`failed_gates`), under today's limits where it can be measured.
    found
        The challenger and the champion; None where nothing could be compared.
    best
        The challenger and the best of the last champions, where that is not the champion itself, with intervals that
        allow for its having been picked.
    """
    for contest, whose in ((found, "the champion's"), (best, "the best's of the last champions")):
        worse = _worse(contest, threshold) if contest and contest.liked >= FEWEST_LIKED else []
        if contest and worse:
            said = " and its ".join(worse)
            return Decision("kept", f"on the {contest.movies} holdout movies its {said} than {whose}", failed)
    if failed and not champion_failed:
        return Decision("kept", f"it fails where the champion does not: {'; '.join(failed)}", failed)
    if found is None or found.liked < FEWEST_LIKED:
        liked = found.liked if found else 0
        return Decision(
            "promoted",
            f"it and the champion hold out {liked} liked movies in common, fewer than the {FEWEST_LIKED} that tell two models apart",
            failed,
        )
    rows = compared_rows(found, threshold)
    compared = ", ".join(
        f"{_words(name)} {row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        for name, row in rows.iterrows()
    )
    return Decision(
        "promoted",
        f"it is not worse than the champion beyond doubt on the {found.movies} holdout movies: {compared}",
        failed,
    )


def _worse(contest: Contest, threshold: float) -> list[str]:
    """In what a challenger is worse beyond doubt: by its interval in average precision, by McNemar's exact test in recall."""
    precision, *recalls = (row for _, row in compared_rows(contest, threshold).iterrows())
    found = []
    if precision["high"] < 0:
        found.append((precision, f"{-precision['high']:.3f} to {-precision['low']:.3f}"))
    for recall in recalls:
        if recall["difference"] < 0 and recall["p"] < 1 - contest.confidence:
            found.append((recall, f"McNemar's p {recall['p']:.2g}"))
    return [f"{_words(row.name)} is {-row['difference']:.3f} lower ({more})" for row, more in found]


def _words(metric: object) -> str:
    return str(metric).replace("_", " ")
