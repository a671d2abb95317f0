"""What each page shows, gathered for its template: words and numbers without markup."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.labels.events import BY_HAND, BY_QUEUE
from movie_pref.library.label_names import LABELS_IN_WORDS
from movie_pref.metrics.order import perhaps_again
from movie_pref.model.in_words import MEMBERS_IN_WORDS
from movie_pref.ranking.in_percent import in_percent
from movie_pref.ranking.reasons import Explanation, Sides
from movie_pref.review import training_changes
from movie_pref.review.first_labels import progress
from movie_pref.review.listing import Choice, Row, listed
from movie_pref.review.movies import Movie, Movies
from movie_pref.review.posters import Posters
from movie_pref.review.session import Desk
from movie_pref.review.watcher import Watch
from movie_pref.settings import Settings

RECENT = 8  # decisions shown beside the movie
TOLD = 12  # features told one by one on the page that says why


@dataclass(frozen=True)
class Review:
    """Everything behind the page."""

    settings: Settings
    desk: Desk
    movies: Movies
    watch: Watch
    posters: Posters
    token: str


class Bar(NamedTuple):
    """What adds to a score: in words, in log-odds, and how long its bar is in per cent of the longest."""

    words: str
    log_odds: float
    width: float


class Answers(NamedTuple):
    """What the model answers to both questions of a movie, in words, and the probability that it would be watched again."""

    words: str
    again: float
    perhaps: bool
    learnt: bool


def answers(review: Review, probability: float | None, again: float | None) -> Answers | None:
    """The answers about a movie of these probabilities; None where there is no second question."""
    state = review.watch.model
    if probability is None or again is None or state.again is None:
        return None
    flagged, learnt = probability >= state.threshold, state.again.learnt
    perhaps = learnt and bool(perhaps_again(np.array([probability]), np.array([again]), state.threshold)[0])
    if not flagged:
        words = "would not watch"
    elif not learnt:
        words = "would watch"
    else:
        words = "would watch, perhaps again" if perhaps else "would watch, hardly again"
    return Answers(words, again, perhaps, learnt)


def status(review: Review) -> dict[str, Any]:
    """How much waits, how long until the next retrain, which model ranks, whether `would_watch_again` is in use, and what is wrong."""
    new, enough = review.watch.new_labels, review.settings.retrain_labels
    state = review.watch.model
    return {
        "first": progress(review.watch.first),
        "left": len(review.desk.waiting()),
        "queue_there": review.desk.exists,
        "again": review.movies.has_favourite or review.desk.has_favourite,
        "mark": review.desk.mark,
        "new": new,
        "enough": enough,
        "until": None if new is None else max(0, enough - new),
        "hours": review.settings.retrain_hours,
        "running": review.watch.retraining.running,
        "model": state,
        "model_mark": f"{state.version} {state.decision} {state.when}",
        "troubles": review.watch.says,
    }


def desk(review: Review, imdb_id: str | None = None) -> dict[str, Any]:
    """The next movie of the queue, or the one that is asked for; what was decided last."""
    review.watch.follow_labels()
    waiting = review.desk.waiting()
    shown = imdb_id or (waiting[0] if waiting else None)
    done = review.desk.done
    return {
        "card": card(review, shown, BY_HAND if shown not in waiting else BY_QUEUE) if shown else None,
        "left": len(waiting),
        "queue_there": review.desk.exists,
        "done": done,
        "recent": done[-1 : -RECENT - 1 : -1],
        "decided": sum(one.label is not None for one in done),
        "status": status(review),
    }


def card(review: Review, imdb_id: str, way: str) -> dict[str, Any] | None:
    """A movie with everything that helps to decide it; None where nobody knows it."""
    asked = review.desk.asked(imdb_id)
    movie = review.movies.one(imdb_id)
    if movie is None and asked is not None:
        movie = Movie(imdb_id, asked.title, probability=asked.probability)
    if movie is None:
        return None
    probability = movie.probability if movie.probability is not None else asked.probability if asked else None
    label = review.desk.label(imdb_id) or (asked.label if asked else None) or movie.library_label
    threshold = review.watch.model.threshold
    return {
        "movie": movie,
        "way": way,
        "why": asked.reason if asked else "",
        "probability": probability,
        "threshold": threshold,
        "flagged": probability is not None and probability >= threshold,
        "label": label,
        "answers": answers(review, probability, movie.again),
        "ranked": review.movies.ranked,
        "moved": _moved(movie),
        "guess": review.watch.first.guessed(imdb_id),
        "sides": _bars(movie.sides or review.watch.first.sides(imdb_id)),
    }


def _bars(sides: Sides | None) -> list[tuple[str, str, list[Bar]]]:
    """Both sides with their headings, all bars to one scale; a side without a word is left out."""
    if sides is None:
        return []
    most = max((abs(one.log_odds) for one in (*sides.towards, *sides.against)), default=1.0)
    told = (("for", "For", sides.towards), ("against", "Against", sides.against))
    return [
        (kind, words, [Bar(one.words, one.log_odds, 100 * abs(one.log_odds) / most) for one in found])
        for kind, words, found in told
        if found
    ]


def _moved(movie: Movie) -> str:
    """'was 41% (rank 120), now 63% (rank 14)'; empty where it did not move or nobody knows."""
    if movie.was is None or movie.rank is None or movie.probability is None:
        return ""
    before, place = movie.was
    if place == movie.rank and in_percent(before) == in_percent(movie.probability):
        return ""
    return f"was {in_percent(before)} (rank {place:,}), now {in_percent(movie.probability)} (rank {movie.rank:,})"


def rows(review: Review, choice: Choice) -> dict[str, Any]:
    """A page of the queue as a list: the movies that were chosen, in the order that was."""
    waiting = [asked for one in review.desk.waiting() if (asked := review.desk.asked(one)) is not None]
    found = [Row(one, review.movies.kept(one.imdb_id) or Movie(one.imdb_id, one.title)) for one in waiting]
    return {
        **listed(found, choice),
        "done": review.desk.done,
        "queue_there": review.desk.exists,
        "threshold": review.watch.model.threshold,
        "answers": {row.asked.imdb_id: answers(review, row.asked.probability, row.movie.again) for row in found},
        "status": status(review),
    }


def movie(review: Review, imdb_id: str) -> dict[str, Any] | None:
    """The page of one movie: its card and every label that it was given; None where nobody knows it."""
    shown = card(review, imdb_id, BY_HAND)
    if shown is None:
        return None
    events = review.desk.store.history(imdb_id)
    return {
        "card": shown,
        "labels": [
            {
                "when": f"{event.at:%Y-%m-%d %H:%M}",
                "label": LABELS_IN_WORDS.get(event.label, "taken back"),
                "by": event.set_by,
                "through": event.origin if isinstance(event.origin, str) else "",
                "note": event.note if isinstance(event.note, str) else "",
            }
            for event in events.itertuples()
        ],
        "status": status(review),
    }


def why(review: Review, imdb_id: str) -> dict[str, Any]:
    """Why a movie has its probability and why it moved; takes some seconds for a labelled one.

    Raises
    ------
    UserError
        Nothing was trained yet, or the movie was not part of the last run.
    """
    from movie_pref.ranking.story import movie_story

    data = review.settings.data
    first = review.watch.first
    story = first.story(imdb_id) if first.active else movie_story(data, imdb_id)
    movie = review.movies.one(imdb_id)
    again = answers(review, story.explanation.probability, None if movie is None else movie.again)
    second = None if story.again is None else story.again.explanation
    return {
        "story": story,
        "first": _added_up(story.explanation),
        "second": None if second is None else _added_up(second),
        "answers": again,
        "second_says": review.watch.model.again.says if again and review.watch.model.again else "",
        "moved": training_changes.why_moved(data, imdb_id, review.watch.model) if story.rank else None,
        "probability": story.explanation.probability,
    }


def _added_up(found: Explanation) -> dict[str, Any]:
    """A table of what adds up to a movie's log-odds, the strongest first, the rest of it in one row."""
    shown, rest = found.parts.head(TOLD), found.parts.iloc[TOLD:]
    most = max((abs(value) for value in shown["log_odds"]), default=1.0) or 1.0
    members = list(found.members) if len(found.members) > 1 else []

    def split(row: pd.Series) -> list[float]:
        return [float(row[name]) for name in members]

    return {
        "base": found.base,
        "margin": found.margin,
        "members": [MEMBERS_IN_WORDS[name] for name in members],
        "parts": [
            (Bar(row["words"], row["log_odds"], 50 * abs(row["log_odds"]) / most), split(row))
            for _, row in shown.iterrows()
        ],
        "rest": float(rest["log_odds"].sum()),
        "rest_split": split(rest[members].sum()),
        "others": len(rest),
        "starts": [found.starts[name] for name in members],
        "sums": [found.members[name] for name in members],
        "probability": found.probability,
    }


def numbers(review: Review) -> dict[str, Any]:
    """What the page on the numbers needs to tell them as they are here."""
    state = review.watch.model
    weight = review.settings.again_weight
    return {"threshold": state.threshold, "again": state.again, "again_weight": weight, "status": status(review)}


def first_ranking(review: Review) -> dict[str, Any]:
    """The first ranking as it is now, and how sure it is."""
    review.watch.follow_labels()
    ranked, sure = review.watch.first.ranking()
    return {"ranked": ranked, "sure": sure, "status": status(review)}


def model_page(review: Review) -> dict[str, Any]:
    """The champion beside the one before, the last decision, how the ranking changed, and the figures over time."""
    data, state = review.settings.data, review.watch.model
    came, went = training_changes.columns_changed(data, state)
    compared_on, compared = training_changes.last_comparison(data)
    return {
        "state": state,
        "figures": training_changes.compared_figures(data, state),
        "came": came,
        "went": went,
        "compared_on": compared_on,
        "compared": compared,
        "movers": training_changes.movers(data, state.threshold),
        "history": training_changes.history_charts(data),
        "status": status(review),
    }
