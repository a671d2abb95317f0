"""Torrents as Transmission lists them."""

import hashlib

from movie_pref.labels.transmission import Torrent


def torrent(name: str, *files: str | tuple[str, int], complete: bool = True, folder: str = "/films") -> Torrent:
    """A torrent whose files are of 1,000 bytes where no size is given; without files a video of its own name."""
    listed = [(file, 1000) if isinstance(file, str) else file for file in files or (f"{name}.mkv",)]
    content = tuple((f"{name}/{path}", size) for path, size in listed)
    return Torrent(hashlib.sha1(f"{name}{listed}{folder}".encode()).hexdigest(), name, folder, content, complete)
