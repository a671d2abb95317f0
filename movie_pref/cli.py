"""The command `movie-pref`."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from movie_pref.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.runs import Outcome
    from movie_pref.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="""Ranks the movies you have not seen by the probability that you would watch them.

It learns from a library in which you labelled movies [bold]would_watch[/] or [bold]would_not_watch[/].

Start with [bold]movie-pref run[/]: without a library of yours it makes a demonstration one. Then look at every step,
plot and threshold with [bold]movie-pref ui[/]. Files are kept in the folder data/, or the one that MOVIE_PREF_DATA names.

Exit codes: 0 all well, 1 a blocking check failed, 2 something in the input has to be mended.""",
)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


class SearchStrategy(StrEnum):
    """The values of the option --search."""

    RACE = "race"
    EXHAUSTIVE = "exhaustive"
    SAMPLE = "sample"


LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library", help="Your labelled library, Parquet or CSV; remembered for later runs.", show_default=False
    ),
]
CandidatesOption = Annotated[
    Path | None,
    typer.Option(
        "--candidates", help="The movies to rank, Parquet or CSV; remembered for later runs.", show_default=False
    ),
]


def _in_sentences(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            _say(f"[bold red]movie-pref:[/] {_plain(str(error))}")
            raise typer.Exit(2) from None

    return guarded


@app.command()
@_in_sentences
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

    Without --library the one used last, or data/01_training.parquet, is taken; where there is none, a demonstration
    library is generated.
    """
    from movie_pref.library.demo_files import is_demo, write_demo
    from movie_pref.runs import execute
    from movie_pref.settings import load_settings

    settings = load_settings(
        library=_absolute(library),
        candidates=_absolute(candidates),
        search=search and search.value,
        search_budget=search_budget,
    )
    if settings.library is None and not settings.library_path.exists():
        movies, unseen = write_demo(settings.library_path, settings.data / "candidates.parquet")
        console.print(
            f"There is no library yet, so a demonstration one was made: {movies:,} labelled movies, {unseen} to rank."
        )
    demonstration = is_demo(settings.library_path)
    _say(f"Library: {settings.library_path}" + (" (the demonstration library)" if demonstration else ""))
    outcome = execute("pipeline", settings, console)
    if outcome.success and (library or candidates):
        _remember(settings, library=settings.library, candidates=settings.candidates)
    _print_outcome(outcome, settings)
    if timings:
        console.print("\n[bold]Seconds[/]")
        for step, seconds in sorted(outcome.seconds.items(), key=lambda item: -item[1]):
            console.print(f"  {seconds:7.2f}  {step}")
    if outcome.success:
        _print_next(settings, demonstration)
    raise typer.Exit(outcome.exit_code)


@app.command()
@_in_sentences
def score(candidates: CandidatesOption = None) -> None:
    """Rank candidates by the champion that was promoted last, without training."""
    from movie_pref.modeling.champion import Champion
    from movie_pref.runs import execute
    from movie_pref.settings import load_settings

    settings = load_settings(candidates=_absolute(candidates))
    Champion.load(settings.data / "model")
    outcome = execute("score", settings, console)
    if outcome.success and candidates:
        _remember(settings, candidates=settings.candidates)
    _print_outcome(outcome, settings)
    raise typer.Exit(outcome.exit_code)


@app.command()
@_in_sentences
def compare() -> None:
    """Compare policies and algorithms on the library of the last run; takes a few minutes.

    What each policy of the feature selection costs, how other algorithms do beside XGBoost, and which beliefs about
    them hold.
    """
    import pandas as pd

    from movie_pref.runs import execute
    from movie_pref.settings import load_settings

    settings = load_settings()
    if not (settings.data / "assets" / "data_split.parquet").exists():
        raise UserError(f"There is nothing to compare in {settings.data} yet; run `movie-pref run` first.")
    outcome = execute("compare", settings, console)
    if outcome.success:
        found = pd.read_parquet(settings.data / "assets" / "selection_ablation.parquet")
        table = Table(title="\nAverage precision on the folds, features selected inside them", title_justify="left")
        for name in ("policy", "columns", "average precision", "difference to none"):
            table.add_column(name, justify="left" if name == "policy" else "right")
        for row in found.itertuples():
            table.add_row(
                row.policy,
                f"{row.columns:.0f}",
                f"{row.average_precision:.4f} ± {row.standard_error:.4f}",
                f"{row.difference:+.4f} ± {row.paired_error:.4f}",
            )
        console.print(table)
        console.print(
            f"± is one standard error over {settings.folds} folds drawn {settings.ablation_repeats} times, paired for the difference."
        )
        _print_algorithms(settings)
    _print_failures(outcome)
    raise typer.Exit(outcome.exit_code)


