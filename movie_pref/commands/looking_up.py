"""Where films that are known by name only are looked up, and what is said where there is no such place yet."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from movie_pref.commands.terminal import plain, say, telling
from movie_pref.data_folder import DataFolder

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.settings import Settings

IMDB_FILES = "https://datasets.imdbws.com/"
TMDB_KEY = "https://www.themoviedb.org/settings/api"


def can_look_up(imdb_data: Path | None) -> bool:
    """Whether names can be looked up: in a folder of IMDb's files, or at TMDB with a key."""
    from movie_pref.sources.online import configured

    return imdb_data is not None or "TMDB" in configured()


def say_the_two_ways(count: int, files: Sequence[Path]) -> None:
    """Say that films cannot be looked up yet, and the two ways to do so; either is enough."""
    command = shlex.join(["movie-pref", "import", *map(str, files)])
    say(
        f"[bold yellow]{count:,} film{'' if count == 1 else 's'} of your export {'is' if count == 1 else 'are'} known by name only, and there is nowhere to look "
        "names up yet.[/] Two ways to go on; one is enough:"
    )
    say(f"  1. IMDb's public files, without an account or a key: {IMDB_FILES}")
    say(f"       {plain(command)} --imdb-data imdb")
    say(
        "     downloads title.basics.tsv.gz and title.ratings.tsv.gz (some 250 MB) into the folder imdb, or uses those you put there."
    )
    say(f"  2. TMDB, which knows more of each film, with a free key: {TMDB_KEY}")
    say(f"       TMDB_API_KEY=your-key {plain(command)}")


def search_elsewhere(
    wanted: "pd.DataFrame", imdb_ids: set[str], settings: "Settings", imdb_data: Path | None
) -> "pd.DataFrame | None":
    """Movies that may be films known by name, and what IMDb's files say of some known by identifier; None where there is no place
    to look: in IMDb's files where a folder is given, else at TMDB with a key."""
    from movie_pref.sources.online import imdb_files, search

    if not can_look_up(imdb_data) or (imdb_data is None and wanted.empty):
        return None
    with telling(f"Looking up {len(wanted):,} films") as tell:
        if imdb_data is not None:
            imdb_files.download(imdb_data, tell)
            return imdb_files.search(wanted, imdb_ids, imdb_data, tell)
        found, stopped = search(wanted, DataFolder(settings.data).metadata_cache, settings.questions_per_second, tell)
    if stopped:
        say(f"[yellow]{plain(stopped)}[/]")
    return found


def probability(movies: "pd.DataFrame", settings: "Settings") -> "pd.Series | None":
    """What the champion says of movies (by the library's columns), by imdb_id; None where no model was promoted yet."""
    from movie_pref.model.champion import Champion
    from movie_pref.model.pointer import read_pointer

    folder = DataFolder(settings.data).model
    if read_pointer(folder) is None:
        return None
    from movie_pref.library.read import apply_contract
    from movie_pref.ranking import score

    rows = apply_contract(movies.reset_index(drop=True)).kept.reset_index(drop=True)
    return score(Champion.load(folder), rows, reasons_for=0).set_index("imdb_id")["probability"]
