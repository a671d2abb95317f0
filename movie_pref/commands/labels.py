"""Labels from the command: `label`, `labels export`, `labels restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from movie_pref.commands.terminal import MovieArgument, in_sentences, note, plain, say, show, warn
from movie_pref.errors import UserError
from movie_pref.library.label_names import LABELS, ONE_OF_LABELS

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.labels.store import LabelStore
    from movie_pref.settings import Settings


@in_sentences
def label(
    movie: MovieArgument,
    label: Annotated[
        str | None,
        typer.Argument(
            help=f"{ONE_OF_LABELS} (your favourites).",
            autocompletion=lambda: list(LABELS),
            metavar="LABEL",
            show_default=False,
        ),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Why, for yourself.", show_default=False)] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last label that you gave it.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Show every label that it was given.")] = False,
) -> None:
    """Label a movie of the library or the candidates. The model learns it when it is trained next.

    Your newest label overrules the library's. Nothing is ever erased: --undo is an entry of its own.
    """
    from movie_pref.labels.events import check_label
    from movie_pref.labels.store import LabelStore
    from movie_pref.library.lookup import find_movie, known_movies
    from movie_pref.settings import load_settings

    if (label is not None) + undo + history != 1:
        raise UserError(f"Give one of a label ({ONE_OF_LABELS}), --undo or --history for {movie}, and only one.")
    if label is not None:
        check_label(label)
    settings = load_settings()
    found = find_movie(known_movies(settings), movie)
    imdb_id = str(found["imdb_id"])
    name = f"[bold]{plain(str(found['media_title']))}[/] ({found['release_year']}), {imdb_id}"
    with LabelStore(settings.label_store_url) as store:
        known = store.effective().set_index("imdb_id")["label"]
        library = found["label"] if isinstance(found["label"], str) and found["label"] else None
        before = known.get(imdb_id)
        if history:
            say(name)
            _print_history(store.history(imdb_id), library)
            return
        if undo:
            undone = store.undo(imdb_id, note=note, origin="command")
            now = undone.before or library
            say(f"{name}: {undone.label} is taken back; {f'{now} counts again' if now else 'it has no label now'}")
        else:
            store.record(imdb_id, str(label), note=note, origin="command")
            was = before or library
            if was is None:
                said = f"{label} (it had no label)"
            else:
                whose = "you said" if before else "the library says"
                said = f"{label} (as before)" if was == label else f"{label} ({whose} {was})"
            say(f"{name}: {said}")
        bring_labels(settings, store)
    print_until_retrain(settings)


@in_sentences
def export_labels(
    file: Annotated[Path, typer.Argument(help="A CSV or Parquet file to write.", show_default=False)],
) -> None:
    """Write every label, with who set it, when, how and why, to a file; what was taken back too."""
    from movie_pref.labels.store import LabelStore
    from movie_pref.settings import load_settings

    with LabelStore(load_settings().label_store_url) as store:
        say(f"{file}: {store.export(file):,} entries")


@in_sentences
def restore_labels(
    file: Annotated[Path, typer.Argument(help="A file that `labels export` wrote.", show_default=False)],
) -> None:
    """Bring back labels from a file; entries that are here already stay as they are, and so do newer labels."""
    from movie_pref.labels.store import LabelStore
    from movie_pref.settings import load_settings

    settings = load_settings()
    with LabelStore(settings.label_store_url) as store:
        added = store.restore(file)
        bring_labels(settings, store)
        say(f"{added:,} entries restored" if added else "Every entry of the file was here already; nothing changed")
    if added:
        print_until_retrain(settings)


def bring_labels(settings: "Settings", store: "LabelStore") -> None:
    """Bring labels into the database that the library is in; where that fails they wait in the store, and this says so."""
    from movie_pref.sources.postgres.database import LostConnection
    from movie_pref.sources.postgres.label_sync import sync_labels

    try:
        synced = sync_labels(settings, store, warn)
    except LostConnection as error:
        warn(f"{error} Until then the label waits in the label store; the next run or label brings it in.")
        return
    if synced.came_in:
        warn(
            "Another program has labelled some of these movies since; what it said later counts (--history shows both)."
        )


def _print_history(events: "pd.DataFrame", library: str | None) -> None:
    rows: list[tuple[str, ...]] = [("", library, "the library", "", "")] if library else []
    for row in events.itertuples():
        told = ["" if not isinstance(cell, str) else plain(cell) for cell in (row.set_by, row.origin, row.note)]
        what = row.label if isinstance(row.label, str) else "taken back"
        rows.append((f"{row.at:%Y-%m-%d %H:%M:%S}", what, *told))
    if rows:
        show("Its labels", ("when (UTC)", "label", "by", "through", "note"), rows)
    else:
        say("It has no label yet.")


def print_until_retrain(settings: "Settings") -> None:
    from movie_pref.commands.runs import labels_not_learnt

    waiting = labels_not_learnt(settings)
    rest = settings.retrain_labels - waiting.movies
    if rest <= 0:
        what = f"{waiting.movies} new labels: enough for a retrain"
    elif waiting.movies:
        what = f"{waiting.movies} new, {rest} {'label' if rest == 1 else 'labels'} until the next retrain (or {settings.retrain_hours:g} hours)"
    else:
        what = f"Nothing new to learn; {rest} labels until the next retrain"
    note(f"{what}. The UI starts it (movie-pref ui), or run `movie-pref run`.")