@app.command()
@_in_sentences
def explain(
    imdb_id: Annotated[str, typer.Argument(help="The movie, as in tt0111161.", show_default=False)],
    count: Annotated[int, typer.Option("--count", min=1, help="How many contributions to show.")] = 12,
) -> None:
    """Say why one movie has the probability that it has: what speaks for it and what against it, with a plot.

    The movie may be one of those that are ranked or one that you labelled; a labelled one is explained by a model that
    has not seen its label. Contributions are in log-odds, and add up to the model's margin.
    """
    from movie_pref.report.movie import movie_story, write_waterfall
    from movie_pref.settings import load_settings

    settings = load_settings()
    story = movie_story(settings.data, imdb_id)
    found = story.explanation
    rank = f"rank {story.rank:,} of {story.ranked:,}, " if story.rank else ""
    flagged = found.probability >= story.threshold
    side = f"{'at or above' if flagged else 'below'} the threshold of {story.threshold:.0%}, so it is {'' if flagged else 'not '}flagged"
    _say(f"[bold]{_plain(story.title)}[/] ({story.year}), {story.imdb_id}")
    _say(f"{rank}probability {found.probability:.1%}: {side}")
    _say(f"Explained by {_plain(story.by)}.")
    table = Table(title=f"\nThe model starts at {found.base:+.3f} log-odds", title_justify="left")
    table.add_column("log-odds", justify="right")
    table.add_column("because of")
    for part in found.parts.head(count).itertuples():
        table.add_row(f"{part.log_odds:+.3f}", _plain(part.words))
    rest = found.parts["log_odds"].iloc[count:]
    if len(rest):
        table.add_row(f"{rest.sum():+.3f}", f"the other {len(rest)} features together")
    table.add_section()
    table.add_row(f"{found.margin:+.3f}", f"in all, which is a probability of {found.probability:.1%}")
    console.print(table)
    _say(f"Plot: {write_waterfall(story, settings.data)}")


@app.command()
@_in_sentences
def report() -> None:
    """Write the page to read, reports/report.html, anew from the files of the last run: one file, no network needed."""
    from movie_pref.report.page import write_report
    from movie_pref.settings import load_settings

    _say(str(write_report(load_settings()).resolve()))


@app.command()
@_in_sentences
def rollback() -> None:
    """Make the previous champion the champion again; a second time undoes it."""
    from movie_pref.modeling.champion import rollback as go_back
    from movie_pref.settings import load_settings

    champion, replaced = go_back(load_settings().data / "model")
    was = champion.promotion["previous"]
    _say(f"The champion is {champion.version} again; {was} is the previous one now.")
    facts, before = champion.model.facts, replaced.model.facts if replaced else {}
    for what, number in _facts_in_words(facts).items():
        there = _facts_in_words(before).get(what, "not known")
        _say(f"  {what:<36} {number}" + (f" (was {there})" if there != number else " (as before)"))
    changed = {name: value for name, value in facts["params"].items() if before and before["params"].get(name) != value}
    if changed:
        _say(
            "  hyperparameters that differ           " + ", ".join(f"{name} {value}" for name, value in changed.items())
        )
    for sentence in champion.provisional:
        _say(f"[yellow]It is provisional:[/] {_plain(sentence)}.")
    _say(
        "The ranking is still the old one: movie-pref score ranks by this champion. The next movie-pref run trains a new model and compares it with this one."
    )


def _facts_in_words(facts: dict[str, Any]) -> dict[str, str]:
    """What a person asks of a model, by what it is."""
    metrics = facts.get("metrics", {})
    found = {"labelled movies it knows": f"{facts['labelled_rows']:,}"} if "labelled_rows" in facts else {}
    for name in ("average_precision", f"recall_at_{facts.get('threshold', 0):g}"):
        if name in metrics:
            value, low, high = (metrics[name][part] for part in ("value", "low", "high"))
            found[f"{name.replace('_', ' ')} on the holdout"] = f"{value:.3f} ({low:.3f} to {high:.3f})"
    return found


