"""An export of ratings, the films that the sites know, and what a folder holds beside its locks."""

from pathlib import Path

HEADER = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors"


def movies(count: int) -> list[dict]:
    return [
        {
            "imdb_id": f"tt{1_000_000 + number}",
            "tmdb_id": 500 + number,
            "title": f"Film {number}",
            "year": 2000 + number % 20,
            "votes": number,
        }
        for number in range(count)
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return (
        {
            str(path): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }
        if folder.exists()
        else {}
    )
