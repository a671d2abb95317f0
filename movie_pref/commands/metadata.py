"""Filling in what a library lacks: `metadata`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from movie_pref.commands.importing import bring_in
from movie_pref.commands.looking_up import can_look_up, say_the_two_ways
from movie_pref.commands.terminal import console, in_sentences, plain, say, say_what_stays, telling
from movie_pref.commands.tidying import tables_held
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.library.tables import Tables
    from movie_pref.settings import Settings

HOW = (
    "set TMDB_API_KEY and OMDB_API_KEY in the environment (both keys are free), "
    "or name a folder for IMDb's public files with --imdb-data FOLDER"
)


@in_sentences
def metadata(
    imdb_data: Annotated[
        Path | None,
        typer.Option(
            "--imdb-data",
            metavar="DIR",
            help="Use IMDb's public files in this folder, which need no key; they are downloaded (some 250 MB) where they are not there.",
            show_default=False,
        ),
    ] = None,
    add_candidates: Annotated[
        int,
        typer.Option(
            "--add-candidates",
            metavar="N",
            min=0,
            help="Add this many movies to rank: those with the most votes that you have neither rated nor listed.",
        ),
    ] = 0,
) -> None:
    """Fill in what is not known of your movies, from TMDB, OMDb and IMDb. What is known is never overwritten.

    Keys are read from TMDB_API_KEY and OMDB_API_KEY. Every answer is kept, so that nothing is asked twice.
    """
    from movie_pref.settings import load_settings

    settings = load_settings()
    with tables_held(settings.data, "metadata"):
        _fill_in(settings, imdb_data, add_candidates)


def _fill_in(settings: "Settings", imdb_data: Path | None, add_candidates: int) -> None:
    """Read the tables, ask, and write what is new."""
    from movie_pref.library.tables import Tables, changed, read_tables
    from movie_pref.sources.online import configured

    settings = _with_those_that_wait(settings, imdb_data)
    library, candidates = read_tables(settings)
    if library.empty and candidates.empty and not add_candidates:
        raise UserError(
            f"There are no movies of yours in {settings.data} (the demonstration's need nothing); bring some with movie-pref import FILE, "
            "or start with the best known ones: --add-candidates 3000."
        )
    if imdb_data is None and not configured():
        raise UserError(f"There is nowhere to ask: {HOW}.")
    filled = [library, candidates]
    if imdb_data is not None:
        filled = _from_imdb(filled, imdb_data)
    if add_candidates:
        filled[1] = _with_more(filled, add_candidates, imdb_data, settings)
    report = None
    if configured():
        filled, report = _from_sites(filled, settings)
    tables = Tables(changed(filled[0], library), changed(filled[1], candidates))
    _write(tables, settings)
    if report is not None:
        _print_report(report)
    _print_known([library, candidates], filled, settings)
    nothing = tables.library is None and tables.candidates is None
    following = "review   label some of them: 25 or so make a first ranking" if filled[0].empty else "run"
    say("\nNothing new was found." if nothing else f"\n[bold]Next[/]\n  movie-pref {following}")


def _with_those_that_wait(settings: "Settings", imdb_data: Path | None) -> "Settings":
    """Bring in the films that an import kept because they could not be looked up, where they can be now; the settings after it."""
    from movie_pref.settings import load_settings
    from movie_pref.sources.importers.kept_films import read_kept
    from movie_pref.sources.importers.open_questions import read_questions
    from movie_pref.sources.online import configured

    waiting = len(read_kept(settings.data)) - len(read_questions(settings.data))
    if waiting <= 0:  # the others were looked up, and wait for an answer
        return settings
    if not can_look_up(imdb_data):
        say_the_two_ways(waiting, [])
        if not configured():
            raise typer.Exit(2)
        return settings
    bring_in([], settings, yes=True, imdb_data=imdb_data)
    return load_settings()


def _write(tables: "Tables", settings: "Settings") -> None:
    """Write what has changed; from then on the data folder's own files are the ones in use."""
    from movie_pref.settings_file import remember

    say_what_stays(tables, settings)
    tables.write(settings)
    forget = {"library": tables.library, "candidates": tables.candidates}
    remember(settings.data, **{name: None for name, frame in forget.items() if frame is not None})


