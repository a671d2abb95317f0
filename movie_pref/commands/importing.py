"""Bringing a history in: `import`. It shows what would become of an export, and writes after a yes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from movie_pref.commands.terminal import console, in_sentences, plain, remember, say, say_what_stays, telling
from movie_pref.data_folder import DataFolder

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.settings import Settings
    from movie_pref.sources.importers import Import
    from movie_pref.sources.importers.plan import Before, ImportPlan

SHOWN = 5  # films of each kind that are named


@in_sentences
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="An export of IMDb, Letterboxd or Trakt: a CSV, JSON or zip file.", show_default=False),
    ],
    cut: Annotated[
        float | None,
        typer.Option(
            "--cut",
            min=0,
            max=10,
            help="Films rated this or more are liked; on 0 to 10, so 3.5 stars are 7.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking, at the proposed cut.")] = False,
    watched_as_liked: Annotated[
        bool,
        typer.Option("--watched-as-liked", help="Take films that you only watched for liked, against candidates."),
    ] = False,
    imdb_data: Annotated[
        Path | None,
        typer.Option(
            "--imdb-data",
            help="Find films that have no identifier in IMDb's public files in this folder; downloaded where not there.",
            show_default=False,
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="A CSV of title, year, imdb_id that settles films.", show_default=False),
    ] = None,
) -> None:
    """Bring in what you rated on IMDb, Letterboxd or Trakt. Shows what would be written, and asks before it is.

    The same file again changes nothing. A label that you gave a film by hand is never overruled.
    """
    from movie_pref.settings import load_settings
    from movie_pref.sources.importers.plan import carry_out

    settings = load_settings()
    plan, before = _planned(file, settings, cut, yes, imdb_data, answers, watched_as_liked)
    _print_plan(plan, watched_as_liked)
    if not plan.changes:
        carry_out(plan, settings)  # the list of open questions may have become shorter
        say("\nNothing changes: what this file holds is here already.")
        _print_questions(plan, settings)
        return
    _write(plan, settings, yes)
    _print_next(plan, before, load_settings())


def _planned(
    file: Path,
    settings: "Settings",
    cut: float | None,
    yes: bool,
    imdb_data: Path | None,
    answers: Path | None,
    watched_as_liked: bool,
) -> "tuple[ImportPlan, Before]":
    """What would become of the file, and what there was before."""
    from movie_pref.sources.importers import read_answers, read_export, recognise
    from movie_pref.sources.importers.plan import plan_import, read_before

    with console.status(f"Reading {plain(file.name)}"):
        export = recognise(file)
        read = read_export(export)
        before = read_before(settings)
    say(f"[bold]{plain(str(file))}[/]: an export of {export.site_name}, {len(read.films):,} films")
    _print_files(read)
    given = read_answers(answers) if answers else None
    plan = plan_import(
        read,
        before,
        lambda ratings: _choose_cut(ratings, settings, cut, yes),
        lambda wanted: _search_online(wanted, settings, imdb_data),
        watched_as_liked,
        given,
    )
    return plan, before


def _write(plan: "ImportPlan", settings: "Settings", yes: bool) -> None:
    """Write what was shown, after a yes; a no ends the command."""
    from movie_pref.sources.importers.plan import carry_out

    say_what_stays(plan.tables, settings)
    if not yes and not typer.confirm("\nWrite this?", default=False):
        say("Nothing was written.")
        raise typer.Exit(0)
    with console.status("Writing"):
        carry_out(plan, settings)
    kept: dict[str, Path | float | None] = {"import_cut": plan.cut}
    kept |= {"library": None} if plan.tables.library is not None else {}
    kept |= {"candidates": None} if plan.tables.candidates is not None else {}
    remember(settings, **kept)
    say("Written.")


def _search_online(wanted: "pd.DataFrame", settings: "Settings", imdb_data: Path | None) -> "pd.DataFrame | None":
    """Movies elsewhere by the names of films that no known movie is: in IMDb's files where there are some, at TMDB with a key."""
    from movie_pref.sources.online import configured, imdb_files, search

    if imdb_data is None and "TMDB" not in configured():
        return None
    with telling(f"Looking up {len(wanted):,} films") as tell:
        if imdb_data is not None:
            imdb_files.download(imdb_data, tell)
            return imdb_files.search(wanted, imdb_data, tell)
        found, stopped = search(wanted, DataFolder(settings.data).metadata_cache, settings.questions_per_second, tell)
    if stopped:
        say(f"[yellow]{plain(stopped)}[/]")
    return found


