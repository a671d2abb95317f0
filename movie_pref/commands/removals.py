"""Movies to remove: `removals`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from movie_pref.commands.terminal import in_sentences, note, plain, say, show, telling
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.labels.torrents_to_remove import Match, RemovalPlan, Unsure
    from movie_pref.labels.transmission import Transmission
    from movie_pref.settings import Settings

WHAT = {
    "never": "the torrent (nothing yet: the setting transmission_delete is 'never')",
    "torrent": "the torrent, and keep its files",
    "torrent_and_files": "the torrent AND ITS FILES",
}


@in_sentences
def removals(
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove from Transmission what is shown, after asking.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --delete: do not ask.")] = False,
) -> None:
    """List the movies that a download manager may delete: you would not watch them, and were thought to before.

    The list is removal_requests.parquet in the data folder. With the setting transmission_url it also shows which
    torrents of Transmission are these movies. Nothing is removed without --delete and the setting transmission_delete.
    """
    from movie_pref.labels.removal_requests import write_requests
    from movie_pref.labels.removals_done import read_done
    from movie_pref.labels.transmission import Transmission
    from movie_pref.settings import load_settings

    settings = load_settings()
    if yes and not delete:
        raise UserError("--yes was given without --delete, and there is nothing to agree to; give both or neither.")
    if delete and settings.transmission_url is None:
        raise UserError(
            "There is no Transmission to remove anything from; set MOVIE_PREF_TRANSMISSION_URL, for example to http://localhost:9091/transmission/rpc."
        )
    requests = write_requests(settings)
    _print_requests(requests)
    for entry in read_done(settings.data):
        _print_done(entry)
    say(f"The list for a download manager: {DataFolder(settings.data).asset('removal_requests')}")
    if settings.transmission_url is None:
        note("To see which torrents of Transmission these are, set MOVIE_PREF_TRANSMISSION_URL.")
        return
    transmission = Transmission(settings.transmission_url)
    plan = _plan(settings, requests, transmission)
    _print_plan(plan, settings)
    if delete:
        _delete(plan, settings, transmission, yes)
    elif plan.sure:
        note("Nothing was removed; movie-pref removals --delete does it.")


def _plan(settings: "Settings", requests: "pd.DataFrame", transmission: "Transmission") -> "RemovalPlan":
    """What Transmission has of the requests, as it is now."""
    from movie_pref.labels.removals_done import read_done
    from movie_pref.labels.torrents_to_remove import plan_removals
    from movie_pref.library.lookup import known_movies

    with telling("Looking through the torrents"):
        return plan_removals(requests, transmission.torrents(), known_movies(settings), read_done(settings.data))


def _delete(plan: "RemovalPlan", settings: "Settings", transmission: "Transmission", yes: bool) -> None:
    """Remove what was shown and is still so, if the settings and the person agree."""
    from movie_pref.labels.removal_requests import write_requests
    from movie_pref.labels.removals_done import note_done
    from movie_pref.labels.torrents_to_remove import still_the_same

    if settings.transmission_delete == "never":
        raise UserError(
            "Nothing was removed because the setting 'transmission_delete' is 'never'; set MOVIE_PREF_TRANSMISSION_DELETE to torrent (files stay) or to torrent_and_files."
        )
    if not plan.sure:
        say("Nothing was removed: no torrent is one of these movies beyond doubt.")
        return
    files = settings.transmission_delete == "torrent_and_files"
    if not (yes or _agrees(len(plan.sure), files)):
        say("Nothing was removed.")
        return
    same, changed = still_the_same(plan.sure, _plan(settings, write_requests(settings), transmission))
    for match in same:
        name = f"[bold]{plain(match.torrent.name)}[/]"
        if transmission.remove(match.torrent, files):
            note_done(settings.data, match, files)
            say(f"Removed {name}{' and its files' if files else '; its files are still there'}.")
        else:
            say(f"[yellow]Not removed:[/] {name}: Transmission was told to and still lists it; look into its log.")
    for match in changed:
        say(f"[yellow]Left alone:[/] [bold]{plain(match.torrent.name)}[/] is not as it was shown any more.")


def _agrees(count: int, files: bool) -> bool:
    what = "1 torrent" if count == 1 else f"{count} torrents"
    try:
        return typer.confirm(f"Remove {what}{' and all their files, for good' if files else ''}?")
    except typer.Abort:  # nobody is there to answer
        return False


def _print_requests(requests: "pd.DataFrame") -> None:
    if requests.empty:
        say("There is nothing to remove: no movie that you would not watch was thought to be one that you would.")
        return
    from movie_pref.labels.removal_requests import STRONG_CHANGE

    rows = [
        (
            plain(f"{row.media_title} ({row.release_year})"),
            row.imdb_id,
            f"{row.decided_at:%Y-%m-%d}" if row.decided_at == row.decided_at else "",
            f"[bold]{plain(row.reason)}[/]" if row.evidence == STRONG_CHANGE else plain(row.reason),
        )
        for row in requests.itertuples()
    ]
    strong = int((requests["evidence"] == STRONG_CHANGE).sum())
    what = f", {strong:,} of them a strong change" if strong else ""
    show(f"{len(requests):,} to remove{what}", ("movie", "imdb_id", "decided (UTC)", "why"), rows)


def _print_done(entry: dict[str, Any]) -> None:
    files = "with its files" if entry["files_deleted"] else "its files stayed"
    say(f"Removed before: the torrent [bold]{plain(entry['torrent'])}[/] for {plain(entry['movie'])}, on {entry['at'][:10]} ({files}).")  # fmt: skip


def _print_plan(plan: "RemovalPlan", settings: "Settings") -> None:
    say(f"\nTransmission at {plain(str(settings.transmission_url))} (this is a dry run):")
    if not plan.sure and not plan.unsure:
        say("  No torrent is one of these movies.")
    for match in plan.sure:
        say(f"  would remove {WHAT[settings.transmission_delete]}: {_described(match)}")
    for one in plan.unsure:
        say(f"  [yellow]unsure, left alone:[/] {_described(one)}: {plain(one.why)}")


def _described(one: "Match | Unsure") -> str:
    torrent = one.torrent
    return f"[bold]{plain(torrent.name)}[/] for {plain(one.movie)} ({len(torrent.files)} files, {torrent.size / 1e9:.2f} GB, {torrent.hash[:8]})"
