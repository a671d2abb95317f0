"""The least that a library file must hold."""

ROW = {
    "imdb_id": "tt0000001",
    "label": "would_watch",
    "media_type": "movie",
    "media_title": "A",
    "release_year": 1999,
}
HEADER = ",".join(ROW)
