"""The encoding of an export: what is no UTF-8 is guessed and named, never replaced, and what cannot be told is refused."""

import pytest

from movie_pref.sources.importers.text import decoded

HEADER = "Date,Name,Year,Letterboxd URI,Rating\n"
FRENCH = "2024-02-01,Les Misérables – l’été à Paris où ça,2004,https://boxd.it/b,4\n"


@pytest.mark.parametrize(
    ("titles", "encoding", "guessed"),
    [
        ("2024-02-01,Amélie,2001,https://boxd.it/a,4.5\n", "cp1252", "Windows-1252"),
        (FRENCH, "cp1252", "Windows-1252"),
        ("2024-02-01,Böse Übermut Straße,2006,https://boxd.it/a,4.5\n", "cp1252", "Windows-1252"),
        ("2024-02-01,Żółty szalik i zażółć gęślą jaźń,2001,https://boxd.it/a,4\n", "cp1250", "Windows-1250"),
        (
            "2024-02-01,Иваново детство,1962,https://boxd.it/a,4\n2024-02-01,Солярис,1972,u,4\n",
            "cp1251",
            "Windows-1251",
        ),
        (
            "2024-02-01,七人の侍,1954,https://boxd.it/a,4\n2024-02-01,千と千尋の神隠し,2001,u,4\n",
            "shift_jis",
            "Shift JIS",
        ),
        (FRENCH, "utf-16-le", "UTF-16"),
        (FRENCH, "utf-16-be", "UTF-16"),
        (FRENCH, "utf-16", ""),  # it says so itself
        (FRENCH, "utf-8", ""),
        (FRENCH, "utf-8-sig", ""),
    ],
)
def test_what_a_file_is_written_in_is_told(titles, encoding, guessed):
    assert decoded((HEADER + titles).encode(encoding)) == (HEADER + titles, guessed)


@pytest.mark.parametrize(
    "data",
    [
        (HEADER + FRENCH).encode() + b"\xff",  # damage in UTF-8
        b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 4,
        (HEADER + FRENCH).encode("utf-16")[:-1],
        HEADER.encode() + b"a\0b",
    ],
    ids=["damage", "picture", "half a letter", "zero byte"],
)
def test_what_cannot_be_told_is_refused(data):
    with pytest.raises(UnicodeDecodeError):
        decoded(data)
