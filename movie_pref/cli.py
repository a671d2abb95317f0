"""The command `movie-pref`."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from movie_pref.errors import UserError

if TYPE_CHECKING:
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

    settings = load_settings(library=_absolute(library), candidates=_absolute(candidates))
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
    """Say what each policy of the feature selection costs, on the library of the last run."""
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
    _print_failures(outcome)
    raise typer.Exit(outcome.exit_code)


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


def _print_outcome(outcome: "Outcome", settings: "Settings") -> None:
    _print_failures(outcome)
    if outcome.success:
        _print_ranking(settings)
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


def _print_next(settings: "Settings", demonstration: bool) -> None:
    files = {
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
