"""The movies that the page shows: the best of the ranking, and those that the model is unsure of, each with its reasons."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from movie_pref.data_folder import DataFolder, extent, read_movies
from movie_pref.model.champion import Champion
from movie_pref.model.model import Model
from movie_pref.ranking.exported_ranking import AGAIN_COLUMNS
from movie_pref.ranking.in_percent import in_percents
from movie_pref.report.words import short

BEST, UNSURE = 50, 20
RANKING = "scored_candidates"
RANKED = [
    "imdb_id",
    "media_title",
    "release_year",
    "probability",
    "calibrated_probability",
    "prediction",
    "rank",
    "reasons",
]


class RankedMovie(NamedTuple):
    """One movie of the ranking as the page shows it; `score` is its probability in words that tell it from its neighbours."""

    rank: int
    imdb_id: str
    title: str
    year: int
    probability: float
    score: str
    chance: float
    flagged: bool
    reasons: list[str]
    overview: str
    wished: bool  # on a watchlist of the person's
    again: str = ""  # the probability to watch it again, in the words of `score`; empty without a second question
    perhaps: bool = False
    reasons_again: Sequence[str] = ()


def best(data: Path) -> list[RankedMovie]:
    """The best candidates, the first first."""
    return _movies(data, [("rank", "<=", BEST)])


def unsure(data: Path, champion: Champion) -> dict[str, Any]:
    """The candidates whose probability is nearest to the threshold, and how many lie near it."""
    threshold = champion.threshold
    ranking = DataFolder(data).table(RANKING, ["rank", "probability"])
    assert ranking is not None
    distance = (ranking["probability"] - threshold).abs()
    near = ranking.loc[distance.nsmallest(UNSURE).index, "rank"].tolist()
    return {
        "movies": _with_reasons(data, champion, _movies(data, [("rank", "in", near)])) if near else [],
        "near": int((distance <= 0.1).sum()),
        "flagged": int((ranking["probability"] >= threshold).sum()),
        "all": len(ranking),
    }


def _movies(data: Path, filters: list[tuple]) -> list[RankedMovie]:
    ranking = DataFolder(data)
    columns = [*RANKED, *(AGAIN_COLUMNS if has_second_question(data) else [])]
    found = ranking.table(RANKING, columns, filters)
    if found is None or found.empty:
        return []
    known = _known(data, found["imdb_id"].tolist())
    rows = found.sort_values("rank").assign(score=lambda rows: in_percents(rows["probability"]))
    movies = [
        RankedMovie(
            row.rank, row.imdb_id, row.media_title, row.release_year, row.probability, row.score, row.calibrated_probability,
            bool(row.prediction), _listed(row.reasons), *known.get(row.imdb_id, ("", False)),
        )
        for row in rows.itertuples()
    ]  # fmt: skip
    if "probability_again" not in rows:
        return movies
    told = zip(movies, in_percents(rows["probability_again"]), rows.itertuples(), strict=True)
    return [
        movie._replace(again=again, perhaps=bool(row.prediction_again), reasons_again=_listed(row.reasons_again))
        for movie, again, row in told
    ]


def has_second_question(data: Path) -> bool:
    """Whether the ranking that stands says which movies would be watched again."""
    return AGAIN_COLUMNS[0] in extent(DataFolder(data).asset(RANKING)).columns


def _listed(reasons: object) -> list[str]:
    return reasons.split("; ") if isinstance(reasons, str) and reasons else []


def _with_reasons(data: Path, champion: Champion, movies: list[RankedMovie]) -> list[RankedMovie]:
    """The movies with reasons for those, too, that are too far down the ranking to have been given any."""
    without = [movie.imdb_id for movie in movies if not movie.reasons]
    rows = DataFolder(data).table("candidates", filters=[("imdb_id", "in", without)]) if without else None
    if rows is None or rows.empty:
        return movies
    from movie_pref.model.fold_models import Fitted
    from movie_pref.ranking.reasons import reasons

    def found(model: Model, said: dict[str, bool]) -> dict[str, list[str]]:
        fitted = Fitted(model.serving, model.preprocessing)
        sides = rows["imdb_id"].map(said).to_numpy(dtype=bool)
        texts = reasons(fitted.committee, fitted.values(rows), fitted.preprocessing, sides)
        return {imdb_id: _listed(text) for imdb_id, text in zip(rows["imdb_id"], texts, strict=True)}

    second = champion.model.again
    first = found(champion.model, {movie.imdb_id: movie.flagged for movie in movies})
    again = {}
    if second is not None and second.facts["learnt"]:
        again = found(second, {movie.imdb_id: movie.perhaps for movie in movies})
    return [
        movie._replace(
            reasons=movie.reasons or first.get(movie.imdb_id, []),
            reasons_again=movie.reasons_again or again.get(movie.imdb_id, []),
        )
        for movie in movies
    ]


def _known(data: Path, imdb_ids: list[str]) -> dict[str, tuple[str, bool]]:
    """What each movie is about, in short, and whether it is wished for."""
    rows = read_movies(DataFolder(data).asset("candidates"), imdb_ids, ["overview", "wished"])
    return {row["imdb_id"]: (short(row.get("overview") or "", 220), bool(row.get("wished"))) for row in rows}
