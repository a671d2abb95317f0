"""What was removed from a download manager, in a file that is only ever added to."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.files import write_json
from movie_pref.labels.torrents_to_remove import Match

DONE = {"imdb_id", "movie", "torrent", "hash", "files_deleted", "at"}


def read_done(data: Path) -> list[dict[str, Any]]:
    """What was removed, oldest first: `imdb_id`, `movie`, `torrent`, `hash`, `files_deleted`, `at` (UTC).

    Raises
    ------
    UserError
        The file is damaged.
    """
    path = DataFolder(data).removals_done
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(found, list) and all(isinstance(row, dict) and row.keys() >= DONE for row in found)
    except (ValueError, OSError):
        whole = False
    if not whole:
        raise UserError(
            f"{path} does not tell what was removed from Transmission before; mend it, or move it away to begin anew."
        )
    return found


def note_done(data: Path, match: Match, files: bool) -> None:
    """Add a removal to the file of what was done."""
    entry = {
        "imdb_id": match.imdb_id,
        "movie": match.movie,
        "torrent": match.torrent.name,
        "hash": match.torrent.hash,
        "files_deleted": files,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(DataFolder(data).removals_done, [*read_done(data), entry])
