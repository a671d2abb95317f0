"""The first labels of a person without a model: what is asked next, how far it is to a first ranking, and that ranking.

As long as no run has made a queue, the desk gets its questions from here, anew after each label.
"""

import threading
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.features.enough_labels import LabelCounts
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.catalogue import own_catalogue
from movie_pref.library.label_names import LIKED
from movie_pref.library.presence import has_candidates, has_library
from movie_pref.library.tables import read_candidates, read_own
from movie_pref.library.training_rows import trainable
from movie_pref.model.committee import Committee
from movie_pref.model.first_guess import FirstGuess, Posterior
from movie_pref.model.pointer import read_pointer
from movie_pref.ranking.first_questions import first_questions, well_known
from movie_pref.ranking.first_ranking import expected_recall
from movie_pref.ranking.reasons import Sides, explanation, reasons, sides
from movie_pref.ranking.story import Story
from movie_pref.review.movies import Movie, Movies
from movie_pref.review.session import Asked, Desk
from movie_pref.settings import Settings

ENOUGH = 25  # labels that make a first ranking worth a look
AT_ONCE = 12  # questions in the queue; all but the first are for the list, and change with the next label
POOL = 5_000  # candidates that are asked about and ranked here, those with the most votes
SHOWN = 50
WIDTH = 1.28  # standard deviations to either side, which hold four in five


class Guessed(NamedTuple):
    """The guess about a movie: its probability, and where that lies four times in five."""

    probability: float
    low: float
    high: float


class Ranked(NamedTuple):
    """A place of the first ranking."""

    movie: Movie
    guess: Guessed
    reasons: list[str]


@dataclass(frozen=True)
class _Known:
    """Movies and their model columns: `rows` by imdb_id, the labels of the library's file, and who may be asked about."""

    rows: pd.DataFrame
    places: dict[str, int]
    labels: dict[str, str]
    elsewhere: set[str]
    preprocessing: Preprocessor
    table: np.ndarray
    guess: FirstGuess
    may_ask: np.ndarray


@dataclass(frozen=True)
class _Now:
    """What is believed after the labels that there are now."""

    about: object
    labels: dict[str, str]
    posterior: Posterior
    ranking: list[Ranked] = field(default_factory=list)


class FirstLabels:
    """Keeps the desk in questions while there is no queue. Methods may be called from several threads."""

    def __init__(self, settings: Settings, desk: Desk, movies: Movies) -> None:
        self.settings, self.desk, self.movies = settings, desk, movies
        self._mark: object = None
        self._known: _Known | None = None
        self._now: _Now | None = None
        self._lock = threading.RLock()

    @property
    def active(self) -> bool:
        """Whether the questions come from here: there are candidates, and no model and no queue yet."""
        return self._now is not None and not self.desk.has_file

    def look(self) -> None:
        """Bring questions up to date with files, labels and skips; quick where nothing has changed.

        Raises
        ------
        UserError
            The library or the candidates cannot be read.
        """
        trained = read_pointer(DataFolder(self.settings.data).model) is not None
        if self.desk.has_file or trained or not has_candidates(self.settings):
            self._now = None
            return
        with self._lock:
            labels = self.desk.labels()
            if self._read(labels) or self._now is None or self._now.about != self._about(labels):
                self._think(labels)

    # what the page shows

    def counts(self) -> LabelCounts:
        """The labels so far, the library's among them."""
        said = [] if self._now is None else list(self._now.labels.values())
        liked = sum(label in LIKED for label in said)
        return LabelCounts(liked, len(said) - liked)

    def guessed(self, imdb_id: str) -> Guessed | None:
        """The guess about a movie that is not labelled."""
        known, now = self._known, self._now
        if not self.active or known is None or now is None or imdb_id in now.labels or imdb_id not in known.places:
            return None
        return _guessed(now.posterior, known.places[imdb_id])

    def sides(self, imdb_id: str) -> Sides | None:
        """What speaks for and against a movie that is guessed about."""
        known, now = self._known, self._now
        if known is None or now is None or self.guessed(imdb_id) is None:
            return None
        values = known.table[[known.places[imdb_id]]]
        return sides(_committee(known, now), values, known.preprocessing)[0]

    def ranking(self) -> tuple[list[Ranked], dict[str, float]]:
        """The best of the movies that are not labelled, and how sure the guess is of its list."""
        with self._lock:
            known, now = self._known, self._now
            if known is None or now is None:
                return [], {}
            left = np.array([place for one, place in known.places.items() if one not in now.labels], dtype=int)
            if not len(left):
                return [], {}
            best = left[np.argsort(-now.posterior.log_odds[left], kind="stable")[:SHOWN]]
            values, liked = known.table[best], np.ones(len(best), bool)
            texts = reasons(_committee(known, now), values, known.preprocessing, liked)
            sure = expected_recall(known.guess, now.posterior, left, self.settings.seed)
            ids = known.rows["imdb_id"].to_numpy()[best]
            movies = [self.movies.one(one) or Movie(one, one) for one in ids]
            return [
                Ranked(movie, _guessed(now.posterior, place), text.split("; ") if text else [])
                for movie, place, text in zip(movies, best, texts, strict=True)
            ], sure._asdict()

    def story(self, imdb_id: str) -> Story:
        """Why a movie has its guess.

        Raises
        ------
        UserError
            It is labelled, so that the guess has seen its label, or it is none of those that are guessed about.
        """
        known, now = self._known, self._now
        if known is None or now is None or imdb_id not in known.places:
            raise UserError("The first guess is about the best known candidates, and this movie is none of them.")
        if imdb_id in now.labels:
            raise UserError("You labelled it, so the first guess has seen your label and would only repeat it.")
        place = known.places[imdb_id]
        movie = known.rows.iloc[place]
        return Story(
            imdb_id, str(movie["media_title"]), int(movie["release_year"]),
            explanation(_committee(known, now), known.table[[place]], known.preprocessing), self.settings.threshold,
            f"the first guess from {len(now.labels)} labels",
        )  # fmt: skip

    # thinking

    def _about(self, labels: dict[str, str]) -> object:
        return labels, self.desk.skipped()

    def _read(self, labels: dict[str, str]) -> bool:
        """Read the files where they are others than before, or a movie was labelled that is not among those known."""
        mark = self.movies.mark()
        missing = self._known is not None and any(one in self._known.elsewhere for one in labels)
        if mark == self._mark and not missing:
            return False
        self._known = _known(self.settings, labels)
        self.movies.offer(self._known.rows)
        self._mark = mark
        return True

    def _think(self, labels: dict[str, str]) -> None:
        known = self._known
        assert known is not None
        about = self._about(labels)
        said = {one: label for one, label in {**known.labels, **labels}.items() if one in known.places}
        rows = np.array([known.places[one] for one in said], dtype=int)
        target = np.array([label in LIKED for label in said.values()], dtype=int)
        posterior = known.guess.posterior(rows, target)
        open_ = known.may_ask.copy()
        open_[rows] = False
        open_[[known.places[one] for one in self.desk.skipped() if one in known.places]] = False
        both = 0 < target.sum() < len(target)
        titles, ids = known.rows["media_title"].astype(str).to_numpy(), known.rows["imdb_id"].to_numpy()
        questions = first_questions(known.guess, posterior, open_, AT_ONCE)
        self._now = _Now(about, said, posterior)
        self.desk.offer(
            [
                Asked(ids[one.row], titles[one.row], one.probability, None, _reason(len(target), both))
                for one in questions
            ]
        )