@app.command()
@_in_sentences
def label(
    imdb_id: Annotated[str, typer.Argument(help="The movie, as in tt0111161.", show_default=False)],
    label: Annotated[
        str | None, typer.Argument(help="would_watch or would_not_watch.", metavar="[LABEL]", show_default=False)
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Why, for yourself.", show_default=False)] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last label that you gave it.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Show every label that it was given.")] = False,
) -> None:
    """Label a movie of the library or the candidates. The model learns it when it is trained next.

    Your newest label overrules the library's. Nothing is ever erased: --undo is an entry of its own.
    """
    from movie_pref.library.labels import LabelStore, check_label
    from movie_pref.library.lookup import find_movie, known_movies
    from movie_pref.settings import load_settings

    if (label is not None) + undo + history != 1:
        raise UserError(
            f"Give one of a label (would_watch or would_not_watch), --undo or --history for {imdb_id}, and only one."
        )
    if label is not None:
        check_label(label)
    settings = load_settings()
    movie = find_movie(known_movies(settings.library_path, settings.candidates_path), imdb_id)
    name = f"[bold]{_plain(str(movie['media_title']))}[/] ({movie['release_year']}), {imdb_id}"
    with LabelStore(settings.label_store_url) as store:
        known = store.effective().set_index("imdb_id")["label"]
        library = movie["label"] if isinstance(movie["label"], str) and movie["label"] else None
        before = known.get(imdb_id)
        if history:
            _say(name)
            _print_history(store.history(imdb_id), library)
            return
        if undo:
            undone = store.undo(imdb_id, note=note, origin="command")
            now = undone.before or library
            _say(f"{name}: {undone.label} is taken back; {f'{now} counts again' if now else 'it has no label now'}")
        else:
            store.record(imdb_id, str(label), note=note, origin="command")
            was = before or library
            if was is None:
                said = f"{label} (it had no label)"
            else:
                whose = "you said" if before else "the library says"
                said = f"{label} (as before)" if was == label else f"{label} ({whose} {was})"
            _say(f"{name}: {said}")
    _print_until_retrain(settings)


labels_app = typer.Typer(no_args_is_help=True, help="Save every label to a file, and bring them back.")
app.add_typer(labels_app, name="labels")


@labels_app.command("export")
@_in_sentences
def export_labels(
    file: Annotated[Path, typer.Argument(help="A CSV or Parquet file to write.", show_default=False)],
) -> None:
    """Write every label, with who set it, when, how and why, to a file; what was taken back too."""
    from movie_pref.library.labels import LabelStore
    from movie_pref.settings import load_settings

    with LabelStore(load_settings().label_store_url) as store:
        _say(f"{file}: {store.export(file):,} entries")


@labels_app.command("restore")
@_in_sentences
def restore_labels(
    file: Annotated[Path, typer.Argument(help="A file that `labels export` wrote.", show_default=False)],
) -> None:
    """Bring back labels from a file; entries that are here already stay as they are, and so do newer labels."""
    from movie_pref.library.labels import LabelStore
    from movie_pref.settings import load_settings

    settings = load_settings()
    with LabelStore(settings.label_store_url) as store:
        added = store.restore(file)
        _say(f"{added:,} entries restored" if added else "Every entry of the file was here already; nothing changed")
    if added:
        _print_until_retrain(settings)


def _print_history(events: "pd.DataFrame", library: str | None) -> None:
    table = Table()
    for heading in ("when (UTC)", "label", "by", "through", "note"):
        table.add_column(heading)
    if library:
        table.add_row("", library, "the library", "", "")
    for row in events.itertuples():
        told = ["" if not isinstance(cell, str) else _plain(cell) for cell in (row.set_by, row.origin, row.note)]
        what = row.label if isinstance(row.label, str) else "taken back"
        table.add_row(f"{row.at:%Y-%m-%d %H:%M:%S}", what, *told)
    if not library and events.empty:
        _say("It has no label yet.")
    else:
        console.print(table)


def _print_until_retrain(settings: "Settings") -> None:
    from movie_pref.runs import labels_not_learnt

    waiting = labels_not_learnt(settings)
    rest = settings.retrain_labels - waiting.movies
    if rest <= 0:
        what = f"{waiting.movies} new labels: enough for a retrain"
    elif waiting.movies:
        what = f"{waiting.movies} new, {rest} {'label' if rest == 1 else 'labels'} until the next retrain (or {settings.retrain_hours:g} hours)"
    else:
        what = f"Nothing new to learn; {rest} labels until the next retrain"
    _say(f"{what}. The UI starts it (movie-pref ui), or run `movie-pref run`.")


