"""One movie explained: found among the candidates or the labelled movies, by a model that has not seen its label."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.data_folder import DataFolder, extent
from movie_pref.errors import UserError
from movie_pref.library.label_names import LABELS_IN_WORDS
from movie_pref.library.lookup import find_movie
from movie_pref.metrics.order import perhaps_again
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import Champion
from movie_pref.model.fold_models import OUTSIDE, Fitted, folds_of
from movie_pref.model.in_words import second_question
from movie_pref.ranking.first_ranking import FIRST_GUESS, standing_model
from movie_pref.ranking.reasons import Explanation, explanation
from movie_pref.ranking.unseen import answered_by, predicted_by

PLACES = ("candidates", "movies_only")
"""The assets that hold movies, in the order in which a movie is looked for: one that is ranked is in both."""


@dataclass(frozen=True)
class SecondAnswer:
    """What the second question says of a movie: whether it would be watched again.

    `given_liked` is the probability that it would be if it is liked, `probability` that of both, `perhaps` whether it is said
    to be one to watch again. `explanation` is what `given_liked` is the calibrated end of; None where nothing was learnt.
    """

    given_liked: float
    probability: float
    perhaps: bool
    learnt_from: str
    explanation: Explanation | None


@dataclass(frozen=True)
class Story:
    """A movie, why the model gives it its probability, and which model that is, in a sentence.

    `rank` and `ranked` (how many movies there are) are None for a movie that is not ranked, `again` where there is no second
    question.
    """

    imdb_id: str
    title: str
    year: int
    explanation: Explanation
    threshold: float
    by: str
    rank: int | None = None
    ranked: int | None = None
    again: SecondAnswer | None = None


def movie_story(data: Path, named: str) -> Story:
    """Explain a movie, named by its imdb_id or its title, from the files of the data folder.

    A candidate is explained by what ranks: the champion's `serving` committee, or a first guess. A labelled movie never is, since that has seen its
    label: one of validation or holdout by the `evaluated` booster, a training movie by a model of the other folds.

    Raises
    ------
    UserError
        There is no champion or no movie yet, or the name is not that of one movie (see `find_movie`).
    """
    champion = standing_model(data)
    for place in PLACES:
        rows = _movies(data, place, named)
        if len(rows):
            return _candidate(data, champion, rows) if place == "candidates" else _labelled(data, champion, rows)
    return movie_story(data, str(find_movie(_every_movie(data), named)["imdb_id"]))


def write_waterfall(story: Story, data: Path) -> Path:
    """Draw the story as `reports/explain_<imdb_id>.png`; returns where it is."""
    from movie_pref.analysis.plots import save
    from movie_pref.ranking.plots import waterfall

    path = DataFolder(data).plot(f"explain_{story.imdb_id}")
    title = f"{story.title} ({story.year})"
    figure = waterfall(title, story.explanation.base, story.explanation.parts, story.threshold)
    save(figure, path, dpi=110)
    return path


def _candidate(data: Path, champion: Champion, rows: pd.DataFrame) -> Story:
    fitted = Fitted(champion.model.serving, champion.model.preprocessing)
    if champion.version.startswith(FIRST_GUESS):
        who = f"a {champion.version}, from the {champion.model.facts['labelled_rows']} labels there are"
    else:
        who = f"the champion {champion.version}, fitted on every labelled movie"
    by = f"{who}; this one was not among them"
    folder, rank, ranked = DataFolder(data), None, None
    its_own = [("imdb_id", "==", rows["imdb_id"][0])]
    found = folder.table("scored_candidates", ["rank", "model_version"], its_own)
    if found is not None and len(found) and found["model_version"][0] == champion.version:
        rank, ranked = int(found["rank"][0]), extent(folder.asset("scored_candidates")).rows
    second = champion.model.again
    asked = None if second is None else (Fitted(second.serving, second.preprocessing), second.calibrate)
    return _story(fitted, champion, rows, by, asked, rank, ranked)


def _labelled(data: Path, champion: Champion, rows: pd.DataFrame) -> Story:
    imdb_id = rows["imdb_id"][0]
    if champion.version.startswith(FIRST_GUESS):
        raise UserError(
            f"You labelled {imdb_id}, and the first guess that ranks has seen it; from 8 labels of each kind on `movie-pref run` trains models that have not."
        )
    split = DataFolder(data).made("data_split")
    movies = split[["imdb_id"]].merge(_movies(data, "movies_only"), on="imdb_id", how="left", validate="1:1")
    place = split.index[split["imdb_id"] == imdb_id]
    if not len(place):
        raise UserError(
            f"{imdb_id} is in the library, but neither ranked nor used for training in the last run; run `movie-pref run` again."
        )
    fold = int(folds_of(split)[place[0]])
    partition, label = split.loc[place[0], "partition"], LABELS_IN_WORDS[rows["label"][0]]
    if fold == OUTSIDE:
        by = f"the model of the training movies of the champion {champion.version}; you labelled it {label!r}, it belongs to {partition}, and that model has not seen it"
    else:
        by = (
            f"a model like the champion {champion.version} that has not seen it: you labelled it {label!r}, it is a training movie, "
            "so the champion has; this model is fitted on the training movies of the other folds"
        )
    fitted, second = predicted_by(data, movies, split, champion.model, fold), champion.model.again
    asked = None
    if second is not None:
        learnt = second.facts["learnt"]
        place_of = fold if learnt else OUTSIDE  # where nothing was learnt one answer is as good as another
        asked = answered_by(data, movies, split, second, place_of, fitted.preprocessing)
    return _story(fitted, champion, rows, by, asked)


def _story(
    fitted: Fitted,
    champion: Champion,
    rows: pd.DataFrame,
    by: str,
    asked: tuple[Fitted, Calibrator] | None,
    rank: int | None = None,
    ranked: int | None = None,
) -> Story:
    found = explanation(fitted.committee, fitted.values(rows), fitted.preprocessing)
    movie, again = rows.iloc[0], None
    if asked is not None:
        again = _second_answer(champion, found.probability, *asked, rows)
    return Story(
        str(movie["imdb_id"]), str(movie["media_title"]), int(movie["release_year"]), found, champion.threshold, by, rank, ranked, again
    )  # fmt: skip


def _second_answer(
    champion: Champion, probability: float, fitted: Fitted, calibrate: Calibrator, rows: pd.DataFrame
) -> SecondAnswer:
    assert champion.model.again is not None
    facts, values = champion.model.again.facts, fitted.values(rows)
    given_liked = calibrate(fitted.committee.predict(values))
    again = probability * given_liked
    perhaps = perhaps_again(np.array([probability]), again, champion.threshold)[0] and facts["learnt"]
    parts = explanation(fitted.committee, values, fitted.preprocessing) if facts["learnt"] else None
    return SecondAnswer(float(given_liked[0]), float(again[0]), bool(perhaps), second_question(facts), parts)


def _movies(data: Path, place: str, imdb_id: str | None = None, columns: list[str] | None = None) -> pd.DataFrame:
    """The movies of an asset, or the one with this identifier."""
    filters = [("imdb_id", "==", imdb_id)] if imdb_id is not None else None
    return DataFolder(data).made(place, columns, filters).reset_index(drop=True)


def _every_movie(data: Path) -> pd.DataFrame:
    columns = ["imdb_id", "media_title", "release_year"]
    parts = [_movies(data, place, columns=columns) for place in PLACES]
    return pd.concat(parts, ignore_index=True).drop_duplicates("imdb_id")
