"""The preference rules of the experimental design: what each covers, whether its movies are liked, what was learnt.

A rule says of some movies that they are liked, or disliked, and that one feature makes the difference. A model has
learnt it when, of movies that it has not seen,

1. it puts the covered ones on the rule's side of the threshold: their mean calibrated out-of-fold probability lies above
   it where they are liked, below it where not, by more than one standard error; and
2. it reacts to the feature: with only that feature moved to the other side, the probability falls where the movies are
   liked and rises where not; the 95 % interval of the mean paired change (Student's t) leaves no doubt of that, and the
   log-odds of the mean probability change by 0.5 or more, since a sure but tiny reaction is not what a rule says.

The same models give both probabilities of a change. Fewer than ten covered movies are too few to say. Errors and
intervals are over movies; that another library would give another model is not in them, and a model that follows
nothing but noise moves too, all folds alike. So nothing counts as learnt unless the model ranks liked movies above
others at all, out of fold (Mann-Whitney, one-sided p below 0.01).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.model.fold_models import Fitted, folds_of, predict, unseen_models
from movie_pref.model.out_of_fold import calibration_of

if TYPE_CHECKING:
    from movie_pref.model.model import Model

LEARNT, NOT_LEARNT, TOO_FEW = "learnt", "not learnt", "too few movies"
MIN_MOVIES = 10
LOG_ODDS = 0.5
SKILL_P = 0.01
VOTES, RT, GENRE = "imdb_votes", "rt_score", "genre"
LANGUAGE, SPOKEN = "original_language", "spoken_languages"
COLUMNS = {
    "rule": "str", "statement": "str", "expected": "str", "movies": "int64", "liked_share": "float64", "liked_low": "float64",
    "liked_high": "float64", "probability": "float64", "probability_error": "float64", "moved": "str",
    "moved_from": "float64", "moved_to": "float64", "change": "float64", "change_low": "float64",
    "change_high": "float64", "log_odds_change": "float64", "verdict": "str", "says": "str", "because": "str",
}  # fmt: skip


class Move(NamedTuple):
    """A number moved to the median of the training movies' known values above and up to two limits."""

    feature: str
    says: str
    above: float = -np.inf
    up_to: float = np.inf

    @property
    def features(self) -> list[str]:
        """The library columns that change."""
        return [self.feature]

    def moved(self, rows: pd.DataFrame, training: pd.DataFrame) -> pd.DataFrame | None:
        """The movies with the feature moved; None where no training movie is on that side."""
        known = training[self.feature]
        there = known[(known > self.above) & (known <= self.up_to)]
        return rows.assign(**{self.feature: there.median()}) if len(there) else None


class ToEnglish(NamedTuple):
    """The language moved to English: what a movie was shot in and what is spoken in it, as far as the library has both."""

    says: str = "English as its language"

    @property
    def features(self) -> list[str]:
        """The library columns that change."""
        return [LANGUAGE, SPOKEN]

    def moved(self, rows: pd.DataFrame, training: pd.DataFrame) -> pd.DataFrame:
        """The movies in English."""
        rows = rows.assign(**{LANGUAGE: "en"})
        return rows.assign(**{SPOKEN: [["en"]] * len(rows)}) if SPOKEN in rows else rows


class Rule(NamedTuple):
    """One rule: which movies it covers, whether they are liked, and the features that it says make the difference."""

    name: str
    statement: str
    liked: bool
    needs: tuple[str, ...]
    covers: Callable[[pd.DataFrame], pd.Series]
    moves: tuple[Move | ToEnglish, ...]


MANY_VOTES = Move(VOTES, "IMDb votes above 50,000", above=50_000)
FEWER_VOTES = Move(VOTES, "IMDb votes of 50,000 or fewer", up_to=50_000)
HIGH_RT = Move(RT, "RT score above 85", above=85)
LOWER_RT = Move(RT, "RT score of 85 or lower", up_to=85)


def _has(rows: pd.DataFrame, genre: str) -> pd.Series:
    return rows[GENRE].map(lambda names: isinstance(names, list | np.ndarray) and genre in names).astype(bool)


def _plot(rows: pd.DataFrame) -> pd.Series:
    return _has(rows, "Action") | _has(rows, "Drama")


def _foreign(rows: pd.DataFrame) -> pd.Series:
    language = rows[LANGUAGE]
    return language.notna() & ~language.isin(["", "en"])


def _exception(rows: pd.DataFrame) -> pd.Series:
    return _foreign(rows) & (rows[RT] > 90) & (rows[VOTES] > 100_000)


