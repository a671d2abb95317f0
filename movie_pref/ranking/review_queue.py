"""Which movies are worth a person's decision next: those of which a label changes most, and a few that may be mislabelled.

Belongs here: choosing and ordering. What a decision becomes is in `movie_pref.labels.store`; the page is
`movie_pref.review`. `benchmarks/review_queue.py` measures what labels asked for in this order are worth.
"""

import numpy as np
import pandas as pd

from movie_pref.library.label_names import LABELS, WOULD_NOT_WATCH, WOULD_WATCH

COLUMNS = ["imdb_id", "media_title", "probability", "current_label", "reason", "priority"]
EDGE, EVEN, HIGHEST, RANDOM, DOUBTFUL = "edge", "even", "highest", "random", "doubtful"
# shares of the candidates asked about; chosen on other splits than those that `benchmarks/review_queue.py` judges on
MIX = {EDGE: 0.15, EVEN: 0.8, RANDOM: 0.05}


def expected_value(probability: np.ndarray, threshold: float) -> np.ndarray:
    """What looking at a movie saves, 1 at the threshold and 0 where there is nothing to learn.

    A threshold t says that missing a good movie costs (1 - t) where showing a bad one costs t. Without looking, a movie
    of probability p costs (1 - p) t if it is flagged and p (1 - t) if it is not; a decision saves that. This is the
    expected value of perfect information (Howard 1966), divided by the largest, t (1 - t).
    """
    p = np.asarray(probability, dtype=np.float64)
    return np.minimum(p * (1 - threshold), (1 - p) * threshold) / (threshold * (1 - threshold))


def review_queue(
    ranking: pd.DataFrame,
    predictions: pd.DataFrame,
    decided: "pd.Series | list[str]",
    threshold: float,
    band: float = 0.15,
    size: int = 200,
    doubtful: float = 0.2,
    mix: dict[str, float] | None = None,
) -> pd.DataFrame:
    """The movies to decide on, the most valuable first, the kinds of reason in turn.

    Candidates are asked about as `MIX` says: at the threshold and around it by their expected value, those nearest to
    even odds, those of the highest probability, and some that a hash of the `imdb_id` picks. Among them stand labelled movies
    whose label contradicts a model that has not seen it by more than `1 - threshold`: liked ones that it would not show
    first. They are training movies only: only labels that contradict the model are asked about, so that each one which
    is changed would flatter every figure of the validation and holdout movies, and the champion with them.

    Parameters
    ----------
    ranking
        `imdb_id`, `media_title`, `probability` of unlabelled movies.
    predictions
        `imdb_id`, `media_title`, `partition`, `actual` (0/1), `probability` (out of sample) of labelled ones, and in a library
        with favourites `level` (0 to 2, the place of the label in `LABELS`).
    decided
        The imdb_ids that a person has decided on; none of them is in the queue.
    band
        Distance in probability up to which a candidate is an edge case.
    size
        Most movies in the queue.
    doubtful
        Share of it that are labelled movies.
    mix
        Instead of `MIX`.

    Returns
    -------
    DataFrame in `COLUMNS`, which are kept, and `kind`: `current_label` is null for a candidate; `priority` falls evenly from 1 to above 0.
    """
    ranking = ranking[~ranking["imdb_id"].isin(decided)]
    labelled = predictions[(predictions["partition"] == "train") & ~predictions["imdb_id"].isin(decided)]
    doubts = _doubtful(labelled, threshold)
    kinds = {**_by_kind(ranking, threshold, band, size), DOUBTFUL: doubts}
    shares = {kind: share * (1 - doubtful) for kind, share in (mix or MIX).items()} | {DOUBTFUL: doubtful}
    order = in_turn({kind: list(frame["imdb_id"]) for kind, frame in kinds.items()}, shares, size)
    chosen = pd.DataFrame(order, columns=["kind", "imdb_id"], dtype="str")
    found = pd.concat(
        [frame.assign(kind=kind).astype({"kind": "str", "imdb_id": "str"}) for kind, frame in kinds.items()]
    )
    queue = chosen.merge(found, on=["kind", "imdb_id"], how="left", validate="1:1")
    queue["priority"] = 1 - np.arange(len(queue)) / max(len(queue), 1)
    queue["current_label"] = queue["current_label"].astype("str")
    return queue.astype({"reason": "str", "media_title": "str", "imdb_id": "str"})[[*COLUMNS, "kind"]]