@app.command()
@_in_sentences
def demo() -> None:
    """Generate the demonstration library: 3,700 labelled movies and 500 to rank, and use it from now on."""
    from movie_pref.library.demo_files import write_demo
    from movie_pref.settings import load_settings

    settings = load_settings()
    library, candidates = settings.data / "01_training.parquet", settings.data / "candidates.parquet"
    movies, unseen = write_demo(library, candidates)
    _remember(settings, library=None, candidates=None)
    _say(f"{library}: {movies:,} labelled movies\n{candidates}: {unseen} movies to rank\nNext: movie-pref run")


@app.command()
@_in_sentences
def ui(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
) -> None:
    """Open the Dagster UI: every asset with its lineage, plots, thresholds and history. Ctrl-C ends it."""
    from movie_pref.runs import dagster_home
    from movie_pref.settings import load_settings

    settings = load_settings()
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(dagster_home(settings)),
        "MOVIE_PREF_DATA": str(settings.data.resolve()),
    }
    console.print(
        f"The Dagster UI opens at http://{host}:{port} (Ctrl-C ends it); its history is kept in {settings.data / 'dagster'}."
    )
    command = [
        sys.executable,
        "-W",
        "ignore:Function `dev_command` is superseded",
        "-m",
        "dagster",
        "dev",
        "-m",
        "movie_pref.definitions",
        "-h",
        host,
        "-p",
        str(port),
    ]
    try:
        raise typer.Exit(subprocess.run([*command, "--log-level", "warning"], env=environment, check=False).returncode)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _absolute(path: Path | None) -> Path | None:
    return path.expanduser().resolve() if path else None


def _remember(settings: "Settings", **paths: Path | None) -> None:
    """Keep paths in settings.toml of the data folder, so that the UI and later runs use them; None forgets one."""
    import tomli_w

    from movie_pref.files import whole_file
    from movie_pref.settings import REMEMBERED_FILE

    file = settings.data / REMEMBERED_FILE
    kept = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    changed = {**kept, **{name: str(path) for name, path in paths.items() if path}}
    changed = {name: value for name, value in changed.items() if not (name in paths and paths[name] is None)}
    if changed != kept:
        with whole_file(file) as temporary:
            temporary.write_text(tomli_w.dumps(changed), encoding="utf-8")


def _print_algorithms(settings: "Settings") -> None:
    import pandas as pd

    found, beliefs = (
        pd.read_parquet(settings.data / "assets" / f"{name}.parquet")
        for name in ("algorithm_comparison", "algorithm_beliefs")
    )
    table = Table(
        title="\nAlgorithms on the same folds, features selected and settings chosen inside them", title_justify="left"
    )
    headings = ("algorithm", "average precision", "recall at 15 %", "log loss", "difference to XGBoost", "seconds")
    for name in headings:
        table.add_column(name, justify="left" if name == "algorithm" else "right")
    measured = found.dropna(subset=["average_precision"])
    for row in measured.itertuples():
        table.add_row(
            row.algorithm,
            f"{row.average_precision:.4f} ± {row.standard_error:.4f}",
            f"{row.recall_looking_at_15_percent:.3f}",
            f"{row.log_loss:.3f}",
            "" if row.algorithm == "XGBoost" else f"{row.difference:+.4f} ({row.low:+.4f} to {row.high:+.4f})",
            f"{row.fit_seconds:.2f}",
        )
    console.print(table)
    console.print(
        f"± is one standard error over {settings.folds} folds drawn {settings.comparison_repeats} times; in brackets the "
        "paired 95 % interval. Recall is what one finds by looking at the best 15 % of the movies; seconds are of one "
        "core, for one fit."
    )
    for row in found[found["average_precision"].isna()].itertuples():
        _say(f"{row.algorithm} was left out: {_plain(row.note)}")
    table = Table(title="\nWhat the design believes, and what was measured", title_justify="left", show_lines=True)
    for name in ("algorithm", "belief", "measured", "verdict"):
        table.add_column(name)
    colours = {"confirmed": "green", "refuted": "red"}
    for row in beliefs.itertuples():
        colour = colours.get(row.verdict, "yellow")
        table.add_row(row.algorithm, _plain(row.belief), _plain(row.measured), f"[{colour}]{row.verdict}[/]")
    console.print(table)
    _say(f"Picture: {settings.data / 'reports' / 'algorithm_comparison.png'}")


