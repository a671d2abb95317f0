"""What a run ends with: its summary, read once, and the few lines that deserve a look, the most important first.

Belongs here: which failed check comes before which, in words and with what to do. Decided by the names of checks and the
numbers beside them; what a check says in its own sentence is only passed on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.analysis.nodes import NODES
from movie_pref.data_folder import DataFolder, extent, read_table
from movie_pref.features.split import FEWEST
from movie_pref.library.catalogue import features, own_catalogue
from movie_pref.settings import Settings

MOST = 5
BEST = 10
WISHES = 3


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass: its asset and name, what it found in words and in numbers, and how much that matters."""

    asset: str
    name: str
    says: str
    severity: str
    blocking: bool
    found: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunSummary:
    """What there is to say of a run that succeeded.

    `best` has the first movies of the ranking of `ranked`, and `wished` (on a watchlist of the person's); `wishes` the first of
    those on it; `pointer` is what was decided on the champion, `provisional` what it misses; `doubted` counts labels that the
    queue asks about again, `absent` the features that no column holds. `first_guess` says what the
    ranking is made of where no model ranks; then only the ranking is of this run. `second_learnt` says whether there is a second
    question and it was learnt (None: there is none), `second_says` what it was learnt from, `favourites_found` what it is worth.
    """

    best: pd.DataFrame
    ranked: int
    pointer: dict[str, Any]
    provisional: list[str]
    doubted: int
    absent: list[str]
    first_guess: str = ""
    wishes: pd.DataFrame = field(default_factory=pd.DataFrame)
    second_learnt: bool | None = None
    second_says: str = ""
    favourites_found: str = ""


class Line(NamedTuple):
    """One line to look at, and whether it is an error."""

    error: bool
    says: str


def read_summary(settings: Settings) -> RunSummary:
    """The summary of what stands in the data folder after a run.

    Raises
    ------
    UserError
        A file cannot be read.
    """
    from movie_pref.model.pointer import champion_facts, read_pointer
    from movie_pref.ranking.first_ranking import guessed, in_words, standing_model

    folder = DataFolder(settings.data)
    queue = folder.table("review_queue", ["current_label"])
    library = folder.asset("movies_only")
    columns = extent(library).columns if library.exists() else None
    known = features(own_catalogue(settings.data))
    wished = _on_the_watchlist(folder.asset("candidates"))
    best = folder.made("scored_candidates", filters=[("rank", "<=", BEST)])
    wishes = folder.made("scored_candidates", filters=[("imdb_id", "in", wished)]) if wished else best.head(0)
    return RunSummary(
        best=best.assign(wished=best["imdb_id"].isin(wished)),
        ranked=extent(folder.asset("scored_candidates")).rows,
        pointer=read_pointer(folder.model) or {},
        provisional=list(champion_facts(folder.model).get("provisional", [])),
        doubted=0 if queue is None else int(queue["current_label"].notna().sum()),
        absent=[] if columns is None else [name for name in known if name not in columns],
        first_guess=in_words(standing_model(settings.data).model.facts) if guessed(settings.data) else "",
        wishes=wishes.sort_values("rank").head(WISHES),
        **_second_question(folder.model, best),
    )


def _second_question(model_folder: Path, best: pd.DataFrame) -> dict[str, Any]:
    """What a summary says of the second question; nothing where the ranking does not answer it."""
    from movie_pref.model.in_words import second_question
    from movie_pref.model.pointer import again_facts, champion_facts
    from movie_pref.report.favourites import favourites_found

    facts = again_facts(model_folder)
    if not facts or "probability_again" not in best:
        return {}
    found = favourites_found(champion_facts(model_folder))
    return {
        "second_learnt": bool(facts["learnt"]),
        "second_says": second_question(facts),
        "favourites_found": found.words if found is not None and facts["learnt"] else "",
    }


def _on_the_watchlist(candidates: Path) -> list[str]:
    """The candidates that the person wishes for, by imdb_id."""
    if "wished" not in extent(candidates).columns:
        return []
    found = read_table(candidates, ["imdb_id"], filters=[("wished", "==", True)])
    return [] if found is None else found["imdb_id"].tolist()


def worth_a_look(failed: Sequence[FailedCheck], summary: RunSummary | None) -> tuple[list[Line], int]:
    """The lines that deserve a look, and how many more there are: every error, then at most `MOST` in all.

    Thresholds of the feature selection are left to the UI: the guard's line sums up those that a person can act on.
    """
    errors = [Line(True, _error(check)) for check in failed if check.severity == "ERROR"]
    warned = {check.name: check for check in failed if check.severity != "ERROR"}
    ranked = [*_of_summary(summary), *_of_checks(warned, summary)]
    rest = [Line(False, says) for _, says in sorted(ranked, key=lambda one: one[0])]
    room = max(0, MOST - len(errors))
    return [*errors, *rest[:room]], len(rest[room:])


def _error(check: FailedCheck) -> str:
    stop = ", which stopped the run" if check.blocking else ""
    return f"{check.asset} / {check.name}{stop}: {check.says}"