def _committee(known: _Known, now: _Now) -> Committee:
    """What is believed now as a model: a linear member alone."""
    return Committee(None, [], 0.0, known.guess.member_of(now.posterior), 1.0)


def _known(settings: Settings, labels: dict[str, str]) -> _Known:
    candidates = read_candidates(settings).rows
    library = read_own(settings).rows if has_library(settings) else candidates.head(0)
    library = library[trainable(library)] if "label" in library else library
    candidates = candidates[~candidates["imdb_id"].isin(library["imdb_id"])]
    kept, rest = _best_known(candidates[candidates["media_type"] == "movie"], set(labels))
    library = library[library["media_type"] == "movie"]
    rows = pd.concat([library, kept], ignore_index=True) if len(library) else kept.reset_index(drop=True)
    preprocessing = Preprocessor(own_catalogue(settings.data)).fit(rows)
    values, types = to_matrix(preprocessing.transform(rows))
    ids = rows["imdb_id"].tolist()
    unlabelled = ~rows["imdb_id"].isin(library["imdb_id"]).to_numpy()
    return _Known(
        rows, {one: place for place, one in enumerate(ids)},
        dict(zip(library["imdb_id"], library["label"], strict=True)) if len(library) else {}, rest, preprocessing, values,
        FirstGuess(values, types, preprocessing.columns), well_known(values, preprocessing.columns, unlabelled),
    )  # fmt: skip


def _best_known(candidates: pd.DataFrame, wanted: set[str]) -> tuple[pd.DataFrame, set[str]]:
    """The candidates with the most votes at any site and those that are wanted; the identifiers of the others."""
    votes = [candidates[name].rank(pct=True) for name in ("imdb_votes", "tmdb_votes") if name in candidates]
    if len(candidates) <= POOL or not votes:
        place = pd.Series(np.arange(len(candidates)), index=candidates.index)
    else:
        place = pd.concat(votes, axis=1).max(axis=1).fillna(0).rank(ascending=False, method="first") - 1
    chosen = (place < POOL) | candidates["imdb_id"].isin(wanted)
    return candidates[chosen], set(candidates.loc[~chosen, "imdb_id"])


def _guessed(posterior: Posterior, place: int) -> Guessed:
    middle, width = posterior.log_odds[place], WIDTH * np.sqrt(posterior.variance[place])
    return Guessed(float(expit(middle)), float(expit(middle - width)), float(expit(middle + width)))


def _reason(labelled: int, both: bool) -> str:
    if not labelled:
        return "well known, to begin with"
    return "well known, and your answer tells most" if both else "well known, and unlike those before"


def progress(first: FirstLabels) -> dict[str, Any] | None:
    """How far it is to a first ranking; None where a model ranks."""
    if not first.active:
        return None
    counts = first.counts()
    return {
        "labels": sum(counts),
        "about": ENOUGH,
        "ready": sum(counts) >= ENOUGH,
        "enough": counts.enough,
        "says": counts.says,
    }