def _choose_cut(ratings: "pd.Series", settings: "Settings", cut: float | None, yes: bool) -> float:
    """The cut: the one given, the one confirmed last, or the proposed one, which the person confirms."""
    from movie_pref.sources.importers import propose_cut, proposed

    cuts = propose_cut(ratings)
    chosen = cut if cut is not None else settings.import_cut
    chosen = proposed(cuts) if chosen is None else chosen
    table = Table(title="\nWhich films you like: a cut through your ratings", title_justify="left")
    for name in ("liked from", "in stars", "liked", "not liked", "share liked", ""):
        table.add_column(name, justify="left" if name == "" else "right")
    for row in cuts.itertuples():
        mark = "[green]proposed: 10 to 25 % is what a model learns best from[/]" if row.proposed else ""
        mark = "[green]confirmed last time[/]" if settings.import_cut == row.cut else mark
        cells = (f"{row.cut:g}", f"{row.stars:g}", f"{row.liked:,}", f"{row.not_liked:,}", f"{row.share:.0%}")
        table.add_row(*cells, mark)
    console.print(table)
    if cut is not None or yes:
        say(f"Cut: {chosen:g} of 10")
        return chosen
    return float(typer.prompt("Liked from (on 0 to 10)", default=f"{chosen:g}", value_proc=_as_cut))


def _as_cut(text: str) -> float:
    """A cut as it is typed."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10:
        raise typer.BadParameter(f"{text!r} is no number from 0 to 10.")
    return value


def _print_files(read: "Import") -> None:
    for row in read.files.itertuples():
        said = f"{row.rows:,} rows of {row.kind}" if not row.kind.startswith("passed over") else row.kind
        say(f"  {plain(row.source_file)}: {plain(said)}")
    for note in read.notes:
        say(f"  {plain(note)}")


def _print_plan(plan: "ImportPlan", watched_as_liked: bool) -> None:
    from movie_pref.sources.importers.plan import account

    matches = plan.matches
    table = Table(title="\nWhat would become of it", title_justify="left", show_header=False)
    table.add_column("")
    table.add_column("", justify="right")
    for name, count in plan.counts.items():
        if count or name in ("liked", "not liked"):
            table.add_row(name, f"{count:,}")
    console.print(table)
    for row in account(plan).itertuples():
        say(f"  left out: {row.rows:,}, {plain(row.reason)}")
    for frame, what in ((matches.ambiguous, "ambiguous"), (matches.unmatched, "not found")):
        for row in frame.head(SHOWN).itertuples():
            year = f" ({row.year})" if isinstance(row.year, int) else ""
            say(f"  {what}: {plain(row.title)}{year}, {plain(row.reason)}")
        if len(frame) > SHOWN:
            say(f"  {what}: and {len(frame) - SHOWN:,} more")
    only_watched = int(
        (matches.matched["watched"] & matches.matched["rating"].isna() & ~matches.matched["liked"]).sum()
    )
    if watched_as_liked:
        say(
            "  --watched-as-liked: that you watched a film is taken for liking it, and some candidates for not liking them, although "
            "you may never have heard of them. The model learns what sets the films you chose apart; read its ranking, not its "
            "probabilities. Those candidates are not ranked."
        )
    elif only_watched:
        say(
            f"  {only_watched:,} films were only watched, which says nothing of whether you liked them; --watched-as-liked takes them for liked."
        )


def _print_questions(plan: "ImportPlan", settings: "Settings") -> None:
    if len(plan.questions):
        say(
            f"{len(plan.questions):,} film{' is' if len(plan.questions) == 1 else 's are'} to be settled: on the page `movie-pref review` opens (Imports), or by filling in imdb_id in "
            f"{DataFolder(settings.data).import_questions} and giving it as --answers. Then import the same file again."
        )


def _print_next(plan: "ImportPlan", before: "Before", settings: "Settings") -> None:
    from movie_pref.features.enough_labels import too_few
    from movie_pref.labels.events import effective_labels
    from movie_pref.library.catalogue import features, own_catalogue
    from movie_pref.sources.importers.plan import missing_features
    from movie_pref.sources.online import configured

    library = plan.tables.library if plan.tables.library is not None else before.library
    candidates = plan.tables.candidates if plan.tables.candidates is not None else before.candidates
    say("\n[bold]Next[/]")
    _print_questions(plan, settings)
    lacking = missing_features(library, features(own_catalogue(settings.data)))
    if len(lacking):
        say(f"Features known for less than half of your films: {', '.join(lacking['feature'])}.")
        how = (
            f"movie-pref metadata fills them in from {' and '.join(configured())}"
            if configured()
            else "set TMDB_API_KEY and OMDB_API_KEY (both keys are free) and run movie-pref metadata, or movie-pref metadata --imdb-data FOLDER, which uses IMDb's public files"
        )
        say(f"  The ranking works without them and is better with them: {how}.")
    if candidates.empty:
        say(
            "There are no movies to rank yet: movie-pref metadata --add-candidates 3000 adds the best known ones that you have not rated "
            "(with a key of TMDB, or with --imdb-data FOLDER). Or import a watchlist, or name a file with movie-pref run --candidates FILE."
        )
    labels = effective_labels(before.events).set_index("imdb_id")["label"].to_dict()
    why_not = too_few(library, labels | {one.imdb_id: one.label for one in plan.labels}, settings)
    say(f"[yellow]Not enough to learn from yet:[/] {plain(why_not)}" if why_not else "  movie-pref run")