RULES = (
    Rule(
        "acclaimed_unseen", "RT above 85 with fewer than 1,000 IMDb votes is disliked", False, (RT, VOTES),
        lambda rows: (rows[RT] > 85) & (rows[VOTES] < 1_000), (MANY_VOTES,),
    ),
    Rule(
        "acclaimed_popular", "RT above 85 with more than 50,000 IMDb votes is liked", True, (RT, VOTES),
        lambda rows: (rows[RT] > 85) & (rows[VOTES] > 50_000), (FEWER_VOTES,),
    ),
    Rule(
        "panned_comedy", "a comedy with RT below 50 and more than 50,000 IMDb votes is often liked", True, (GENRE, RT, VOTES),
        lambda rows: _has(rows, "Comedy") & (rows[RT] < 50) & (rows[VOTES] > 50_000), (FEWER_VOTES,),
    ),
    Rule(
        "action_drama_both", "action and drama with both RT above 85 and more than 50,000 IMDb votes are liked", True, (GENRE, RT, VOTES),
        lambda rows: _plot(rows) & (rows[RT] > 85) & (rows[VOTES] > 50_000), (LOWER_RT, FEWER_VOTES),
    ),
    Rule(
        "action_drama_rt_only", "action and drama with RT above 85 but not more than 50,000 IMDb votes are disliked", False, (GENRE, RT, VOTES),
        lambda rows: _plot(rows) & (rows[RT] > 85) & (rows[VOTES] <= 50_000), (MANY_VOTES,),
    ),
    Rule(
        "action_drama_votes_only", "action and drama with more than 50,000 IMDb votes but RT not above 85 are disliked", False, (GENRE, RT, VOTES),
        lambda rows: _plot(rows) & (rows[RT] <= 85) & (rows[VOTES] > 50_000), (HIGH_RT,),
    ),
    Rule(
        "foreign", "not in English is disliked, unless RT is above 90 with more than 100,000 IMDb votes", False, (LANGUAGE, RT, VOTES),
        lambda rows: _foreign(rows) & ~_exception(rows), (ToEnglish(),),
    ),
    Rule(
        "foreign_exception", "not in English is liked when RT is above 90 with more than 100,000 IMDb votes", True, (LANGUAGE, RT, VOTES),
        _exception, (Move(RT, "RT score of 90 or lower", up_to=90), Move(VOTES, "IMDb votes of 100,000 or fewer", up_to=100_000)),
    ),
)  # fmt: skip


def judge_rules(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    model: "Model",
    predictions: pd.DataFrame,
    rules: tuple[Rule, ...] = RULES,
    jobs: int = 1,
) -> pd.DataFrame:
    """What each rule covers, how many of it are liked, and what the model makes of it; a row for each feature moved.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns; a column may be absent.
    split
        `imdb_id`, `partition`, `fold` and `label` of the same movies in the same order.
    predictions
        `partition`, `actual`, `probability` and `calibrated_probability` of the same movies in the same order, each by a
        model that did not see it.
    jobs
        Threads; the result does not depend on it.

    Returns
    -------
    DataFrame in `COLUMNS`, all probabilities calibrated, since the operating point moves the others towards the share
    that one looks at. `probability` is the mean of `predictions`. `moved_from` and `moved_to` are means by the models of
    `unseen_models`, whose columns are the model's own in every fold: before and after the move.
    """
    liked, probability = split["label"].to_numpy(), predictions["calibrated_probability"].to_numpy()
    training = rows[split["partition"].eq("train").to_numpy()]
    questions = [_asked(rule, rows, training) for rule in rules]
    answers = _answers(questions, unseen_models(rows, split, model, jobs), folds_of(split))
    calibrate = calibration_of(predictions, split)
    threshold = float(model.facts["threshold"])
    skill = _ranks_liked_higher(probability, liked)
    found = []
    for rule, asked in zip(rules, questions, strict=True):
        before = calibrate(next(answers))
        for move, moved in zip(rule.moves, asked.moved, strict=True):
            after = before if moved is None else calibrate(next(answers))
            measured = _measured(liked[asked.covered], probability[asked.covered], before, after)
            missing = _missing(asked.absent, moved, move)
            doubts = _doubts(skill, model, move)
            verdict, says, because = _verdict(rule, move, measured, threshold, missing, doubts)
            found.append(
                {
                    "rule": rule.name, "statement": rule.statement, "expected": "liked" if rule.liked else "disliked",
                    "moved": move.says, **measured, "verdict": verdict, "says": says, "because": because,
                }
            )  # fmt: skip
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)


class _Asked(NamedTuple):
    """What the models are asked about one rule: the movies it covers, as they are and after each move that can be made."""

    absent: list[str]
    covered: np.ndarray
    rows: pd.DataFrame
    moved: list[pd.DataFrame | None]


def _asked(rule: Rule, rows: pd.DataFrame, training: pd.DataFrame) -> _Asked:
    absent = [name for name in rule.needs if name not in rows]
    covered = np.zeros(len(rows), dtype=bool) if absent else rule.covers(rows).to_numpy(dtype=bool)
    moved = [None if absent else move.moved(rows[covered], training) for move in rule.moves]
    return _Asked(absent, covered, rows[covered], moved)


def _answers(questions: list[_Asked], models: dict[int, Fitted], folds: np.ndarray) -> Iterator[np.ndarray]:
    """The probabilities of all that is asked, in order: of each rule its movies as they are, then after each move.

    They are asked at once, since what a model costs is the asking and not the movies.
    """
    frames, asked_folds = [], []
    for one in questions:
        for frame in (one.rows, *(moved for moved in one.moved if moved is not None)):
            frames.append(frame)
            asked_folds.append(folds[one.covered])
    found = predict(models, pd.concat(frames, ignore_index=True), np.concatenate(asked_folds))
    return iter(np.split(found, np.cumsum([len(frame) for frame in frames])[:-1]))


