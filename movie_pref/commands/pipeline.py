"""The jobs from the command: `run` and `score`, and `demo`, which makes them something to run on."""

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movie_pref.commands.ranking_table import print_ranking
from movie_pref.commands.terminal import (
    absolute,
    complain,
    in_sentences,
    is_narrow,
    note,
    plain,
    say,
    warn,
)
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    from movie_pref.commands.runs import Outcome
    from movie_pref.settings import Settings

LibraryOption = Annotated[
    str | None,
    typer.Option(
        "--library",
        help="Your labelled library, Parquet or CSV, or the address of a PostgreSQL database (postgresql://me@host/movies?schema=atp); remembered for later runs.",
        show_default=False,
    ),
]
CandidatesOption = Annotated[
    Path | None,
    typer.Option(
        "--candidates", help="The movies to rank, Parquet or CSV; remembered for later runs.", show_default=False
    ),
]


class SearchStrategy(StrEnum):
    """The values of the option --search."""

    RACE = "race"
    EXHAUSTIVE = "exhaustive"
    SAMPLE = "sample"


@in_sentences
def run(
    library: LibraryOption = None,
    candidates: CandidatesOption = None,
    search: Annotated[
        SearchStrategy | None,
        typer.Option(
            "--search",
            help="How to search the grid of 93,312 points: a race (default), every point, or a sample.",
            show_default=False,
        ),
    ] = None,
    search_budget: Annotated[
        int | None,
        typer.Option("--search-budget", min=10, help="Most fits of a race (600 by default).", show_default=False),
    ] = None,
    timings: Annotated[
        bool, typer.Option("--timings", help="Say how long each asset took, the longest first.")
    ] = False,
) -> None:
    """Learn from the library and rank the candidates: the whole pipeline, then the ten best with reasons.

    Without --library the one used last, or data/01_training.parquet, is taken; where there is none, the candidates that
    you labelled, and where there are no candidates either, a demonstration library is generated. Below 8 labels of either kind the
    ranking is a first guess.
    """
    from movie_pref.addresses import is_database
    from movie_pref.commands.runs import execute, take_copy
    from movie_pref.demo.files import write_demo
    from movie_pref.library.presence import has_candidates, has_library
    from movie_pref.library.table_file import is_demo
    from movie_pref.settings import load_settings
    from movie_pref.settings_file import remember

    settings = load_settings(
        library=library if library is None or is_database(library) else absolute(Path(library)),
        candidates=absolute(candidates),
        search=search and search.value,
        search_budget=search_budget,
    )
    take_copy(settings)
    _refuse_candidates(candidates, settings)
    if not has_library(settings) and not has_candidates(settings):
        movies, unseen = write_demo(settings.library_path, DataFolder(settings.data).candidates)
        note(f"There is no library yet, so a demonstration one was made: {movies:,} labelled movies, {unseen} to rank.")
    demonstration = is_demo(settings.library_path)
    if has_library(settings):
        note(f"Library: {settings.library_name}" + (" (the demonstration library)" if demonstration else ""))
    else:
        note(
            f"There is no library file, so the movies of {settings.candidates_path} that you labelled are the library."
        )
    outcome = execute("pipeline", settings)
    if outcome.success and (library or candidates):
        remember(settings.data, library=settings.library, candidates=settings.candidates)
    _print_outcome(outcome, settings)
    if timings:
        say("\n[bold]Seconds[/]")
        for step, seconds in sorted(outcome.seconds.items(), key=lambda item: -item[1]):
            say(f"  {seconds:7.2f}  {step}")
    if outcome.success:
        _print_next(settings, demonstration, outcome)
    raise typer.Exit(outcome.exit_code)


@in_sentences
def score(candidates: CandidatesOption = None) -> None:
    """Rank candidates by the champion that was promoted last, without training; by a first guess where there was none yet."""
    from movie_pref.commands.runs import execute
    from movie_pref.settings import load_settings
    from movie_pref.settings_file import remember

    settings = load_settings(candidates=absolute(candidates))
    _refuse_candidates(candidates, settings)
    outcome = execute("score", settings)
    if outcome.success and candidates:
        remember(settings.data, candidates=settings.candidates)
    _print_outcome(outcome, settings)
    raise typer.Exit(outcome.exit_code)


