"""An export that is none, is broken or means harm: one sentence and nothing written, or rows that are read and counted."""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from movie_pref_tests.bad_input.given_files import Made, made
from movie_pref_tests.bad_input.spoiling import refused
from movie_pref_tests.command_line import MOVIE_PREF, Command

RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n"
FILM = "2024-02-01,Alpha,1999,https://boxd.it/a,4.5\n"
IMDB = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"


def letterboxd(**cells: str) -> str:
    row = {
        "Date": "2024-02-01",
        "Name": "Alpha",
        "Year": "1999",
        "Letterboxd URI": "https://boxd.it/a",
        "Rating": "4.5",
    }
    return RATINGS + ",".join((row | cells).values()) + "\n"


def imdb(const: str = "tt0000001", rating: str = "9", title: str = "One", kind: str = "Movie") -> str:
    return f"{const},{rating},2024-05-01,{title},u,{kind},7.1,100,1999,Drama,1000,1999-01-01,A\n"


def trakt(**changes: Any) -> str:
    movie = {"title": "Alpha", "year": 1999, "ids": {"trakt": 1, "imdb": "tt0000001", "tmdb": 5}}
    return json.dumps(
        [{"rated_at": "2024-02-01T20:00:00.000Z", "rating": 9, "type": "movie", "movie": movie} | changes]
    )


