"""Exports written for the tests: no row of them is a person's."""

import csv
import io
import json
import zipfile

import pytest

IMDB_13 = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors"


@pytest.fixture
def save(tmp_path):
    """Write bytes or text to a file of that name and give its path."""

    def write(content, name="export.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / name

    return write


@pytest.fixture
def save_zip(tmp_path):
    """Write a zip of these names and contents (JSON where it is no text) and give its path."""

    def write(members, name="export.zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content if isinstance(content, str | bytes) else json.dumps(content))
        return tmp_path / name

    return write


def imdb_row(**changes):
    """One row of IMDb's 13 columns as a mapping."""
    row = dict.fromkeys(IMDB_13.split(","), "") | {
        "Const": "tt0000001",
        "Your Rating": "8",
        "Date Rated": "2024-01-31",
        "Title": "The Long Road",
        "Title Type": "Movie",
        "Year": "1999",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def as_csv(rows, columns=None, end="\n", quoting=csv.QUOTE_MINIMAL):
    """CSV text of rows given as mappings."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(rows[0]), lineterminator=end, quoting=quoting, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def trakt_movie(number, title="The Long Road", year=1999, imdb=None):
    """What Trakt writes for a movie."""
    return {
        "title": title,
        "year": year,
        "ids": {"trakt": number, "slug": f"m-{number}", "imdb": imdb, "tmdb": number + 1000},
    }