def in_turn(kinds: dict[str, list[str]], shares: dict[str, float], size: int) -> list[tuple[str, str]]:
    """Draw from lists in turn so that every beginning of the result has their shares; nothing is drawn twice.

    At each step comes the kind that is furthest behind its share; one that is used up leaves its turns to the others.
    """
    waiting = {kind: iter(ids) for kind, ids in kinds.items() if shares.get(kind, 0) > 0}
    taken = dict.fromkeys(waiting, 0)
    drawn: list[tuple[str, str]] = []
    seen: set[str] = set()
    while waiting and len(drawn) < size:
        total = sum(shares[kind] for kind in waiting)
        among = sum(taken[kind] for kind in waiting) + 1
        kind = max(waiting, key=lambda one: shares[one] / total * among - taken[one])
        following = next((imdb_id for imdb_id in waiting[kind] if imdb_id not in seen), None)
        if following is None:
            del waiting[kind]
            continue
        seen.add(following)
        taken[kind] += 1
        drawn.append((kind, following))
    return drawn


def by_kind(queue: pd.DataFrame) -> pd.DataFrame:
    """How many movies that were chosen are asked about why: `kind`, `movies`, mean `probability`."""
    counted = queue.groupby("kind")["probability"].agg(movies="size", probability="mean").reset_index()
    return counted.sort_values("movies", ascending=False, kind="stable", ignore_index=True)


def _by_kind(ranking: pd.DataFrame, threshold: float, band: float, size: int) -> dict[str, pd.DataFrame]:
    """The candidates of each kind, the first to ask first, no more than `size` and what another kind may take of them."""
    p = ranking["probability"].to_numpy(dtype=np.float64)
    enough = 2 * size
    near = np.flatnonzero(np.abs(p - threshold) <= band)
    edge = near[np.argsort(-expected_value(p[near], threshold), kind="stable")][:enough]
    even = np.argsort(np.abs(p - 0.5), kind="stable")[: 2 * enough]
    highest = np.argsort(-p, kind="stable")[:enough]
    mark = pd.util.hash_array(ranking["imdb_id"].to_numpy(dtype=object))
    drawn = np.argsort(mark, kind="stable")[: 2 * enough]
    reasons = {
        EDGE: [_edge_reason(one, threshold) for one in p[edge]],
        EVEN: [f"the model is undecided: {one:.0%}" for one in p[even]],
        HIGHEST: [f"among the highest: {one:.0%}" for one in p[highest]],
        RANDOM: [f"picked at random, to find what the model is blind to; it says {one:.0%}" for one in p[drawn]],
    }
    places = {EDGE: edge, EVEN: even, HIGHEST: highest, RANDOM: drawn}
    columns = ["imdb_id", "media_title", "probability"]
    return {
        kind: ranking.iloc[rows][columns].assign(current_label=None, reason=reasons[kind])
        for kind, rows in places.items()
    }


def _edge_reason(probability: float, threshold: float) -> str:
    if round(probability, 2) == round(threshold, 2):
        return f"at the threshold of {threshold:.0%}"
    side = "just below" if probability < threshold else "just above"
    return f"{side} the threshold: {probability:.0%} against {threshold:.0%}"


def _doubtful(labelled: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Labelled movies whose label is far from what an unseeing model says: missed liked ones first, the farthest first."""
    liked = labelled["actual"].to_numpy() == 1
    gap = np.abs(labelled["actual"].to_numpy() - labelled["probability"].to_numpy())
    far = labelled.assign(gap=gap, liked=liked)[gap > 1 - threshold]
    far = far.sort_values(["liked", "gap", "imdb_id"], ascending=[False, False, True], kind="stable")
    said = np.array(LABELS)[far["level"]] if "level" in far else np.where(far["liked"], WOULD_WATCH, WOULD_NOT_WATCH)
    reason = [f"its label may be wrong: a model that has not seen it says {one:.0%}" for one in far["probability"]]
    return far[["imdb_id", "media_title", "probability"]].assign(current_label=said, reason=reason)
