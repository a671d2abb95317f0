"""What a file is, by its content: which site's export, and what each file in it holds.

Names decide only where contents are alike: Letterboxd's watched, watchlist and likes have one header, and so have
Trakt's watchlist and its lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from movie_pref.errors import UserError
from movie_pref.sources.importers import imdb, letterboxd, trakt
from movie_pref.sources.importers.archives import ZIP, Source, decode, open_sources
from movie_pref.sources.importers.csv_table import header_of

SITES = {"imdb": "IMDb", "letterboxd": "Letterboxd", "trakt": "Trakt"}
HINT = (
    "give IMDb's ratings or watchlist CSV, Letterboxd's zip or folder (or its ratings, diary, watched, watchlist or likes/films "
    "CSV), or Trakt's zip or folder (or its ratings or history JSON)"
)


@dataclass(frozen=True)
class Part:
    """A file of an export and what it holds: `ratings`, `diary`, `watched`, `watchlist`, `likes` or `entries`."""

    source: Source
    kind: str


@dataclass(frozen=True)
class Export:
    """A recognised export: whose it is (`imdb`, `letterboxd`, `trakt`), the files to read, and why others are not."""

    path: Path
    site: str
    parts: tuple[Part, ...]
    passed_over: tuple[tuple[str, str], ...] = ()

    @property
    def site_name(self) -> str:
        """The site as it writes itself."""
        return SITES[self.site]


class PassedOver(Exception):
    """A file of an export that holds nothing to import; its text says why, as the end of a sentence."""


def recognise(path: str | Path) -> Export:
    """Say what an export is without reading its rows.

    Raises
    ------
    UserError
        The file is missing, empty, damaged or unsafe (`open_sources`), holds nothing that can be imported, or the
        exports of two sites.
    """
    path = Path(path)
    sources = open_sources(path)
    found: list[tuple[str, Part]] = []
    passed_over: list[tuple[str, str]] = []
    for source in sources:
        try:
            site, kind = _classify(source)
        except PassedOver as reason:
            passed_over.append((source.name, str(reason)))
        else:
            found.append((site, Part(source, kind)))
    if not found:
        why = passed_over[0][1] if len(passed_over) == 1 else f"none of its {len(passed_over)} files is one of those"
        raise UserError(f"{path} is no export that can be imported ({why}); {HINT}.")
    sites = sorted({site for site, _ in found})
    if len(sites) > 1:
        names = " and ".join(SITES[site] for site in sites)
        raise UserError(f"{path} holds exports of {names}; import them one after the other.")
    return Export(path, sites[0], tuple(part for _, part in found), tuple(passed_over))


def _classify(source: Source) -> tuple[str, str]:
    """The site and the kind of a file, or `PassedOver`."""
    folders = [folder.casefold() for folder in PurePosixPath(source.name).parts[:-1]]
    name = PurePosixPath(source.name).name
    if "__macosx" in folders or name.startswith("."):
        raise PassedOver("it belongs to a computer and not to the export")
    for folder in ("deleted", "orphaned"):
        if folder in folders:
            raise PassedOver(f"it lies in {folder}/, which holds what you removed")
    if not source.alone and not name.casefold().endswith((".csv", ".json")):
        zipped = source.data.startswith(ZIP) or name.casefold().endswith(".zip")
        raise PassedOver(
            "it is a zip inside the export: unpack it and give it by itself" if zipped else "it is neither CSV nor JSON"
        )
    if not source.data.strip():
        raise PassedOver("it is empty")
    text = decode(source)
    if text.lstrip().startswith(("[", "{")):
        return "trakt", _kind(trakt.kind_of, source.name, trakt.parse(source))
    if text.lstrip().casefold().startswith("letterboxd list export"):
        raise PassedOver("it is a list of Letterboxd's, which says nothing of what you thought of the films")
    header, _ = header_of(text)
    columns = {cell.casefold() for cell in header}
    if {name.casefold() for name in imdb.REQUIRED} <= columns:
        return "imdb", _kind(imdb.kind_of, source.name, columns)
    if {name.casefold() for name in letterboxd.REQUIRED} <= columns:
        return "letterboxd", _kind(letterboxd.kind_of, source.name, columns)
    raise PassedOver(f"its first line is {', '.join(header)[:80]!r}")


def _kind(kind_of: Callable[..., str | None], name: str, content: object) -> str:
    """The kind of a file of a known site; what the site's module cannot place is passed over with its reason."""
    try:
        kind = kind_of(name, content)
    except LookupError as reason:
        raise PassedOver(str(reason.args[0])) from None
    assert kind is not None
    return kind