def _missing(absent: list[str], moved: pd.DataFrame | None, move: Move | ToEnglish) -> str:
    """Why a move cannot be made at all; empty where it can."""
    if absent:
        return f"the library has no {' and no '.join(absent)}"
    return f"no training movie has {move.says}" if moved is None else ""


def _doubts(skill: bool, model: "Model", move: Move | ToEnglish) -> list[str]:
    """Why what the model makes of a move says little."""
    doubts = [] if skill else ["the model does not rank liked movies above others"]
    if not set(move.features) & set(model.preprocessing.inputs):
        doubts.append(f"the model does not look at {' or '.join(move.features)}")
    return doubts


def by_rule(table: pd.DataFrame) -> pd.Series:
    """The verdict of each rule: learnt when every move that could be judged is, too few movies when none could be."""
    return table.groupby("rule", sort=False)["verdict"].agg(
        lambda found: NOT_LEARNT if NOT_LEARNT in set(found) else LEARNT if LEARNT in set(found) else TOO_FEW
    )


def _measured(liked: np.ndarray, probability: np.ndarray, before: np.ndarray, after: np.ndarray) -> dict[str, float]:
    from scipy.stats import binomtest

    from movie_pref.metrics.log_odds import log_odds

    count = len(liked)
    low, high = binomtest(int(liked.sum()), count).proportion_ci(method="wilson") if count else (np.nan, np.nan)
    mean, error = _mean(probability)
    change, change_error = _mean(after - before)
    half = _student(count) * change_error
    moved_from, moved_to = _mean(before)[0], _mean(after)[0]
    return {
        "movies": count, "liked_share": _mean(liked)[0], "liked_low": low, "liked_high": high,
        "probability": mean, "probability_error": error, "moved_from": moved_from, "moved_to": moved_to,
        "change": change, "change_low": change - half, "change_high": change + half,
        "log_odds_change": float(log_odds(np.array(moved_to)) - log_odds(np.array(moved_from))),
    }  # fmt: skip


def _ranks_liked_higher(probability: np.ndarray, liked: np.ndarray) -> bool:
    from scipy.stats import mannwhitneyu

    return bool(mannwhitneyu(probability[liked == 1], probability[liked == 0], alternative="greater").pvalue < SKILL_P)


def _mean(values: np.ndarray) -> tuple[float, float]:
    """Mean and its standard error; NaN where there are too few values for either."""
    mean = float(values.mean()) if len(values) else np.nan
    return mean, float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def _student(count: int) -> float:
    """How many standard errors a 95 % interval of a mean reaches to either side."""
    from scipy.stats import t

    return float(t.ppf(0.975, count - 1)) if count > 1 else np.nan


def _verdict(
    rule: Rule, move: Move | ToEnglish, found: dict[str, float], threshold: float, missing: str, doubts: list[str]
) -> tuple[str, str, str]:
    """The verdict, what it rests on as a sentence without its full stop, and why it is not `learnt` where it is not.

    `missing` says why it cannot be judged, `doubts` what speaks against its being learnt besides the figures.
    """
    if missing:
        return TOO_FEW, f"cannot be judged: {missing}", missing
    if found["movies"] < MIN_MOVIES:
        few = f"{found['movies']:.0f} movies are covered, fewer than {MIN_MOVIES}"
        return TOO_FEW, few, few
    says = (
        f"{found['movies']:.0f} movies, {found['liked_share']:.0%} liked; mean probability {found['probability']:.1%} "
        f"± {found['probability_error']:.1%}; with {move.says} it goes from "
        f"{found['moved_from']:.1%} to {found['moved_to']:.1%}"
    )
    reasons = [*doubts, *_misplaced(rule, found, threshold), *_unmoved(rule, found)]
    because = "; ".join(reasons)
    return (NOT_LEARNT, f"{says}; {because}", because) if reasons else (LEARNT, says, "")


def _misplaced(rule: Rule, found: dict[str, float], threshold: float) -> list[str]:
    """What keeps the covered movies from being surely on the rule's side of the threshold."""
    beyond = found["probability"] - threshold if rule.liked else threshold - found["probability"]
    if beyond > found["probability_error"]:
        return []
    followed = found["liked_high"] > 0.5 if rule.liked else found["liked_low"] < 0.5
    side = "above" if rule.liked else "below"
    return [
        f"the model does not put them {side} the threshold of {threshold:g}"
        + ("" if followed else ", and neither do you: the labels speak against the rule")
    ]


def _unmoved(rule: Rule, found: dict[str, float]) -> list[str]:
    """What keeps the move from surely and clearly changing the probability in the rule's direction."""
    if not (found["change_high"] < 0 if rule.liked else found["change_low"] > 0):
        return ["the feature does not surely move the probability that way"]
    if abs(found["log_odds_change"]) < LOG_ODDS:
        return [f"the feature hardly matters: {found['log_odds_change']:+.2f} log-odds, less than {LOG_ODDS:g}"]
    return []