def _print_outcome(outcome: "Outcome", settings: "Settings") -> None:
    _print_failures(outcome)
    if outcome.interrupted is not None:
        return
    if outcome.success:
        _print_ranking(settings)
        _print_refusal(settings)
    if outcome.failed_checks:
        from movie_pref.checks.feature_selection import THRESHOLDS

        console.print("\n[bold]Checks that did not pass[/]")
        breached = [check for check in outcome.failed_checks if check.asset in THRESHOLDS and check.severity == "WARN"]
        if breached:
            _say(
                f"  [yellow]WARN[/] {len(breached)} of {len(THRESHOLDS)} thresholds of the feature selection are breached by some feature, "
                "each breach applied or overruled for a stated reason: see the checks in the UI, or feature_decisions.parquet"
            )
        for check in outcome.failed_checks:
            if check in breached:
                continue
            colour = "yellow" if check.severity == "WARN" else "red"
            stop = ", which stopped the run" if check.blocking and check.severity == "ERROR" else ""
            _say(f"  [{colour}]{check.severity}[/] {check.asset} / {check.name}{stop}: {_plain(check.says)}")
    elif outcome.success:
        console.print("\nEvery check passed.")
    if outcome.unexpected:
        console.print(f"The whole error stands in the run {outcome.run_id[:8]} in the Dagster UI: movie-pref ui")


def _print_failures(outcome: "Outcome") -> None:
    if outcome.interrupted is not None:
        _say(f"[bold]Stopped[/], at {_plain(outcome.interrupted)}")
        _say("What a search has finished is kept: type the same command again to go on where it was.")
    for sentence in outcome.bad_input:
        _say(f"[bold red]movie-pref:[/] {_plain(sentence)}")
    for sentence in outcome.unexpected:
        _say(f"[bold red]unexpected error[/] in {_plain(sentence)}")


def _print_ranking(settings: "Settings") -> None:
    import pandas as pd

    from movie_pref.modeling.champion import Champion

    path = settings.data / "scored_candidates.parquet"
    best = pd.read_parquet(path, filters=[("rank", "<=", 10)])
    if best.empty:
        console.print("\nThe model is trained, but there are no movies to rank: name some with --candidates FILE.")
        return
    total = len(pd.read_parquet(path, columns=["rank"]))
    table = Table(
        title=f"\nThe ten best of {total:,} movies you have not seen", title_justify="left", title_style="bold"
    )
    for name, justify in (
        ("", "right"),
        ("title", "left"),
        ("year", "right"),
        ("probability", "right"),
        ("because", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for row in best.itertuples():
        table.add_row(
            str(row.rank),
            _plain(str(row.media_title)),
            str(row.release_year),
            f"{row.probability:.1%}",
            _plain(str(row.reasons)),
        )
    console.print(table)
    for sentence in Champion.load(settings.data / "model").provisional:
        console.print(f"[yellow]This ranking is provisional:[/] {_plain(sentence)}.")


def _print_refusal(settings: "Settings") -> None:
    """Say so where the model trained last was refused, and by which one the ranking is."""
    from movie_pref.modeling.champion import read_pointer

    pointer = read_pointer(settings.data / "model") or {}
    if pointer.get("decision") == "kept":
        _say(
            f"[yellow]The new model was refused:[/] {_plain(pointer['because'])}. The ranking is by the champion {pointer['champion']}, promoted {pointer['promoted_at'][:10]}."
        )


def _print_next(settings: "Settings", demonstration: bool) -> None:
    files = {
        "a page to read, ranking and all": "reports/report.html",
        "the whole ranking": "scored_candidates.parquet",
        "every verdict on every feature": "feature_decisions.parquet",
        "the training table": "02_binomial_classifier_training_data.parquet",
        "the search": "03_grid_search_results.parquet",
        "predictions of labelled movies": "03_binomial_classifier_results.parquet",
        "rows that were rejected": "rejected_rows.parquet",
        "the model": "model",
        "plots": "reports",
    }
    _say(f"\n[bold]Files[/] in {settings.data}")
    for what, name in files.items():
        console.print(f"  {name:<45} {what}")
    command = "movie-pref" if shutil.which("movie-pref") else sys.argv[0]  # make run does not put it on the path
    _say(f"\n[bold]Next[/]\n  {command} ui       every step with its plots, thresholds and checks")
    if demonstration:
        _say(f"  {command} run --library mine.parquet --candidates unseen.parquet       the same with your own movies")
    else:
        _say(f"  {command} score --candidates more.parquet       rank other movies with this model")


def _say(text: str) -> None:
    """Print a line and leave breaking it to the terminal, so that a path can be copied and a log searched."""
    console.print(text, soft_wrap=True)


def _plain(text: str) -> str:
    """Text as it is, never markup."""
    from rich.markup import escape

    return escape(text)


if __name__ == "__main__":
    app()