def _from_imdb(tables: "list[pd.DataFrame]", folder: Path) -> "list[pd.DataFrame]":
    from movie_pref.library.fill import with_found
    from movie_pref.sources.online.imdb_files import details, download

    with telling("Looking into IMDb's files") as tell:
        download(folder, tell)
        found = details(folder, {imdb_id for rows in tables for imdb_id in rows["imdb_id"]}, tell)
    say(f"IMDb's files: {len(found):,} of {sum(len(rows) for rows in tables):,} movies found")
    return [with_found(rows, found[found["imdb_id"].isin(rows["imdb_id"])]) for rows in tables]


def _from_sites(tables: "list[pd.DataFrame]", settings: "Settings") -> "tuple[list[pd.DataFrame], pd.DataFrame]":
    """The tables with what the sites that have a key knew, and what was asked of each."""
    from movie_pref.sources.online import configured, fill_in

    cache = DataFolder(settings.data).metadata_cache
    with telling(f"Asking {' and '.join(configured())}") as tell:
        return fill_in(tables, cache, settings.questions_per_second, tell)


def _with_more(
    tables: "list[pd.DataFrame]", count: int, imdb_data: Path | None, settings: "Settings"
) -> "pd.DataFrame":
    """The candidates, and the movies with the most votes that are in neither table."""
    from movie_pref.library.fill import with_found
    from movie_pref.sources.online import configured, imdb_files, tmdb
    from movie_pref.sources.online.client import TMDB, Client

    without = {imdb_id for rows in tables for imdb_id in rows["imdb_id"]}
    with telling("Looking for movies to rank") as tell:
        if imdb_data is not None:
            found = imdb_files.most_voted(imdb_data, count, without, tell)
        elif "TMDB" in configured():
            client = Client(TMDB, DataFolder(settings.data).metadata_cache, settings.questions_per_second)
            found = tmdb.most_voted(
                client, count, without, lambda done: tell(f"TMDB: {done:,} of {count:,} candidates")
            )
        else:
            raise UserError(
                "Candidates come from TMDB or from IMDb's files; set TMDB_API_KEY, or give --imdb-data FOLDER."
            )
    return with_found(tables[1], found)


def _print_report(report: "pd.DataFrame") -> None:
    for row in report.itertuples():
        say(
            f"{row.site}: {row.wanted:,} movies lacked something; {row.found:,} were found, {row.unknown:,} are unknown there, "
            f"{row.unanswered:,} got no answer ({row.asked:,} questions asked, {row.remembered:,} remembered)"
        )
        if row.stopped:
            say(f"[yellow]{plain(str(row.stopped))}[/]")
        elif row.unanswered:
            say("  Run the same command again to ask about those once more.")


def _print_known(before: "list[pd.DataFrame]", after: "list[pd.DataFrame]", settings: "Settings") -> None:
    """How much is known of each feature, before and now, and how many candidates have come."""
    from movie_pref.library.catalogue import features, own_catalogue
    from movie_pref.library.fill import known_share

    table = Table(title="\nKnown of your movies and of the candidates", title_justify="left")
    for name in ("feature", "library before", "now", "candidates before", "now"):
        table.add_column(name, justify="left" if name == "feature" else "right", no_wrap=name == "feature")
    for feature in features(own_catalogue(settings.data)):
        shares = [known_share(frames[place], feature) for place in (0, 1) for frames in (before, after)]
        table.add_row(feature, *[f"{share:.0%}" for share in shares])
    console.print(table)
    if len(after[1]) > len(before[1]):
        say(f"{len(after[1]) - len(before[1]):,} candidates more, {len(after[1]):,} in all")