def _of_summary(summary: RunSummary | None) -> list[tuple[int, str]]:
    """What the champion, the labels and the library's columns have to say: (place, words)."""
    if summary is None:
        return []
    if summary.first_guess:
        says = f"This ranking is no trained model's: {summary.first_guess}. {FEWEST} labels of each kind give a trained one: movie-pref review."
        return [(GUESSED, says)]
    found, pointer = [], summary.pointer
    if pointer.get("decision") == "kept":
        found.append(
            (
                REFUSED,
                f"The new model was refused: {pointer['because']}. The ranking is by the champion {pointer['champion']}, "
                f"promoted {pointer['promoted_at'][:10]}; label more movies (movie-pref review) and run again.",
            )
        )
    if summary.provisional:
        why = "; ".join(summary.provisional)
        says = f"This ranking is provisional: {why}. Label more movies (movie-pref review) and run again."
        found.append((PROVISIONAL, says))
    if summary.second_learnt is False:
        says = f"Your favourites do not count in the order yet: {summary.second_says}. Label more of what you like, whichever of would_watch and would_watch_again is scarcer."
        found.append((SECOND, says))
    if summary.absent:
        names = ", ".join(name.replace("_", " ") for name in summary.absent)
        found.append(
            (
                ABSENT,
                f"The library has no {names}: movie-pref metadata fills in what TMDB and OMDb know (their keys are free).",
            )
        )
    if summary.doubted:
        says = (
            f"{summary.doubted} labels contradict a model that has not seen them: look at them with movie-pref review."
        )
        found.append((DOUBTED, says))
    return found


def _of_checks(warned: Mapping[str, FailedCheck], summary: RunSummary | None) -> list[tuple[int, str]]:
    thresholds = {node.check for node in NODES.values() if node.check}
    silent = {other for name in warned for other in COVERED_BY.get(name, ())} | thresholds
    if summary is not None:  # the pointer says it with what came of it
        silent.add("challenger_took_the_place_of_the_champion")
        silent.add("ranking_is_by_a_trained_model")  # as the summary says with what ranks instead
    return [
        ADVICE[name](check) if name in ADVICE else (UNKNOWN, f"{check.asset} / {name}: {check.says}")
        for name, check in warned.items()
        if name not in silent
    ]


(
    GUESSED, REFUSED, PROVISIONAL, REJECTED, SECOND, ABSENT, DRIFT, GATES, NO_BETTER, DOUBTED, CHANCES, SEARCH, RULES, GUARD, UNKNOWN,
) = range(15)  # fmt: skip


def _advice(place: int, words: str) -> Callable[[FailedCheck], tuple[int, str]]:
    """Words for a check, filled in with its numbers; where one of them is missing the check's own sentence is told."""

    def told(check: FailedCheck) -> tuple[int, str]:
        try:
            return place, words.format(says=check.says, **check.found)
        except KeyError:
            return place, check.says

    return told


ADVICE = {
    "challenger_took_the_place_of_the_champion": _advice(REFUSED, "The new model was refused: {says}."),
    "no_row_rejected": _advice(
        REJECTED,
        "{value} rows were rejected, which are in neither training nor ranking: rejected_rows.parquet says why; mend them and run again.",
    ),
    "flagged_share_of_candidates": _advice(
        DRIFT,
        "{value:.0%} of the candidates are flagged, more than the {threshold:.0%} you would look through: read the ranking from the top, not by "
        "the threshold.",
    ),
    "candidates_resemble_the_library": _advice(
        DRIFT,
        "The candidates are unlike your library, most in {feature}: read the ranking from the top, not by the threshold.",
    ),
    "recall_reaches_the_floor": _advice(
        GATES,
        "The model finds {value:.0%} of the movies you would like, and {threshold:.0%} are asked for: look further down the ranking, and label "
        "more liked movies.",
    ),
    "flagged_share_within_budget": _advice(
        GATES,
        "{value:.0%} of the movies are flagged, more than the {threshold:.0%} you would look through: read the ranking from the top.",
    ),
    "average_precision_above_the_best_column": _advice(
        NO_BETTER,
        "One column ranks as well as the model (average precision {threshold:.3f} against {value:.3f}): label more movies before you trust it.",
    ),
    "winner_beats_the_defaults": _advice(
        SEARCH, "The search found nothing better than XGBoost's defaults: give it more with --search-budget."
    ),
    "flagged_share_is_the_budget": _advice(
        GATES,
        "{value:.0%} of your library would be flagged, more than the budget ({threshold:.0%}): read from the top.",
    ),
    "committee_is_no_worse_than_the_winner": _advice(
        NO_BETTER,
        'The committee ranks your movies worse than the search\'s winner alone: set model = "winner" and run again.',
    ),
    "winner_is_inside_the_grid": _advice(
        SEARCH, "The best parameters lie at an end of the grid: see grid_search_results in the UI for which to extend."
    ),
    "calibration_error_near_its_floor": _advice(
        CHANCES,
        "The chances are {value:.1%} off on average, more than luck explains ({threshold:.1%}): trust the order more than the percentages.",
    ),
    "rules_are_learnt": _advice(
        RULES,
        "{value} of {threshold} rules of taste are learnt: the report names the others; label movies they are about.",
    ),
    "guard_withheld_nothing": _advice(
        GUARD,
        "{value} features stay though a test speaks against them, since the ranking gets worse without: pin in feature_catalogue.yaml what "
        "you know better.",
    ),
}
COVERED_BY = {"flagged_share_of_candidates": ("candidates_resemble_the_library",)}
