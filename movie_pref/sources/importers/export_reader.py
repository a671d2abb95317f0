"""From a recognised export to its films."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from movie_pref.sources.importers import films, imdb, letterboxd, trakt
from movie_pref.sources.importers.films import Import
from movie_pref.sources.importers.recognition import Export, recognise


def read_export(export: Export | str | Path) -> Import:
    """The films of an export: one row each, and an account of every row that was read and left out.

    Raises
    ------
    UserError
        The file is no export that can be imported (`recognise`), or a cell of it is not what its column says.
    """
    if not isinstance(export, Export):
        export = recognise(export)
    notes = _read_as(export)
    if export.site == "imdb":
        rows, left_out, counts, more = _read_imdb(export)
        notes += more
    elif export.site == "letterboxd":
        rows, left_out, counts = letterboxd.read([(part.source, part.kind) for part in export.parts])
    else:
        rows, left_out, counts = trakt.read([part.source for part in export.parts])
    read = [(part.source.name, part.kind, count) for part, count in zip(export.parts, counts, strict=True)]
    passed_over = [(name, f"passed over: {reason}", 0) for name, reason in export.passed_over]
    files = pd.DataFrame([*read, *passed_over], columns=list(films.FILES)).astype(films.FILES)
    ordered = left_out.sort_values(["source_file", "line"], kind="stable").reset_index(drop=True)
    rows = rows.assign(export=f"{export.site_name}, {export.path.name}").astype(films.COLUMNS)
    return Import(export.site, export.path.name, rows, ordered, files, notes)


def _read_imdb(export: Export) -> tuple[pd.DataFrame, pd.DataFrame, list[int], list[str]]:
    """The one file of IMDb's, or several of a zip together."""
    found = [imdb.read(part.source, part.kind) for part in export.parts]
    together = films.concat([rows for rows, *_ in found], films.COLUMNS)
    one_each, repeated = films.combine(together.assign(key=together["imdb_id"], rank=0))
    left_out = films.concat([*(out for _, out, _, _ in found), repeated], films.LEFT_OUT)
    notes = list(dict.fromkeys(note for *_, noted in found for note in noted))
    return one_each, left_out, [count for _, _, count, _ in found], notes


def _read_as(export: Export) -> list[str]:
    """Which files are not in UTF-8 and how they were read, with a line by which the person can tell whether that is right."""
    notes = []
    for part in export.parts:
        text, guessed = part.source.decoded
        if guessed:
            line = next((line for line in text.splitlines() if not line.isascii()), "")[:60]
            seen = f"; it gives {line!r}" if line else ""
            notes.append(f"{part.source.name} is not in UTF-8 and was read as {guessed}, a guess{seen}.")
    return notes


def together(reads: Sequence[Import]) -> Import:
    """Several exports of one person as one."""
    return Import(
        " + ".join(dict.fromkeys(read.source for read in reads)),
        " + ".join(read.name for read in reads),
        films.concat([read.films for read in reads], films.COLUMNS),
        films.concat([read.left_out for read in reads], films.LEFT_OUT),
        films.concat([read.files for read in reads], films.FILES),
        [note for read in reads for note in read.notes],
    )