def zipped(*members: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def patched(content: bytes, *changes: tuple[bytes, int, bytes]) -> bytes:
    """Bytes put at an offset behind the first place of a mark."""
    held = bytearray(content)
    for mark, offset, new in changes:
        place = held.index(mark) + offset
        held[place : place + len(new)] = new
    return bytes(held)


def folder(**members: str) -> Callable[[Path], Any]:
    def make(path: Path) -> None:
        path.mkdir()
        for name, content in members.items():
            (path / name).write_text(content)

    return make


def linked(path: Path) -> None:
    path.mkdir()
    (path.parent / "elsewhere.csv").write_text(RATINGS + FILM)
    (path / "ratings.csv").symlink_to(path.parent / "elsewhere.csv")


GOOD_ZIP = zipped(("ratings.csv", RATINGS + FILM))
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
REFUSED: dict[str, tuple[str, Made, str]] = {
    "missing": ("x.csv", lambda path: None, "There is no file"),
    "empty": ("x.csv", "", "is empty"),
    "blank lines": ("x.csv", " \n\n\t\n", "is empty"),
    "a name that is too long": ("x" * 300 + ".csv", lambda path: None, "cannot be read"),
    "a link to itself": ("x.csv", lambda path: path.symlink_to(path), "There is no file"),
    "a pipe": ("x.csv", os.mkfifo, "is a device or a pipe"),
    "endless zeros": ("x.csv", lambda path: path.symlink_to("/dev/zero"), "is a device or a pipe"),
    "a picture": ("x.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
    "a picture without a zero": ("x.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 9, "x.csv"),
    "a database": ("x.csv", b"SQLite format 3\0" + bytes(100), "is not text"),
    "packed by gzip": ("x.csv", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(40), "is not text"),
    "a PDF": ("x.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "no export that can be imported"),
    "a page that asks to sign in": ("x.csv", "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "its first line is"),
    "a spreadsheet": ("x.xlsx", zipped(("xl/sheet1.xml", "<x/>"), ("[Content_Types].xml", "<x/>")), "none of its 2 files"),
    "a zero in a cell": ("x.csv", RATINGS + FILM.replace("Alpha", "Al\0pha"), "is not text"),
    "UTF-8 with a broken byte": ("x.csv", (RATINGS + FILM).replace("Alpha", "Amélie né").encode() + b"\xff", "line 3"),
    "UTF-32": ("x.csv", (RATINGS + FILM).encode("utf-32"), "x.csv"),
    "EBCDIC": ("x.csv", (RATINGS + FILM).encode("cp037"), "x.csv"),
    "no header": ("x.csv", FILM, "its first line is"),
    "a header in German": ("x.csv", "Datum,Name,Jahr,Letterboxd URI,Bewertung\n" + FILM, "its first line is 'Datum"),
    "no year": ("x.csv", "Date,Name,Letterboxd URI,Rating\n2024-01-01,A,u,4\n", "its first line is"),
    "a column twice": ("x.csv", "Date,Name,Name,Year,Letterboxd URI,Rating\n1,A,B,1999,u,4\n", "two columns 'Name'"),
    "a column twice, in other letters": ("x.csv", RATINGS.strip() + ",RATING\n" + FILM.strip() + ",3\n", "two columns"),
    "a row that is too long": ("x.csv", RATINGS + FILM.strip() + ",one more\n" + FILM, "has 6 cells and the header 5"),
    "a row that is too short": ("x.csv", RATINGS + "2024-02-01,Alpha\n" + FILM, "line 2, column 2: the row has 2 cells"),
    "a quote never closed": ("x.csv", RATINGS + '2024-02-01,"Alpha,1999,u,4\n' + FILM * 3, "never closed"),
    "letters behind a quote": ("x.csv", RATINGS + '2024-02-01,"Al"pha,1999,u,4\n' + FILM, "line 2"),
    "a cell of 200,000 letters": ("x.csv", letterboxd(Name="A" * 200_000), "field larger"),
    "six stars": ("x.csv", letterboxd(Rating="6"), "column 'Rating': '6'"),
    "no half star": ("x.csv", letterboxd(Rating="4.7"), "column 'Rating': '4.7'"),
    "stars below nothing": ("x.csv", letterboxd(Rating="-1"), "column 'Rating': '-1'"),
    "stars in words": ("x.csv", letterboxd(Rating="four"), "column 'Rating': 'four'"),
    "stars that are no number": ("x.csv", letterboxd(Rating="nan"), "column 'Rating': 'nan'"),
    "stars without an end": ("x.csv", letterboxd(Rating="1e999"), "column 'Rating': '1e999'"),
    "stars as drawn": ("x.csv", letterboxd(Rating="★★★★"), "column 'Rating'"),
    "a year of five digits": ("x.csv", letterboxd(Year="19999"), "column 'Year': '19999'"),
    "a year in Roman digits": ("x.csv", letterboxd(Year="MCMXCIX"), "column 'Year'"),
    "a day that is none": ("x.csv", letterboxd(Date="2024-02-31"), "column 'Date': '2024-02-31'"),
    "no day at all": ("x.csv", letterboxd(Date="0000-00-00"), "column 'Date'"),
    "IMDb's eleven": ("x.csv", IMDB + imdb(rating="11"), "column 'Your Rating': '11'"),
    "IMDb's half": ("x.csv", IMDB + imdb(rating="7.5"), "column 'Your Rating': '7.5'"),
    "IMDb's with no row of use": ("x.csv", IMDB + imdb(const="nm0000001") * 2, "none of its 2 rows can be used"),
    "IMDb's in an unknown language": ("x.csv", IMDB + imdb(kind="Elokuva"), "unknown title type"),
    "a list of IMDb's": ("x.csv", "Position,Const,Title,Title Type\n1,tt0000001,A,Movie\n", "without a column 'Your Rating'"),
    "JSON cut short": ("x.json", trakt()[:-20], "is not JSON"),
    "JSON a hundred thousand deep": ("x.json", "[" * 100_000 + "]" * 100_000, "cannot be read as JSON"),
    "JSON objects as deep": ("x.json", '{"a":' * 100_000 + "1" + "}" * 100_000, "cannot be read as JSON"),
    "JSON of another kind": ("x.json", '{"user": {"name": "nobody"}}', "not a list of ratings"),
    "JSON of nothing": ("x.json", "[]", "an empty list"),
    "JSON of numbers": ("x.json", "[1, 2, 3]", "neither 'rated_at'"),
    "JSON that changes midway": ("x.json", trakt()[:-1] + ", 7]", "item 2"),
    "a rating of 5,000 digits": ("x.json", trakt().replace('"rating": 9', '"rating": ' + "9" * 5000), "x.json"),
    "a rating without an end": ("x.json", trakt().replace('"rating": 9', '"rating": 1e999'), "field 'rating'"),
    "a rating that is not a number": ("x.json", trakt(rating=float("nan")), "field 'rating'"),
    "a rating in quotes": ("x.json", trakt(rating="9"), "field 'rating' is \"9\""),
    "a movie that is a text": ("x.json", trakt(movie="Alpha"), "field 'movie'"),
    "a time that is none": ("x.json", trakt(rated_at="yesterday"), "field 'rated_at'"),
    "a zip that is cut": ("x.zip", GOOD_ZIP[:-30], "cut short or damaged"),
    "a zip without a file": ("x.zip", b"PK\x05\x06" + bytes(18), "a zip with no file in it"),
    "a zip in a zip": ("x.zip", zipped(("letterboxd.zip", GOOD_ZIP)), "unpack it and give it by itself"),
    "a zip locked": ("x.zip", patched(GOOD_ZIP, (LOCAL, 6, b"\x01"), (CENTRAL, 8, b"\x01")), "locked with a password"),
    "a zip packed in an unknown way": ("x.zip", patched(GOOD_ZIP, (LOCAL, 8, b"\x63"), (CENTRAL, 10, b"\x63")), "cannot be read"),
    "a zip bomb": ("x.zip", lambda path: bomb(path), "would unpack to 2 files of 60 MB"),
    "a zip bomb that lies": ("x.zip", patched(zipped(("r.csv", RATINGS + "0" * 2**21)), (CENTRAL, 24, struct.pack("<L", 100))), "cannot be read"),
    "a zip that claims terabytes": ("x.zip", patched(GOOD_ZIP, (CENTRAL, 24, struct.pack("<L", 2**32 - 2))), "would unpack to"),
    "a zip of 10,001 files": ("x.zip", zipped(*((f"{number}.csv", "") for number in range(10_001))), "10001 files"),
    "a zip that climbs out": ("x.zip", zipped(("../../ratings.csv", RATINGS + FILM)), "leads out of the zip"),
    "a zip of the root": ("x.zip", zipped(("/etc/ratings.csv", RATINGS + FILM)), "leads out of the zip"),
    "a zip of two sites": ("x.zip", zipped(("a.csv", IMDB + imdb()), ("ratings.csv", RATINGS + FILM)), "IMDb and Letterboxd"),
    "a zip of pictures": ("x.zip", zipped(("a.jpg", b"\xff\xd8\xff"), ("b.png", b"\x89PNG")), "none of its 2 files"),
    "a folder of nothing": ("x", folder(), "without a file in it"),
    "a folder of links": ("x", linked, "without a file in it"),
    "a folder of notes": ("x", folder(**{"notes.txt": "hello"}), "neither CSV nor JSON"),
}  # fmt: skip
COUNTED: dict[str, tuple[str, Made, str]] = {
    "a header and no row": ("x.csv", IMDB, "0 films"),
    "a last line that is cut": ("x.csv", IMDB + imdb() + 'tt0000002,8,2024-05-01,"Tw', "1, the last line of the file is cut short"),
    "a film twice": ("x.csv", IMDB + imdb() + imdb(rating="3"), "1, an older or repeated entry"),
    "identifiers that are none": ("x.csv", IMDB + imdb() + imdb(const="tt1"), "1, without an identifier"),
    "television and games": ("x.csv", IMDB + imdb() + imdb("tt0000002", kind="Video Game"), "1, a game"),
    "a title that was damaged before": ("x.csv", IMDB + imdb() + imdb("tt0000002", title="Am\N{REPLACEMENT CHARACTER}lie"), "1, its title was damaged"),
    "Windows-1252": ("x.csv", (IMDB + imdb(title="Amélie – l’été à Paris")).encode("cp1252"), "read as Windows-1252"),
    "Windows-1250": ("x.csv", (IMDB + imdb(title="Zażółć gęślą jaźń")).encode("cp1250"), "Zażółć gęślą jaźń"),
    "UTF-16 with its mark": ("x.csv", (IMDB + imdb(title="Amélie")).encode("utf-16"), "1 film"),
    "UTF-16 without its mark": ("x.csv", (IMDB + imdb(title="Amélie")).encode("utf-16-le"), "read as UTF-16"),
    "UTF-8 with its mark": ("x.csv", b"\xef\xbb\xbf" + (IMDB + imdb()).encode(), "1 film"),
    "semicolons": ("x.csv", (IMDB + imdb()).replace(",", ";"), "1 film"),
    "tabs": ("x.csv", (IMDB + imdb()).replace(",", "\t"), "1 film"),
    "lines of an old Macintosh": ("x.csv", (IMDB + imdb()).replace("\n", "\r"), "1 film"),
    "a formula for a title": ("x.csv", IMDB + imdb(title="=cmd|' /C calc'!A0"), "1 film"),
    "markup for a title": ("x.csv", letterboxd(Name="[red]Alpha[/nonsense]"), "1 film"),
    "a title that steers the terminal": ("x.csv", letterboxd(Name="\x1b[2J\x07Alpha"), "1 film"),
    "half a character for a title": ("x.json", trakt().replace("Alpha", "\\ud83d"), "1 film"),
    "one name twice in a zip": ("x.zip", zipped(("ratings.csv", RATINGS + FILM), ("RATINGS.csv", RATINGS + FILM)), "1 film"),
    "what a Mac puts beside": ("x.zip", zipped(("ratings.csv", RATINGS + FILM), ("__MACOSX/._ratings.csv", b"\0\5\x16\7")), "1 film"),
    "a folder with links out of it": ("x", lambda path: (linked(path), (path / "diary.csv").write_text(RATINGS + FILM)), "1 film"),
}  # fmt: skip


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", RATINGS)
        archive.writestr("diary.csv", b"0" * (60 * 2**20))


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command on a data folder that is not there yet, without keys."""
    return Command(tmp_path / "data", {"TMDB_API_KEY": "", "OMDB_API_KEY": "", "COLUMNS": "1000"})


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_export_is_refused_in_one_sentence_and_nothing_is_written(what: str, tmp_path, command) -> None:
    name, content, named = REFUSED[what]
    path = made(tmp_path, name, content)
    refused(command("import", path, "--yes"), str(path)[:150], named)
    assert not command.data.exists()


@pytest.mark.parametrize("what", COUNTED)
def test_what_can_be_used_of_an_odd_export_is_and_the_rest_is_counted(what: str, tmp_path, command) -> None:
    name, content, named = COUNTED[what]
    said = command("import", made(tmp_path, name, content), "--liked-from", "7", "--yes")
    assert said.code in (0, 2) and not said.complaints, said.out
    assert named in said.words
    assert "\x1b" not in said.out and "\N{REPLACEMENT CHARACTER}" not in said.out.replace(
        "it holds \N{REPLACEMENT CHARACTER}", ""
    )
    assert not list(command.data.rglob("*.tmp"))


def test_one_broken_export_among_several_keeps_all_of_them_out(tmp_path, command) -> None:
    good = made(tmp_path, "ratings.csv", IMDB + imdb())
    refused(command("import", good, made(tmp_path, "x.csv", letterboxd(Rating="6")), "--yes"), "x.csv")
    assert not command.data.exists()


def test_a_name_that_is_no_text_is_refused_or_read(tmp_path, command) -> None:
    path = os.fsdecode(os.fsencode(tmp_path / "x") + b"\xff.csv")
    Path(path).write_text(letterboxd(Rating="6"))
    refused(command("import", path, "--yes"), "\\udcff.csv")


LARGE = {
    "a million rows": lambda: RATINGS + FILM * 1_000_000,
    "two hundred thousand rows and one": lambda: RATINGS + FILM * 200_001,
    "one line of 45 MB": lambda: RATINGS + "a" * 45_000_000,
    "45 MB of JSON": lambda: "[" + ",".join(["{}"] * 15_000_000) + "]",
    "a header of millions": lambda: ",".join(f"c{number}" for number in range(5_000_000)) + "\n1\n",
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_too_large_is_refused_in_little_memory(what: str, tmp_path, command) -> None:
    path = made(tmp_path, "x.json" if "JSON" in what else "x.csv", LARGE[what]())
    measured = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; "
        "print('MiB', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", measured, MOVIE_PREF, "import", str(path), "--yes"],
        env=command.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2 and "Traceback" not in found.stderr, found.stdout + found.stderr
    assert found.stderr.count("movie-pref: ") == 1 and "x." in found.stderr
    assert int(found.stdout.split("MiB ")[1]) < 1024
    assert not command.data.exists()
