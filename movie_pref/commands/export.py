"""The ranking for other programs: `export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movie_pref.commands.terminal import aside, in_sentences, plain
from movie_pref.errors import UserError, cause

if TYPE_CHECKING:
    from movie_pref.settings import Settings

STANDARD_OUTPUT = Path("-")


def _file(name: str, what: str) -> typer.models.OptionInfo:
    return typer.Option(name, metavar="FILE", help=what, show_default=False)


@in_sentences
def export(
    csv: Annotated[Path | None, _file("--csv", "A CSV for a spreadsheet: the whole ranking with reasons.")] = None,
    letterboxd: Annotated[
        Path | None,
        _file("--letterboxd", "A CSV for Letterboxd's import to a list or the watchlist: above the threshold."),
    ] = None,
    trakt: Annotated[
        Path | None, _file("--trakt", "A CSV for Trakt's import to the watchlist: above the threshold.")
    ] = None,
    radarr: Annotated[
        Path | None,
        _file("--radarr", "JSON for a list of Radarr, which downloads what it names: the best 50 above the threshold."),
    ] = None,
    above_threshold: Annotated[
        bool | None,
        typer.Option(
            "--above-threshold/--all",
            help="Only movies from the threshold on, or all of them.",
            show_default=False,
        ),
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="At most so many, the best.", show_default=False)
    ] = None,
) -> None:
    """Write the ranking for other programs; - as FILE is the standard output. Movies that you have labelled are left out.

    Each file is written whole or not at all. docs/command.md says where to import which.
    """
    from movie_pref.labels.store import LabelStore
    from movie_pref.ranking.exported_ranking import Extent, Form, taken, unlabelled_ranking, usual_extent, written
    from movie_pref.settings import load_settings

    settings = load_settings()
    given = {Form.CSV: csv, Form.LETTERBOXD: letterboxd, Form.TRAKT: trakt, Form.RADARR: radarr}
    targets = {form: path for form, path in given.items() if path is not None}
    _check(list(targets.values()), settings)
    with LabelStore(settings.label_store_url) as store:
        ranking = unlabelled_ranking(settings.data, store.effective()["imdb_id"])
    texts = {}
    for form in targets:
        usual = usual_extent(form)
        flagged_only = usual.flagged_only if above_threshold is None else above_threshold
        extent = Extent(flagged_only, usual.top if top is None and above_threshold is not False else top)
        rows = taken(ranking, extent)
        texts[form] = (written(rows, form), f"{len(rows):,} movies, {extent.words}")
    for form, path in targets.items():
        text, what = texts[form]
        _write(text, path)
        where = "the standard output" if path == STANDARD_OUTPUT else str(path)
        aside(f"{plain(where)}: {what}, for {HOW[form]}")


def _check(targets: list[Path], settings: "Settings") -> None:
    """Refuse what would write nothing, two things into one place, or over the person's own movies."""
    if not targets:
        raise UserError("Say in which form to export: --csv FILE, --letterboxd FILE, --trakt FILE or --radarr FILE (- is the standard output).")  # fmt: skip
    places = [str(path) if path == STANDARD_OUTPUT else str(_whole(path)) for path in targets]
    for place in places:
        if places.count(place) > 1:
            raise UserError(f"Two forms were to be written to {place}; give each a place of its own.")
    for own in (settings.library_path, settings.candidates_path):
        if str(own.resolve()) in places:
            raise UserError(f"{own} holds your movies, so the ranking is not written over it; name another file.")


def _write(text: str, path: Path) -> None:
    from movie_pref.files import whole_file

    if path == STANDARD_OUTPUT:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    with whole_file(_whole(path)) as temporary:
        temporary.write_bytes(text.encode())


def _whole(path: Path) -> Path:
    """The whole of a path as it was typed, which may become a file."""
    try:
        path = path.expanduser()
        found, special = path.resolve(), path.exists() and not path.is_file() and not path.is_dir()
    except (RuntimeError, OSError) as error:  # the home of nobody, links in a circle, a name too long
        raise UserError(f"No file can be written to {str(path)[:200]} ({cause(error)}); give another path.") from None
    if special:  # a file would take its place
        raise UserError(f"{path} is a device or a pipe; give the path of a file, or - for the standard output.")
    return found


HOW = {
    "csv": "a spreadsheet",
    "letterboxd": "the import on your watchlist or on a list of yours at Letterboxd (its Import page would take them for watched)",
    "trakt": "trakt.tv/settings/data, Import",
    "radarr": "a list of the kind Custom Lists or StevenLu Custom, from an address that serves the file",
}
