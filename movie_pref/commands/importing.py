"""Bringing a history in: `import`. It shows what would become of exports, and writes after a yes."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from movie_pref.commands.import_cuts import NOTHING_ASKED, Asked, choose_again, choose_cut
from movie_pref.commands.looking_up import can_look_up, probability, say_the_two_ways, search_elsewhere
from movie_pref.commands.terminal import console, in_sentences, note, plain, say, say_what_stays, telling
from movie_pref.commands.tidying import tables_held
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.settings import Settings
    from movie_pref.sources.importers import Import
    from movie_pref.sources.importers.plan import Before, Helpers, ImportPlan

SHOWN = 5  # films of each kind that are named
FEW = 500  # candidates, below which more of them are worth having


@in_sentences
def import_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Exports of IMDb, Letterboxd or Trakt, of one person: CSV, JSON or zip files, or unpacked folders. None: goes on with the films that an import before kept.",
            show_default=False,
        ),
    ] = None,
    liked_from: Annotated[
        float | None,
        typer.Option(
            "--liked-from",
            metavar="N",
            min=0,
            max=10,
            help="Films rated this or more are liked, without asking; on 0 to 10, so 3.5 stars are 7.",
            show_default=False,
        ),
    ] = None,
    again_from: Annotated[
        float | None,
        typer.Option(
            "--again-from",
            metavar="N",
            min=0,
            max=10,
            help="Take favourites: of the films you like, those rated this or more are would_watch_again, without asking.",
            show_default=False,
        ),
    ] = None,
    favourites: Annotated[
        bool | None,
        typer.Option(
            "--favourites/--no-favourites",
            help="Take favourites, would_watch_again: the highest stars at a proposed cut, a heart beside stars, films watched more than once. "
            "Without it: as the last time, else where that label is in use.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking, at the proposed cuts.")] = False,
    watched_as_liked: Annotated[
        bool,
        typer.Option("--watched-as-liked", help="Take films that you only watched for liked, against candidates."),
    ] = False,
    imdb_data: Annotated[
        Path | None,
        typer.Option(
            "--imdb-data",
            metavar="DIR",
            help="Find films by name in IMDb's public files in this folder, and fill in what they know; downloaded where not there.",
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
    from movie_pref.sources.importers import read_answers

    settings = load_settings()
    given, asked = read_answers(answers) if answers else None, Asked(liked_from, again_from, favourites)
    reads = _read(files or [])
    with tables_held(settings.data, "import"):
        plan, before = bring_in(reads, settings, asked, yes, imdb_data, given, watched_as_liked)
    if plan.changes:
        _print_next(plan, before, load_settings(), imdb_data, files or [])
    else:
        say("\nNothing changes: all of this that is known for sure is here already.")
        _print_questions(plan, settings)
        _print_favourites_seen(plan, load_settings(), files or [])


def bring_in(
    reads: "Sequence[tuple[Path, Import]]",
    settings: "Settings",
    asked: Asked = NOTHING_ASKED,
    yes: bool = False,
    imdb_data: Path | None = None,
    answers: "pd.DataFrame | None" = None,
    watched_as_liked: bool = False,
) -> "tuple[ImportPlan, Before]":
    """Show what would become of exports and of the films that wait, and write it after a yes; what was done, and what was before.

    Where nothing can be looked up and none of it is known, what was read is kept and the command ends.
    """
    from movie_pref.settings_file import remember
    from movie_pref.sources.importers import together
    from movie_pref.sources.importers.plan import carry_out, nameless, plan_import, read_before

    asked.check()
    before = read_before(settings)
    if not reads and before.waiting.empty:
        raise UserError(
            "No film waits from an import before; give the path of an export, as in movie-pref import letterboxd.zip."
        )
    read = together([one for _, one in reads])
    unknown = 0 if can_look_up(imdb_data) else nameless(read, before, answers)
    if unknown:
        say_the_two_ways(unknown, [file for file, _ in reads])
    _print_files(reads, before)
    helpers = _helpers(settings, asked, yes, imdb_data, before.third_label)
    plan = plan_import(read, before, helpers, watched_as_liked, answers)
    if unknown and not plan.changes:
        carry_out(plan, settings)
        remember(settings.data, **asked.to_remember)
        say(
            f"\nWhat was read is kept: {_count(len(plan.waiting))}, in {plain(str(DataFolder(settings.data).import_films))}. Go on in one "
            "of the two ways above, now or later; you need not name the file again."
        )
        raise typer.Exit(2)
    _print_plan(plan, watched_as_liked)
    if plan.changes:
        _write(plan, settings, asked, yes)
    else:
        carry_out(plan, settings)  # the list of open questions may have become shorter
        remember(settings.data, **asked.to_remember)
    return plan, before


def _count(number: int, what: str = "film") -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _read(files: Sequence[Path]) -> "list[tuple[Path, Import]]":
    from movie_pref.sources.importers import read_export

    with telling("Reading"):
        return [(file, read_export(file)) for file in files]


def _helpers(settings: "Settings", asked: Asked, yes: bool, imdb_data: Path | None, third_label: bool) -> "Helpers":
    from movie_pref.sources.importers.plan import Helpers

    return Helpers(
        lambda ratings: choose_cut(ratings, settings, asked, yes),
        lambda wanted, imdb_ids: search_elsewhere(wanted, imdb_ids, settings, imdb_data),
        lambda movies: probability(movies, settings),
        settings.import_cut,
        lambda films, cut: choose_again(films, cut, settings, asked, yes, third_label),
    )


def _write(plan: "ImportPlan", settings: "Settings", asked: Asked, yes: bool) -> None:
    """Write what was shown, after a yes; a no ends the command."""
    from movie_pref.settings_file import remember
    from movie_pref.sources.importers.plan import carry_out

    say_what_stays(plan.tables, settings)
    if not yes and not typer.confirm("\nWrite this?", default=False):
        say("Nothing was written.")
        raise typer.Exit(0)
    with telling("Writing"):
        carry_out(plan, settings)
    kept: dict[str, Path | float | bool | None] = {"import_cut": plan.cut, **asked.to_remember}
    if plan.again_from is not None:
        kept |= {"import_favourites": True, "import_again_cut": plan.again_from if plan.again_from <= 10 else None}
    kept |= {"library": None} if plan.tables.library is not None else {}
    kept |= {"candidates": None} if plan.tables.candidates is not None else {}
    remember(settings.data, **kept)
    say("Written.")


def _print_files(reads: "Sequence[tuple[Path, Import]]", before: "Before") -> None:
    from movie_pref.sources.importers.recognition import SITES

    for file, read in reads:
        say(f"[bold]{plain(str(file))}[/]: an export of {SITES[read.source]}, {_count(len(read.films))}")
        for row in read.files.itertuples():
            held = row.kind if row.kind.startswith("passed over") else f"{_count(row.rows, 'row')} of {row.kind}"
            say(f"  {plain(row.source_file)}: {plain(held)}")
        for remark in read.notes:
            say(f"  {plain(remark)}")
    if len(before.waiting):
        say(f"{_count(len(before.waiting))} kept from an import before")


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
    for row in plan.namesakes.head(SHOWN).itertuples():
        say(
            f"  taken: {plain(row.title)}{_year(row.year)} for {row.imdb_id}, which has by far the most votes of its name"
        )
    if len(plan.namesakes) > SHOWN:
        say(f"  taken: and {len(plan.namesakes) - SHOWN:,} more")
    for frame, what in ((matches.ambiguous, "ambiguous"), (matches.unmatched, "not found")):
        if what == "not found" and not plan.looked_up:
            continue
        for row in frame.head(SHOWN).itertuples():
            say(f"  {what}: {plain(row.title)}{_year(row.year)}, {plain(row.reason)}")
        if len(frame) > SHOWN:
            say(f"  {what}: and {len(frame) - SHOWN:,} more")
    _print_watched(plan, watched_as_liked)


def _year(year: object) -> str:
    return f" ({year})" if str(year).isdigit() else ""


def _print_watched(plan: "ImportPlan", watched_as_liked: bool) -> None:
    """What films that were only watched count for."""
    films = plan.matches.matched
    unsaid = films["watched"] & films["rating"].isna() & ~films["liked"]
    only_watched = int((unsaid & ~films["rewatched"] if plan.again_from is not None else unsaid).sum())
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
        one = len(plan.questions) == 1
        say(
            f"{_count(len(plan.questions))} {'is' if one else 'are'} to be settled, those that teach the most first: on the page `movie-pref review` opens (Imports), or by "
            f"filling in imdb_id in {plain(str(DataFolder(settings.data).import_questions))} and giving it as --answers. Then `movie-pref import` brings {'it' if one else 'them'} in."
        )


def _print_favourites_seen(plan: "ImportPlan", settings: "Settings", files: Sequence[Path]) -> None:
    """That films could have the third label, where nobody has said yet whether they shall."""
    if plan.favourites_seen and settings.import_favourites is None:
        command = plain(shlex.join(["movie-pref", "import", *(map(str, files) if files else ["FILE"]), "--favourites"]))
        note(
            f"{_count(plan.favourites_seen)} look like favourites (your highest stars, a heart beside stars, or watched again); {command} makes them would_watch_again."
        )


def _print_next(
    plan: "ImportPlan", before: "Before", settings: "Settings", imdb_data: Path | None, files: Sequence[Path]
) -> None:
    from movie_pref.features.enough_labels import too_few
    from movie_pref.labels.events import effective_labels
    from movie_pref.library.catalogue import features, own_catalogue
    from movie_pref.sources.importers.plan import missing_features
    from movie_pref.sources.online import configured

    library = plan.tables.library if plan.tables.library is not None else before.library
    candidates = plan.tables.candidates if plan.tables.candidates is not None else before.candidates
    note("\n[bold]Next[/]")
    _print_questions(plan, settings)
    _print_favourites_seen(plan, settings, files)
    lacking = missing_features(library, features(own_catalogue(settings.data)))
    if len(lacking):
        note(f"Features known for less than half of your films: {', '.join(lacking['feature'])}.")
        how = (
            f"movie-pref metadata fills them in from {' and '.join(configured())}"
            if configured()
            else "set TMDB_API_KEY and OMDB_API_KEY (both keys are free) and run movie-pref metadata"
            + ("" if imdb_data else ", or movie-pref metadata --imdb-data FOLDER, which uses IMDb's public files")
        )
        note(f"  The ranking works without them and is better with them: {how}.")
    more = f"movie-pref metadata {f'--imdb-data {imdb_data} ' if imdb_data else ''}--add-candidates 3000"
    if candidates.empty:
        where = "" if imdb_data or "TMDB" in configured() else " (with a key of TMDB, or with --imdb-data FOLDER)"
        note(
            f"There are no movies to rank yet. This adds the best known ones that you have not rated{where}:\n  {plain(more)}"
        )
        note("Or import a watchlist, or name a file with movie-pref run --candidates FILE.")
    elif len(candidates) < FEW:
        note(
            f"There are {len(candidates):,} movies to rank; this adds the best known ones that you have not rated:\n  {plain(more)}"
        )
    labels = effective_labels(before.events).set_index("imdb_id")["label"].to_dict()
    why_not = too_few(library, labels | {one.imdb_id: one.label for one in plan.labels}, settings)
    if why_not:
        note(f"[yellow]Not enough to learn from yet:[/] {plain(why_not)}")
        note("  Until then movie-pref run ranks by a first guess, and movie-pref review asks what tells most.")
    else:
        note("  movie-pref run")