@in_sentences
def demo(
    classes: Annotated[
        int,
        typer.Option(
            "--classes", min=2, max=3, help="3: its owner also marks favourites, would_watch_again, and gives stars."
        ),
    ] = 2,
) -> None:
    """Generate the demonstration library: 3,700 labelled movies and 500 to rank, and use it from now on."""
    from movie_pref.demo.files import write_demo
    from movie_pref.settings import load_settings
    from movie_pref.settings_file import remember

    settings = load_settings()
    library, candidates = DataFolder(settings.data).library, DataFolder(settings.data).candidates
    movies, unseen = write_demo(library, candidates, classes)
    remember(settings.data, library=None, candidates=None)
    say(f"{library}: {movies:,} labelled movies\n{candidates}: {unseen} movies to rank")
    note("Next: movie-pref run")


def _refuse_candidates(candidates: Path | None, settings: "Settings") -> None:
    if candidates is not None and settings.database is not None:
        raise UserError(
            f"The library is in the database {settings.database}, whose movies without a label are ranked, so that other programs find their "
            "predictions there; leave out --candidates, or rank a file in another data folder (MOVIE_PREF_DATA)."
        )


def _print_outcome(outcome: "Outcome", settings: "Settings") -> None:
    print_failures(outcome)
    if outcome.interrupted is not None:
        return
    from movie_pref.report.end_of_run import read_summary, worth_a_look

    summary = read_summary(settings) if outcome.success else None
    if summary is not None:
        print_ranking(summary)
    lines, more = worth_a_look(outcome.failed_checks, summary)
    if lines:
        rest = (
            f" (the first {len(lines)} of {len(lines) + more}; the others are in the UI and the report)" if more else ""
        )
        note(f"\n[bold]Worth a look[/]{rest}")
        for line in lines:
            if line.error:
                say(f"  [red]ERROR[/] {plain(line.says)}")
            else:
                note(f"  - {plain(line.says)}")
    elif outcome.success:
        note("\nNothing needs a look: every check that you can act on passed.")
    if outcome.unexpected:
        note(f"The whole error stands in the run {outcome.run_id[:8]} in the Dagster UI: movie-pref ui")


def print_failures(outcome: "Outcome") -> None:
    if outcome.interrupted is not None:
        warn(f"[bold]Stopped[/], at {plain(outcome.interrupted)}")
        warn("What a search has finished is kept: type the same command again to go on where it was.")
    for sentence in outcome.bad_input:
        complain(sentence)
    for sentence in outcome.unexpected:
        warn(f"[bold red]unexpected error[/] in {plain(sentence)}")


def _print_next(settings: "Settings", demonstration: bool, outcome: "Outcome") -> None:
    from movie_pref.commands.runs import FIRST_GUESS

    folder = DataFolder(settings.data)
    first_guess = outcome.job == FIRST_GUESS
    files = {
        "a page to read, ranking and all": folder.report,
        "the whole ranking": folder.asset("scored_candidates"),
        "every verdict on every feature": folder.asset("selected_features"),
        "the training table": folder.asset("training_table"),
        "the search": folder.asset("grid_search_results"),
        "predictions of labelled movies": folder.asset("out_of_fold_predictions"),
        "rows that were rejected": folder.rejected("rows"),
        "the model": folder.first_guess if first_guess else folder.model,
        "plots": folder.reports,
    }
    if first_guess:  # what a former training left is of other labels
        files = {what: path for what, path in files.items() if what in ("the whole ranking", "the model", "plots")}
    note(f"\n[bold]Files[/] in {settings.data}")
    for what, path in files.items():
        name = path.relative_to(folder.root).as_posix()
        note(f"  {name}: {what}" if is_narrow() else f"  {name:<45} {what}")
    command = "movie-pref" if shutil.which("movie-pref") else sys.argv[0]  # make run does not put it on the path
    if first_guess:
        note(
            f"\n[bold]Next[/]\n  {command} review   label the movies that tell most; some 25 labels make a first ranking worth a look"
        )
        note(f"  {command} run      trains a model from 8 labels of each kind on")
        return
    note(f"\n[bold]Next[/]\n  {command} review   label the movies that the model would learn most from")
    note(
        f"  {command} ui       every step with its plots, thresholds and checks; trains again when there are new labels"
    )
    if settings.database:
        note("  The database has the predictions: the table prediction, and the view movies")
    elif demonstration:
        note(f"  {command} run --library mine.parquet --candidates unseen.parquet       the same with your own movies")
    else:
        note(f"  {command} score --candidates more.parquet       rank other movies with this model")
